/**
 * DUMP's payloads, which RESTORE takes: a value as in an RDB file, the format's version (u16) and the checksum of all in front
 * of it (u64), both little-endian.
 */
import { u32At } from "../bytes/reader.ts";
import { crc64 } from "../bytes/crc64.ts";
import { latin1Of } from "../bytes/latin1.ts";
import { must } from "../assert.ts";
import type { EncodingLimits } from "../keyspace/limits.ts";
import { isString, textOf, type Value } from "../keyspace/value.ts";
import { loadValue } from "./loadValue.ts";
import { RdbReader } from "./rdbReader.ts";
import { RDB_VERSION } from "./rdbTypes.ts";
import { RdbWriter } from "./rdbWriter.ts";
import { saveValue } from "./saveValue.ts";

const CHECKSUM_BYTES = 8;
export const FOOTER_BYTES: number = 2 + CHECKSUM_BYTES;

/** Makes payloads, one after another: what it keeps between them is memory to work in. */
export class Dumper {
  private readonly writer: RdbWriter = new RdbWriter();

  /** Bytes that a value takes in an RDB file, behind its type. */
  lengthOf(value: Value, compresses: boolean): number {
    const { writer } = this;
    writer.compresses = compresses;
    saveValue(writer, value);
    return writer.take().length - 1;
  }

  /** What loading the value gives: the same, in the form that the limits ask for now. */
  reloaded(value: Value, limits: EncodingLimits): Value {
    return must(restored(this.dump(value, false), limits), "a value that was just dumped");
  }

  /** What tells a value from any other: the bytes of a string, the payload of a collection, with no footer, as latin1. */
  text(value: Value): string {
    if (isString(value)) return textOf(value);
    const { writer } = this;
    writer.compresses = true;
    saveValue(writer, value);
    return latin1Of(writer.take());
  }

  dump(value: Value, compresses: boolean): Uint8Array {
    const { writer } = this;
    writer.compresses = compresses;
    saveValue(writer, value);
    writeFooter(writer);
    return writer.take();
  }
}

/** The version and the checksum behind all that was written. */
export function writeFooter(writer: RdbWriter): void {
  writer.u8(RDB_VERSION & 0xff);
  writer.u8(RDB_VERSION >> 8);
  const checksum = crc64(writer.peek());
  for (let shift = 0n; shift < 64n; shift += 8n) writer.u8(Number((checksum >> shift) & 0xffn));
}

/** False if the payload is of a newer version than this one, or was damaged on its way, which its checksum tells. */
export function isWholeDump(payload: Uint8Array, checksTheSum: boolean): boolean {
  const footerAt = payload.length - FOOTER_BYTES;
  if (footerAt < 0) return false;
  const version = (payload[footerAt] as number) | ((payload[footerAt + 1] as number) << 8);
  if (version > RDB_VERSION) return false;
  if (!checksTheSum) return true;
  const checksum = crc64(payload, 0, footerAt + 2);
  return (
    u32At(payload, footerAt + 2) === Number(checksum & 0xffffffffn) &&
    u32At(payload, footerAt + 6) === Number(checksum >> 32n)
  );
}

/**
 * The value of a payload; undefined if it makes no sense, and then `refused` is told what it was. What stands behind the value does not
 * matter, as in Redis.
 */
export function restored(
  payload: Uint8Array,
  limits: EncodingLimits,
  refused?: (why: string) => void,
): Value | undefined {
  const reader = new RdbReader(payload, 0);
  const value = loadValue(reader.u8(), reader, limits);
  if (value === undefined)
    refused?.(reader.complaint ?? "The value is cut off, empty, or of no known type.");
  return value;
}
