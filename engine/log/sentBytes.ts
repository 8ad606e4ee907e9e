/** What is on its way to one receiver and not acknowledged: bytes by the index or position that each message ends with. */
import { must } from "../assert.ts";

export class SentBytes {
  bytes = 0;
  private ends: number[] = [];
  private sizes: number[] = [];

  /** In messages. */
  get count(): number {
    return this.ends.length;
  }

  add(end: number, bytes: number): void {
    this.ends.push(end);
    this.sizes.push(bytes);
    this.bytes += bytes;
  }

  /** Everything up to here has arrived. True if anything was on its way of that. */
  arrived(end: number): boolean {
    let done = 0;
    while (done < this.ends.length && must(this.ends[done], "end") <= end) {
      this.bytes -= must(this.sizes[done], "size");
      done += 1;
    }
    this.ends.splice(0, done);
    this.sizes.splice(0, done);
    return done > 0;
  }

  clear(): void {
    this.bytes = 0;
    this.ends = [];
    this.sizes = [];
  }
}
