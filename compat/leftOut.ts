/** Tests of Redis's suite that are not run, each with its reason. They stand in docs/COMPATIBILITY.md as they stand here. */
import type { SuiteMode } from "./options.ts";

export interface LeftOut {
  readonly unit: string;
  readonly tests: "all" | readonly string[];
  readonly reason: string;
  /** Only in these modes; all if absent. */
  readonly modes?: readonly SuiteMode[];
}

const STREAM = "reads what Redis sends to its replicas (SYNC): ours read the log of their shard";

export const leftOut: readonly LeftOut[] = [
  {
    unit: "unit/maxmemory",
    tests: [
      "eviction due to output buffers of many MGET clients, client eviction: false",
      "eviction due to input buffer of a dead client, client eviction: false",
      "eviction due to output buffers of pubsub, client eviction: false",
    ],
    reason: "buffers of clients have limits of their own here, and evict no keys",
    modes: ["spawn"],
  },
  {
    unit: "unit/maxmemory",
    tests: [
      "slave buffer are counted correctly",
      "replica buffer don't induce eviction",
      "propagation with eviction",
      "propagation with eviction in MULTI",
    ],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/auth",
    tests: ["MASTERAUTH test with binary password"],
    reason: STREAM,
    modes: ["spawn"],
  },
  {
    unit: "unit/type/list",
    tests: [
      "SWAPDB wants to wake blocked client, but the key already expired",
      "MULTI + LPUSH + EXPIRE + DEBUG SLEEP on blocked client, key already expired",
    ],
    reason: STREAM,
  },
  {
    unit: "unit/expire",
    tests: [
      "SCAN: Lazy-expire should not be wrapped in MULTI/EXEC",
      "RANDOMKEY: Lazy-expire should not be wrapped in MULTI/EXEC",
    ],
    reason: STREAM,
  },
  {
    unit: "unit/latency-monitor",
    tests: ["LATENCY of expire events are correctly collected"],
    reason:
      "wants a set of a million members to take over 20 ms to go: here the collector of garbage takes it, later",
  },
  {
    unit: "unit/dump",
    tests: ["RESTORE fail with invalid payload size"],
    reason: "fails on Debian's own server: its source package brings a test for another message",
  },
  {
    unit: "unit/querybuf",
    tests: ["query buffer resized correctly", "query buffer resized correctly when not idle"],
    reason:
      "measures the buffer that Redis keeps for each connection: here all are read through one",
    modes: ["cluster"],
  },
  {
    unit: "unit/type/string",
    tests: ["trim on SET with big value"],
    reason: "runs only where INFO names jemalloc as the allocator",
  },
  {
    unit: "unit/type/set",
    tests: ["SRANDMEMBER with a dict containing long chain"],
    reason:
      "reads the statistics of Redis's own hash table, and fails on the real server too when that runs elsewhere",
  },
];

/** What a unit spares in a mode. */
export function leftOutOf(unit: string, mode: SuiteMode): "all" | ReadonlySet<string> {
  const names = new Set<string>();
  for (const entry of leftOut) {
    if (entry.unit !== unit || entry.modes?.includes(mode) === false) continue;
    if (entry.tests === "all") return "all";
    for (const name of entry.tests) names.add(name);
  }
  return names;
}
