/**
 * How various the inputs of a run were, as cells of dimensions: "workload" has a cell for every mix that a seed drew, "pair of
 * faults" one for every two kinds that overlapped. What a campaign never draws it never tests, however many lines of code ran.
 */
import type { Operation } from "../sim/checker/history.ts";
import type { FaultRecord, Run } from "../sim/run.ts";

/** In the order in which they are told. */
export const dimensions = [
  "topology",
  "limits",
  "clocks",
  "workload",
  "command and outcome",
  "operations on a key at once",
  "attempts of an operation",
  "redirects of an operation",
  "fault",
  "pair of faults",
  "triple of faults",
] as const;

export type Dimension = (typeof dimensions)[number];

/** The cells that one run covers, by dimension; each once. */
export type Variety = Readonly<Record<Dimension, readonly string[]>>;

type Drawn = Pick<Run, "parameters" | "faults" | "history">;

export function varietyOf(run: Drawn): Variety {
  const { parameters, faults, history } = run;
  const value = (name: string): number => Number(parameters[name]);
  const begun = faults.filter((fault) => fault.targets.length > 0 || fault.mattered);
  const attempts = attemptsOf(history);
  return {
    topology: [`${value("shards")} × ${value("replicas") + 1} nodes`],
    limits: [
      `lease ${magnitude(value("leaseMs"))} ms`,
      `entry ${magnitude(value("entryBytes"))} bytes`,
      `in flight ${magnitude(value("inFlightBytes"))} bytes`,
      `message ${magnitude(value("messageBytes"))} bytes`,
      `checksum every ${magnitude(value("checksumEveryEntries"))}`,
      `commit ${String(parameters["commitRule"])}`,
      `log leader ${String(parameters["logLeader"])}`,
      `client time-out ${magnitude(value("clientTimeoutMs"))} ms`,
    ],
    clocks: [
      `wall ± ${magnitude(value("wallSkewMs"))} ms`,
      `rate ± ${magnitude(value("driftPpm"))} ppm`,
    ],
    workload: [String(parameters["workload"])],
    "command and outcome": distinct(history.map(commandOf)),
    "operations on a key at once": distinct(contentionsOf(history).map(few)),
    "attempts of an operation": distinct(attempts.map(({ count }) => few(count))),
    "redirects of an operation": distinct(attempts.map(({ redirects }) => few(redirects))),
    fault: distinct(begun.map(({ kind }) => kind)),
    "pair of faults": overlapping(begun, 2),
    "triple of faults": overlapping(begun, 3),
  };
}

function distinct(cells: readonly string[]): readonly string[] {
  return [...new Set(cells)];
}

/** "256…511": the power of two below, and what lies before the next. */
function magnitude(value: number): string {
  if (value < 1) return "0";
  let low = 1;
  while (low * 2 <= value) low *= 2;
  return low === 1 ? "1" : `${low}…${low * 2 - 1}`;
}

/** Small numbers one by one, larger ones in classes. */
function few(count: number): string {
  if (count <= 4) return String(count);
  return count <= 8 ? "5…8" : "9 or more";
}

function commandOf({ input, outcome, readonlyReplica }: Operation): string {
  const name = input.f === "transaction" ? input.way : input.f;
  return `${name}${readonlyReplica ? " on a replica" : ""}: ${outcome}`;
}

/** For every operation: how many were open on its key when it began, itself included. */
function contentionsOf(history: readonly Operation[]): readonly number[] {
  const open = new Map<string, number[]>();
  const found: number[] = [];
  for (const { input, invokedUs, completedUs } of history) {
    const ends = (open.get(input.key) ?? []).filter((endUs) => endUs > invokedUs);
    ends.push(completedUs < 0 ? Infinity : completedUs);
    open.set(input.key, ends);
    found.push(ends.length);
  }
  return found;
}

interface Attempts {
  count: number;
  redirects: number;
}

function attemptsOf(history: readonly Operation[]): readonly Attempts[] {
  const byOffered = new Map<number, Attempts>();
  for (const { offered, error } of history) {
    const known = byOffered.get(offered) ?? { count: 0, redirects: 0 };
    known.count += 1;
    if (error.startsWith("MOVED")) known.redirects += 1;
    byOffered.set(offered, known);
  }
  return [...byOffered.values()];
}

/** Kinds of `size` faults that all lasted at one moment, in alphabetical order. */
function overlapping(faults: readonly FaultRecord[], size: 2 | 3): readonly string[] {
  const found = new Set<string>();
  for (const [at, first] of faults.entries()) {
    const with1 = faults.slice(at + 1).filter((other) => overlap([first, other]));
    for (const [next, second] of with1.entries()) {
      if (size === 2) found.add(nameOf([first, second]));
      else {
        for (const third of with1.slice(next + 1))
          if (overlap([first, second, third])) found.add(nameOf([first, second, third]));
      }
    }
  }
  return [...found];
}

function overlap(faults: readonly FaultRecord[]): boolean {
  const fromUs = Math.max(...faults.map((fault) => fault.fromUs));
  return faults.every((fault) => fault.untilUs >= fromUs);
}

function nameOf(faults: readonly FaultRecord[]): string {
  return faults
    .map(({ kind }) => kind)
    .sort()
    .join(" + ");
}
