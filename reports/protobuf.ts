/** Writes the wire format of Protocol Buffers: tags, varints, fixed 64-bit values, texts and messages within messages. */
import { strToU8 } from "fflate";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

export class ProtoWriter {
  private bytes: Uint8Array = new Uint8Array(1 << 16);
  private view: DataView = new DataView(this.bytes.buffer);
  private length = 0;

  /** A copy of what was written. */
  done(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  /** uint64, bool or enum: a whole number from 0 to below 2^53. */
  uint(field: number, value: number): void {
    this.tag(field, VARINT);
    this.varint(value);
  }

  /** int64: a negative number takes the ten bytes of its two's complement. */
  int(field: number, value: number): void {
    this.tag(field, VARINT);
    if (value >= 0) this.varint(value);
    else this.varint64(BigInt.asUintN(64, BigInt(value)));
  }

  double(field: number, value: number): void {
    this.tag(field, FIXED64);
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  fixed64(field: number, value: number): void {
    this.tag(field, FIXED64);
    this.reserve(8);
    this.view.setBigUint64(this.length, BigInt(value), true);
    this.length += 8;
  }

  text(field: number, text: string): void {
    this.tag(field, LENGTH_DELIMITED);
    if (this.ascii(text)) return;
    const bytes = strToU8(text);
    this.varint(bytes.length);
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Most texts are short and plain: written sign by sign they take a third of the time. False: nothing was written. */
  private ascii(text: string): boolean {
    const start = this.length;
    this.varint(text.length);
    this.reserve(text.length);
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) {
        this.length = start;
        return false;
      }
      this.bytes[this.length] = code;
      this.length += 1;
    }
    return true;
  }

  /** A message within this one: whatever `write` writes. */
  message(field: number, write: () => void): void {
    this.tag(field, LENGTH_DELIMITED);
    this.reserve(1);
    const start = this.length + 1;
    this.length = start;
    write();
    const size = this.length - start;
    // Most are shorter than 128 bytes, whose length takes the one byte left free; others move up.
    const more = varintBytes(size) - 1;
    this.reserve(more);
    if (more > 0) this.bytes.copyWithin(start + more, start, this.length);
    this.length = start - 1;
    this.varint(size);
    this.length += size;
  }

  private tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  private varint(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length] = (rest % 128) | 128;
      this.length += 1;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length] = rest;
    this.length += 1;
  }

  private varint64(value: bigint): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 128n) {
      this.bytes[this.length] = Number(rest & 127n) | 128;
      this.length += 1;
      rest >>= 7n;
    }
    this.bytes[this.length] = Number(rest);
    this.length += 1;
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const longer = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    longer.set(this.bytes.subarray(0, this.length));
    this.bytes = longer;
    this.view = new DataView(longer.buffer);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}
