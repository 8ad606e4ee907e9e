/**
 * Jepsen's histories in EDN: one map a line, or one vector of maps. `:type` is :invoke, :ok, :fail (surely not executed) or
 * :info (nobody knows). Tests of independent keys put `[key value]` into `:value`.
 */
import { type Edn, EdnReader, printEdn, Word } from "./edn.ts";
import { HistoryError } from "./historyError.ts";
import type { Recorded, RecordedEvent } from "./recorded.ts";

interface Entry {
  readonly line: number;
  readonly process: number;
  readonly type: RecordedEvent["type"];
  readonly f: string;
  readonly value: Edn;
  readonly key: Edn | undefined;
  readonly timeNs: number | undefined;
}

const types: readonly string[] = ["invoke", "ok", "fail", "info"];

export function readJepsen(text: string): readonly RecordedEvent[] {
  const entries = entriesOf(text);
  const isKeyed = hasKeys(entries);
  return entries.map(({ line, process, type, f, value, key, timeNs }) => {
    const own = isKeyed ? (value as readonly Edn[]) : [key ?? "", value];
    const name = typeof own[0] === "string" ? own[0] : printEdn(own[0] as Edn);
    const event = { line, process: String(process), type, f, timeNs };
    return { ...event, key: name, value: own[1] as Edn };
  });
}

function entriesOf(text: string): readonly Entry[] {
  const reader = new EdnReader(text);
  const entries: Entry[] = [];
  while (!reader.isAtEnd()) {
    const { line } = reader;
    const value = reader.read();
    // Of a vector nobody knows the lines of its elements: they are counted as if one stood on each.
    const maps = Array.isArray(value) ? (value as readonly Edn[]) : [value];
    maps.forEach((map, index) => {
      const entry = entryOf(map, maps.length > 1 ? Math.min(line + index, reader.line) : line);
      if (entry !== undefined) entries.push(entry);
    });
  }
  return entries;
}

/** undefined for what is no client's: a nemesis has a name instead of a number. */
function entryOf(map: Edn, line: number): Entry | undefined {
  if (!(map instanceof Map)) {
    throw new HistoryError(
      line,
      `expected a map such as {:process 0, :type :invoke, :f :read, :value nil}; got ${printEdn(map).slice(0, 40)}`,
    );
  }
  const fields = map as ReadonlyMap<string, Edn>;
  const process = fields.get(":process");
  if (process instanceof Word) return undefined;
  if (typeof process !== "number") throw new HistoryError(line, "this operation has no :process");
  const type = nameOf(fields.get(":type"));
  if (type === undefined || !types.includes(type)) {
    throw new HistoryError(
      line,
      `:type must be one of :invoke, :ok, :fail, :info; got ${printEdn(fields.get(":type") ?? null)}`,
    );
  }
  const f = nameOf(fields.get(":f"));
  if (f === undefined) throw new HistoryError(line, "this operation has no :f");
  const time = fields.get(":time");
  const value = fields.get(":value") ?? null;
  return {
    line,
    process,
    type: type as Entry["type"],
    f,
    value,
    key: fields.get(":key"),
    timeNs: typeof time === "number" ? time : undefined,
  };
}

function nameOf(value: Edn | undefined): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Word ? value.text.replace(/^:/, "") : undefined;
}

/** Every value is a pair, and where the operation takes a pair itself, a pair with a pair. Completions may say less. */
function hasKeys(entries: readonly Entry[]): boolean {
  const invocations = entries.filter((entry) => entry.type === "invoke");
  return (
    invocations.length > 0 &&
    invocations.every(({ f, value }) => {
      if (f === "txn" || !isPair(value)) return false;
      return f !== "cas" || isPair((value as readonly Edn[])[1]);
    })
  );
}

function isPair(value: Edn | undefined): boolean {
  return Array.isArray(value) && value.length === 2;
}

interface Line {
  readonly order: number;
  readonly timeNs: number;
  readonly operation: Recorded;
  readonly type: RecordedEvent["type"];
  readonly value: Edn;
}

/** One map a line. Operations with a key have `[key value]`. */
export function writeJepsen(history: readonly Recorded[]): string {
  const lines: Line[] = [];
  for (const operation of history) {
    const { invokedOrder, completedOrder, invokedNs, completedNs, outcome, input } = operation;
    lines.push({ order: invokedOrder, timeNs: invokedNs, operation, type: "invoke", value: input });
    if (completedOrder < 0) continue;
    // Jepsen has no word for a cas that found another value, but it surely changed nothing.
    const isRefused = outcome === "ok" && operation.f === "cas" && operation.output === false;
    const known = isRefused ? "fail" : outcome;
    const type = known === "unknown" || known === "open" ? "info" : known;
    const value = outcome === "ok" && tellsOutput(operation) ? operation.output : input;
    lines.push({ order: completedOrder, timeNs: completedNs, operation, type, value });
  }
  lines.sort((left, right) => left.order - right.order);
  return lines
    .map(({ timeNs, operation: { process, f, key }, type, value }, index) => {
      const own: Edn = key === "" ? value : [/^-?\d+$/.test(key) ? Number(key) : key, value];
      return `{:index ${index}, :time ${timeNs}, :process ${process}, :type :${type}, :f :${f}, :value ${printEdn(own)}}\n`;
    })
    .join("");
}

/** Others repeat what was asked. */
function tellsOutput({ f, output }: Recorded): boolean {
  return f === "read" || f === "get" || (f !== "cas" && output !== null);
}
