/** What the load met: unavailability windows, counts of operations, and latencies, all from when operations were due. */
import type { OfferedOperation } from "../clients/offered.ts";
import type {
  CheckResult,
  Interval,
  LatencySummary,
  OperationCounts,
  Unavailability,
} from "../run.ts";

/** A shard counts as unavailable for an access once an operation waited so long without any being answered. */
const unavailableAfterUs = 200_000;
const LEAST_RATIO = 0.99;

/**
 * The unavailability windows. A window of a shard for writes (or reads on primaries) is a stretch between two successive
 * answers of that access, cut to begin when an operation that was not answered within it was due, and longer than
 * `unavailableAfterUs`.
 *
 * @param endUs the end of the run: a shard that never answers again is unavailable until then
 */
export function findUnavailability(
  offered: readonly OfferedOperation[],
  endUs: number,
): readonly Unavailability[] {
  const found: Unavailability[] = [];
  for (const access of ["write", "read"] as const) {
    const byShard: Map<number, OfferedOperation[]> = new Map();
    for (const operation of offered) {
      if (operation.access !== access) continue;
      const list = byShard.get(operation.shard);
      if (list === undefined) byShard.set(operation.shard, [operation]);
      else list.push(operation);
    }
    for (const [shard, operations] of byShard) {
      for (const gap of gapsOf(operations, endUs)) found.push({ ...gap, shard, access });
    }
  }
  return found.sort((a, b) => a.fromUs - b.fromUs || a.shard - b.shard);
}

/** @param operations in the order of their due times */
function gapsOf(operations: readonly OfferedOperation[], endUs: number): readonly Interval[] {
  const answers: number[] = [];
  for (const operation of operations) if (operation.outcome === "ok") answers.push(operation.endUs);
  answers.sort((a, b) => a - b);
  answers.push(endUs);
  const gaps: Interval[] = [];
  let last = operations[0]?.dueUs ?? endUs;
  for (const answer of answers) {
    if (answer - last > unavailableAfterUs) {
      const fromUs = firstWaiting(operations, last, answer);
      if (answer - fromUs > unavailableAfterUs) gaps.push({ fromUs, untilUs: answer });
    }
    last = answer;
  }
  return gaps;
}

/** When within (from, until) the first operation waited that had no answer in there; `until` if none did. */
function firstWaiting(
  operations: readonly OfferedOperation[],
  fromUs: number,
  untilUs: number,
): number {
  let first = untilUs;
  for (const operation of operations) {
    if (operation.dueUs >= first) break;
    const isOver = operation.endUs >= 0 && operation.endUs <= fromUs;
    // A client that thinks between WATCH and EXEC waits for nobody.
    const waitsFromUs = operation.dueUs + operation.earlierRoundsUs;
    if (!isOver) first = Math.min(first, Math.max(fromUs, waitsFromUs));
  }
  return first;
}

/** Counts operations; those that met a window of their shard and access count as inside it. */
export function countOperations(
  offered: readonly OfferedOperation[],
  windows: readonly Unavailability[],
  lost: number,
): OperationCounts {
  let acknowledged = 0;
  let failed = 0;
  let unknown = 0;
  let offeredOutsideWindows = 0;
  let acknowledgedOutsideWindows = 0;
  for (const operation of offered) {
    if (operation.outcome === "ok") acknowledged++;
    else if (operation.outcome === "failed") failed++;
    else unknown++;
    if (windows.some((window) => meets(operation, window))) continue;
    offeredOutsideWindows++;
    if (operation.outcome === "ok") acknowledgedOutsideWindows++;
  }
  return {
    offered: offered.length,
    acknowledged,
    failed,
    unknown,
    lost,
    offeredOutsideWindows,
    acknowledgedOutsideWindows,
  };
}

/** At least 99 % of what was offered outside the windows must have been acknowledged, or the run proves little. */
export function judgeAvailability(counts: OperationCounts): CheckResult {
  const { offeredOutsideWindows: offered, acknowledgedOutsideWindows: acknowledged } = counts;
  const base = { name: "availability", examined: offered, unit: "operations outside the windows" };
  if (offered === 0) {
    return {
      ...base,
      verdict: "nothing examined",
      sentence: "nothing was offered outside the unavailability windows",
    };
  }
  const percent = ((acknowledged / offered) * 100).toFixed(2);
  const sentence = `${percent} % of the operations offered outside the unavailability windows were acknowledged (at least ${LEAST_RATIO * 100} % must be)`;
  return { ...base, verdict: acknowledged >= offered * LEAST_RATIO ? "ok" : "missed", sentence };
}

/**
 * Latencies from due to answered, by phase: before the first fault, from there to the end of the last one, after it.
 *
 * @param faults in any order; without any there is only the phase "all"
 */
export function summariseLatencies(
  offered: readonly OfferedOperation[],
  faults: readonly Interval[],
): readonly LatencySummary[] {
  const fromUs = Math.min(...faults.map((fault) => fault.fromUs));
  const untilUs = Math.max(...faults.map((fault) => fault.untilUs));
  // One pass: of long runs there are some hundred thousand operations.
  const all = emptyGroup();
  const groups = { before: emptyGroup(), fault: emptyGroup(), after: emptyGroup() };
  for (const operation of offered) {
    if (operation.outcome !== "ok" || operation.isScan) continue;
    const { access, dueUs } = operation;
    const latencyUs = operation.endUs - dueUs - operation.earlierRoundsUs;
    all[access].push(latencyUs);
    const phase = dueUs < fromUs ? "before" : dueUs <= untilUs ? "fault" : "after";
    if (faults.length > 0) groups[phase][access].push(latencyUs);
  }
  return [
    ...summariesOf("before", groups.before),
    ...summariesOf("fault", groups.fault),
    ...summariesOf("after", groups.after),
    ...summariesOf("all", all),
  ];
}

type LatencyGroup = Record<LatencySummary["access"], number[]>;

function emptyGroup(): LatencyGroup {
  return { write: [], read: [], "replica read": [] };
}

function summariesOf(phase: LatencySummary["phase"], group: LatencyGroup): LatencySummary[] {
  const summaries: LatencySummary[] = [];
  for (const access of ["write", "read", "replica read"] as const) {
    if (group[access].length > 0) summaries.push(summarise(phase, access, group[access]));
  }
  return summaries;
}

/** The smallest value that at least this ratio of the values do not exceed. `ascending` must not be empty. */
export function quantile(ascending: ArrayLike<number>, ratio: number): number {
  return ascending[Math.max(0, Math.ceil(ascending.length * ratio) - 1)] as number;
}

function summarise(
  phase: LatencySummary["phase"],
  access: LatencySummary["access"],
  latencies: readonly number[],
): LatencySummary {
  const ascending = Float64Array.from(latencies).sort();
  return {
    phase,
    access,
    count: ascending.length,
    p50Us: quantile(ascending, 0.5),
    p99Us: quantile(ascending, 0.99),
    p999Us: quantile(ascending, 0.999),
    maxUs: quantile(ascending, 1),
  };
}

/** Reads of any kind meet read windows: a replica read falls back on the primary. */
function meets(operation: OfferedOperation, window: Unavailability): boolean {
  if (operation.shard !== window.shard) return false;
  if ((operation.access === "write") !== (window.access === "write")) return false;
  const endUs = operation.endUs < 0 ? Infinity : operation.endUs;
  return operation.dueUs < window.untilUs && endUs > window.fromUs;
}
