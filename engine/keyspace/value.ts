/**
 * What a key can hold. A string value is a JavaScript string of one char a byte; every other type is an object that names
 * its type, and comes with its command family.
 */
export type Value = string | CollectionValue;

export type ValueType = "string" | "list" | "set" | "zset" | "hash" | "stream";

/** The common part of the types that are not strings. */
export interface CollectionValue {
  readonly type: Exclude<ValueType, "string">;
  /** A copy that shares nothing that can change. */
  copy(): CollectionValue;
  /** Approximate bytes held. */
  readonly sizeBytes: number;
}

export function typeOf(value: Value): ValueType {
  return typeof value === "string" ? "string" : value.type;
}

export function copyOf(value: Value): Value {
  return typeof value === "string" ? value : value.copy();
}

export function sizeOf(value: Value): number {
  return typeof value === "string" ? value.length : value.sizeBytes;
}
