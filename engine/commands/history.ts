/** How commands have changed since they were made: for each the versions in order, and what each brought. */

type Change = readonly [since: string, change: string];

const condition: Change = ["7.0.0", "The conditions `NX`, `XX`, `GT` and `LT`."];
const flushModes: readonly Change[] = [
  ["4.0.0", "`ASYNC`."],
  ["6.2.0", "`SYNC`."],
];
const fractionalTimeout: Change = ["6.0.0", "`timeout` may have a fraction."];
const manyValues = (since: string, what: string): Change => [
  since,
  `Takes several ${what} at once.`,
];
const bitUnit: Change = ["7.0.0", "`BYTE` and `BIT` say what the interval counts."];
const upperCaseUnits: Change = ["7.0.0", "Units may be written in upper case."];
const anyOfCount: Change = ["6.2.0", "`ANY` beside `COUNT`."];
const countOfPop: Change = ["6.2.0", "`count`, for several elements."];
const missingKey: Change = [
  "2.8.0",
  "Tells a key that is not there (-2) from one without a deadline (-1).",
];
const openIntervals: Change = ["6.2.0", "`(` before an id leaves that id out."];
const trimming: Change = ["6.2.0", "Trims by `MINID`, too, and bounds the work by `LIMIT`."];
const channelPatterns: Change = ["6.2.0", "Channels of messages."];
const restored: readonly Change[] = [
  ["3.0.0", "`REPLACE`."],
  ["5.0.0", "`ABSTTL`."],
  ["5.0.0", "`IDLETIME` and `FREQ`."],
];

