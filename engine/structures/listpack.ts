/**
 * A listpack: strings and integers packed one behind the other, byte for byte as Redis packs them, so that a limit in bytes
 * means the same here as there and an image can be put into a dump as it is.
 *
 *     u32 bytes in all, u16 count of elements (65535: count them), the elements, 0xff
 *     element: encoding and data, then the length of these two, to be read backwards
 *
 *     0xxxxxxx                      an integer of 0 to 127
 *     110xxxxx x8                   a signed integer of 13 bits
 *     f1 / f2 / f3 / f4             a signed integer of 2, 3, 4 or 8 bytes
 *     10nnnnnn                      a string of n < 64 bytes
 *     1110nnnn n8                   a string of n < 4096 bytes
 *     f0 n32                        a string of n bytes
 *
 * Numbers are little-endian, save the x and n that are drawn in bits, and the length behind, seven bits a byte, of which
 * all but the first have the high bit set. A string that is the canonical text of a 64-bit integer is kept as an integer.
 * Elements are named by their offset; a change of an element moves those behind it.
 *
 * @see https://github.com/antirez/listpack/blob/master/listpack.md
 */
import { latin1Of, writeLatin1 } from "../bytes/latin1.ts";
import { u32At } from "../bytes/reader.ts";
import { parseBigInteger, parseInteger } from "./integerText.ts";

const HEADER_BYTES = 6;
const END_BYTES = 1;
const END = 0xff;
const COUNT_UNKNOWN = 65535;
const FEWEST_BYTES = 64;
/** The longest text of a 64-bit integer. */
const MOST_DIGITS = 20;
const WORD = 4294967296;
const MOST_BACK_BYTES = 5;

export class Listpack {
  private bytes: Uint8Array;
  /** Behind the last element. */
  private cursor: number;
  private elements: number;

  constructor() {
    this.bytes = new Uint8Array(FEWEST_BYTES);
    this.cursor = HEADER_BYTES;
    this.elements = 0;
  }

  /** From an image whose integrity was checked; the bytes are copied. */
  static of(image: Uint8Array): Listpack {
    const pack = new Listpack();
    pack.bytes = image.slice(0, image.length - END_BYTES);
    pack.cursor = pack.bytes.length;
    for (let at = pack.first; at < pack.end; at = pack.next(at)) pack.elements++;
    return pack;
  }

  /** Bytes of the image. */
  get lengthBytes(): number {
    return this.cursor + END_BYTES;
  }

  /** Bytes held in memory. */
  get capacityBytes(): number {
    return this.bytes.length;
  }

  /** The offset of the first element; `end` if there is none. */
  get first(): number {
    return HEADER_BYTES;
  }

  /** The offset behind the last element. */
  get end(): number {
    return this.cursor;
  }

  next(offset: number): number {
    const byte = this.byteAt(offset);
    if (byte < 0x80) return offset + 2;
    if (byte < 0xc0) return offset + 2 + (byte & 0x3f);
    const lengthBytes = this.elementBytes(offset);
    return offset + lengthBytes + backLengthBytes(lengthBytes);
  }

  /** The element in front of `offset`, which may be `end`. */
  previous(offset: number): number {
    let lengthBytes = 0;
    let factor = 1;
    let at = offset;
    for (;;) {
      const byte = this.byteAt(--at);
      lengthBytes += (byte & 0x7f) * factor;
      if ((byte & 0x80) === 0) return at - lengthBytes;
      factor *= 128;
    }
  }

  append(text: string): void {
    if (text.length <= MOST_DIGITS) {
      const value = parseInteger(text);
      if (value !== undefined) {
        if (Number.isSafeInteger(value)) return this.appendInteger(value);
        const exact = parseBigInteger(text) ?? 0n;
        return this.appendWords(
          Number(BigInt.asIntN(32, exact >> 32n)),
          Number(BigInt.asUintN(32, exact)),
        );
      }
    }
    this.appendString(text);
  }

