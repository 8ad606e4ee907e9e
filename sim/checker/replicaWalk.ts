/**
 * The walk of one replica along the committed log, as its answers show it. A replica applies the log in order and never goes
 * back, restarts included, so its answers fit one order: a read that began after another had been answered shows the same
 * position or a later one, and so does a later read of the same process. Each read is put at the first position that
 * allows it; if the walk so far is behind that of the truth, it is never ahead of it.
 */
import type { Operation } from "./history.ts";

/** Where a replica was, at the least, and the answer that shows it. */
export interface Shown {
  readonly position: number;
  readonly operation: Operation | undefined;
}

const NOTHING: Shown = { position: 0, operation: undefined };

export class ReplicaWalk {
  /** In the order in which answers left, each with the furthest position shown by then. */
  private readonly repliedUs: number[] = [];
  private readonly furthest: Shown[] = [];
  private readonly ofProcess: Map<number, Shown> = new Map();

  /** What is sure when this read is executed. */
  before(operation: Operation): Shown {
    const byTime = this.shownBefore(operation.invokedUs);
    const byProcess = this.ofProcess.get(operation.process) ?? NOTHING;
    return byProcess.position > byTime.position ? byProcess : byTime;
  }

  add(operation: Operation, position: number): void {
    const shown = { position, operation };
    const own = this.ofProcess.get(operation.process);
    if (own === undefined || own.position < position) this.ofProcess.set(operation.process, shown);
    // Answers mostly arrive in the order in which they left.
    const { repliedUs, furthest } = this;
    let at = repliedUs.length;
    while (at > 0 && (repliedUs[at - 1] as number) > operation.repliedUs) at--;
    const before = furthest[at - 1] ?? NOTHING;
    repliedUs.splice(at, 0, operation.repliedUs);
    furthest.splice(at, 0, before.position > position ? before : shown);
    for (at++; at < furthest.length && (furthest[at] as Shown).position < position; at++)
      furthest[at] = shown;
  }

  private shownBefore(us: number): Shown {
    let low = 0;
    let high = this.repliedUs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.repliedUs[middle] as number) < us) low = middle + 1;
      else high = middle;
    }
    return this.furthest[low - 1] ?? NOTHING;
  }
}
