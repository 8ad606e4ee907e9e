/**
 * Fencing: nobody gives way without cause. An append is refused for good only where another entry has its place (PROTOCOL rule
 * 3), and a leader discards its memory only for a successor (rule 14). Both are judged by what lies on enough zones' disks:
 * a refusal that came too early may be followed by the very append that it refused.
 */
import type { TraceEvent } from "../trace/vocabulary.ts";
import { sayTime } from "./describe.ts";
import { entryKinds } from "./log/diskBytes.ts";
import type { StoredEntry } from "./log/logDisks.ts";
import type { Tally } from "./tally.ts";

interface Writer {
  /** Of the process that runs now. */
  incarnation: number;
  /** That it leads, or stands for; 0 if neither. */
  epoch: number;
  leads: boolean;
}

export class FencingCheck {
  private readonly tally: Tally;
  private readonly writers: Map<string, Writer> = new Map();
  /** By shard: the highest epoch whose leadership entry was ever durable. */
  private readonly epochs: Map<number, number> = new Map();
  /** By shard and position: whose entries were ever durable there. */
  private readonly places: Map<number, Map<number, StoredEntry[]>> = new Map();

  /** @param tally takes the violations and the count of what was looked at */
  constructor(tally: Tally) {
    this.tally = tally;
  }

  becameDurable(stored: StoredEntry): void {
    const { shard, position, entry } = stored;
    if (entry === undefined) return;
    let ofShard = this.places.get(shard);
    if (ofShard === undefined) this.places.set(shard, (ofShard = new Map()));
    const place = ofShard.get(position);
    if (place === undefined) ofShard.set(position, [stored]);
    else place.push(stored);
    if (entry.kind !== entryKinds.leadership) return;
    this.epochs.set(shard, Math.max(this.epochs.get(shard) ?? 0, entry.epoch));
  }

  traced(event: TraceEvent): void {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- few events are about writers
    switch (event.kind) {
      case "node.started":
        this.writers.set(event.node, { incarnation: event.value, epoch: 0, leads: false });
        return;
      case "election.stood":
        return this.changed(event.node, event.value, false);
      case "role.primary":
        return this.changed(event.node, event.value, true);
      case "role.replica":
        return this.changed(event.node, 0, false);
      case "append.conflict":
        return this.refused(event);
      case "node.recovering":
        return this.recovering(event);
      default:
    }
  }

  private changed(node: string, epoch: number, leads: boolean): void {
    const writer = this.writers.get(node);
    if (writer === undefined) return;
    writer.epoch = epoch;
    writer.leads = leads;
  }

  private refused({ timeUs, node, shard, position, text }: TraceEvent): void {
    const writer = this.writers.get(node);
    if (writer === undefined || text !== "conflict") return;
    this.tally.examined++;
    if (this.isTaken(writer, shard, position) || this.isTaken(writer, shard, position - 1)) return;
    this.tally.violate(
      timeUs,
      `${node} was told at ${sayTime(timeUs)} that its append at position ${position} of shard ${shard} can never land, but no other entry was on a majority of zones' disks there or just before`,
    );
  }

  /** Another entry than this writer's pending ones was durable there. */
  private isTaken({ incarnation, epoch }: Writer, shard: number, position: number): boolean {
    const found = this.places.get(shard)?.get(position) ?? [];
    return found.some(({ entry }) => entry?.incarnation !== incarnation || entry.epoch !== epoch);
  }

  private recovering({ timeUs, node, shard, text }: TraceEvent): void {
    const writer = this.writers.get(node);
    if (writer?.leads !== true) return;
    this.tally.examined++;
    if ((this.epochs.get(shard) ?? 0) <= writer.epoch) {
      this.tally.violate(
        timeUs,
        `${node}, leader of shard ${shard} in epoch ${writer.epoch}, discarded its memory at ${sayTime(timeUs)} (${text}) although nobody had succeeded it`,
      );
    }
    writer.leads = false;
    writer.epoch = 0;
  }
}
