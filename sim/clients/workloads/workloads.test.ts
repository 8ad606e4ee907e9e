import { describe, expect, it } from "vitest";
import { commandTable } from "../../../engine/commands/table.ts";
import { isReadInput, type OperationInput } from "../../checker/history.ts";
import { randomFrom } from "../../random.ts";
import { requestsOf } from "../commands.ts";
import { workloads } from "./registry.ts";
import type { Draw, Workload } from "./workload.ts";

/** Those whose values are strings, and what is done with keys of any type: the other groups have no workload. */
const loaded: ReadonlySet<string> = new Set(["string", "generic", "transactions"]);
/** Sent by no workload: they speak of other types, of other databases, or of how a value is held and how long it was not used. */
const spared = [
  "dump",
  "migrate",
  "move",
  "object|freq",
  "object|idletime",
  "restore",
  "restore-asking",
  "sort",
  "sort_ro",
];
/** Sent around operations by the clients themselves. */
const byClients = ["watch"];

function drawOf(seed: number): Draw {
  const random = randomFrom(seed);
  let values = 0;
  return { random, uniqueValue: () => `v${values++}`, unixMs: () => 1_700_000_000_000 };
}

function* inputsOf(workload: Workload, seed: number): Generator<OperationInput> {
  const key = `${workload.kind}:0:{1}`;
  const draw = drawOf(seed);
  yield workload.makeRead(key, draw);
  yield workload.makeReplicaRead?.(key, draw) ?? workload.makeScan(key);
  yield workload.makeScan(key);
  const read = workload.makeWatchedRead?.(key, draw);
  if (read !== undefined) yield read.input;
  const steps = read?.input.f === "transaction" ? read.input.steps.map(() => null) : null;
  const seen = read === undefined ? undefined : { ...read, output: steps };
  yield workload.makeWrite(key, draw, seen);
}

describe("workloads", () => {
  it("together send every command on strings and keys", () => {
    const sent = new Set([...spared, ...byClients]);
    for (const workload of workloads) {
      for (let seed = 0; seed < 3000; seed++) {
        for (const input of inputsOf(workload, seed)) {
          for (const argv of requestsOf(input)) {
            const spec = commandTable.findRequest(argv);
            if (spec !== undefined) sent.add(spec.name);
          }
        }
      }
    }
    const all = commandTable.all
      .filter(({ row }) => loaded.has(row.group))
      .flatMap(({ name, subcommands }) =>
        subcommands === undefined ? [name] : [...subcommands.values()].map((sub) => sub.name),
      );
    expect(all.length).toBeGreaterThan(50);
    expect(all.filter((name) => !sent.has(name))).toEqual([]);
  });

  it("ask for nothing but reads when they read", () => {
    for (const workload of workloads) {
      for (let seed = 0; seed < 200; seed++) {
        const draw = drawOf(seed);
        expect(isReadInput(workload.makeRead("k:0:{1}", draw))).toBe(true);
        expect(isReadInput(workload.makeScan("k:0:{1}"))).toBe(true);
      }
    }
  });
});
