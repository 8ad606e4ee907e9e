/**
 * The differences from redis-server 7.0.15 that are meant: at most 20, each with its reason and with requests that show it.
 * docs/COMPATIBILITY.md has them as a table; tests/redisFuzz.test.ts shows that each is still there.
 */
import {
  differInClientId,
  differInDraw,
  differInNaN,
  differInDump,
  differInOrder,
  differInStep,
  differInTable,
  differInTime,
  type Answers,
} from "./comparable.ts";
import type { Request } from "./grammar.ts";

export interface MeantDifference {
  readonly name: string;
  readonly why: string;
  /** Requests of one client, the last of which is answered differently. */
  readonly shown: readonly Request[];
  /** True for two answers that differ in nothing else. Without it: messages are compared in messages.ts. */
  readonly accepts?: (answers: Answers) => boolean;
}

export const INVALIDATIONS = "invalidations of CLIENT TRACKING";

export const ORDER_OF_MESSAGES = "order of UNSUBSCRIBE's answers and of patterns";

const many: readonly string[] = Array.from({ length: 40 }, (_, index) => `m${index}`);

export const meant: readonly MeantDifference[] = [
  {
    name: "order of hash tables",
    why: "Redis answers in the order of its table, which hangs on a random seed; here in the order of insertion",
    shown: [
      ["SADD", "{k}a", ...many],
      ["SMEMBERS", "{k}a"],
    ],
    accepts: differInOrder,
  },
  {
    name: "order of Lua's tables",
    why: "what pairs, cjson.encode and cmsgpack.pack go through hangs on a hash table's size and addresses; here it is the array from 1 on, then the order of insertion",
    shown: [["EVAL", "return cjson.encode({zeta=1,alpha=2,beta=3,gamma=4,delta=5})", "0"]],
    accepts: differInTable,
  },
  {
    name: "sign of NaN",
    why: "JavaScript has one NaN, which is shown as C shows those of arithmetic; one that was negated or read has no sign there",
    shown: [["EVAL", "return tostring(-(0/0))", "0"]],
    accepts: differInNaN,
  },
  {
    name: "lots",
    why: "two generators draw: SPOP, SRANDMEMBER, HRANDFIELD, ZRANDMEMBER, RANDOMKEY. How much they give is compared",
    shown: [
      ["SADD", "{k}a", ...many],
      ["SRANDMEMBER", "{k}a", "20"],
    ],
    accepts: differInDraw,
  },
  {
    name: "times",
    why: "two servers execute a request some milliseconds apart",
    shown: [],
    accepts: differInTime,
  },
  {
    name: "ids of clients",
    why: "each server counts its own connections",
    shown: [["HELLO", "2"]],
    accepts: differInClientId,
  },
  {
    name: "steps of scans",
    why: "a cursor is a place in a table, and what is packed here is told at once; what one step tells whole is compared",
    shown: [
      ["SADD", "{k}a", ...many],
      ["SSCAN", "{k}a", "0", "COUNT", "1"],
    ],
    accepts: differInStep,
  },
  {
    name: "dumps of hash tables, lists and consumers",
    why: "a dump keeps the order of a table, where the nodes of a list end, and when a consumer was seen; what they hold is compared",
    shown: [
      ["SADD", "{k}a", ...many],
      ["DUMP", "{k}a"],
    ],
    accepts: differInDump,
  },
  {
    name: ORDER_OF_MESSAGES,
    why: "Redis goes through what a client listens to in the order of a hash table; here in that of subscribing",
    shown: [["SUBSCRIBE", ...many], ["UNSUBSCRIBE"]],
  },
  {
    name: INVALIDATIONS,
    why: "after SWAPDB, and when keys expire by a request of a client with NOLOOP, who caches keys is told to forget all of them here and nothing in Redis; whether an invalidation or a keyspace notification comes first hangs on the command there",
    shown: [
      ["CLIENT", "TRACKING", "ON"],
      ["SWAPDB", "0", "1"],
    ],
  },
  {
    name: "deadlines beyond 2^53 ms",
    why: "numbers are doubles here: such a deadline is kept as 2^53 - 1 ms, in 285,000 years",
    shown: [
      ["SET", "{k}a", "x"],
      ["PEXPIREAT", "{k}a", "9223372036854775807"],
      ["PEXPIRETIME", "{k}a"],
    ],
    accepts: ({ name, theirs }) =>
      /^p?(ttl|expiretime)$/.test(name) && /^:\d{13,}\r/.test(theirs.raw),
  },
  {
    name: "HELP texts",
    why: "our own words",
    shown: [["CONFIG", "HELP"]],
    accepts: ({ name, mine, theirs }) =>
      name.endsWith("|help") && mine.mark === "*" && theirs.mark === "*",
  },
  {
    name: "references",
    why: "Redis shares the integers up to 9999, though not those that COPY has made, and until EXEC ends its words count beside what they have set; here OBJECT REFCOUNT goes by the value",
    shown: [
      ["SET", "{k}a", "7"],
      ["COPY", "{k}a", "{k}b"],
      ["OBJECT", "REFCOUNT", "{k}b"],
    ],
    accepts: ({ name, mine, theirs }) =>
      name === "object|refcount" &&
      ((mine.raw === ":2147483647\r\n" && theirs.raw === ":1\r\n") ||
        (mine.raw === ":1\r\n" && theirs.raw === ":2\r\n")),
  },
  {
    name: "how often a key was used",
    why: "Redis counts uses by lot",
    shown: [],
    accepts: ({ name, mine, theirs }) =>
      name === "object|freq" && mine.mark === ":" && theirs.mark === ":",
  },
  {
    name: "SORT of a small sorted set",
    why: "unpacks it for good in Redis, as OBJECT ENCODING and DUMP tell; reading changes nothing here",
    shown: [
      ["ZADD", "{k}a", "1", "m"],
      ["SORT", "{k}a", "ALPHA"],
      ["OBJECT", "ENCODING", "{k}a"],
    ],
    accepts: ({ name, mine, theirs }) =>
      (name === "object|encoding" && mine.text === "listpack" && theirs.text === "skiplist") ||
      (name === "dump" && mine.text.startsWith("\x11") && theirs.text.startsWith("\x05")),
  },
  {
    name: "SORT after a number that no double holds",
    why: "C's errno is not cleared in Redis, which then may refuse every number until a system call fails",
    shown: [],
    accepts: ({ name, theirs }) =>
      name.startsWith("sort") && theirs.raw.includes("can't be converted into double"),
  },
  {
    name: "draws with repetition of more than 67,108,864",
    why: "one request must not stop a node",
    shown: [],
    accepts: ({ name, mine, theirs }) =>
      name.endsWith("randmember") &&
      mine.raw === "-ERR value is out of range\r\n" &&
      theirs.mark === "*",
  },
  {
    name: "`n` of notify-keyspace-events",
    why: "CONFIG GET does not show it beside `A` in Redis; here it is shown",
    shown: [
      ["CONFIG", "SET", "notify-keyspace-events", "KEAn"],
      ["CONFIG", "GET", "notify-keyspace-events"],
    ],
    accepts: ({ name, mine, theirs }) =>
      name === "config|get" && noticeClasses(mine) === noticeClasses(theirs),
  },
];

/** The classes that CONFIG GET tells of, without "n". */
function noticeClasses({ items }: Answers["mine"]): string {
  return items
    .map(({ text }, index) =>
      items[index - 1]?.text === "notify-keyspace-events" ? text.replace("n", "") : text,
    )
    .join("\n");
}