  /** A safe integer. */
  appendInteger(value: number): void {
    const lengthBytes = integerBytes(value);
    this.reserve(lengthBytes + 1);
    writeInteger(this.bytes, this.cursor, value, lengthBytes);
    this.close(lengthBytes);
  }

  /** The integer high * 2^32 + low: `high` of 32 bits and signed, `low` of 32 bits and unsigned. */
  appendWords(high: number, low: number): void {
    const value = high * WORD + low;
    if (Number.isSafeInteger(value)) return this.appendInteger(value);
    this.reserve(10);
    this.bytes[this.cursor] = 0xf4;
    writeWord(this.bytes, this.cursor + 1, low);
    writeWord(this.bytes, this.cursor + 5, high);
    this.close(9);
  }

  /** Puts an integer in the place of the one at `offset`. */
  replaceInteger(offset: number, value: number): void {
    const before = this.elementBytes(offset);
    const after = integerBytes(value);
    if (after > before) this.reserve(after - before);
    this.bytes.copyWithin(offset + after + 1, offset + before + 1, this.cursor);
    this.cursor += after - before;
    writeInteger(this.bytes, offset, value, after);
    this.bytes[offset + after] = after;
  }

  /** The integer at `offset`, rounded beyond 2^53. The element is one. */
  integerAt(offset: number): number {
    const byte = this.byteAt(offset);
    if (byte < 0x80) return byte;
    if (byte < 0xe0) return (((byte & 0x1f) << 8) | this.byteAt(offset + 1)) - signOf13(byte);
    switch (byte) {
      case 0xf1:
        return ((this.byteAt(offset + 1) | (this.byteAt(offset + 2) << 8)) << 16) >> 16;
      case 0xf2:
        return (u32At(this.bytes, offset) | 0) >> 8;
      case 0xf3:
        return u32At(this.bytes, offset + 1) | 0;
      default:
        return this.highAt(offset) * WORD + this.lowAt(offset);
    }
  }

  /** The low 32 bits of the integer at `offset`, unsigned. */
  lowAt(offset: number): number {
    if (this.byteAt(offset) === 0xf4) return u32At(this.bytes, offset + 1);
    return this.integerAt(offset) >>> 0;
  }

  /** The high 32 bits of the integer at `offset`, signed. */
  highAt(offset: number): number {
    if (this.byteAt(offset) === 0xf4) return u32At(this.bytes, offset + 5) | 0;
    return this.integerAt(offset) < 0 ? -1 : 0;
  }

  /** The element at `offset` as a string, whichever way it is kept. */
  textAt(offset: number): string {
    const { bytes } = this;
    const byte = this.byteAt(offset);
    if ((byte & 0xc0) === 0x80) return latin1Of(bytes, offset + 1, offset + 1 + (byte & 0x3f));
    if ((byte & 0xf0) === 0xe0) {
      return latin1Of(
        bytes,
        offset + 2,
        offset + 2 + (((byte & 15) << 8) | this.byteAt(offset + 1)),
      );
    }
    if (byte === 0xf0) return latin1Of(bytes, offset + 5, offset + 5 + u32At(bytes, offset + 1));
    const value = this.integerAt(offset);
    if (Number.isSafeInteger(value)) return String(value);
    return String((BigInt(this.highAt(offset)) << 32n) + BigInt(this.lowAt(offset)));
  }

  /** A copy of the whole, with header and end. */
  image(): Uint8Array {
    const image = new Uint8Array(this.lengthBytes);
    image.set(this.bytes.subarray(0, this.cursor));
    writeWord(image, 0, image.length);
    const count = Math.min(this.elements, COUNT_UNKNOWN);
    image[4] = count & 0xff;
    image[5] = count >>> 8;
    image[this.cursor] = END;
    return image;
  }

