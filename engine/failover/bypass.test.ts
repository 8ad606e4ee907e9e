/**
 * Ways around what a user may do, each tried by a user who may run every command, but touch only keys "mine:*" (and read "read:*", write
 * "write:*") and channels "mine:*". None may show or change anything else.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { TestShard, type TestClient } from "./testShard.ts";

let shard: TestShard;
let primary: string;

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
  ];
  const failed = setup.filter((argv) => shard.ask(primary, argv).startsWith("-"));
  if (failed.length > 0) throw new Error(`the stage was not set: ${failed.join("; ")}`);
});

function bob(): TestClient {
  const client = shard.connect(primary).send("AUTH", "bob", "pw");
  shard.run(3);
  expect(client.take()).toBe("+OK\r\n");
  return client;
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
    ["EXISTS", "other", "secret2"],
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
