/**
 * Who has waited longest for a key is served first (PROTOCOL rule 23, BLPOP of Redis), and nobody who comes later takes what another waits
 * for. The order is the one in which the clients were seen to wait at a node, whatever the node itself thinks of it. Behind a failover
 * they ask again elsewhere and stand there in the order in which they came.
 */
import type { CheckResult } from "../run.ts";
import { sayAnswer, sayRequest, sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { Waiter } from "./observer.ts";
import { Tally } from "./tally.ts";
import { takenBy, type Wish, wishOf } from "./waitingRequest.ts";

interface Waiting {
  readonly waiter: Waiter;
  readonly wish: Wish;
  /** Who came in one step has one number: who of them was first nobody can see. */
  readonly turn: number;
  readonly sinceUs: number;
  /** Infinity: it still waits. */
  untilUs: number;
}

interface Line {
  turns: number;
  waiting: readonly Waiting[];
  /** Those who wait no more, in the order in which they ended: an answer may come long behind what it tells of. */
  readonly ended: Waiting[];
}

/** A time-out is found by the node's clock, which is read a little before or behind. */
const DUE_US = 1000;

export class FairWaitingCheck {
  readonly tally: Tally = new Tally("waiting clients", "clients served while others waited");
  private readonly lines: Map<string, Line> = new Map();

  /**
   * After a step of the node.
   *
   * @param localUs the node's monotonic clock
   * @param isConnected of a connection: whether the node still has it
   */
  // oxlint-disable-next-line max-params -- the observer's signature
  viewed(
    nowUs: number,
    node: string,
    waiters: readonly Waiter[],
    localUs: number,
    isConnected: (connection: number) => boolean,
  ): void {
    const line = this.lineOf(node);
    const stay: Waiting[] = [];
    const gone: Waiting[] = [];
    for (const one of line.waiting) {
      const isThere = waiters.some((waiter) => isSame(waiter, one.waiter));
      (isThere ? stay : gone).push(one);
    }
    for (const one of gone) {
      one.untilUs = nowUs;
      line.ended.push(one);
      const isDue = one.waiter.deadlineUs <= localUs + DUE_US;
      if (!isDue && isConnected(one.waiter.connection)) this.served(nowUs, node, one, stay);
    }
    line.turns++;
    for (const waiter of waiters) {
      if (stay.some((one) => isSame(waiter, one.waiter))) continue;
      const wish = wishOf(waiter.request);
      if (wish === undefined) continue;
      stay.push({ waiter, wish, turn: line.turns, sinceUs: nowUs, untilUs: Infinity });
    }
    line.waiting = stay;
  }

  /** Without its time being up: so it was served, by one of its keys. */
  private served(nowUs: number, node: string, one: Waiting, stay: readonly Waiting[]): void {
    const { wish, turn } = one;
    const others = stay.filter((other) => other.wish.kind === wish.kind);
    if (others.some((other) => other.wish.keys.some((key) => wish.keys.includes(key))))
      this.tally.examined++;
    // Whichever of its keys it was, this one waited for it, too.
    const passed = others.find(
      (other) => other.turn < turn && wish.keys.every((key) => other.wish.keys.includes(key)),
    );
    if (passed === undefined) return;
    this.tally.violate(
      nowUs,
      `${node} served at ${sayTime(nowUs)} ${say(one)}, which had waited since ${sayTime(one.sinceUs)}, and not ${say(passed)}, which had since ${sayTime(passed.sinceUs)}`,
      [],
      "served out of turn",
    );
  }

  /** An answer that took something, though somebody else waited for it all the while. */
  operationCompleted(operation: Operation): void {
    const { input, output, outcome, node, invokedUs, repliedUs } = operation;
    if (outcome !== "ok" || input.f !== "commands" || input.isAtomic) return;
    const request = input.requests[0];
    const reply = (output as readonly string[] | null)?.[0];
    const line = this.lines.get(node);
    if (request === undefined || reply === undefined || line === undefined) return;
    const taken = takenBy(request, reply);
    if (taken === undefined) return;
    const isPassed = ({ wish, sinceUs }: Waiting): boolean =>
      wish.kind === taken.kind && wish.keys.includes(taken.key) && sinceUs < invokedUs;
    const passed = line.waiting.find(isPassed) ?? stillThere(line, repliedUs).find(isPassed);
    if (passed === undefined) return;
    this.tally.violate(
      operation.completedUs,
      `${sayRequest(operation)} was sent to ${node} at ${sayTime(invokedUs)} and answered ${sayAnswer(operation)}, although ${say(passed)} had waited there since ${sayTime(passed.sinceUs)} and went on waiting`,
      [],
      "taken from one who waits",
      { operations: [operation.id] },
    );
  }

  finish(): CheckResult {
    return this.tally.result(
      "who waited longest for a key was served first, and nobody took it from one who waits",
      "nobody was served while another waited for the same key",
    );
  }

  private lineOf(node: string): Line {
    let line = this.lines.get(node);
    if (line === undefined) {
      line = { turns: 0, waiting: [], ended: [] };
      this.lines.set(node, line);
    }
    return line;
  }
}

/** Those who have ended since; they are few, however long the run. */
function stillThere({ ended }: Line, sinceUs: number): readonly Waiting[] {
  return ended.slice(1 + ended.findLastIndex(({ untilUs }) => untilUs <= sinceUs));
}

/** One request that waits is one object as long as it waits, wherever the node keeps it. */
function isSame(left: Waiter, right: Waiter): boolean {
  return left.connection === right.connection && left.request === right.request;
}

function say({ waiter }: Waiting): string {
  return `the ${waiter.request.join(" ")} of connection ${waiter.connection}`;
}
