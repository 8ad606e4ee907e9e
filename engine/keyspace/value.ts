/** What a key can hold. */
import type { ByteString } from "./values/byteString.ts";
import type { ListValue } from "./values/listValue.ts";
import type { StreamValue } from "./values/streamValue.ts";
import type { HashValue } from "./values/hashValue.ts";
import type { SetValue } from "./values/setValue.ts";
import type { ZsetValue } from "./values/zsetValue.ts";

/**
 * A string value is a JavaScript string of one char a byte; every other type is an object that names its type, and comes
 * with its command family.
 */
export type Value = string | Collection;

/** A string is held as one, until a command changes it in place. Both have a length and can be sliced. */
export type StringValue = string | ByteString;

/** The class behind each type that is no plain string, by the name that TYPE gives it. */
export interface ValueTypes {
  string: StringValue;
  list: ListValue;
  stream: StreamValue;
  hash: HashValue;
  set: SetValue;
  zset: ZsetValue;
}

export type ValueType = "string" | "list" | "set" | "zset" | "hash" | "stream";

/** The common part of the types that are not plain strings. */
export interface Collection {
  readonly type: ValueType;
  /** What OBJECT ENCODING calls the representation. */
  readonly encoding: string;
  /** Holds nothing: the keyspace then removes its key. A stream is never empty in this sense. */
  readonly isEmpty: boolean;
  /** Approximate bytes held, kept up to date by the value itself. */
  readonly sizeBytes: number;
  /** A copy that shares nothing that can change. */
  copy(): Collection;
}

export function typeOf(value: Value): ValueType {
  return typeof value === "string" ? "string" : value.type;
}

export function isString(value: Value): value is StringValue {
  return typeof value === "string" || value.type === "string";
}

export function textOf(value: StringValue): string {
  return typeof value === "string" ? value : value.slice(0, value.length);
}

export function isOfType<T extends keyof ValueTypes>(
  value: Value | undefined,
  type: T,
): value is ValueTypes[T] {
  return value !== undefined && typeOf(value) === type;
}

export function copyOf(value: Value): Value {
  return typeof value === "string" ? value : value.copy();
}

export function sizeOf(value: Value): number {
  return typeof value === "string" ? value.length : value.sizeBytes;
}
