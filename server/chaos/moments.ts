/** What the zones tell of, kept for a while, and the moments in it that faults wait for. */
import type { NodeId } from "../../engine/contract.ts";
import type { TraceKind } from "../../engine/trace.ts";
import type { MomentName } from "./faultKinds.ts";

/** An event of a machine, in the engine's vocabulary (engine/trace.ts); or what a fault has done (value) in one process (text = its id). */
export interface ToldEvent {
  readonly unixMs: number;
  readonly node: NodeId;
  readonly kind: TraceKind | "fault.ended";
  readonly shard: number;
  readonly position: number;
  readonly value: number;
  readonly text: string;
}

export interface NumberedEvent extends ToldEvent {
  readonly id: number;
}

/** The events that a moment is. What lasts for microseconds only is over before another process could hear of it, and is none. */
const eventsOf: Readonly<Record<MomentName, TraceKind>> = {
  electing: "election.stood",
  elected: "role.primary",
  handover: "role.handover",
  recovering: "node.recovering",
  lapsed: "lease.lapsed",
  logElected: "log.leader",
  logRepairing: "log.repairing",
  scriptRuns: "script.long",
};

/** Told again and again in ordinary service: nobody is sent these. */
const common: ReadonlySet<TraceKind> = new Set([
  "lease.renewed",
  "append.retried",
  "write.stalled",
  "write.resumed",
  "reply.abandoned",
  "script.said",
  "login.slowed",
  "message.dropped",
]);

export function isWorthTelling(kind: TraceKind): boolean {
  return !common.has(kind);
}

const MOST_KEPT = 1000;

interface Waiting {
  readonly kind: TraceKind;
  readonly shard: number;
  readonly end: (isHealed: boolean) => void;
}

export class Moments {
  private kept: NumberedEvent[] = [];
  private lastId = 0;
  private readonly waiting: Set<Waiting> = new Set();

  told(event: ToldEvent): void {
    this.lastId += 1;
    this.kept.push({ id: this.lastId, ...event });
    if (this.kept.length > 2 * MOST_KEPT) this.kept = this.kept.slice(-MOST_KEPT);
    for (const one of this.waiting) {
      if (one.kind === event.kind && one.shard === event.shard) one.end(false);
    }
  }

  /** The newest, oldest first. */
  after(id: number): readonly NumberedEvent[] {
    return this.kept.filter((event) => event.id > id);
  }

  /** Resolves when the moment comes or when it has been waited for long enough; to false if everything was healed meanwhile. */
  next(moment: MomentName, shard: number, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const one: Waiting = {
        kind: eventsOf[moment],
        shard,
        end: (isHealed) => {
          clearTimeout(timer);
          this.waiting.delete(one);
          resolve(!isHealed);
        },
      };
      const timer = setTimeout(() => one.end(false), waitMs);
      this.waiting.add(one);
    });
  }

  /** Nobody waits any more. */
  giveUp(): void {
    for (const one of this.waiting) one.end(true);
  }
}
