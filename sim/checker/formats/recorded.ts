/** A history from anywhere, before a model has said what its operations mean. */
import type { Outcome } from "../history.ts";
import { type Edn, printEdn } from "./edn.ts";
import { HistoryError } from "./historyError.ts";

export interface Recorded {
  /** Where it was invoked: its place among all operations of the file. */
  readonly id: number;
  /** The line of its invocation. */
  readonly line: number;
  readonly process: string;
  readonly f: string;
  /** Operations with different keys are judged apart; "" where the history has no keys. */
  readonly key: string;
  readonly input: Edn;
  /** null unless the outcome is "ok". */
  readonly output: Edn;
  readonly outcome: Outcome;
  readonly invokedOrder: number;
  readonly completedOrder: number;
  /** In nanoseconds, where the file tells times; otherwise the same as the orders. */
  readonly invokedNs: number;
  readonly completedNs: number;
}

/** One event of a file: a process invokes, or its operation ends. */
export interface RecordedEvent {
  readonly line: number;
  readonly process: string;
  readonly type: "invoke" | "ok" | "fail" | "info";
  readonly f: string;
  readonly key: string;
  readonly value: Edn;
  /** undefined where the file tells no times. */
  readonly timeNs: number | undefined;
}

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

/**
 * Pairs invocations with their completions. `info` and no completion at all leave an operation of unknown outcome. Throws
 * HistoryError where a completion belongs to no invocation, or a process does two things at once.
 */
export function recordedOf(events: readonly RecordedEvent[]): Recorded[] {
  const running: Map<string, Mutable<Recorded>> = new Map();
  const all: Mutable<Recorded>[] = [];
  events.forEach((event, order) => {
    const { line, process, type, f } = event;
    const begun = running.get(process);
    if (type === "invoke") {
      if (begun !== undefined && begun.outcome === "open") {
        throw new HistoryError(
          line,
          `process ${process} invokes ${f} while its ${begun.f} of line ${begun.line} still runs`,
        );
      }
      const operation = begin(event, all.length, order);
      all.push(operation);
      running.set(process, operation);
      return;
    }
    if (begun === undefined || begun.outcome !== "open") {
      // A process may tell what it does without being asked, as Jepsen's nemesis does.
      if (type === "info") return;
      throw new HistoryError(
        line,
        `process ${process} completes ${f}, but nothing of it is running`,
      );
    }
    if (begun.f !== f) {
      throw new HistoryError(
        line,
        `process ${process} completes ${f}, but its ${begun.f} of line ${begun.line} is running`,
      );
    }
    begun.outcome = type === "info" ? "unknown" : type;
    begun.completedOrder = order;
    begun.completedNs = event.timeNs ?? order;
    if (type === "ok") begun.output = event.value;
  });
  for (const operation of all) if (operation.outcome === "open") operation.outcome = "unknown";
  return all;
}

function begin(event: RecordedEvent, id: number, order: number): Mutable<Recorded> {
  const { line, process, f, key, value, timeNs } = event;
  const invokedNs = timeNs ?? order;
  return {
    id,
    line,
    process,
    f,
    key,
    input: value,
    output: null,
    outcome: "open",
    invokedOrder: order,
    completedOrder: -1,
    invokedNs,
    completedNs: -1,
  };
}

/** `write 3 → ok (process 7, line 12)` */
export function sayRecorded(operation: Recorded): string {
  return `${sayRequest(operation)} → ${sayAnswer(operation)} (process ${operation.process}, line ${operation.line})`;
}

function sayRequest({ f, key, input }: Recorded): string {
  const words = [f, key, input === null ? "" : printShort(input)];
  return words.filter((word) => word !== "").join(" ");
}

function sayAnswer({ f, input, output, outcome }: Recorded): string {
  if (outcome === "fail") return "fail";
  if (outcome !== "ok") return "nobody knows";
  const isEcho = printEdn(input) === printEdn(output);
  if (isEcho || (output === null && !f.startsWith("r") && !f.startsWith("get"))) return "ok";
  return printShort(output);
}

/** Of a long value both ends: lists differ at their end. */
function printShort(value: Edn): string {
  const text = printEdn(value);
  return text.length <= 72 ? text : `${text.slice(0, 24)}…${text.slice(-40)}`;
}
