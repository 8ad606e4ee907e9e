/**
 * Places in a machine's host where it may do what its contract allows and hardly ever happens by itself: named, so that a seed
 * switches each on or off and a counter says how often it fired.
 */
import type { DecisionSource } from "./decisions.ts";
import type { FaultCounter } from "./place.ts";

export const quirkSites = [
  "lateWake", // an alarm rings late
  "splitBytes", // a client's bytes come in two pieces
  "joinBytes", // a client's bytes come together with those before them, if those still wait
  "lateSync", // the answer to a sync comes behind inputs that arrived later
  "batchInputs", // a thread wakes late and finds many inputs at once
] as const;

export type QuirkSite = (typeof quirkSites)[number];

export class HostQuirks {
  private readonly active: ReadonlySet<QuirkSite>;
  private readonly fireRatio: number;
  private readonly byUs: number;
  private readonly decisions: DecisionSource;
  private readonly counter: FaultCounter;

  // oxlint-disable-next-line max-params -- built in one place, by the fault
  constructor(
    active: ReadonlySet<QuirkSite>,
    fireRatio: number,
    byUs: number,
    decisions: DecisionSource,
    counter: FaultCounter,
  ) {
    this.active = active;
    this.fireRatio = fireRatio;
    this.byUs = byUs;
    this.decisions = decisions;
    this.counter = counter;
  }

  /** How late something comes, in microseconds; 0: the site does not fire. Callers: an input is there to be changed. */
  delayUs(site: QuirkSite): number {
    if (!this.fires(site)) return 0;
    return 1 + Math.floor(this.byUs * this.decisions.next());
  }

  /** Where to cut so many bytes; 0: the site does not fire. */
  cutAt(lengthBytes: number): number {
    return lengthBytes > 1 && this.fires("splitBytes") ? this.decisions.integer(1, lengthBytes) : 0;
  }

  fires(site: QuirkSite): boolean {
    if (!this.active.has(site) || !this.decisions.chance(this.fireRatio)) return false;
    this.counter.inputsChanged += 1;
    return true;
  }
}
