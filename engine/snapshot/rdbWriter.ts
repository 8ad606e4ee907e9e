/**
 * Writes the pieces that RDB values are made of. A length stands in the highest bits of its first byte:
 *
 *     00xxxxxx                      less than 64
 *     01xxxxxx x8                   less than 16384
 *     80 x32, 81 x64                more; big-endian
 *     11kkkkkk                      in front of a string: no length but a kind (rdbTypes.ts)
 */
import { writeLatin1 } from "../bytes/latin1.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { StringValue } from "../keyspace/value.ts";
import { parseInteger } from "../structures/integerText.ts";
import { LzfCompressor } from "../structures/lzf.ts";
import { stringKinds } from "./rdbTypes.ts";

/** Longer texts are no 32-bit integers. */
const MOST_INTEGER_CHARS = 11;
/** Shorter strings cannot be compressed. */
const LEAST_COMPRESSED_BYTES = 21;
/** Compression is to save so many bytes. */
const LEAST_SAVED_BYTES = 4;

export class RdbWriter {
  /** Strings are compressed where that saves something. */
  compresses = true;
  private readonly writer: ByteWriter = new ByteWriter(1024);
  private compressor: LzfCompressor | undefined = undefined;
  /** Where strings are compressed from and to. */
  private plain: Uint8Array = new Uint8Array(0);
  private packed: Uint8Array = new Uint8Array(0);

  u8(value: number): void {
    this.writer.u8(value);
  }

  /** An integer below 2^53. */
  length(value: number): void {
    if (value < 1 << 6) {
      this.writer.u8(value);
    } else if (value < 1 << 14) {
      this.writer.u8(0x40 | (value >> 8));
      this.writer.u8(value & 0xff);
    } else {
      this.wideLength(Math.floor(value / 2 ** 32), value >>> 0);
    }
  }

  /** The unsigned integer high * 2^32 + low. */
  wideLength(high: number, low: number): void {
    if (high === 0 && low < 1 << 14) return this.length(low);
    this.writer.u8(high === 0 ? 0x80 : 0x81);
    if (high !== 0) this.bigEndian(high);
    this.bigEndian(low);
  }

  /** A string: a small integer as a number, others compressed or as they are. */
  string(value: StringValue): void {
    if (value.length <= MOST_INTEGER_CHARS) {
      const text = value.slice(0, value.length);
      const integer = parseInteger(text);
      if (integer !== undefined && integer === (integer | 0)) return this.integer(integer);
    }
    if (typeof value !== "string") return this.bytes(value.bytes(0, value.length));
    if (this.plain.length < value.length) this.plain = new Uint8Array(value.length * 2);
    writeLatin1(this.plain, 0, value);
    this.bytes(this.plain.subarray(0, value.length));
  }

  /** A string of these bytes, which is no integer. */
  bytes(bytes: Uint8Array): void {
    if (this.compresses && bytes.length >= LEAST_COMPRESSED_BYTES && this.compressed(bytes)) return;
    this.length(bytes.length);
    this.writer.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.writer.raw(bytes);
  }

  f64(value: number): void {
    this.writer.f64(value);
  }

  /** An integer below 2^53 as eight little-endian bytes; times are so. */
  u64(value: number): void {
    this.writer.u53(value);
  }

  /** What was written so far; valid until the next call. */
  peek(): Uint8Array {
    return this.writer.peek();
  }

  /** What was written, now the caller's. */
  take(): Uint8Array {
    return this.writer.take();
  }

  private integer(value: number): void {
    if (value >= -128 && value <= 127) {
      this.writer.u8(0xc0 | stringKinds.int8);
      this.writer.u8(value & 0xff);
    } else if (value >= -32768 && value <= 32767) {
      this.writer.u8(0xc0 | stringKinds.int16);
      this.writer.u16(value & 0xffff);
    } else {
      this.writer.u8(0xc0 | stringKinds.int32);
      this.writer.u32(value >>> 0);
    }
  }

  /** False if that saves too little. */
  private compressed(bytes: Uint8Array): boolean {
    const limit = bytes.length - LEAST_SAVED_BYTES;
    if (this.packed.length < limit) this.packed = new Uint8Array(limit * 2);
    this.compressor ??= new LzfCompressor();
    const packedBytes = this.compressor.compress(bytes, 0, bytes.length, this.packed, limit);
    if (packedBytes === 0) return false;
    this.writer.u8(0xc0 | stringKinds.lzf);
    this.length(packedBytes);
    this.length(bytes.length);
    this.writer.raw(this.packed.subarray(0, packedBytes));
    return true;
  }

  private bigEndian(word: number): void {
    this.writer.u8(word >>> 24);
    this.writer.u8((word >>> 16) & 0xff);
    this.writer.u8((word >>> 8) & 0xff);
    this.writer.u8(word & 0xff);
  }
}
