/**
 * The size that Redis would give a connection's reply buffer, which CLIENT LIST shows as rbs and rbp: ten times a second it
 * doubles if a reply filled it, and shrinks if none came near. Replies here have no buffer of their own; this follows what was
 * answered, for who tells by it how busy a client is.
 * @see clientsCronResizeOutputBuffer in Redis's server.c
 */
const LEAST_BYTES = 1024;
const MOST_BYTES = 16384;
const TICK_MS = 100;
/** After so many ticks without a reply nothing changes any more. */
const MOST_TICKS = 100;

/** How long a peak counts, and whether the size follows it: DEBUG REPLYBUFFER. */
export interface ReplyBufferRules {
  /** Infinity: for ever. */
  peakResetMs: number;
  isResizing: boolean;
}

export const defaultReplyBufferRules: Readonly<ReplyBufferRules> = {
  peakResetMs: 5000,
  isResizing: true,
};

export class ReplyBuffer {
  sizeBytes: number = MOST_BYTES;
  private peak: number = MOST_BYTES;
  private peakSinceMs: number;
  private tickedMs: number;

  constructor(unixMs: number) {
    this.peakSinceMs = unixMs;
    this.tickedMs = unixMs;
  }

  /** The longest reply of late, as far as it fits. */
  get peakBytes(): number {
    return Math.min(this.peak, this.sizeBytes);
  }

  answered(lengthBytes: number): void {
    if (lengthBytes > this.peak) this.peak = lengthBytes;
  }

  /** Makes up for the ticks since the last time; what was answered meanwhile counts as if it had been at once. */
  advance(unixMs: number, rules: ReplyBufferRules): void {
    const ticks = Math.floor((unixMs - this.tickedMs) / TICK_MS);
    if (ticks <= 0) return;
    const skipped = Math.max(0, ticks - MOST_TICKS);
    for (let tick = skipped + 1; tick <= ticks; tick++) {
      this.tick(this.tickedMs + tick * TICK_MS, rules);
    }
    this.tickedMs += ticks * TICK_MS;
  }

  private tick(unixMs: number, rules: ReplyBufferRules): void {
    if (!rules.isResizing) return;
    const { peakBytes, sizeBytes } = this;
    if (sizeBytes / 2 >= LEAST_BYTES && peakBytes < sizeBytes / 2) {
      this.sizeBytes = Math.max(LEAST_BYTES, peakBytes + 1);
    } else if (peakBytes === sizeBytes) {
      this.sizeBytes = Math.min(MOST_BYTES, sizeBytes * 2);
    }
    if (unixMs - this.peakSinceMs < rules.peakResetMs) return;
    this.peak = 0;
    this.peakSinceMs = unixMs;
  }
}
