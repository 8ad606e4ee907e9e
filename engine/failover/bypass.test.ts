/**
 * Ways around what a user may do, each tried by a user who may run every command, but touch only keys "mine:*" (and read "read:*", write
 * "write:*") and channels "mine:*". None may show or change anything else.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { TestShard, type TestClient } from "./testShard.ts";

let shard: TestShard;
let primary: string;

/** An administrator's: "does" what it is told, and the same where it says that it writes nothing. */
const library = `#!lua name=lib
local function does(keys, args) return redis.call(unpack(args)) end
redis.register_function('does', does)
redis.register_function{function_name='reads', callback=does, flags={'no-writes'}}
redis.register_function('secret', function() return redis.pcall('GET', 'secret') end)
redis.register_function('writes', function() return redis.call('SET', 'mine:x', 'x') end)`;

beforeAll(() => {
  shard = new TestShard({ isClusterMode: false }).start();
  primary = shard.elect().id;
  shard.run(20);
  const rules = "resetkeys ~mine:* %R~read:* %W~write:* resetchannels &mine:* +@all";
  const setup: string[][] = [
    ["ACL", "SETUSER", "bob", "on", ">pw", ...rules.split(" ")],
    ["SET", "secret", "TOPSECRET"],
    ["SET", "write:s", "TOPSECRET"],
    ["SET", "read:s", "readable"],
    ["RPUSH", "secret:list", "TOPSECRET"],
    ["SADD", "secret:set", "TOPSECRET"],
    ["ZADD", "secret:zset", "1", "TOPSECRET"],
    ["HSET", "secret:hash", "f", "TOPSECRET"],
    ["GEOADD", "secret:geo", "13", "38", "TOPSECRET"],
    ["XADD", "secret:stream", "1-1", "f", "TOPSECRET"],
    ["XGROUP", "CREATE", "secret:stream", "g", "0"],
    ["XGROUP", "CREATE", "secret:stream", "STREAMS", "0"],
    ["PFADD", "secret:hll", "a"],
    ["RPUSH", "mine:list", "1"],
    ["SET", "mine:s", "m"],
    ["CONFIG", "SET", "notify-keyspace-events", "KEA"],
    ["FUNCTION", "LOAD", library],
    // May call functions and nothing else, on keys of its own.
    [
      "ACL",
      "SETUSER",
      "eve",
      "on",
      ">pw",
      "~mine:*",
      "+fcall",
      "+fcall_ro",
      "+eval",
      "+multi",
      "+exec",
    ],
    // What an application should be given: no administration.
    [
      "ACL",
      "SETUSER",
      "carol",
      "on",
      ">pw",
      "~mine:*",
      "&mine:*",
      "+@all",
      "-@admin",
      "-@dangerous",
      "-function",
    ],
  ];
  const failed = setup.filter((argv) => shard.ask(primary, argv).startsWith("-"));
  if (failed.length > 0) throw new Error(`the stage was not set: ${failed.join("; ")}`);
});

function loggedIn(name: string): TestClient {
  const client = shard.connect(primary).send("AUTH", name, "pw");
  shard.run(3);
  expect(client.take()).toBe("+OK\r\n");
  return client;
}

function bob(): TestClient {
  return loggedIn("bob");
}

function answer(client: TestClient, ...argv: readonly string[]): string {
  client.send(...argv);
  shard.run(15);
  return client.take();
}

function contents(): string {
  const read: string[][] = [
    ["MGET", "secret", "write:s", "read:s"],
    ["LRANGE", "secret:list", "0", "-1"],
    ["SMEMBERS", "secret:set"],
    ["ZRANGE", "secret:zset", "0", "-1", "WITHSCORES"],
    ["HGETALL", "secret:hash"],
    ["XINFO", "STREAM", "secret:stream"],
    ["XPENDING", "secret:stream", "g"],
    ["PFCOUNT", "secret:hll"],
    ["TTL", "secret"],
    ["EXISTS", "other", "secret2", "mine:x"],
    ["FUNCTION", "LIST", "WITHCODE"],
  ];
  return read.map((argv) => shard.ask(primary, argv)).join("");
}

