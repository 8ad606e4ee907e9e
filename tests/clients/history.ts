/**
 * What clients asked and were told, as the simulator's histories have it: one file for `npm run sim -- check`, and one in
 * Jepsen's words for queues, which our own histories have no word for.
 */
import { writeFileSync } from "node:fs";
import { writeJepsen } from "../../sim/checker/formats/jepsen.ts";
import type { Recorded } from "../../sim/checker/formats/recorded.ts";
import type { Operation, OperationInput, OperationOutput } from "../../sim/checker/history.ts";
import { Refused } from "./library.ts";

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

/** After this long nobody waits for an answer any more; it may have its effect yet. */
const PATIENCE_MS = 20_000;

/** One clock and one order for all that runs at once. */
class Events {
  private order = 0;

  next(): { readonly order: number; readonly us: number } {
    return { order: this.order++, us: Math.round(performance.now() * 1000) };
  }
}

export class Recorder {
  readonly operations: Mutable<Operation>[] = [];
  readonly queues: Mutable<Recorded>[] = [];
  private readonly events = new Events();
  private lastProcess = 0;

  /** A process does one thing at a time, and nothing more after an unknown outcome. */
  newProcess(): number {
    return ++this.lastProcess;
  }

  /** Asks, and enters what became of it. */
  async run<Reply>(
    process: number,
    input: OperationInput,
    ask: () => Promise<Reply>,
    outputOf: (reply: Reply) => OperationOutput,
  ): Promise<Ending> {
    const { order, us } = this.events.next();
    const operation = begun(this.operations.length, process, input, order, us);
    this.operations.push(operation);
    const answer = await outcomeOf(ask);
    const end = this.events.next();
    operation.outcome = answer.outcome;
    operation.error = answer.error;
    if (answer.outcome === "ok") operation.output = outputOf(answer.reply as Reply);
    operation.completedOrder = end.order;
    operation.completedUs = end.us;
    return answer.outcome;
  }

  /** The same of a queue. */
  async runOnQueue(
    process: number,
    key: string,
    given: string | null,
    ask: () => Promise<string | null>,
  ): Promise<Ending> {
    const { order, us } = this.events.next();
    const f = given === null ? "dequeue" : "enqueue";
    const recorded: Mutable<Recorded> = {
      id: this.queues.length,
      line: 0,
      process: String(process),
      f,
      key,
      input: given,
      output: null,
      outcome: "open",
      invokedOrder: order,
      completedOrder: -1,
      invokedNs: us * 1000,
      completedNs: -1,
    };
    this.queues.push(recorded);
    const answer = await outcomeOf(ask);
    const end = this.events.next();
    recorded.outcome = answer.outcome;
    if (answer.outcome === "ok") recorded.output = given ?? (answer.reply as string | null);
    recorded.completedOrder = end.order;
    recorded.completedNs = end.us * 1000;
    return answer.outcome;
  }

  write(path: string, library: string): void {
    const { operations } = this;
    const header = { schema: "azimuth-history/1", library, operations: operations.length };
    const lines = [header, ...operations].map((line) => JSON.stringify(line));
    writeFileSync(path, `${lines.join("\n")}\n`);
  }

  writeQueues(path: string): void {
    writeFileSync(path, writeJepsen(this.queues));
  }
}

function begun(
  id: number,
  process: number,
  input: OperationInput,
  invokedOrder: number,
  invokedUs: number,
): Mutable<Operation> {
  return {
    id,
    offered: id,
    process,
    shard: 0,
    input,
    output: null,
    outcome: "open",
    dueUs: invokedUs,
    invokedUs,
    completedUs: -1,
    repliedUs: -1,
    invokedOrder,
    completedOrder: -1,
    node: "",
    readonlyReplica: false,
    error: "",
  };
}

/** As an operation's outcome: answered, surely not executed, or nobody knows. */
export type Ending = "ok" | "fail" | "unknown";

interface Outcome {
  readonly outcome: Ending;
  readonly reply: unknown;
  readonly error: string;
}

async function outcomeOf(ask: () => Promise<unknown>): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), PATIENCE_MS);
  });
  try {
    return { outcome: "ok", reply: await Promise.race([ask(), silence]), error: "" };
  } catch (error) {
    const outcome = error instanceof Refused ? "fail" : "unknown";
    return { outcome, reply: undefined, error: String(error) };
  } finally {
    clearTimeout(timer);
  }
}
