/**
 * Reads the pieces that RDB values are made of (rdbWriter.ts draws them), from bytes that may be damaged on purpose. What is
 * cut off or makes no sense sets `failed`, and reads as nothing: a decoder asks at the end of each loop, and once at its own.
 */
import { latin1Of } from "../bytes/latin1.ts";
import { u32At } from "../bytes/reader.ts";
import { lzfDecompress } from "../structures/lzf.ts";
import { stringKinds } from "./rdbTypes.ts";

/** The longest string of JavaScript. */
const MOST_CHARS: number = 2 ** 29 - 24;
/** Three compressed bytes become 264 at most, so more than this many times their number is a lie. */
const MOST_EXPANSION = 88;
/** All strings of a value take no more once they are no longer compressed: a few bytes must not fill the memory. */
const MOST_EXPANDED_BYTES: number = 2 ** 29;
const WORD = 2 ** 32;

const NO_BYTES: Uint8Array = new Uint8Array(0);

export class RdbReader {
  failed = false;
  /** What it was that made no sense, in Redis's words; undefined where there is nothing to say but that. */
  complaint: string | undefined;
  private readonly buffer: Uint8Array;
  private cursor: number;
  private expandedBytes = 0;

  constructor(buffer: Uint8Array, start: number) {
    this.buffer = buffer;
    this.cursor = start;
  }

  /** Says what makes no sense: what is said first counts. */
  refuse(complaint: string): undefined {
    this.complaint ??= complaint;
    return undefined;
  }

  get isAtEnd(): boolean {
    return this.cursor >= this.buffer.length;
  }

  u8(): number {
    const at = this.advance(1);
    return at < 0 ? 0 : (this.buffer[at] as number);
  }

  /** A length below 2^53; larger ones fail, since nothing can be so long. */
  length(): number {
    const { high, low } = this.wideLength();
    const value = high * WORD + low;
    if (!Number.isSafeInteger(value)) this.failed = true;
    return this.failed ? 0 : value;
  }

  /** A number of 64 bits in the form of a length, as two unsigned halves. */
  wideLength(): { readonly high: number; readonly low: number } {
    const first = this.u8();
    switch (first >> 6) {
      case 0:
        return { high: 0, low: first };
      case 1:
        return { high: 0, low: ((first & 63) << 8) | this.u8() };
      case 2: {
        if (first > 0x81) this.failed = true;
        const high = first === 0x81 ? this.bigEndian() : 0;
        return { high, low: this.bigEndian() };
      }
      default:
        // A kind of string where a length should be: Redis takes the number of the kind.
        return { high: 0, low: first & 63 };
    }
  }

  /** A string as chars. */
  string(): string {
    const kind = this.kindAhead();
    if (kind !== undefined && kind < stringKinds.lzf) return String(this.integer(kind));
    const bytes = this.plainOrCompressed(kind);
    if (bytes.length <= MOST_CHARS) return latin1Of(bytes);
    this.failed = true;
    return "";
  }

  /** A string as bytes: a view, unless it was compressed. */
  bytes(): Uint8Array {
    const kind = this.kindAhead();
    if (kind === undefined || kind >= stringKinds.lzf) return this.plainOrCompressed(kind);
    const text = String(this.integer(kind));
    return Uint8Array.from(text, (char) => char.charCodeAt(0));
  }

  raw(lengthBytes: number): Uint8Array {
    const at = this.advance(lengthBytes);
    return at < 0 ? NO_BYTES : this.buffer.subarray(at, at + lengthBytes);
  }

  f64(): number {
    const at = this.advance(8);
    if (at < 0) return 0;
    const { buffer } = this.buffer;
    return new DataView(buffer, this.buffer.byteOffset + at, 8).getFloat64(0, true);
  }

  /** Eight little-endian bytes as a signed integer, rounded beyond 2^53. */
  i64(): number {
    const at = this.advance(8);
    if (at < 0) return 0;
    return (u32At(this.buffer, at + 4) | 0) * WORD + u32At(this.buffer, at);
  }

  /** The kind of a string that is no plain bytes, which is stepped over; undefined in front of a length. */
  private kindAhead(): number | undefined {
    const first = this.buffer[this.cursor];
    if (first === undefined || first < 0xc0) return undefined;
    this.cursor++;
    const kind = first & 63;
    if (kind > stringKinds.lzf) this.failed = true;
    return kind;
  }

  private integer(kind: number): number {
    const lengthBytes = kind === stringKinds.int8 ? 1 : kind === stringKinds.int16 ? 2 : 4;
    const at = this.advance(lengthBytes);
    if (at < 0) return 0;
    let value = 0;
    for (let index = 0; index < lengthBytes; index++) {
      value |= (this.buffer[at + index] as number) << (8 * index);
    }
    const unused = 32 - 8 * lengthBytes;
    return (value << unused) >> unused;
  }

  private plainOrCompressed(kind: number | undefined): Uint8Array {
    if (kind === undefined) return this.raw(this.length());
    const packedBytes = this.length();
    const plainBytes = this.length();
    const packed = this.raw(packedBytes);
    this.expandedBytes += plainBytes;
    const isLie = plainBytes > packedBytes * MOST_EXPANSION;
    if (this.failed || isLie || this.expandedBytes > MOST_EXPANDED_BYTES) {
      this.failed = true;
      return NO_BYTES;
    }
    const plain = new Uint8Array(plainBytes);
    // Redis takes nothing for nothing: it compares the length of what it could not decompress, which is 0.
    if (lzfDecompress(packed, 0, packed.length, plain) || plainBytes === 0) return plain;
    this.failed = true;
    return NO_BYTES;
  }

  private bigEndian(): number {
    const at = this.advance(4);
    if (at < 0) return 0;
    const { buffer } = this;
    return (
      (((buffer[at] as number) << 24) |
        ((buffer[at + 1] as number) << 16) |
        ((buffer[at + 2] as number) << 8) |
        (buffer[at + 3] as number)) >>>
      0
    );
  }

  private advance(lengthBytes: number): number {
    const at = this.cursor;
    if (this.failed || lengthBytes > this.buffer.length - at) {
      this.failed = true;
      return -1;
    }
    this.cursor = at + lengthBytes;
    return at;
  }
}
