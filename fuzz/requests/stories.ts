/** Requests that make the sequences deep: they fill lists, streams and keys, and ask for what was filled. */
import * as fc from "fast-check";
import type { Request } from "../grammar.ts";
import { shortlyMs } from "./values.ts";

type Key = fc.Arbitrary<string>;

const element = fc.constantFrom("a", "b", "c", "1", "x".repeat(70));
const place = fc.constantFrom("0", "1", "-1", "-2", "3");

export function listStories(key: Key): fc.Arbitrary<Request> {
  const few = fc.array(element, { minLength: 1, maxLength: 4 });
  const many = fc
    .integer({ min: 100, max: 200 })
    .map((count) => Array.from({ length: count }, (_, index) => `e${index}${"y".repeat(50)}`));
  const elements = fc.oneof({ weight: 12, arbitrary: few }, { weight: 1, arbitrary: many });
  return fc.oneof(
    fc
      .tuple(fc.constantFrom("RPUSH", "LPUSH"), key, elements)
      .map(([name, list, all]) => [name, list, ...all]),
    fc.tuple(key, place, place).map((words) => ["LRANGE", ...words]),
    fc.tuple(key, place, element).map((words) => ["LSET", ...words]),
    fc
      .tuple(fc.constantFrom("OBJECT ENCODING", "DUMP"), key)
      .map(([name, list]) => [...name.split(" "), list]),
    fc
      .tuple(key, fc.constantFrom("BLPOP", "BRPOP"), key)
      .map(([first, name, second]) => [name, first, second, "0"]),
  );
}

export function streamStories(key: Key): fc.Arbitrary<Request> {
  const group = fc.constantFrom("g", "h");
  const consumer = fc.constantFrom("c", "d");
  const id = fc.tuple(fc.nat(4), fc.nat(4)).map(([ms, sequence]) => `${ms}-${sequence}`);
  return fc.oneof(
    fc
      .tuple(key, fc.constantFrom("0", "$", "1-1"))
      .map(([stream, from]) => ["XGROUP", "CREATE", stream, "g", from, "MKSTREAM"]),
    fc
      .tuple(key, fc.integer({ min: 1, max: 5 }))
      .map(([stream, ms]) => ["XADD", stream, `${ms}-*`, "f", "v"]),
    fc
      .tuple(group, consumer, fc.constantFrom("1", "2", "9"), key, fc.constantFrom(">", "0"))
      .map(([name, who, count, stream, from]) => [
        "XREADGROUP",
        "GROUP",
        name,
        who,
        "COUNT",
        count,
        "STREAMS",
        stream,
        from,
      ]),
    fc.tuple(key, group).map((words) => ["XPENDING", ...words]),
    fc.tuple(key, group).map((words) => ["XPENDING", ...words, "-", "+", "10"]),
    fc.tuple(key, group, id).map((words) => ["XACK", ...words]),
    fc
      .tuple(key, group, consumer, fc.constantFrom("0", "1-1"), fc.constantFrom("1", "2", "9"))
      .map(([stream, name, who, from, count]) => [
        "XAUTOCLAIM",
        stream,
        name,
        who,
        "0",
        from,
        "COUNT",
        count,
      ]),
    key.map((stream) => ["XINFO", "STREAM", stream, "FULL"]),
    fc.tuple(fc.constantFrom("STREAM", "GROUPS"), key).map((words) => ["XINFO", ...words]),
    fc
      .tuple(key, fc.constantFrom("MAXLEN", "MINID"), fc.constantFrom("=", "~"), fc.nat(5))
      .map(([stream, by, how, many]) => ["XTRIM", stream, by, how, String(many)]),
    key.map((stream) => ["DUMP", stream]),
  );
}

export function keyStories(key: Key): fc.Arbitrary<Request> {
  const value = fc.constantFrom("v", "12", "1.5", "", "\0\xff\r\n", "z".repeat(45));
  return fc.oneof(
    fc.tuple(key, value).map((words) => ["SET", ...words]),
    fc.tuple(key, value).map((words) => ["APPEND", ...words]),
    fc
      .tuple(fc.constantFrom("GET", "DEL", "INCR", "TYPE", "TTL", "DUMP", "PERSIST", "STRLEN"), key)
      .map((words) => words),
    fc
      .tuple(key, fc.constantFrom(shortlyMs, "100000", "0", "-1"))
      .map((words) => ["PEXPIRE", ...words]),
    fc
      .tuple(key, value, fc.constantFrom(shortlyMs, "100000"))
      .map(([to, what, ms]) => ["SET", to, what, "PX", ms]),
    fc.tuple(fc.constantFrom("RENAME", "COPY", "RENAMENX"), key, key).map((words) => words),
    fc.tuple(fc.constantFrom("ENCODING", "REFCOUNT"), key).map((words) => ["OBJECT", ...words]),
    fc.tuple(fc.constantFrom("LPUSH", "SADD"), key, value).map((words) => words),
    fc.tuple(key, value, value).map((words) => ["HSET", ...words]),
    fc.constantFrom(["KEYS", "*"], ["DBSIZE"], ["SCAN", "0", "COUNT", "1000"], ["RANDOMKEY"]),
    fc.constantFrom("0", "1", "15").map((index) => ["SELECT", index]),
    fc.tuple(key, fc.constantFrom("0", "1", "15")).map((words) => ["MOVE", ...words]),
    fc
      .tuple(fc.constantFrom("0", "1"), fc.constantFrom("1", "15"))
      .map((all) => ["SWAPDB", ...all]),
    fc
      .tuple(key, key, fc.constantFrom("0", "1", "15"))
      .map(([from, to, index]) => ["COPY", from, to, "DB", index]),
    textStories(key),
  );
}

/** LCS, of texts that have something in common. */
function textStories(key: Key): fc.Arbitrary<Request> {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 12 });
  const options = fc.constantFrom(
    [],
    ["LEN"],
    ["IDX"],
    ["IDX", "WITHMATCHLEN"],
    ["IDX", "MINMATCHLEN", "2"],
  );
  return fc.oneof(
    fc.tuple(key, text).map((words) => ["SET", ...words]),
    fc.tuple(key, key, options).map(([a, b, all]) => ["LCS", a, b, ...all]),
  );
}

export function transactionStories(key: Key): fc.Arbitrary<Request> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<string[][]>(["MULTI"], ["EXEC"], ["EXEC"]) },
    { weight: 1, arbitrary: fc.constantFrom<string[][]>(["DISCARD"], ["UNWATCH"], ["FLUSHALL"]) },
    { weight: 2, arbitrary: key.map((name) => ["WATCH", name]) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom("SET", "SETNX", "APPEND"), key, fc.constant("7")),
    },
    { weight: 2, arbitrary: fc.tuple(fc.constantFrom("GET", "DEL", "INCR", "EXISTS"), key) },
  );
}
