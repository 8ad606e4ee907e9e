import { describe, expect, it } from "vitest";
import { commandTable } from "../../../engine/commands/table.ts";
import { isReadInput, type OperationInput } from "../../checker/history.ts";
import { randomFrom } from "../../random.ts";
import { requestsOf } from "../commands.ts";
import { workloads } from "./registry.ts";
import type { Draw, Workload } from "./workload.ts";

/** Groups of commands that no workload sends one by one, and why. */
const sparedGroups: Readonly<Record<string, string>> = {
  pubsub: "listeners and the workload messages publish and hear; the rest changes no key",
  scripting: "a script is a program: what it sends are commands of the other groups",
  server: "tells of the process, or ends it; the workload commands asks what is harmless",
  connection: "changes the connection; the workload commands asks what is harmless",
  cluster: "tells of the cluster; the workload commands asks what is harmless",
};
/** Commands that no workload sends, and why. */
const spared: Readonly<Record<string, string>> = {
  migrate: "speaks to another server",
  move: "needs another database, of which a cluster has none",
  pfdebug: "tells how a HyperLogLog is held",
  pfselftest: "tests the server itself",
  "object|freq": "how often a key was used is each node's own count",
  "object|idletime": "how long a key was not used is each node's own count",
};
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
  it("together send every command, save those that are spared for a reason", () => {
    const sent = new Set([...Object.keys(spared), ...byClients]);
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
      .filter(({ row }) => sparedGroups[row.group] === undefined)
      .flatMap(({ name, subcommands }) =>
        subcommands === undefined ? [name] : [...subcommands.values()].map((sub) => sub.name),
      );
    expect(all.length).toBeGreaterThan(150);
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
