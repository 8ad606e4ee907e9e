/** What the timeline shows, and what it tells of a person's hand. Times are true virtual microseconds since the run began. */
import type { Moment } from "../../reports/story.ts";
import type { CheckResult } from "../../sim/run.ts";
import type { FilmStore } from "../film/filmStore.ts";
import type { About, Outline } from "../protocol.ts";

export interface TimelineOutline extends Pick<
  Outline,
  "nodes" | "roles" | "leases" | "unavailability" | "failovers" | "loadedUs" | "simulatedUs"
> {
  readonly faults: readonly Pick<
    Outline["faults"][number],
    "id" | "kind" | "text" | "fromUs" | "untilUs" | "targets"
  >[];
  readonly promises: Outline["promises"];
}

export interface TimelineRun {
  readonly outline: TimelineOutline;
  readonly film: FilmStore;
  /** Empty until the run has ended. */
  readonly moments: readonly Moment[];
  readonly checks: readonly CheckResult[];
}

/** Names of what films hold by number. */
export type Vocabulary = Pick<About, "eventKinds" | "frameKinds">;

export type Selection =
  | { readonly kind: "operation"; readonly id: number }
  /** A row of the film's events. */
  | { readonly kind: "event"; readonly row: number }
  | { readonly kind: "message"; readonly row: number }
  | { readonly kind: "fault"; readonly id: string }
  | { readonly kind: "node"; readonly node: string };

export interface Found {
  readonly atUs: number;
  readonly label: string;
  readonly selection: Selection;
}

export interface TimelineListener {
  /** Move the instant there. */
  instant(atUs: number): void;
  select(selection: Selection | undefined): void;
  /** After zoom or pan, at most once a frame. */
  viewed(fromUs: number, untilUs: number): void;
  /** A fault's band was dragged, or moved by keys; only after the run has ended. */
  faultMoved(id: string, atUs: number): void;
  /** Something of the type "application/x-azimuth-fault" was dropped. */
  faultDropped(kind: string, atUs: number, node: string | undefined): void;
}
