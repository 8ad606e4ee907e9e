/** For tests only: copies of small states, and the keys that tell them apart. */
import { crc32c } from "../bytes/crc32c.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { LogNode } from "./logNode.ts";
import type { RaftEntry } from "./shardLog.ts";
import type { SmallState } from "./smallWorld.ts";

/** Copies all that a step may change; bytes are never changed in place, save in writers. */
export function copyNode(node: LogNode): LogNode {
  return copy(node, new Map()) as LogNode;
}

const sharedFields: ReadonlySet<string> = new Set([
  "config",
  "random",
  "slots",
  "peers",
  "marker",
  "nextMarker",
  "request",
]);

function copy(value: object, done: Map<object, object>): object {
  // Bytes and log entries never change once they are made.
  if (value instanceof Uint8Array || isEntry(value)) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  if (value instanceof ByteWriter) {
    const writer = new ByteWriter(256);
    writer.raw(value.peek());
    done.set(value, writer);
    return writer;
  }
  if (Array.isArray(value)) {
    const list: unknown[] = value.slice();
    done.set(value, list);
    for (let at = 0; at < list.length; at++) {
      const item = list[at];
      if (typeof item === "object" && item !== null) list[at] = copy(item, done);
    }
    return list;
  }
  const from = value as Record<string, unknown>;
  const result = Object.create(Object.getPrototypeOf(value) as object) as Record<string, unknown>;
  done.set(value, result);
  for (const field in from) {
    if (!Object.hasOwn(from, field)) continue;
    const item = from[field];
    const isShared = typeof item !== "object" || item === null || sharedFields.has(field);
    result[field] = isShared ? item : copy(item, done);
  }
  return result;
}

function isEntry(value: object): value is RaftEntry {
  return "bytesUpTo" in value;
}

/** Fields that no behaviour depends on, or that never change. */
const skippedFields: ReadonlySet<string> = new Set([
  "config",
  "random",
  "boot",
  "slots",
  "self",
  "peers",
  "writer",
  "ticket",
  "alarmUs",
  "nowUs",
  "droppedMessages",
  "matchScratch",
  "outline",
  "stretches",
  "marker",
  "nextMarker",
  "recovery",
]);

/** Two numbers of 32 bits that stand for the state. */
export function keyOf(state: SmallState): string {
  let high = 17;
  let low = 29;
  const mix = (one: number, two: number): void => {
    high = Math.imul(high ^ one, 0x01000193) ^ (high >>> 15);
    low = Math.imul(low ^ two, 0x5bd1e995) ^ (low >>> 13);
  };
  for (const node of state.nodes) {
    const summary = summaryOf(node, state.nowUs);
    mix(summary.high, summary.low);
  }
  for (const disk of state.disks) {
    for (const bytes of disk.synced.values()) mix(bytesKey(bytes), bytes.length);
    for (const { bytes } of disk.unsynced) if (bytes !== undefined) mix(bytesKey(bytes), 13);
    mix(disk.unsynced.length, disk.ticket === 0 ? 0 : 1);
  }
  const flights = state.flights
    .map(({ high: one, low: two }) => `${one >>> 0}/${two >>> 0}`)
    .sort();
  const { sends, timeouts, crashes, duplicates } = state.budget;
  const rest = `${flights.join()}|${state.committed.join()}|${[...state.refused].sort().join()}|${sends},${timeouts},${crashes},${duplicates}`;
  mix(hashText(rest, 3), hashText(rest, 5));
  return `${high >>> 0}:${low >>> 0}`;
}

interface Summary {
  readonly nowUs: number;
  readonly high: number;
  readonly low: number;
}

const summaries: WeakMap<LogNode, Summary> = new WeakMap();
const byteKeys: WeakMap<Uint8Array, number> = new WeakMap();

function summaryOf(node: LogNode, nowUs: number): Summary {
  const known = summaries.get(node);
  if (known !== undefined && known.nowUs === nowUs) return known;
  const parts: string[] = [];
  describeValue(node, "", nowUs, parts, new Map());
  const text = parts.join(",");
  const summary = { nowUs, high: hashText(text, 0x811c9dc5), low: hashText(text, 0x2545f491) };
  summaries.set(node, summary);
  return summary;
}

function bytesKey(bytes: Uint8Array): number {
  let key = byteKeys.get(bytes);
  if (key === undefined) {
    key = crc32c(bytes);
    byteKeys.set(bytes, key);
  }
  return key;
}

// oxlint-disable-next-line max-params -- a recursion with its accumulators
function describeValue(
  value: unknown,
  field: string,
  nowUs: number,
  parts: string[],
  seen: Map<object, number>,
): void {
  if (typeof value === "number" && field.endsWith("Us")) {
    parts.push(value === nowUs ? "now" : value > nowUs ? "later" : "before");
  } else if (typeof value !== "object" || value === null) {
    parts.push(String(value));
  } else if (value instanceof Uint8Array) {
    parts.push(String(bytesKey(value)));
  } else if (isEntry(value)) {
    parts.push(`${value.term}/${value.crc}`);
  } else if (seen.has(value)) {
    parts.push(`#${seen.get(value)}`);
  } else {
    seen.set(value, seen.size);
    if (value instanceof ByteWriter) {
      parts.push(String(hashBytes(value.peek(), 1)));
      return;
    }
    parts.push("(");
    for (const name in value) {
      if (skippedFields.has(name) || !Object.hasOwn(value, name)) continue;
      describeValue((value as Record<string, unknown>)[name], name, nowUs, parts, seen);
    }
    parts.push(")");
  }
}

function hashText(text: string, seed: number): number {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

export function hashBytes(bytes: Uint8Array, seed: number): number {
  let hash = seed;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) ^ (hash >>> 17);
  return hash;
}
