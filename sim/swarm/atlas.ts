/**
 * Decides before a run what its faults may damage, so that what the design promises for the budget must still hold: of
 * every log entry at most one of three copies may be damaged. So one log node is named, and what eats synced bytes hits that one alone.
 */
import type { FaultKind, Fields } from "../nemesis/fault.ts";
import type { Budget } from "../scenario.ts";
import type { Draw } from "./draw.ts";

const zones: readonly string[] = ["a", "b", "c"];

export class Atlas {
  private readonly budget: Budget;
  /** The zone whose log node may lose what it had synced. */
  private readonly victim: string;

  constructor(budget: Budget, draw: Draw) {
    this.budget = budget;
    this.victim = draw.pick(zones);
  }

  /** The fault's fields, moved to where they may do harm; undefined if there is no such place. */
  place(kind: FaultKind, fields: Fields): Fields | undefined {
    switch (kind.damages(fields)) {
      case "nothing":
        return fields;
      case "log copy":
        return this.budget === "over" ? fields : this.onVictim(kind, fields);
      case "clock rate":
        return this.budget === "assumption-broken" ? fields : undefined;
      case "silent loss":
        return undefined; // no log can notice it, so no budget holds
    }
  }

  private onVictim(kind: FaultKind, fields: Fields): Fields {
    const isOfZone = kind.swarm.group === "zone";
    return { ...fields, target: isOfZone ? `zone:${this.victim}` : `node:log-${this.victim}` };
  }
}
