/**
 * The two text formats of Porcupine's tests. Lines are in the order of time and tell no times.
 *
 * The etcd log of Jepsen, one register: `INFO  jepsen.util - 3⇥:ok⇥:cas⇥[1 2]`. A failed compare-and-set found another
 * value; a failed read learned nothing; `:info` is an operation of unknown outcome, whose process is not used again.
 *
 * The key-value log: `{:process 3, :type :ok, :f :get, :key "0", :value "x 1 2 y"}`, with get, put and append.
 */
import { type Edn, printEdn, Word } from "./edn.ts";
import { HistoryError } from "./historyError.ts";
import type { Recorded, RecordedEvent } from "./recorded.ts";

const ETCD_LINE =
  /^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(.*)$/;
const KV_LINE =
  /^\{:process (\d+), :type :(invoke|ok), :f :(get|put|append), :key "([^"]*)", :value (?:nil|"([^"]*)")\}$/;

export function readEtcdLog(text: string): readonly RecordedEvent[] {
  return linesOf(text, (content, line) => {
    const [, process = "", type = "", f = "", value = ""] = ETCD_LINE.exec(content) ?? [];
    if (process === "") {
      throw new HistoryError(
        line,
        `expected "INFO  jepsen.util - 0\t:invoke\t:read\tnil" or the like; got "${content.slice(0, 60)}"`,
      );
    }
    // A failed cas found another value, which is an answer; a failed read learned nothing.
    if (type === "fail" && f === "cas") return event(line, process, "ok", f, "", false);
    const known = type === "fail" && f === "read" ? "info" : type;
    return event(line, process, known, f, "", etcdValue(value, f, line));
  });
}

function etcdValue(text: string, f: string, line: number): Edn {
  if (text === "nil") return null;
  if (text.startsWith(":")) return new Word(text);
  if (f !== "cas" && /^-?\d+$/.test(text)) return Number(text);
  const pair = /^\[(-?\d+) (-?\d+)\]$/.exec(text);
  if (f === "cas" && pair !== null) return [Number(pair[1]), Number(pair[2])];
  throw new HistoryError(
    line,
    `:${f} expects ${f === "cas" ? "two numbers such as [1 2]" : "a number or nil"}; got "${text}"`,
  );
}

export function readKvLog(text: string): readonly RecordedEvent[] {
  return linesOf(text, (content, line) => {
    const [, process = "", type = "", f = "", key = "", value] = KV_LINE.exec(content) ?? [];
    if (process === "") {
      throw new HistoryError(
        line,
        `expected {:process 0, :type :invoke, :f :get, :key "0", :value nil} or the like; got "${content.slice(0, 60)}"`,
      );
    }
    return event(line, process, type, f, key, value ?? null);
  });
}

function linesOf(
  text: string,
  parse: (content: string, line: number) => RecordedEvent,
): readonly RecordedEvent[] {
  const events: RecordedEvent[] = [];
  text.split("\n").forEach((content, index) => {
    if (content.trim() !== "") events.push(parse(content.trimEnd(), index + 1));
  });
  return events;
}

// oxlint-disable-next-line max-params -- the fields of a line
function event(
  line: number,
  process: string,
  type: string,
  f: string,
  key: string,
  value: Edn,
): RecordedEvent {
  return { line, process, type: type as RecordedEvent["type"], f, key, value, timeNs: undefined };
}

/** Throws HistoryError for what the format cannot say: several keys, operations other than read, write and cas. */
export function writeEtcdLog(history: readonly Recorded[]): string {
  const keys = new Set(history.map(({ key }) => key));
  if (keys.size > 1) {
    throw new HistoryError(
      0,
      `this format has one register, and the history ${keys.size} keys: choose one with key=NAME, such as key=${[...keys][0]}`,
    );
  }
  const numberOf = numbering();
  return eventLines(history, (operation, type) => {
    const { process, f, input, output } = operation;
    if (f !== "read" && f !== "write" && f !== "cas") throw cannotSay("porcupine-etcd", f);
    // What surely was not executed has no line in this format, and a failed cas in it tells more than that.
    if (operation.outcome === "fail") return undefined;
    const line = (kind: string, value: string): string =>
      `INFO  jepsen.util - ${process}\t:${kind}\t:${f}\t${value}`;
    if (type === "info")
      return f === "read" ? line("fail", ":timed-out") : line("info", ":timed-out");
    if (f === "cas") {
      const [from = null, to = null] = Array.isArray(input) ? (input as readonly Edn[]) : [];
      if (from === null)
        throw new HistoryError(0, "porcupine-etcd has no cas of an absent register");
      const kind = type === "ok" && output === false ? "fail" : type;
      return line(kind, `[${numberOf(from)} ${numberOf(to)}]`);
    }
    const value = type === "invoke" ? input : f === "read" ? output : input;
    return line(type, value === null ? "nil" : numberOf(value));
  });
}

/** Values of this format are whole numbers: others are numbered as they first appear. */
function numbering(): (value: Edn) => string {
  const numbers: Map<string, string> = new Map();
  return (value) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= 0) return String(value);
    const text = printEdn(value);
    const known = numbers.get(text) ?? String(1_000_000 + numbers.size);
    numbers.set(text, known);
    return known;
  };
}

/** An operation of unknown outcome has an invocation only; Porcupine's own reader takes no such history. */
export function writeKvLog(history: readonly Recorded[]): string {
  const names: Readonly<Record<string, string>> = {
    read: "get",
    get: "get",
    write: "put",
    put: "put",
    append: "append",
  };
  return eventLines(history, ({ process, f, key, input, output, outcome }, type) => {
    const name = names[f];
    if (name === undefined) throw cannotSay("porcupine-kv", f);
    const isUnread = name === "get" && outcome !== "ok";
    if (outcome === "fail" || type === "info" || isUnread) return undefined;
    const found = output === null ? "" : textOf(output);
    const value = name !== "get" ? textOf(input) : type === "ok" ? found : undefined;
    if (/["\n]/.test(`${key}${value ?? ""}`))
      throw new HistoryError(
        0,
        "porcupine-kv has no quotation marks and line breaks in keys and values",
      );
    return `{:process ${process}, :type :${type}, :f :${name}, :key "${key}", :value ${value === undefined ? "nil" : `"${value}"`}}`;
  });
}

function textOf(value: Edn): string {
  return typeof value === "string" ? value : printEdn(value);
}

function cannotSay(format: string, f: string): HistoryError {
  return new HistoryError(0, `${format} cannot say "${f}": jepsen can`);
}

function eventLines(
  history: readonly Recorded[],
  say: (operation: Recorded, type: "invoke" | "ok" | "info") => string | undefined,
): string {
  const lines: { readonly order: number; readonly text: string }[] = [];
  const add = (order: number, text: string | undefined): void => {
    if (text !== undefined) lines.push({ order, text });
  };
  for (const operation of history) {
    add(operation.invokedOrder, say(operation, "invoke"));
    if (operation.completedOrder < 0) continue;
    add(operation.completedOrder, say(operation, operation.outcome === "ok" ? "ok" : "info"));
  }
  lines.sort((left, right) => left.order - right.order);
  return lines.map(({ text }) => `${text}\n`).join("");
}
