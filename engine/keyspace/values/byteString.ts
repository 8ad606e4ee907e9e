/**
 * A string that is changed in place: what APPEND, SETRANGE, SETBIT, BITFIELD and the HyperLogLog commands make of a value.
 * OBJECT ENCODING calls it "raw" whatever its length. (A fresh result of INCRBYFLOAT it calls "embstr", even an integer.)
 *
 * Long values live in an array with room at its end, so that a change costs what it changes. Such an array costs some
 * 250 bytes beside its content, so short values are JavaScript strings, which are written anew at each change.
 */
import { assert } from "../../assert.ts";
import { latin1Bytes, latin1Of, writeLatin1 } from "../../bytes/latin1.ts";
import type { Collection } from "../value.ts";

/** Up to this length a value is a JavaScript string. */
const SHORT_BYTES = 256;
/** Arrays double up to this, and then grow by a quarter. */
const DOUBLING_BYTES: number = 1 << 20;

export class ByteString implements Collection {
  readonly type = "string";
  /** A string without bytes is a value too. */
  readonly isEmpty = false;
  /** The value, while there is no `memory`. */
  private short = "";
  /** Bytes behind `used` are zeros. */
  private memory: Uint8Array | undefined = undefined;
  private used = 0;
  /** What OBJECT ENCODING calls it. */
  encoding: "raw" | "embstr" = "raw";

  constructor(text: string) {
    this.append(text);
  }

  /** A result of INCRBYFLOAT that reads as an integer. */
  static embedded(text: string): ByteString {
    const made = new ByteString(text);
    made.encoding = "embstr";
    return made;
  }

  /** A value of these bytes, which are copied. */
  static of(bytes: Uint8Array): ByteString {
    if (bytes.length <= SHORT_BYTES) return new ByteString(latin1Of(bytes));
    const made = new ByteString("");
    made.reserve(bytes.length).set(bytes);
    made.used = bytes.length;
    return made;
  }

  get length(): number {
    return this.memory === undefined ? this.short.length : this.used;
  }

  get sizeBytes(): number {
    return this.memory === undefined ? this.short.length : this.memory.length;
  }

  copy(): ByteString {
    if (this.memory !== undefined) return ByteString.of(this.memory.subarray(0, this.used));
    const made = new ByteString(this.short);
    made.encoding = this.encoding;
    return made;
  }

  /** 0 behind the end. */
  byteAt(index: number): number {
    if (index >= this.length) return 0;
    return this.memory === undefined
      ? this.short.charCodeAt(index)
      : (this.memory[index] as number);
  }

  slice(start: number, end: number): string {
    if (this.memory === undefined) return this.short.slice(start, end);
    return latin1Of(this.memory, start, Math.min(end, this.used));
  }

  /** The bytes [start, end): of a long value a view, valid until its next change. */
  bytes(start: number, end: number): Uint8Array {
    if (this.memory === undefined) return latin1Bytes(this.short.slice(start, end));
    return this.memory.subarray(start, Math.min(end, this.used));
  }

  append(suffix: string): void {
    this.setRange(this.length, suffix);
  }

  /** Overwrites what stands from `offset` on; zeros fill a gap behind the end. */
  setRange(offset: number, bytes: string): void {
    this.encoding = "raw";
    const end = offset + bytes.length;
    const length = Math.max(this.length, end);
    if (length > SHORT_BYTES) {
      writeLatin1(this.reserve(length), offset, bytes);
      this.used = length;
      return;
    }
    const before = this.short.padEnd(offset, "\0");
    this.short = flat(before.slice(0, offset) + bytes + before.slice(end));
  }

  /** The memory of the value, with room for more bytes behind its end; to be changed in place, and given back by `close`. */
  open(moreBytes: number): Uint8Array {
    this.encoding = "raw";
    return this.reserve(this.length + moreBytes);
  }

  /** Ends what `open` began: the value is the first bytes of this memory, which may be another one and is kept. */
  close(memory: Uint8Array, length: number): void {
    if (length <= SHORT_BYTES) {
      this.short = latin1Of(memory, 0, length);
      this.memory = undefined;
      return;
    }
    memory.fill(0, length);
    this.memory = memory;
    this.used = length;
  }

  /** Memory for so many bytes, which holds the value. */
  private reserve(neededBytes: number): Uint8Array {
    const { memory, short } = this;
    if (memory === undefined) {
      this.memory = new Uint8Array(neededBytes);
      this.used = writeLatin1(this.memory, 0, short);
      this.short = "";
      return this.memory;
    }
    if (neededBytes <= memory.length) return memory;
    const usual = neededBytes <= DOUBLING_BYTES ? memory.length * 2 : memory.length * 1.25;
    const grown = new Uint8Array(Math.max(neededBytes, Math.floor(usual)));
    grown.set(memory.subarray(0, this.used));
    this.memory = grown;
    return grown;
  }
}

/** True if a command that may change this value gives it another form first, by `unshare`. */
export function isShared(value: string | ByteString): boolean {
  return typeof value === "string" || value.encoding !== "raw";
}

/** The same text in one piece: reading a char joins what V8 keeps as a tree of pieces after an addition. */
function flat(text: string): string {
  assert(text === "" || text.charCodeAt(0) < 256, "a char is a byte");
  return text;
}
