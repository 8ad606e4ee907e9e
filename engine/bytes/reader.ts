/**
 * Reads what ByteWriter wrote. Reading past the end never throws: it returns zeros and sets `failed`, so that a decoder
 * reads all fields of a damaged message and asks once at its end.
 */
import { latin1Of } from "./latin1.ts";

export class ByteReader {
  failed = false;
  private readonly buffer: Uint8Array;
  private cursor: number;
  private readonly end: number;

  constructor(buffer: Uint8Array, start: number = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.cursor = start;
    this.end = end;
  }

  get offset(): number {
    return this.cursor;
  }

  get remainingBytes(): number {
    return this.end - this.cursor;
  }

  /** Nothing is left to be read, or what was read went beyond the end. */
  get isAtEnd(): boolean {
    return this.failed || this.cursor >= this.end;
  }

  /** True if every read so far was inside and all bytes were read. */
  get isComplete(): boolean {
    return !this.failed && this.cursor === this.end;
  }

  u8(): number {
    const at = this.advance(1);
    return at < 0 ? 0 : (this.buffer[at] as number);
  }

  u16(): number {
    const at = this.advance(2);
    return at < 0 ? 0 : (this.buffer[at] as number) | ((this.buffer[at + 1] as number) << 8);
  }

  u32(): number {
    const at = this.advance(4);
    return at < 0 ? 0 : u32At(this.buffer, at);
  }

  u53(): number {
    const at = this.advance(8);
    if (at < 0) return 0;
    const value = u53At(this.buffer, at);
    if (value > Number.MAX_SAFE_INTEGER) {
      this.failed = true;
      return 0;
    }
    return value;
  }

  f64(): number {
    const at = this.advance(8);
    if (at < 0) return 0;
    return new DataView(this.buffer.buffer, this.buffer.byteOffset + at, 8).getFloat64(0, true);
  }

  /** A view of the next bytes, not a copy. */
  raw(lengthBytes: number): Uint8Array {
    const at = this.advance(lengthBytes);
    if (at < 0) return EMPTY;
    return new Uint8Array(this.buffer.buffer, this.buffer.byteOffset + at, lengthBytes);
  }

  bytes(): Uint8Array {
    return this.raw(this.u32());
  }

  latin1(): string {
    const lengthBytes = this.u32();
    const at = this.advance(lengthBytes);
    return at < 0 ? "" : latin1Of(this.buffer, at, at + lengthBytes);
  }

  private advance(lengthBytes: number): number {
    const at = this.cursor;
    if (lengthBytes > this.end - at) {
      this.failed = true;
      return -1;
    }
    this.cursor = at + lengthBytes;
    return at;
  }
}

const EMPTY: Uint8Array = new Uint8Array(0);

/** Four bytes as an unsigned number. By hand: a DataView costs more to make than all fields of a message to read. */
export function u32At(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}

/** Eight bytes as ByteWriter.u53 wrote them. */
export function u53At(bytes: Uint8Array, at: number): number {
  return u32At(bytes, at) + u32At(bytes, at + 4) * 4294967296;
}
