/**
 * A growing buffer with a cursor. Numbers are little-endian. `take()` hands the bytes over and starts anew.
 */
export class ByteWriter {
  private buffer: Uint8Array;
  private view: DataView;
  private cursor = 0;

  constructor(initialBytes: number = 256) {
    this.buffer = new Uint8Array(initialBytes);
    this.view = new DataView(this.buffer.buffer);
  }

  get lengthBytes(): number {
    return this.cursor;
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

  /** Overwrites four bytes already written. */
  patchU32(offset: number, value: number): void {
    this.view.setUint32(offset, value, true);
  }

  /** What was written so far, still owned by the writer: valid until the next call. */
  peek(): Uint8Array {
    return this.buffer.subarray(0, this.cursor);
  }

  /** A copy of what was written; the writer is empty afterwards and keeps its buffer. */
  take(): Uint8Array {
    const taken = this.buffer.slice(0, this.cursor);
    this.cursor = 0;
    return taken;
  }

  private reserve(moreBytes: number): void {
    const needed = this.cursor + moreBytes;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.cursor));
    this.buffer = grown;
    this.view = new DataView(grown.buffer);
  }
}
