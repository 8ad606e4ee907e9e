import type { LatencySummary } from "../../run.ts";
import { isReadInput, type Operation } from "../history.ts";
import { quantile } from "../availability.ts";
import {
  type ExpectationFacts,
  type ExpectationKind,
  type Fields,
  type Judgement,
  numberOf,
  sayMs,
} from "./expectation.ts";

const fields = {
  phase: "before, fault, after or all; all if not said",
  p50Ms: "largest median latency allowed",
  p99Ms: "largest 99th percentile allowed",
};

/** Latencies from due to answered. */
export const writeLatency: ExpectationKind = {
  name: "writeLatency",
  help: "Writes are answered within these times, counted from when they were due.",
  fields,
  required: [],
  failsAs: "liveness",
  judge: (facts, given) => judgeLatency(facts, given, "write"),
};

export const readLatency: ExpectationKind = {
  name: "readLatency",
  help: "Reads on primaries are answered within these times, counted from when they were due.",
  fields,
  required: [],
  failsAs: "liveness",
  judge: (facts, given) => judgeLatency(facts, given, "read"),
};

export const cleanReads: ExpectationKind = {
  name: "cleanReads",
  help: "Reads on primaries of keys that no write overlapped are answered without waiting for the log.",
  fields: { p99Ms: "largest 99th percentile allowed, from sent to answered" },
  required: ["p99Ms"],
  failsAs: "liveness",
  judge(facts, given) {
    const latencies = Float64Array.from(cleanReadLatencies(facts.history)).sort();
    const examined = latencies.length;
    const unit = "reads of clean keys";
    if (examined === 0)
      return { holds: false, examined, unit, sentence: "no read met a clean key" };
    const p99Us = quantile(latencies, 0.99);
    const limitUs = numberOf(given, "p99Ms", Infinity) * 1000;
    const sentence = `reads of clean keys took ${sayMs(p99Us)} at the 99th percentile (at most ${sayMs(limitUs)} allowed)`;
    return { holds: p99Us <= limitUs, examined, unit, sentence };
  },
};

function judgeLatency(
  facts: ExpectationFacts,
  given: Fields,
  access: LatencySummary["access"],
): Judgement {
  const phase = given["phase"] ?? "all";
  const summary = facts.latencies.find((one) => one.phase === phase && one.access === access);
  const unit = `${access}s`;
  if (summary === undefined) {
    return {
      holds: false,
      examined: 0,
      unit,
      sentence: `no ${access} was answered in phase ${phase}`,
    };
  }
  const p50Us = numberOf(given, "p50Ms", Infinity) * 1000;
  const p99Us = numberOf(given, "p99Ms", Infinity) * 1000;
  const limits = [p50Us, p99Us].map((us) => (us === Infinity ? "any" : sayMs(us))).join(" and ");
  const sentence = `${access}s in phase ${phase} took ${sayMs(summary.p50Us)} at the median and ${sayMs(summary.p99Us)} at the 99th percentile (${limits} allowed)`;
  const holds = summary.p50Us <= p50Us && summary.p99Us <= p99Us;
  return { holds, examined: summary.count, unit, sentence };
}

/** The writes of one key by the order of their invocation, and the latest end of any of them so far. */
interface KeyWrites {
  readonly invokedUs: number[];
  readonly latestEndUs: number[];
}

/** Microseconds of every answered read on a primary whose key no write overlapped. `history` is in order of invocation. */
function cleanReadLatencies(history: readonly Operation[]): readonly number[] {
  const writesByKey: Map<string, KeyWrites> = new Map();
  for (const operation of history) {
    if (!isReadInput(operation.input) && operation.outcome !== "fail")
      noteWrite(writesByKey, operation);
  }
  const latencies: number[] = [];
  for (const read of history) {
    if (!isReadInput(read.input) || read.outcome !== "ok" || read.readonlyReplica) continue;
    const writes = writesByKey.get(read.input.key);
    if (writes === undefined || !overlapsAny(writes, read))
      latencies.push(read.completedUs - read.invokedUs);
  }
  return latencies;
}

/** A write without an answer may take effect at any later time. */
function noteWrite(writesByKey: Map<string, KeyWrites>, write: Operation): void {
  let writes = writesByKey.get(write.input.key);
  if (writes === undefined) {
    writes = { invokedUs: [], latestEndUs: [] };
    writesByKey.set(write.input.key, writes);
  }
  const endUs = write.outcome === "ok" ? write.completedUs : Infinity;
  writes.latestEndUs.push(Math.max(writes.latestEndUs.at(-1) ?? -Infinity, endUs));
  writes.invokedUs.push(write.invokedUs);
}

/** Whether one of the writes invoked by the read's end ended after its beginning: a search, not a walk over all of them. */
function overlapsAny({ invokedUs, latestEndUs }: KeyWrites, read: Operation): boolean {
  const before = bisectRight(invokedUs, read.completedUs);
  return before > 0 && (latestEndUs[before - 1] as number) >= read.invokedUs;
}

/** How many of the ascending numbers are at most `limit`. */
function bisectRight(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
