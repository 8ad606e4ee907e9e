/** Writes values as Redis 7.0 writes them: a byte for the type (rdbTypes.ts), then what it holds. */
import type { Value } from "../keyspace/value.ts";
import { ByteString } from "../keyspace/values/byteString.ts";
import { HashValue } from "../keyspace/values/hashValue.ts";
import { ListValue } from "../keyspace/values/listValue.ts";
import { SetValue } from "../keyspace/values/setValue.ts";
import { StreamValue } from "../keyspace/values/streamValue.ts";
import { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { assert } from "../assert.ts";
import { doubleText } from "../structures/doubleText.ts";
import { Listpack } from "../structures/listpack.ts";
import { intsetOf } from "./packed/intset.ts";
import { listNodes, rdbTypes } from "./rdbTypes.ts";
import type { RdbWriter } from "./rdbWriter.ts";
import { saveStream } from "./streams.ts";

/** Larger scores are written as text even if they are integers. */
const MOST_INTEGER_SCORE: number = 2 ** 62;
/** What a node of a list holds, as lists are by default (list-max-listpack-size -2), and what an element adds at most. */
const NODE_BYTES = 8192;
const ELEMENT_OVERHEAD_BYTES = 8;

export function saveValue(writer: RdbWriter, value: Value): void {
  if (typeof value === "string" || value instanceof ByteString) {
    writer.u8(rdbTypes.string);
    writer.string(value);
  } else if (value instanceof ListValue) {
    saveList(writer, value);
  } else if (value instanceof HashValue) {
    saveHash(writer, value);
  } else if (value instanceof SetValue) {
    saveSet(writer, value);
  } else if (value instanceof ZsetValue) {
    saveZset(writer, value);
  } else {
    assert(value instanceof StreamValue, "a value of no known type");
    writer.u8(rdbTypes.stream);
    saveStream(writer, value);
  }
}

/** Elements are shared out between nodes as RPUSH shares them out. */
function saveList(writer: RdbWriter, list: ListValue): void {
  const nodes: Listpack[] = [];
  let node = new Listpack();
  list.forEach(0, list.length, (element) => {
    const bytes = node.lengthBytes + element.length + ELEMENT_OVERHEAD_BYTES;
    if (nodes.length === 0 || bytes > NODE_BYTES) {
      node = new Listpack();
      nodes.push(node);
    }
    node.append(element);
  });
  writer.u8(rdbTypes.list2);
  writer.length(nodes.length);
  for (const one of nodes) {
    writer.length(listNodes.packed);
    writer.bytes(one.image());
  }
}

function saveHash(writer: RdbWriter, hash: HashValue): void {
  if (hash.encoding === "listpack") {
    const pack = new Listpack();
    hash.forEach((field, value) => {
      pack.append(field);
      pack.append(value);
    });
    writer.u8(rdbTypes.hashListpack);
    return writer.bytes(pack.image());
  }
  writer.u8(rdbTypes.hash);
  writer.length(hash.size);
  hash.forEach((field, value) => {
    writer.string(field);
    writer.string(value);
  });
}

function saveSet(writer: RdbWriter, set: SetValue): void {
  if (set.encoding === "intset") {
    const integers: string[] = [];
    set.forEach((member) => integers.push(member));
    writer.u8(rdbTypes.setIntset);
    return writer.bytes(intsetOf(integers));
  }
  writer.u8(rdbTypes.set);
  writer.length(set.size);
  set.forEach((member) => writer.string(member));
}

/** A packed one in ascending order, a large one in descending, in which Redis adds to its skip list fastest. */
function saveZset(writer: RdbWriter, zset: ZsetValue): void {
  const { size } = zset;
  if (zset.encoding === "listpack") {
    const pack = new Listpack();
    zset.visit(0, size, (member, score) => {
      pack.append(member);
      pack.append(scoreText(score));
    });
    writer.u8(rdbTypes.zsetListpack);
    return writer.bytes(pack.image());
  }
  writer.u8(rdbTypes.zset);
  writer.length(size);
  zset.visitDown(size - 1, size, (member, score) => {
    writer.string(member);
    writer.f64(score);
  });
}

function scoreText(score: number): string {
  if (!Number.isInteger(score) || Math.abs(score) > MOST_INTEGER_SCORE) return doubleText(score);
  return String(BigInt(score));
}
