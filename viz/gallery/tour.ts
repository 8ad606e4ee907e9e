/** A tour as data: a real run, and the moments in it at which there is something to learn. */
import type { EventKind } from "../../sim/trace/vocabulary.ts";
import type { RunSpec } from "../../sim/live/runSpec.ts";

export interface Tour {
  /** Unique, small letters and dashes. */
  readonly id: string;
  readonly title: string;
  /** Two sentences: what is to be learnt. */
  readonly lesson: string;
  readonly spec: RunSpec;
  /** The check that the run fails, by its name; "": all hold. */
  readonly violates: string;
  /** In order of time; the last is the moment that matters. */
  readonly steps: readonly TourStep[];
}

export interface TourStep {
  readonly text: string;
  /** Looked for from the moment of the step before on. */
  readonly find: Find;
  /** How much of the run is on screen around the moment. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** The way of the operation that was found is drawn. */
  readonly explains?: true;
}

/** How a moment is found in a finished run, so that it is still found when the engine has changed and times with it. */
export type Find =
  | { readonly find: "load" }
  | { readonly find: "fault"; readonly kind: string; readonly edge: "start" | "end" }
  /** An event of the trace; `node`: the start of the names that are meant. */
  | { readonly find: "event"; readonly kind: EventKind; readonly node?: string }
  | {
      readonly find: "operation";
      readonly access: "read" | "write" | "replica read";
      readonly outcome: "ok" | "unknown" | "open";
      readonly edge: "invoked" | "completed";
      /** As the film has it; "(absent)" for a key that is not there. */
      readonly answer?: string;
    }
  /** Two nodes of a shard have leases at once. */
  | { readonly find: "overlap" }
  /** A lease of a node that still runs has ended. */
  | { readonly find: "leaseEnd" }
  /** What a check found wrong, or found as it had to; by the check's name. */
  | { readonly find: "violation"; readonly check: string };
