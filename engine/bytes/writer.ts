/**
 * Writes byte strings one after another into chunks of memory. Numbers are little-endian. `take()` hands over what was
 * written since the last one, as a view of its chunk: an array of its own would cost some fifty times as much (a
 * backing store outside of V8's heap), and no byte is ever written twice.
 */
import type { Piece } from "./piece.ts";

export class ByteWriter {
  private buffer: Uint8Array;
  private view: DataView;
  /** Where the byte string under way begins in the chunk, and where it has come to. */
  private start = 0;
  private cursor = 0;

  constructor(initialBytes: number = 256) {
    this.buffer = new Uint8Array(initialBytes);
    this.view = new DataView(this.buffer.buffer);
  }

  get lengthBytes(): number {
    return this.cursor - this.start;
  }

  u8(value: number): void {
    this.reserve(1);
    this.buffer[this.cursor] = value;
    this.cursor += 1;
  }

  u16(value: number): void {
    this.reserve(2);
    this.view.setUint16(this.cursor, value, true);
    this.cursor += 2;
  }

  u32(value: number): void {
    this.reserve(4);
    this.view.setUint32(this.cursor, value, true);
    this.cursor += 4;
  }

  /** An integer in [0, 2^53), as eight bytes. */
  u53(value: number): void {
    this.reserve(8);
    this.view.setUint32(this.cursor, value >>> 0, true);
    this.view.setUint32(this.cursor + 4, Math.floor(value / 4294967296), true);
    this.cursor += 8;
  }

  f64(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.cursor, value, true);
    this.cursor += 8;
  }

  /** Raw bytes without their length. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.cursor);
    this.cursor += bytes.length;
  }

  piece(piece: Piece): void {
    this.reserve(piece.length);
    piece.copyTo(this.buffer, this.cursor);
    this.cursor += piece.length;
  }

  /** A u32 length, then the bytes. */
  bytes(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** A string of one char a byte: a u32 length, then the bytes. */
  latin1(text: string): void {
    this.u32(text.length);
    this.reserve(text.length);
    const { buffer, cursor } = this;
    for (let index = 0; index < text.length; index++)
      buffer[cursor + index] = text.charCodeAt(index);
    this.cursor = cursor + text.length;
  }

  /** Zeros up to this length; nothing if it is that long already. */
  padTo(lengthBytes: number): void {
    const missing = lengthBytes - this.lengthBytes;
    if (missing <= 0) return;
    this.reserve(missing);
    this.buffer.fill(0, this.cursor, this.cursor + missing);
    this.cursor += missing;
  }

  /** Overwrites four bytes already written, `offset` bytes from the first. */
  patchU32(offset: number, value: number): void {
    this.view.setUint32(this.start + offset, value, true);
  }

  /** What was written so far, still owned by the writer: valid until the next call. */
  peek(): Uint8Array {
    return new Uint8Array(this.buffer.buffer, this.start, this.lengthBytes);
  }

  /** The same as `take` without a view. */
  takeInto(piece: Piece): void {
    piece.become(this.buffer, this.start, this.cursor);
    this.start = this.cursor;
  }

  /** What was written, now the caller's. The writer is empty afterwards and goes on behind it. */
  take(): Uint8Array {
    const taken = this.peek();
    this.start = this.cursor;
    return taken;
  }

  /** Forgets what was written since the last `take`: its place is used again. */
  clear(): void {
    this.cursor = this.start;
  }

  private reserve(moreBytes: number): void {
    if (this.cursor + moreBytes > this.buffer.length) this.grow(this.lengthBytes + moreBytes);
  }

  /** Moves what is under way into a new chunk. */
  private grow(neededBytes: number): void {
    const chunkBytes = Math.min(LARGEST_CHUNK_BYTES, this.buffer.length * 2);
    const chunk = new Uint8Array(Math.max(chunkBytes, neededBytes * 2));
    chunk.set(this.buffer.subarray(this.start, this.cursor));
    this.cursor -= this.start;
    this.start = 0;
    this.buffer = chunk;
    this.view = new DataView(chunk.buffer);
  }
}

/** Chunks double up to this, so that a writer of few small messages stays small. */
const LARGEST_CHUNK_BYTES: number = 1 << 14;
