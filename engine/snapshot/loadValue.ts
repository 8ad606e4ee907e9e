/**
 * Reads values as Redis has written them since 2.4, from bytes that may be damaged on purpose: whatever they say, what comes
 * back is a value as commands would have made it, or nothing.
 */
import type { EncodingLimits } from "../keyspace/limits.ts";
import type { Value } from "../keyspace/value.ts";
import { HashValue } from "../keyspace/values/hashValue.ts";
import { ListValue } from "../keyspace/values/listValue.ts";
import { SetValue } from "../keyspace/values/setValue.ts";
import { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { readIntset } from "./packed/intset.ts";
import { readListpack } from "./packed/readListpack.ts";
import { readZiplist } from "./packed/readZiplist.ts";
import { readZipmap } from "./packed/readZipmap.ts";
import type { RdbReader } from "./rdbReader.ts";
import { listNodes, rdbTypes } from "./rdbTypes.ts";
import { prefixDouble, scoreOfText } from "./scores.ts";
import { loadStream } from "./streams.ts";

/** The value of a type, which the reader stands behind; undefined if it makes no sense. The limits say how it is held. */
export function loadValue(
  type: number,
  reader: RdbReader,
  limits: EncodingLimits,
): Value | undefined {
  const value = readValue(type, reader, limits);
  return reader.failed ? undefined : value;
}

function readValue(type: number, reader: RdbReader, limits: EncodingLimits): Value | undefined {
  switch (type) {
    case rdbTypes.string:
      return reader.string();
    case rdbTypes.list:
      return listOf(strings(reader, reader.length()));
    case rdbTypes.listZiplist:
      return whole(listOf(readZiplist(reader.bytes())), "List ziplist", reader);
    case rdbTypes.listOfZiplists:
    case rdbTypes.list2:
      return listOf(nodesOfList(reader, type === rdbTypes.list2));
    case rdbTypes.set:
      return setOf(strings(reader, reader.length()), limits);
    case rdbTypes.setIntset:
      return whole(setOf(readIntset(reader.bytes()), limits), "Intset", reader);
    case rdbTypes.hash:
      return hashOf(strings(reader, reader.length() * 2), limits);
    case rdbTypes.hashZipmap:
      return whole(hashOf(readZipmap(reader.bytes()), limits), "Zipmap", reader);
    case rdbTypes.hashZiplist:
      return whole(
        hashOf(readZiplist(reader.bytes()), withLongValues(limits)),
        "Hash ziplist",
        reader,
      );
    case rdbTypes.hashListpack:
      return whole(
        hashOf(readListpack(reader.bytes()), withLongValues(limits)),
        "Hash listpack",
        reader,
      );
    case rdbTypes.zsetOfText:
    case rdbTypes.zset:
      return zsetOf(scoredMembers(reader, type === rdbTypes.zset), limits);
    case rdbTypes.zsetZiplist:
      return whole(
        zsetOf(scoredPairs(readZiplist(reader.bytes())), withLongValues(limits)),
        "Zset ziplist",
        reader,
      );
    case rdbTypes.zsetListpack:
      return whole(
        zsetOf(scoredPairs(readListpack(reader.bytes())), withLongValues(limits)),
        "Zset listpack",
        reader,
      );
    case rdbTypes.stream:
    case rdbTypes.streamOfEntries:
      return loadStream(reader, type === rdbTypes.stream);
    default:
      return undefined;
  }
}

/** What was made of a packed form; if it is nothing, the reader is told which form is damaged. */
function whole<T>(made: T | undefined, form: string, reader: RdbReader): T | undefined {
  return made ?? reader.refuse(`${form} integrity check failed.`);
}

/** What was packed stays so, however long its elements are: only their number is asked for. */
function withLongValues(limits: EncodingLimits): EncodingLimits {
  return {
    ...limits,
    hashMaxListpackValueBytes: Infinity,
    zsetMaxListpackValueBytes: Infinity,
  };
}

/** So many strings, as far as there are. */
function strings(reader: RdbReader, count: number): string[] {
  const found: string[] = [];
  while (found.length < count && !reader.failed) found.push(reader.string());
  return found;
}

function nodesOfList(reader: RdbReader, tellsForm: boolean): string[] | undefined {
  const elements: string[] = [];
  for (let left = reader.length(); left > 0; left--) {
    const form = tellsForm ? reader.length() : listNodes.packed;
    if (form === listNodes.plain) {
      const element = reader.string();
      if (reader.failed || element === "") return undefined;
      elements.push(element);
      continue;
    }
    const image = reader.bytes();
    if (reader.failed || form !== listNodes.packed) {
      return reader.refuse("Quicklist integrity check failed.");
    }
    const node = tellsForm
      ? whole(readListpack(image), "Listpack", reader)
      : whole(readZiplist(image), "Ziplist", reader);
    if (node === undefined) return undefined;
    for (const element of node) elements.push(element);
  }
  return elements;
}

function listOf(elements: readonly string[] | undefined): ListValue | undefined {
  if (elements === undefined || elements.length === 0) return undefined;
  const list = new ListValue();
  for (const element of elements) list.push("tail", element);
  return list;
}

function setOf(
  members: readonly string[] | undefined,
  limits: EncodingLimits,
): SetValue | undefined {
  if (members === undefined || members.length === 0) return undefined;
  const set = new SetValue();
  for (const member of members) if (!set.add(member, limits)) return undefined;
  return set;
}

/** Of fields, each followed by its value. */
function hashOf(
  texts: readonly string[] | undefined,
  limits: EncodingLimits,
): HashValue | undefined {
  if (texts === undefined || texts.length === 0 || texts.length % 2 !== 0) return undefined;
  const hash = new HashValue();
  for (let index = 0; index < texts.length; index += 2) {
    if (!hash.set(texts[index] as string, texts[index + 1] as string, limits)) return undefined;
  }
  return hash;
}

interface Scored {
  readonly member: string;
  readonly score: number;
}

function scoredMembers(reader: RdbReader, isBinary: boolean): Scored[] {
  const found: Scored[] = [];
  for (let left = reader.length(); left > 0 && !reader.failed; left--) {
    const member = reader.string();
    found.push({ member, score: isBinary ? reader.f64() : scoreOfText(reader) });
  }
  return found;
}

/** Of members, each followed by its score. */
function scoredPairs(texts: readonly string[] | undefined): Scored[] | undefined {
  if (texts === undefined || texts.length % 2 !== 0) return undefined;
  const found: Scored[] = [];
  for (let index = 0; index < texts.length; index += 2) {
    const score = prefixDouble(texts[index + 1] as string) ?? 0;
    found.push({ member: texts[index] as string, score });
  }
  return found;
}

function zsetOf(
  entries: readonly Scored[] | undefined,
  limits: EncodingLimits,
): ZsetValue | undefined {
  if (entries === undefined || entries.length === 0) return undefined;
  const zset = new ZsetValue();
  for (const { member, score } of entries) {
    if (Number.isNaN(score) || zset.scoreOf(member) !== undefined) return undefined;
    zset.set(member, score, limits);
  }
  return zset;
}