/** One request a line. */
const direct: readonly string[] = [
  "GET secret",
  "GET write:s",
  "SET read:s x",
  "SET write:s x GET",
  "GETDEL write:s",
  "APPEND secret x",
  "MGET mine:s secret",
  "MSET mine:s x secret x",
  "MSETNX mine:new x secret2 x",
  "COPY secret mine:copy",
  "COPY mine:s secret REPLACE",
  "COPY write:s mine:copy",
  "RENAME secret mine:renamed",
  "RENAME mine:s secret",
  "MOVE secret 1",
  "DUMP secret",
  "RESTORE secret2 0 x",
  "MIGRATE 127.0.0.1 1 secret 0 10",
  'MIGRATE 127.0.0.1 1 "" 0 10 KEYS mine:s secret',
  "OBJECT ENCODING secret",
  "OBJECT FREQ secret",
  "MEMORY USAGE secret",
  "TYPE secret",
  "EXISTS mine:s secret",
  "TOUCH secret",
  "TTL secret",
  "EXPIRE secret 1",
  "PERSIST secret",
  "DEL mine:s secret",
  "UNLINK secret",
  "STRLEN secret",
  "GETRANGE secret 0 -1",
  "LCS secret mine:s",
  "BITOP OR mine:bits secret",
  "BITOP OR secret mine:s",
  "BITFIELD secret GET u8 0",
  "BITFIELD read:s SET u8 0 1",
  "BITCOUNT secret",
  "PFMERGE mine:hll secret:hll",
  "PFCOUNT mine:hll secret:hll",
  "SORT secret:list",
  "SORT mine:list BY *secret",
  "SORT mine:list GET secret*",
  "SORT mine:list GET secret",
  "SORT mine:list STORE secret",
  "SORT_RO mine:list GET secret*",
  "LMOVE secret:list mine:list LEFT LEFT",
  "RPOPLPUSH mine:list secret:list",
  "LMPOP 2 mine:empty secret:list LEFT",
  "BLMPOP 0.01 2 mine:empty secret:list LEFT",
  "BLPOP mine:empty secret:list 0.01",
  "BRPOPLPUSH secret:list mine:list 0.01",
  "LRANGE secret:list 0 -1",
  "SMEMBERS secret:set",
  "SMOVE secret:set mine:set TOPSECRET",
  "SUNIONSTORE mine:set secret:set",
  "SDIFFSTORE secret:set mine:set",
  "SINTERCARD 2 mine:set secret:set",
  "ZRANGESTORE mine:zset secret:zset 0 -1",
  "ZUNION 2 mine:zset secret:zset",
  "ZUNIONSTORE mine:zset 2 mine:zset secret:zset",
  "ZDIFFSTORE secret:zset 1 mine:zset",
  "ZMPOP 1 secret:zset MIN",
  "BZPOPMIN mine:zset secret:zset 0.01",
  "HGETALL secret:hash",
  "HSET secret:hash f x",
  "GEOSEARCH secret:geo FROMLONLAT 13 38 BYRADIUS 10 km",
  "GEORADIUS secret:geo 13 38 10 km",
  "GEORADIUS secret:geo 13 38 10 km STORE mine:geo",
  "GEORADIUS mine:geo 13 38 10 km STORE secret:geo",
  "GEORADIUSBYMEMBER mine:geo m 10 km STOREDIST secret:geo",
  "GEOSEARCHSTORE mine:geo secret:geo FROMLONLAT 13 38 BYRADIUS 10 km",
  "XREAD STREAMS secret:stream 0",
  "XREAD COUNT 1 STREAMS mine:stream secret:stream 0 0",
  "XREADGROUP GROUP g c STREAMS secret:stream >",
  "XREADGROUP COUNT 1 GROUP STREAMS mine:c STREAMS secret:stream >",
  "XREADGROUP GROUP STREAMS mine:c STREAMS secret:stream >",
  "XRANGE secret:stream - +",
  "XADD secret:stream * f v",
  "XINFO STREAM secret:stream",
  "XGROUP DESTROY secret:stream g",
  "XCLAIM secret:stream g c 0 1-1",
  "WATCH secret",
  "EVAL return(1) 1 secret",
  "PUBLISH other x",
  "SPUBLISH other x",
  "SUBSCRIBE other",
  "SUBSCRIBE mine:c other",
  "PSUBSCRIBE *",
  "PSUBSCRIBE mine:**",
  "SSUBSCRIBE other",
  "SUBSCRIBE __keyspace@0__:secret",
  "PSUBSCRIBE __key*__:*",
  "SUBSCRIBE __keyevent@0__:set",
];

