/** Whether two servers said the same to a client, or differed as they are meant to. */
import { must } from "../engine/assert.ts";
import { commandName } from "./comparable.ts";
import type { Request } from "./grammar.ts";
import { INVALIDATIONS, meant, ORDER_OF_MESSAGES } from "./meant.ts";
import { sameButInvalidations, sameButOrder } from "./messages.ts";
import { isPush, type Reply } from "./reply.ts";

/** What a client has asked last. */
interface Asked {
  readonly argv: Request;
  /** The requests of the transaction that it ends, if it is EXEC. */
  readonly queued: readonly Request[];
}

export class Comparison {
  /** Names of the meant differences that were met. */
  readonly met: Set<string> = new Set();

  areTheSame(asked: Asked, mine: readonly Reply[], theirs: readonly Reply[]): boolean {
    if (this.areTheSameFrames(asked, mine, theirs)) return true;
    // What a transaction gives up to listen to stands in EXEC's answer as far as that counts, and behind it.
    if (commandName(asked.argv) !== "exec") return false;
    return this.areTheSameFrames(asked, mine.flatMap(opened), theirs.flatMap(opened));
  }

  private areTheSameFrames(
    asked: Asked,
    mine: readonly Reply[],
    theirs: readonly Reply[],
  ): boolean {
    if (!this.areTheSameMessages(mine.filter(isPush), theirs.filter(isPush))) return false;
    const [answers, real] = [mine, theirs].map((all) => all.filter((one) => !isPush(one)));
    if (answers === undefined || real === undefined || answers.length !== real.length) return false;
    return answers.every((answer, index) => {
      const { argv, queued } = asked;
      const their = must(real[index], "an answer");
      if (this.meanTheSame(argv, queued, answer, their)) return true;
      // What SUBSCRIBE says several times in a transaction is not counted, so that others stand behind the end.
      return queued.some((request) => this.meanTheSame(request, [], answer, their));
    });
  }

  private areTheSameMessages(mine: readonly Reply[], theirs: readonly Reply[]): boolean {
    if (mine.map(({ raw }) => raw).join("") === theirs.map(({ raw }) => raw).join("")) return true;
    if (sameButOrder(mine, theirs)) {
      this.met.add(ORDER_OF_MESSAGES);
      return true;
    }
    if (!sameButInvalidations(mine, theirs)) return false;
    this.met.add(INVALIDATIONS);
    return true;
  }

  /** `queued`: the requests of the transaction that the request ends, if it is EXEC. */
  private meanTheSame(
    argv: Request,
    queued: readonly Request[],
    mine: Reply,
    theirs: Reply,
  ): boolean {
    if (mine.raw === theirs.raw) return true;
    const name = commandName(argv);
    if (name === "exec" && mine.items.length === theirs.items.length) {
      if (sameButOrder(mine.items, theirs.items)) return true;
      return mine.items.every((item, index) => {
        const their = must(theirs.items[index], "an item");
        const isCounted = mine.items.length === queued.length && !queued.some(saysMore);
        const requests = isCounted ? queued.slice(index, index + 1) : queued;
        return requests.some((request) => this.meanTheSame(request, [], item, their));
      });
    }
    const answers = { name, argv, mine, theirs };
    const known = meant.find(({ accepts }) => accepts?.(answers) ?? false);
    if (known !== undefined) this.met.add(known.name);
    return known !== undefined;
  }
}

/** A transaction's answer that holds messages, as what stands in it. */
function opened(frame: Reply): readonly Reply[] {
  return !isPush(frame) && frame.items.some(isPush) ? frame.items : [frame];
}

/** Answers once for each channel. */
function saysMore(argv: Request): boolean {
  return commandName(argv).endsWith("subscribe");
}
