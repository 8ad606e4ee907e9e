/**
 * The running digest of a run: two 32-bit lanes that mix every event and every effect in order. Equal digests at a checkpoint
 * mean, but for an accident of one in 2^64, equal runs up to it. It guards determinism, not security.
 */
export class RunDigest {
  private low = 0x243f6a88;
  private high = 0x85a308d3;

  /** Mixes an integer of up to 32 bits, signed or not. */
  mix(value: number): void {
    const low = Math.imul(this.low ^ value, 0x9e3779b1);
    this.low = (low << 13) | (low >>> 19);
    const high = Math.imul((this.high + value) | 0, 0x85ebca6b);
    this.high = (high ^ (high >>> 15) ^ low) | 0;
  }

  /** Mixes an integer below 2^53, or an infinity. */
  mixWide(value: number): void {
    this.mix(value | 0);
    this.mix((value / 4294967296) | 0);
  }

  mixText(text: string): void {
    this.mix(text.length);
    for (let index = 0; index < text.length; index++) this.mix(text.charCodeAt(index));
  }

  mixBytes(bytes: Uint8Array, length: number = bytes.length): void {
    this.mix(length);
    let index = 0;
    for (const wholeEnd = length - 3; index < wholeEnd; index += 4) {
      this.mix(
        (bytes[index] as number) |
          ((bytes[index + 1] as number) << 8) |
          ((bytes[index + 2] as number) << 16) |
          ((bytes[index + 3] as number) << 24),
      );
    }
    for (; index < length; index++) this.mix(bytes[index] as number);
  }

  /**
   * Mixes a write to a disk by its length and its first bytes: the engine's batches and markers begin with a checksum
   * over the rest, and are long and padded.
   */
  mixHead(bytes: Uint8Array): void {
    this.mix(bytes.length);
    this.mixBytes(bytes, Math.min(bytes.length, HEAD_BYTES));
  }

  /**
   * Mixes a frame of the engine by its length and the checksum in its header (bytes 4 to 11), which covers the rest.
   * Shorter ones are mixed whole.
   */
  mixFrame(frame: Uint8Array): void {
    if (frame.length < 12) {
      this.mixBytes(frame);
      return;
    }
    this.mix(frame.length);
    this.mix((frame[2] as number) | ((frame[4] as number) << 8));
    this.mix(
      (frame[8] as number) |
        ((frame[9] as number) << 8) |
        ((frame[10] as number) << 16) |
        ((frame[11] as number) << 24),
    );
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.high) + hex(this.low);
  }
}

const HEAD_BYTES = 48;

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}