/** Words apart by blanks; "" is the empty word. */
function words(line: string): string[] {
  return line.split(" ").map((word) => (word === '""' ? "" : word));
}

describe("a user who may touch only its own keys", () => {
  it("is refused everything that names another's, and changes nothing", () => {
    const before = contents();
    const let_in: string[] = [];
    for (const line of direct) {
      const client = bob();
      client.send(...words(line));
      shard.run(15);
      const reply = client.take();
      const isRefused = /^-(NOPERM|ERR (BY|GET) option of SORT denied)/.test(reply);
      if (!isRefused) let_in.push(`${line}: ${reply}`);
    }
    expect(let_in).toEqual([]);
    expect(contents()).toBe(before);
    expect(direct.length).toBeGreaterThan(60);
  });

  it("gains nothing by a transaction", () => {
    const before = contents();
    for (const line of direct) {
      const client = bob()
        .send("MULTI")
        .send(...words(line))
        .send("EXEC");
      shard.run(15);
      const reply = client.take();
      const isSort = line.startsWith("SORT");
      expect([line, reply]).toEqual([
        line,
        expect.stringMatching(
          isSort ? /NOPERM|EXECABORT|denied/ : /^\+OK\r\n-NOPERM[^\r]*\r\n-EXECABORT/,
        ),
      ]);
      expect(reply).not.toContain("TOPSECRET");
    }
    expect(contents()).toBe(before);
  });

  it("gains nothing by a script, whatever keys that declares", () => {
    const before = contents();
    const let_in: string[] = [];
    for (const line of direct) {
      const client = bob().send("EVAL", "return redis.call(unpack(ARGV))", "0", ...words(line));
      shard.run(15);
      const reply = client.take();
      const isRefused =
        /^-ERR (The user executing the script|This Redis command is not allowed|(BY|GET) option of SORT denied)/;
      if (!isRefused.test(reply)) let_in.push(`${line}: ${reply}`);
    }
    expect(let_in).toEqual([]);
    expect(contents()).toBe(before);
  });

  it("gains nothing by a function that an administrator has loaded, nor by one in a transaction", () => {
    const before = contents();
    const let_in: string[] = [];
    const isRefused =
      /-(ERR )?(The user executing the script|This Redis command is not allowed|(BY|GET) option of SORT denied|ERR Write commands are not allowed)/;
    const ways: readonly (readonly string[])[] = [
      ["FCALL", "does"],
      ["FCALL", "reads"],
      ["FCALL_RO", "reads"],
    ];
    const client = bob();
    for (const line of direct) {
      for (const way of ways) {
        const reply = answer(client, ...way, "0", ...words(line));
        if (!isRefused.test(reply)) let_in.push(`${way.join(" ")} ${line}: ${reply}`);
      }
      client.send("MULTI").send("FCALL", "does", "0", ...words(line));
      const reply = answer(client, "EXEC").replace("+OK\r\n+QUEUED\r\n*1\r\n", "");
      if (!isRefused.test(reply)) let_in.push(`MULTI ${line}: ${reply}`);
    }
    expect(let_in).toEqual([]);
    expect(contents()).toBe(before);
  });

  it("does what it may", () => {
    const client = bob();
    const lines = [
      "GET mine:s",
      "GET read:s",
      "SET write:x 1",
      "COPY read:s write:y",
      "EXISTS read:s",
      "PUBLISH mine:c x",
      "PSUBSCRIBE mine:*",
    ];
    const refused = lines.filter(
      (line) => client.send(...words(line)) && (shard.run(5), client.take().startsWith("-")),
    );
    expect(refused).toEqual([]);
  });
});

