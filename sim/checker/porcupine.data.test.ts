/**
 * Agreement with the verdicts that Porcupine's own tests expect, on recorded histories of etcd and of a key-value store.
 * Needs the data: `npm run test:data`, with AZIMUTH_DATA naming the folder (../shared/data if not said).
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Operation, OperationInput, OperationOutput, Outcome } from "./history.ts";
import { checkHistory } from "./linearizability.ts";
import { redisString } from "./models/redisString.ts";

const folder = join(process.env["AZIMUTH_DATA"] ?? "../shared/data", "porcupine");
const manifest = join(folder, "manifest.tsv");
if (!existsSync(manifest)) {
  throw new Error(
    `no ${manifest}: set AZIMUTH_DATA to the folder that holds porcupine/manifest.tsv`,
  );
}

interface Row {
  readonly file: string;
  readonly expected: string;
  readonly operations: number;
}

const rows: readonly Row[] = readFileSync(manifest, "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split("\t"))
  .map(([file = "", , expected = "", , operations]) => ({
    file,
    expected,
    operations: Number(operations),
  }))
  .filter(({ file }) => existsSync(join(folder, file)));

/** One parsed line: a process invokes, or its operation ends. */
interface Event {
  readonly process: string;
  readonly type: string;
  readonly input: OperationInput | undefined;
  readonly output: OperationOutput;
}

interface Begun {
  readonly id: number;
  readonly input: OperationInput;
  readonly order: number;
}

function historyOf(
  lines: readonly string[],
  parse: (line: string) => Event | undefined,
): Operation[] {
  const open: Map<string, Begun> = new Map();
  const history: Operation[] = [];
  const events = lines.map(parse).filter((event) => event !== undefined);
  events.forEach((event, order) => {
    if (event.type === "invoke") {
      open.set(event.process, {
        id: history.length + open.size,
        input: event.input as OperationInput,
        order,
      });
      return;
    }
    const begun = open.get(event.process);
    if (begun === undefined || event.type === "info") return;
    open.delete(event.process);
    history.push(operation(begun, order, event.output, event.type === "lost" ? "unknown" : "ok"));
  });
  for (const begun of open.values()) history.push(operation(begun, events.length, null, "unknown"));
  return history;
}

function operation(
  begun: Begun,
  order: number,
  output: OperationOutput,
  outcome: Outcome,
): Operation {
  return {
    id: begun.id,
    offered: begun.id,
    process: 0,
    shard: 0,
    input: begun.input,
    output,
    outcome,
    dueUs: begun.order,
    invokedUs: begun.order,
    completedUs: order,
    repliedUs: order,
    invokedOrder: begun.order,
    completedOrder: order,
    node: "recorded",
    readonlyReplica: false,
    error: "",
  };
}

function parseJepsen(line: string): Event | undefined {
  const match = /- (\d+)\s+:(invoke|ok|fail|info)\s+:(read|write|cas)\s+(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, process = "", type = "", f = "", value = ""] = match;
  const key = "register";
  const [expected = "", next = ""] = value.replaceAll(/[[\]]/g, "").split(" ");
  const input: OperationInput =
    f === "read"
      ? { f: "get", key }
      : f === "write"
        ? { f: "set", key, value }
        : { f: "cas", key, expected, value: next };
  // A read that failed returned nothing, and its process goes on.
  if (type === "fail" && f === "read") return { process, type: "lost", input, output: null };
  if (f === "cas") return { process, type, input, output: type === "ok" };
  return { process, type, input, output: f === "read" && value !== "nil" ? value : null };
}

/** The recorded store begins with empty strings and answers "" where Redis answers nil; it tells no length after append. */
function parseKv(line: string): Event | undefined {
  const match =
    /:process (\d+), :type :(invoke|ok), :f :(get|put|append), :key "(\d)", :value (?:nil|"(.*)")/.exec(
      line,
    );
  if (match === null) return undefined;
  const [, process = "", type = "", f = "", key = "", value] = match;
  const input: OperationInput =
    f === "get"
      ? { f: "get", key }
      : f === "put"
        ? { f: "set", key, value: value ?? "" }
        : { f: "append", key, value: value ?? "" };
  const output = f !== "get" || value === undefined || value === "" ? null : value;
  return { process, type, input, output };
}

describe("Porcupine's histories", () => {
  it("are there", () => {
    expect(rows.length).toBeGreaterThan(40);
  });

  for (const { file, expected, operations } of rows) {
    it(`${file} is ${expected}`, () => {
      const lines = readFileSync(join(folder, file), "utf8").split("\n");
      const isKv = file.startsWith("kv/");
      const history = historyOf(lines, isKv ? parseKv : parseJepsen);
      expect(history).toHaveLength(operations);
      const options = { modelOf: () => redisString, limit: 300_000, toleratesStaleReads: false };
      const result = checkHistory(history, options);
      expect(result.verdict).toBe(expected === "linearizable" ? "ok" : "violation");
    });
  }
});
