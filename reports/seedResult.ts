/** What a campaign keeps of one seed: enough for its summary, little enough to cross threads and machines by the thousand. */
import type { FaultRecord, LatencySummary, Run, RunVerdict } from "../sim/run.ts";
import { type SeedCoverage, seedCoverageOf } from "./coverage.ts";
import { headlineOf, lengthUs, longestOutage, verdictOf } from "./verdict.ts";

/** One kind of fault in one run. */
export interface FaultTally {
  readonly kind: string;
  readonly injected: number;
  /** How many of them changed anything. */
  readonly mattered: number;
}

/** What clients waited over one whole run. */
export interface SeedLatency {
  readonly access: LatencySummary["access"];
  readonly p50Us: number;
  readonly p99Us: number;
}

/** Plain data. A run's scenario and overrides are the campaign's; with them and the seed it can be had again. */
export interface SeedResult {
  readonly seed: number;
  readonly verdict: RunVerdict;
  /** What failed, without what differs from run to run; "" if all held. Failures are grouped by it. */
  readonly signature: string;
  readonly headline: string;
  /** Checks that broke as the run's budget allows, and said so. */
  readonly expectedViolations: readonly string[];
  readonly plannedUs: readonly number[];
  readonly unplannedUs: readonly number[];
  readonly longestWriteOutageUs: number;
  /** Undefined in files from before it was kept. */
  readonly latencies?: readonly SeedLatency[];
  readonly offered: number;
  readonly acknowledged: number;
  readonly unknown: number;
  readonly lost: number;
  /** Changes of a shard's leader under load while one of its operations was in flight. */
  readonly leaderChanges: number;
  readonly faults: readonly FaultTally[];
  /** What the seed tried; undefined if its run ended in an exception. */
  readonly coverage: SeedCoverage | undefined;
  readonly events: number;
  readonly steps: number;
  readonly simulatedUs: number;
  readonly digest: string;
  readonly wallMs: number;
  /** Where the files of a failed seed are, "" if none were written. */
  readonly folder: string;
}

export function seedResultOf(run: Run, wallMs: number, folder: string): SeedResult {
  const tookOf = (planned: boolean): number[] =>
    run.failovers.filter((f) => f.planned === planned).map((f) => f.firstAckUs - f.faultUs);
  const outage = longestOutage(run.unavailability, "write");
  return {
    seed: run.seed,
    verdict: verdictOf(run),
    signature: run.signature,
    headline: headlineOf(run),
    expectedViolations: run.checks
      .filter((check) => check.verdict === "expected violation")
      .map((check) => check.name),
    plannedUs: tookOf(true),
    unplannedUs: tookOf(false),
    longestWriteOutageUs: outage === undefined ? 0 : lengthUs(outage),
    latencies: run.latencies
      .filter(({ phase, count }) => phase === "all" && count > 0)
      .map(({ access, p50Us, p99Us }) => ({ access, p50Us, p99Us })),
    offered: run.operations.offered,
    acknowledged: run.operations.acknowledged,
    unknown: run.operations.unknown,
    lost: run.operations.lost,
    leaderChanges: leaderChangesInFlight(run),
    faults: tallyFaults(run.faults),
    coverage: seedCoverageOf(run),
    events: run.events,
    steps: run.steps,
    simulatedUs: run.simulatedUs,
    digest: run.digest,
    wallMs,
    folder,
  };
}

/** A seed whose run ended in an exception: an assertion of ours, or the harness itself. */
export function thrownSeed(seed: number, error: unknown, wallMs: number): SeedResult {
  const message = error instanceof Error ? error.message : String(error);
  return failedSeed(seed, `exception: ${message.replaceAll(/\d+/g, "N")}`, message, wallMs);
}

/** A seed without a run to judge. `signature` tells such ends apart. */
export function failedSeed(
  seed: number,
  signature: string,
  message: string,
  wallMs: number,
): SeedResult {
  return {
    seed,
    verdict: "harness",
    signature,
    headline: message,
    expectedViolations: [],
    plannedUs: [],
    unplannedUs: [],
    longestWriteOutageUs: 0,
    latencies: [],
    offered: 0,
    acknowledged: 0,
    unknown: 0,
    lost: 0,
    leaderChanges: 0,
    faults: [],
    coverage: undefined,
    events: 0,
    steps: 0,
    simulatedUs: 0,
    digest: "",
    wallMs,
    folder: "",
  };
}

function tallyFaults(faults: readonly FaultRecord[]): readonly FaultTally[] {
  const tallies = new Map<string, FaultTally>();
  for (const fault of faults) {
    const { kind } = fault;
    const { injected, mattered } = tallies.get(kind) ?? { injected: 0, mattered: 0 };
    const next = {
      kind,
      injected: injected + 1,
      mattered: mattered + (fault.mattered ? 1 : 0),
    };
    tallies.set(kind, next);
  }
  return [...tallies.values()];
}

interface Reign {
  readonly epoch: number;
  readonly fromUs: number;
  readonly untilUs: number;
}

/**
 * How often a shard's leadership passed to another epoch, after the load had begun, while an operation on that shard was in flight: sent
 * and not yet answered either when the old leader stopped or when the new one began.
 */
export function leaderChangesInFlight(
  run: Pick<Run, "nodes" | "roles" | "history" | "loadedUs">,
): number {
  const shards = new Map(run.nodes.map((node) => [node.node, node.shard]));
  const reigns = new Map<number, Reign[]>();
  for (const { node, role, epoch, fromUs, untilUs } of run.roles) {
    const shard = shards.get(node);
    if (role !== "primary" || shard === undefined) continue;
    const known = reigns.get(shard) ?? [];
    known.push({ epoch, fromUs, untilUs });
    reigns.set(shard, known);
  }
  let changes = 0;
  for (const [shard, list] of reigns) {
    const operations = run.history.filter((operation) => operation.shard === shard);
    const isInFlight = (atUs: number): boolean =>
      operations.some(({ invokedUs, completedUs }) => invokedUs <= atUs && completedUs > atUs);
    const inOrder = list.toSorted((left, right) => left.fromUs - right.fromUs);
    for (const [index, reign] of inOrder.entries()) {
      const before = inOrder[index - 1];
      if (before === undefined || before.epoch === reign.epoch) continue;
      if (reign.fromUs < run.loadedUs) continue;
      if (isInFlight(Math.min(before.untilUs, reign.fromUs)) || isInFlight(reign.fromUs)) changes++;
    }
  }
  return changes;
}
