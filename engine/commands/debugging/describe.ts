/** What DEBUG tells of the way in which values are held. */
import type { Keyspace } from "../../keyspace/keyspace.ts";
import { isOfType, sizeOf, type Value } from "../../keyspace/value.ts";
import type { CommandContext } from "../context.ts";
import { encodingOf } from "../object.ts";
import { errors } from "../../resp/replies.ts";

/** DEBUG OBJECT key: one line, the address in it made up of the key's hash. */
export function replyObject(context: CommandContext, key: string): void {
  const { keyspace, databases, dumper, settings } = context;
  const value = keyspace.get(key);
  if (value === undefined) return context.fail(errors.noSuchKey);
  const stamp = keyspace.usageOf(key) ?? 0;
  const idleSeconds = databases.usage.isLfu ? 0 : databases.usage.idleSeconds(stamp);
  const address = `0x7f${keyspace.limits.hash.of(key).toString(16).padStart(8, "0")}40`;
  const words = [
    `Value at:${address}`,
    "refcount:1",
    `encoding:${encodingOf(value)}`,
    `serializedlength:${dumper.lengthOf(value, settings.isOn("rdbcompression"))}`,
    `lru:${stamp & 0xffffff}`,
    `lru_seconds_idle:${idleSeconds}`,
  ];
  if (isOfType(value, "list")) {
    const { runCount } = value;
    words.push(
      `ql_nodes:${runCount}`,
      `ql_avg_node:${(value.length / runCount).toFixed(2)}`,
      `ql_listpack_max:${settings.get("list-max-listpack-size")}`,
      `ql_compressed:${settings.number("list-compress-depth") === 0 ? 0 : 1}`,
      `ql_uncompressed_size:${value.sizeBytes}`,
    );
  }
  context.reply.simple(words.join(" "));
}

/** DEBUG SDSLEN key: lengths of key and string; we keep nothing in reserve. */
export function replyStringLengths(context: CommandContext, key: string): void {
  const value = context.keyspace.get(key);
  if (value === undefined) return context.fail(errors.noSuchKey);
  if (!isOfType(value, "string") || encodingOf(value) === "int") {
    return context.fail("ERR Not an sds encoded string.");
  }
  const ofKey = `key_sds_len:${key.length}, key_sds_avail:0, key_zmalloc: ${key.length}`;
  const { length } = value;
  context.reply.simple(
    `${ofKey}, val_sds_len:${length}, val_sds_avail:0, val_zmalloc: ${sizeOf(value)}`,
  );
}

/** DEBUG LISTPACK key, DEBUG QUICKLIST key: there is no standard output to print on. */
export function replyPrinted(
  context: CommandContext,
  key: string,
  encoding: "listpack" | "quicklist",
): void {
  const value = context.glance(key);
  if (value === undefined) return context.fail(errors.noSuchKey);
  if (encodingOf(value) !== encoding) {
    return context.fail(`ERR Not a ${encoding} encoded object.`);
  }
  const name = encoding === "listpack" ? "Listpack" : "Quicklist";
  context.reply.simple(`${name} structure printed on stdout`);
}

/** DEBUG HTSTATS: figures of a database's keys, and of those with deadlines. */
export function replyTables(context: CommandContext, keyspace: Keyspace): void {
  const keys = tableFigures(keyspace.size);
  const deadlines = tableFigures(keyspace.expiringCount);
  context.reply.verbatim("txt", `[Dictionary HT]\n${keys}[Expires HT]\n${deadlines}`);
}

/** DEBUG HTSTATS-KEY: figures of the table in which a value is held. */
export function replyTableOf(context: CommandContext, key: string): void {
  const value = context.glance(key);
  if (value === undefined) return context.fail(errors.noSuchKey);
  const count = countInTable(value);
  if (count === undefined) {
    return context.fail(
      "ERR The value stored at the specified key is not represented using an hash table",
    );
  }
  context.reply.verbatim("txt", tableFigures(count));
}

function countInTable(value: Value): number | undefined {
  const encoding = encodingOf(value);
  if (encoding !== "hashtable" && encoding !== "skiplist") return undefined;
  if (isOfType(value, "set") || isOfType(value, "hash")) return value.size;
  return isOfType(value, "zset") ? value.size : undefined;
}

/** Ours have no chains to count: the size that Redis's table would have, and the number of elements. */
function tableFigures(count: number): string {
  const head = "Hash table 0 stats (main hash table):\n";
  if (count === 0) return `${head}No stats available for empty dictionaries\n`;
  let size = 4;
  while (size < count) size *= 2;
  return `${head} table size: ${size}\n number of elements: ${count}\n`;
}
