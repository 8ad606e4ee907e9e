/** When machines that ended are started again: soon at first, then less and less often while they keep ending. */
import type { NodeId } from "../../engine/contract.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;
/** A machine that ran so long begins with the first pause again. */
const STEADY_MS = 30_000;

interface Watch {
  pauseMs: number;
  startedMs: number;
  timer: NodeJS.Timeout | undefined;
}

export class Supervisor {
  private readonly watches: Map<NodeId, Watch> = new Map();
  private isStopped = false;

  /** Starts a machine now, and notes it. */
  start(name: NodeId, start: () => void): void {
    const watch = this.watches.get(name);
    if (watch === undefined) {
      const startedMs = performance.now();
      this.watches.set(name, { pauseMs: FIRST_PAUSE_MS, startedMs, timer: undefined });
    } else {
      watch.startedMs = performance.now();
    }
    start();
  }

  /** Starts a machine that ended, after a pause. Returns the pause. */
  restart(name: NodeId, start: () => void): number {
    const watch = this.watches.get(name);
    if (watch === undefined || watch.timer !== undefined || this.isStopped) return 0;
    if (performance.now() - watch.startedMs > STEADY_MS) watch.pauseMs = FIRST_PAUSE_MS;
    const { pauseMs } = watch;
    watch.pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    watch.timer = setTimeout(() => {
      watch.timer = undefined;
      if (!this.isStopped) this.start(name, start);
    }, pauseMs);
    return pauseMs;
  }

  stop(): void {
    this.isStopped = true;
    for (const { timer } of this.watches.values()) clearTimeout(timer);
  }
}