  copy(): Listpack {
    const pack = new Listpack();
    pack.bytes = this.bytes.slice(0, this.cursor);
    pack.cursor = this.cursor;
    pack.elements = this.elements;
    return pack;
  }

  /** Gives back the room behind the last element. */
  shrink(): void {
    if (this.bytes.length > this.cursor) this.bytes = this.bytes.slice(0, this.cursor);
  }

  private appendString(text: string): void {
    const { length } = text;
    const headBytes = length < 64 ? 1 : length < 4096 ? 2 : 5;
    this.reserve(headBytes + length + MOST_BACK_BYTES);
    const { bytes, cursor } = this;
    if (headBytes === 1) {
      bytes[cursor] = 0x80 | length;
    } else if (headBytes === 2) {
      bytes[cursor] = 0xe0 | (length >>> 8);
      bytes[cursor + 1] = length & 0xff;
    } else {
      bytes[cursor] = 0xf0;
      writeWord(bytes, cursor + 1, length);
    }
    writeLatin1(bytes, cursor + headBytes, text);
    this.close(headBytes + length);
  }

  /** Ends an element whose encoding and data were written at the cursor. */
  private close(lengthBytes: number): void {
    const backBytes = backLengthBytes(lengthBytes);
    let at = this.cursor + lengthBytes + backBytes;
    let rest = lengthBytes;
    for (let left = backBytes; left > 1; left--) {
      this.bytes[--at] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.bytes[--at] = rest;
    this.cursor += lengthBytes + backBytes;
    this.elements++;
  }

  /** Bytes of the encoding and the data of an element. */
  private elementBytes(offset: number): number {
    const byte = this.byteAt(offset);
    if (byte < 0x80) return 1;
    if (byte < 0xc0) return 1 + (byte & 0x3f);
    if (byte < 0xe0) return 2;
    if (byte < 0xf0) return 2 + (((byte & 15) << 8) | this.byteAt(offset + 1));
    if (byte === 0xf0) return 5 + u32At(this.bytes, offset + 1);
    return byte === 0xf4 ? 9 : byte - 0xee;
  }

  private byteAt(offset: number): number {
    return this.bytes[offset] as number;
  }

  private reserve(moreBytes: number): void {
    const neededBytes = this.cursor + moreBytes;
    if (neededBytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(neededBytes, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.cursor));
    this.bytes = grown;
  }
}

function signOf13(byte: number): number {
  return (byte & 0x10) === 0 ? 0 : 8192;
}

function integerBytes(value: number): number {
  if (value >= 0 && value <= 127) return 1;
  if (value >= -4096 && value <= 4095) return 2;
  if (value >= -32768 && value <= 32767) return 3;
  if (value >= -8388608 && value <= 8388607) return 4;
  return value === (value | 0) ? 5 : 9;
}

function writeInteger(bytes: Uint8Array, at: number, value: number, lengthBytes: number): void {
  if (lengthBytes === 1) {
    bytes[at] = value;
    return;
  }
  if (lengthBytes === 2) {
    bytes[at] = 0xc0 | ((value >> 8) & 0x1f);
    bytes[at + 1] = value & 0xff;
    return;
  }
  bytes[at] = lengthBytes === 9 ? 0xf4 : lengthBytes + 0xee;
  let rest = value;
  for (let index = 1; index < lengthBytes; index++) {
    bytes[at + index] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word & 0xff;
  bytes[at + 1] = (word >>> 8) & 0xff;
  bytes[at + 2] = (word >>> 16) & 0xff;
  bytes[at + 3] = word >>> 24;
}

/** Redis compares with 2^14 - 1, and so on. */
function backLengthBytes(lengthBytes: number): number {
  if (lengthBytes < 128) return 1;
  if (lengthBytes < 16383) return 2;
  if (lengthBytes < 2097151) return 3;
  return lengthBytes < 268435455 ? 4 : MOST_BACK_BYTES;
}
