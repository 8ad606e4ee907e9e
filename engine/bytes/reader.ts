/**
 * Reads what ByteWriter wrote. Reading past the end never throws: it returns zeros and sets `failed`, so that a decoder
 * reads all fields of a damaged message and asks once at its end.
 */
export class ByteReader {
  failed = false;
  private readonly buffer: Uint8Array;
  private readonly view: DataView;
  private cursor: number;
  private readonly end: number;

  constructor(buffer: Uint8Array, start: number = 0, end: number = buffer.length) {
    this.buffer = buffer;
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    this.cursor = start;
    this.end = end;
  }

  get offset(): number {
    return this.cursor;
  }

  get remainingBytes(): number {
    return this.end - this.cursor;
  }

  /** True if every read so far was inside and all bytes were read. */
  get isComplete(): boolean {
    return !this.failed && this.cursor === this.end;
  }

  u8(): number {
    const at = this.advance(1);
    return at < 0 ? 0 : this.view.getUint8(at);
  }

  u16(): number {
    const at = this.advance(2);
    return at < 0 ? 0 : this.view.getUint16(at, true);
  }

  u32(): number {
    const at = this.advance(4);
    return at < 0 ? 0 : this.view.getUint32(at, true);
  }

  u53(): number {
    const at = this.advance(8);
    if (at < 0) return 0;
    const value = this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 4294967296;
    if (value > Number.MAX_SAFE_INTEGER) {
      this.failed = true;
      return 0;
    }
    return value;
  }

  f64(): number {
    const at = this.advance(8);
    return at < 0 ? 0 : this.view.getFloat64(at, true);
  }

  /** A view of the next bytes, not a copy. */
  raw(lengthBytes: number): Uint8Array {
    const at = this.advance(lengthBytes);
    return at < 0 ? EMPTY : this.buffer.subarray(at, at + lengthBytes);
  }

  bytes(): Uint8Array {
    return this.raw(this.u32());
  }

  latin1(): string {
    const bytes = this.bytes();
    let text = "";
    for (let start = 0; start < bytes.length; start += 4096) {
      text += String.fromCharCode.apply(
        null,
        bytes.subarray(start, start + 4096) as unknown as number[],
      );
    }
    return text;
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
