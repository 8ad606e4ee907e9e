/**
 * Recovery (PROTOCOL rule 17): a node serves nobody before it has applied what had committed when its recovery began. Judged
 * by the committed order as it was then, whatever tail the node was told.
 */
import type { TraceEvent } from "../trace/vocabulary.ts";
import { sayTime } from "./describe.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import type { Tally } from "./tally.ts";

export class CatchingUpCheck {
  private readonly tally: Tally;
  private readonly committed: CommittedLog;
  /** By node that recovers: the newest position that was committed when it began. */
  private readonly tails: Map<string, number> = new Map();

  constructor(tally: Tally, committed: CommittedLog) {
    this.tally = tally;
    this.committed = committed;
  }

  traced({ timeUs, node, kind, shard, position }: TraceEvent): void {
    if (kind === "node.recovering") {
      this.tails.set(node, this.committed.of(shard).entries.length - 1);
      return;
    }
    if (kind !== "role.replica") return;
    const tail = this.tails.get(node);
    if (tail === undefined) return;
    this.tails.delete(node);
    if (position >= tail) return;
    this.tally.violate(
      timeUs,
      `${node} serves as a replica since ${sayTime(timeUs)} with position ${position} of shard ${shard} applied, but position ${tail} was committed before its recovery began`,
    );
  }
}