/** By eve, who may call functions and nothing else; what is in the first place is how the answer begins. */
const byFunctions: readonly (readonly [RegExp, ...string[]])[] = [
  [/^-ERR The user executing the script/, "FCALL", "does", "1", "mine:s", "GET", "mine:s"],
  [/^-ERR The user executing the script/, "FCALL", "does", "0", "SET", "mine:s", "x"],
  [/^-ERR The user executing the script/, "FCALL", "reads", "0", "GET", "mine:s"],
  [/^-ERR The user executing the script/, "FCALL_RO", "reads", "0", "GET", "secret"],
  [/^-ERR The user executing the script/, "FCALL", "secret", "0"],
  [/^-ERR The user executing the script/, "FCALL", "writes", "0"],
  [/^-ERR The user executing the script/, "FCALL", "does", "0", "KEYS", "*"],
  [/^-ERR The user executing the script/, "FCALL", "does", "0", "FLUSHALL"],
  [/^-ERR The user executing the script/, "FCALL", "does", "0", "PUBLISH", "other", "x"],
  [
    /^-ERR (The user executing|This Redis command is not)/,
    "FCALL",
    "does",
    "0",
    "FCALL",
    "secret",
    "0",
  ],
  [
    /^-ERR (The user executing|This Redis command is not)/,
    "FCALL",
    "does",
    "0",
    "ACL",
    "SETUSER",
    "eve",
    "+@all",
  ],
  [
    /^-ERR (The user executing|This Redis command is not)/,
    "FCALL",
    "does",
    "0",
    "CONFIG",
    "GET",
    "requirepass",
  ],
  [
    /^-ERR (The user executing|This Redis command is not)/,
    "FCALL",
    "does",
    "0",
    "AUTH",
    "default",
    "",
  ],
  [
    /^-ERR (The user executing|This Redis command is not)/,
    "FCALL",
    "does",
    "0",
    "FUNCTION",
    "LIST",
    "WITHCODE",
  ],
  [/^-ERR (The user executing|This Redis command is not)/, "FCALL", "does", "0", "MONITOR"],
  [
    /^-ERR (The user executing|This Redis command is not)/,
    "FCALL",
    "does",
    "0",
    "EVAL",
    "return redis.call('GET', 'secret')",
    "0",
  ],
  [/^-NOPERM .* access one of the keys/, "FCALL", "does", "1", "secret", "GET", "secret"],
  [/^-NOPERM .* access one of the keys/, "FCALL_RO", "reads", "2", "mine:s", "secret", "PING"],
  [/^-ERR Can not execute a script with write flag using \*_ro command/, "FCALL_RO", "writes", "0"],
  [
    /^-ERR This Redis command is not allowed from script/,
    "EVAL",
    "return redis.call('FUNCTION', 'DUMP')",
    "0",
  ],
  [/^-NOPERM .* 'function\|load'/, "FUNCTION", "LOAD", "REPLACE", library.replace("GET", "DEL")],
  [/^-NOPERM .* 'function\|list'/, "FUNCTION", "LIST", "WITHCODE"],
  [/^-NOPERM .* 'function\|dump'/, "FUNCTION", "DUMP"],
  [/^-NOPERM .* 'function\|restore'/, "FUNCTION", "RESTORE", "x", "FLUSH"],
  [/^-NOPERM .* 'function\|delete'/, "FUNCTION", "DELETE", "lib"],
  [/^-NOPERM .* 'function\|flush'/, "FUNCTION", "FLUSH"],
  [/^-NOPERM .* 'function\|stats'/, "FUNCTION", "STATS"],
  [/^-NOPERM .* 'function\|kill'/, "FUNCTION", "KILL"],
];

