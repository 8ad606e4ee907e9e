/** How long writes took: from the step that executed a request to the one that heard from the log that its record is committed. */
import { LatencyHistogram } from "../../structures/latencyHistogram.ts";

/** Writes of one step behind the same position. */
interface Written {
  readonly position: number;
  readonly startUs: number;
  count: number;
}

export class CommitTimes {
  histogram: LatencyHistogram = new LatencyHistogram();
  /** By position ascending, from `head` on. */
  private written: Written[] = [];
  private head = 0;

  /** A request was executed whose record ends at `position`. */
  wrote(position: number, monotonicUs: number): void {
    const { length } = this.written;
    const last = length === 0 ? undefined : this.written[length - 1];
    if (last?.position === position && last.startUs === monotonicUs) last.count += 1;
    else this.written.push({ position, startUs: monotonicUs, count: 1 });
  }

  committed(position: number, monotonicUs: number): void {
    for (; this.head < this.written.length; this.head++) {
      const next = this.written[this.head] as Written;
      if (next.position > position) break;
      this.histogram.record(monotonicUs - next.startUs, next.count);
    }
    if (this.head === this.written.length) this.forget();
    else if (this.head > 1024) {
      this.written = this.written.slice(this.head);
      this.head = 0;
    }
  }

  /** What is not committed by now was lost. */
  forget(): void {
    if (this.written.length > 0) this.written = [];
    this.head = 0;
  }
}
