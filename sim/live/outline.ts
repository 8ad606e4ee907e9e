/** What of a run can be told while it goes on; a finished run's report has all of it and more. */
import type { FaultSoFar } from "../nemesis/runner.ts";
import type { Run } from "../run.ts";

export interface Outline extends Pick<
  Run,
  | "scenario"
  | "seed"
  | "story"
  | "budget"
  | "parameters"
  | "overrides"
  | "nodes"
  | "roles"
  | "leases"
  | "unavailability"
  | "failovers"
  | "loadedUs"
  | "simulatedUs"
  | "events"
> {
  readonly faults: readonly FaultSoFar[];
}
