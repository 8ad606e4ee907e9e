import type { Run } from "../../run.ts";
import type { Parameters, ParameterValue } from "../../scenario.ts";

/** What a scenario's expectations are judged on: the run as it is reported, and what the checks counted. */
export interface ExpectationFacts extends Pick<
  Run,
  | "unavailability"
  | "failovers"
  | "latencies"
  | "faults"
  | "trace"
  | "history"
  | "operations"
  | "loadedUs"
  | "simulatedUs"
> {
  readonly parameters: Parameters;
  /** Stale reads found where an assumption was broken. */
  readonly staleReads: number;
  /** Overlaps of leases found where an assumption was broken. */
  readonly leaseOverlaps: number;
}

/** The fields of an expectation with "$parameter" replaced. */
export type Fields = Readonly<Record<string, ParameterValue>>;

export interface Judgement {
  readonly holds: boolean;
  readonly examined: number;
  readonly unit: string;
  readonly sentence: string;
}

/** One kind of expectation, by its name in a scenario's `expect`. */
export interface ExpectationKind {
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly help: string;
  /** Its fields with their meaning. */
  readonly fields: Readonly<Record<string, string>>;
  readonly required: readonly string[];
  /** "safety" failures are violations, "liveness" failures leave the run stuck, "coverage": the run did not test what it should. */
  readonly failsAs: "safety" | "liveness" | "coverage";
  judge(facts: ExpectationFacts, fields: Fields): Judgement;
}

/** A numeric field, or what to take when it is not given. Throws RangeError when it is no number. */
export function numberOf(fields: Fields, name: string, otherwise: number): number {
  const value = fields[name];
  if (value === undefined) return otherwise;
  const number = Number(value);
  if (Number.isNaN(number))
    throw new RangeError(`expectation field ${name} must be a number, got "${value}"`);
  return number;
}

/** "between 1 and 2", "at least 1", "at most 0" */
export function sayRange(min: number, max: number): string {
  if (max === Infinity) return `at least ${min}`;
  if (min === 0) return `at most ${max}`;
  return min === max ? `exactly ${min}` : `between ${min} and ${max}`;
}

/** Microseconds as milliseconds with at most three digits behind the point. */
export function sayMs(us: number): string {
  return `${Number((us / 1000).toFixed(3))} ms`;
}