export const histories: ReadonlyMap<string, readonly Change[]> = new Map<string, readonly Change[]>(
  [
    [
      "acl|getuser",
      [
        channelPatterns,
        ["7.0.0", "Selectors; keys and channels are told as rules instead of lists."],
      ],
    ],
    [
      "acl|setuser",
      [channelPatterns, ["7.0.0", "Selectors, and keys that may only be read or only be written."]],
    ],
    ["auth", [["6.0.0", "`username`, for users with ACLs."]]],
    ["bgsave", [["3.2.2", "`SCHEDULE`."]]],
    ["bitcount", [bitUnit]],
    ["bitpos", [bitUnit]],
    ["blpop", [fractionalTimeout]],
    ["brpop", [fractionalTimeout]],
    ["brpoplpush", [fractionalTimeout]],
    ["bzpopmax", [fractionalTimeout]],
    ["bzpopmin", [fractionalTimeout]],
    [
      "client|kill",
      [
        ["2.8.12", "Filters by keyword, several at once."],
        ["2.8.12", "`ID` among them."],
        ["3.2.0", "`master` as a `TYPE`."],
        ["5.0.0", "`replica` as a `TYPE`; `slave` says the same."],
        ["6.2.0", "`LADDR`."],
      ],
    ],
    [
      "client|list",
      [
        ["2.8.12", "`id`, which no other connection ever has."],
        ["5.0.0", "Picks clients by `TYPE`."],
        ["6.0.0", "`user`."],
        ["6.2.0", "`laddr`, `redir`, `argv-mem` and `tot-mem`; picks clients by `ID`."],
        ["7.0.0", "`resp`, `multi-mem`, `rbs` and `rbp`."],
        ["7.0.3", "`ssub`."],
      ],
    ],
    ["client|pause", [["6.2.0", "The mode: `WRITE` lets reads through."]]],
    ["cluster|meet", [["4.0.0", "The port of the cluster's bus may be said."]]],
    [
      "cluster|slots",
      [
        ["4.0.0", "Ids of nodes."],
        ["7.0.0", "What else is known of a node's addresses."],
      ],
    ],
    ["command|info", [["7.0.0", "Without a name it tells of every command."]]],
    ["config|get", [manyValues("7.0.0", "patterns")]],
    ["config|set", [manyValues("7.0.0", "parameters")]],
    ["exists", [manyValues("3.0.3", "keys")]],
    ["expire", [condition]],
    ["expireat", [condition]],
    ["flushall", flushModes],
    ["flushdb", flushModes],
    ["geoadd", [["6.2.0", "`NX`, `XX` and `CH`."]]],
    ["georadius", [anyOfCount, upperCaseUnits]],
    ["georadius_ro", [anyOfCount]],
    ["georadiusbymember", [upperCaseUnits]],
    ["geosearch", [upperCaseUnits]],
    ["geosearchstore", [upperCaseUnits]],
    ["hdel", [manyValues("2.4.0", "fields")]],
    ["hello", [["6.2.0", "Without a version it tells of the connection and changes nothing."]]],
    ["hset", [manyValues("4.0.0", "fields with their values")]],
    ["info", [manyValues("7.0.0", "sections")]],
    ["lpop", [countOfPop]],
    ["lpush", [manyValues("2.4.0", "elements")]],
    ["lpushx", [manyValues("4.0.0", "elements")]],
    [
      "migrate",
      [
        ["3.0.0", "`COPY` and `REPLACE`."],
        ["3.0.6", "`KEYS`, for several keys."],
        ["4.0.7", "`AUTH`."],
        ["6.0.0", "`AUTH2`, with a user."],
      ],
    ],
    ["pexpire", [condition]],
    ["pexpireat", [condition]],
    ["pttl", [missingKey]],
    ["renamenx", [["3.2.0", "A key may be renamed to its own name."]]],
    ["restore", restored],
    ["restore-asking", restored],
    ["rpop", [countOfPop]],
    ["rpush", [manyValues("2.4.0", "elements")]],
    ["rpushx", [manyValues("4.0.0", "elements")]],
    ["sadd", [manyValues("2.4.0", "members")]],
    ["scan", [["6.0.0", "Picks keys by `TYPE`."]]],
    ["script|flush", [["6.2.0", "`ASYNC` and `SYNC`."]]],
    [
      "set",
      [
        ["2.6.12", "`NX`, `XX`, `EX` and `PX`."],
        ["6.0.0", "`KEEPTTL`."],
        ["6.2.0", "`GET`, `EXAT` and `PXAT`."],
        ["7.0.0", "`GET` beside `NX`."],
      ],
    ],
    ["shutdown", [["7.0.0", "`NOW`, `FORCE` and `ABORT`."]]],
    ["slowlog|get", [["4.0.0", "Tells who sent a command: address, port and name."]]],
    ["spop", [["3.2.0", "`count`, for several members."]]],
    ["srandmember", [["2.6.0", "`count`, for several members."]]],
    ["srem", [manyValues("2.4.0", "members")]],
    ["ttl", [missingKey]],
    [
      "xadd",
      [
        ["6.2.0", "`NOMKSTREAM`; trims by `MINID`, too, and bounds the work by `LIMIT`."],
        ["7.0.0", "An id may be said as `<ms>-*`."],
      ],
    ],
    ["xautoclaim", [["7.0.0", "Tells the ids that were pending and are deleted from the stream."]]],
    ["xgroup|create", [["7.0.0", "`ENTRIESREAD`."]]],
    ["xgroup|setid", [["7.0.0", "`ENTRIESREAD`."]]],
    ["xinfo|groups", [["7.0.0", "`entries-read` and `lag`."]]],
    [
      "xinfo|stream",
      [
        ["6.0.0", "`FULL`."],
        [
          "7.0.0",
          "`entries-added`, `max-deleted-entry-id` and `recorded-first-entry-id`; of groups `entries-read` and `lag`.",
        ],
      ],
    ],
    ["xpending", [["6.2.0", "`IDLE`, and intervals without their ends."]]],
    ["xrange", [openIntervals]],
    ["xrevrange", [openIntervals]],
    ["xsetid", [["7.0.0", "`ENTRIESADDED` and `MAXDELETEDID`."]]],
    ["xtrim", [trimming]],
    [
      "zadd",
      [
        manyValues("2.4.0", "members"),
        ["3.0.2", "`NX`, `XX`, `CH` and `INCR`."],
        ["6.2.0", "`GT` and `LT`."],
      ],
    ],
    ["zrange", [["6.2.0", "`BYSCORE`, `BYLEX`, `REV` and `LIMIT`."]]],
    ["zrangebyscore", [["2.0.0", "`WITHSCORES`."]]],
    ["zrem", [manyValues("2.4.0", "members")]],
    ["zrevrangebyscore", [["2.1.6", "`(` before a score leaves that score out."]]],
  ],
);