describe("a user who may call functions alone", () => {
  it("has no right more within one, and sees and changes none of the code", () => {
    const before = contents();
    for (const [begins, ...argv] of byFunctions) {
      const eve = loggedIn("eve");
      expect([argv, answer(eve, ...argv)]).toEqual([argv, expect.stringMatching(begins)]);
      if (argv[0] === "EVAL") continue;
      eve.send("MULTI").send(...argv);
      const refused = answer(eve, "EXEC");
      expect([argv, refused]).toEqual([argv, expect.stringMatching(/\r\n-(NOPERM|ERR) /)]);
      expect(refused).not.toContain("TOPSECRET");
    }
    expect(contents()).toBe(before);
  });

  it("is refused by a function at once when a right goes that it used", () => {
    const rules = ["ACL", "SETUSER", "eve"];
    expect(shard.ask(primary, [...rules, "+get"])).toBe("+OK\r\n");
    const eve = loggedIn("eve");
    const call = ["FCALL", "does", "0", "GET", "mine:s"];
    expect(answer(eve, ...call)).toBe("$1\r\nm\r\n");
    eve.send("MULTI").send(...call);
    expect(shard.ask(primary, [...rules, "-get"])).toBe("+OK\r\n");
    expect(answer(eve, "EXEC")).toMatch(/\*1\r\n-ERR The user executing the script/);
    expect(answer(eve, ...call)).toMatch(/^-ERR The user executing the script/);
  });
});

/** What tells of others, one request a line. */
const administration: readonly string[] = [
  "MONITOR",
  "KEYS *",
  "SLOWLOG GET",
  "ACL LIST",
  "ACL GETUSER default",
  "ACL SETUSER carol +@all ~*",
  "ACL LOG",
  "ACL DRYRUN default GET secret",
  "CLIENT LIST",
  "CLIENT KILL TYPE normal",
  "CLIENT NO-EVICT on",
  "CLIENT PAUSE 1000",
  "CONFIG GET requirepass",
  "CONFIG SET notify-keyspace-events KEA",
  "DEBUG OBJECT secret",
  "DEBUG RELOAD",
  "INFO",
  "FLUSHALL",
  "FLUSHDB",
  "SWAPDB 0 1",
  "SAVE",
  "SHUTDOWN",
  "REPLICAOF NO ONE",
  "PSYNC ? -1",
  "SYNC",
  "MIGRATE 127.0.0.1 1 mine:s 0 10",
  "RESTORE mine:r 0 x",
  "SORT mine:list GET mine:*",
  "FUNCTION DUMP",
  "FUNCTION LIST WITHCODE",
  "LATENCY HISTORY command",
  "MODULE LIST",
  "CLUSTER RESET",
  "ROLE",
];

describe("a user without administration", () => {
  it("is refused what shows or changes others' work, alone, in a transaction, by script and by function", () => {
    const before = contents();
    const carol = loggedIn("carol");
    const seen: string[] = [];
    for (const line of administration) {
      const argv = words(line);
      const alone = answer(carol, ...argv);
      carol.send("MULTI").send(...argv);
      const queued = answer(carol, "EXEC");
      const script = answer(carol, "EVAL", "return redis.call(unpack(ARGV))", "0", ...argv);
      const called = answer(carol, "FCALL", "does", "0", ...argv);
      if (!/^-(NOPERM |ERR DEBUG command not allowed)/.test(alone)) seen.push(`${line}: ${alone}`);
      if (!/^\+OK\r\n-(NOPERM |ERR (DEBUG )?command not allowed).*\r\n-EXECABORT/i.test(queued))
        seen.push(`MULTI ${line}: ${queued}`);
      for (const reply of [script, called]) {
        if (!/^-ERR (The user executing|This Redis command is not)/.test(reply))
          seen.push(`by script ${line}: ${reply}`);
      }
    }
    expect(seen).toEqual([]);
    expect(contents()).toBe(before);
  });
});
