/** Replies of DEBUG word for word, and what its switches do. */
import { describe, expect, it } from "vitest";
import { AssertionError } from "../../assert.ts";
import { latin1Of } from "../../bytes/latin1.ts";
import { TestShard } from "../../failover/testShard.ts";
import { TestExecutor } from "../testExecutor.ts";
import { digestOfAll } from "./digest.ts";

type Dialogue = readonly (readonly [string, string])[];

/** Each is one connection to an empty node; the replies are those of a real redis-server. */
const dialogues: readonly Dialogue[] = [
  [
    ["DEBUG", "-ERR wrong number of arguments for 'debug' command\r\n"],
    [
      "DEBUG NOSUCH",
      "-ERR unknown subcommand or wrong number of arguments for 'NOSUCH'. Try DEBUG HELP.\r\n",
    ],
    [
      "DEBUG SLEEP",
      "-ERR unknown subcommand or wrong number of arguments for 'SLEEP'. Try DEBUG HELP.\r\n",
    ],
    [
      "DEBUG DIGEST x",
      "-ERR unknown subcommand or wrong number of arguments for 'DIGEST'. Try DEBUG HELP.\r\n",
    ],
    ["DEBUG DIGEST", "+0000000000000000000000000000000000000000\r\n"],
    ["DEBUG DIGEST-VALUE", "*0\r\n"],
    ["DEBUG DIGEST-VALUE none", "*1\r\n+0000000000000000000000000000000000000000\r\n"],
    ["SET s hello", "+OK\r\n"],
    [
      "DEBUG DIGEST-VALUE s none",
      "*2\r\n+36b23a1456b2dce2c3ed252c456761301dba8060\r\n+0000000000000000000000000000000000000000\r\n",
    ],
    ["SET n 12345", "+OK\r\n"],
    ["APPEND a grown", ":5\r\n"],
    ["SETRANGE a 8 x", ":9\r\n"],
    ["RPUSH l a b c 1 2 3", ":6\r\n"],
    ["RPUSH l2 c b a 1 2 3", ":6\r\n"],
    ["SADD ints 3 1 2", ":3\r\n"],
    ["SADD strs a b c 4", ":4\r\n"],
    ["HSET h f1 v1 f2 v2 f3 7", ":3\r\n"],
    ["ZADD z 1 a 2.5 b 3e10 c inf d 0.1 e", ":5\r\n"],
    ["XADD x 1-1 f v", "$3\r\n1-1\r\n"],
    ["XADD x 5-2 g w h z", "$3\r\n5-2\r\n"],
    ["XADD x 18446744073709551615-3 g w", "$22\r\n18446744073709551615-3\r\n"],
    [
      "DEBUG DIGEST-VALUE s n a l l2 ints strs h z x",
      "*10\r\n+36b23a1456b2dce2c3ed252c456761301dba8060\r\n+e1cf90774e995ae03de66e8109dc5cb9d9c2dc83\r\n+89f262631c545c2add59275325c66fff69e9d39e\r\n+28150a3b2cc0efbc98d23e7962f278329e3b583b\r\n+6991866e075e9854688d308ccc7ae432e1dab919\r\n+2a462a3f51a1db89738ebbeef0c47ce1bbc85246\r\n+4258779d5c1ed123bee4863e03fb29a31322be08\r\n+cdea26cce8699d7ee0e806a5de5dd5202d234ff0\r\n+cc6ad04c21f5fdaa036a7171259051fa207931e6\r\n+830e28db7c98453e8ec2889355275748ac34ddce\r\n",
    ],
    ["DEBUG DIGEST", "+dcab034af09615662864dadd65be4408cd51c896\r\n"],
    ["EXPIRE s 1000", ":1\r\n"],
    ["DEBUG DIGEST-VALUE s", "*1\r\n+d037c4eb8a8b36b602fbced4000daeab0714c1e3\r\n"],
    ["DEBUG DIGEST", "+2e5fac7981ce6efc5631b58dc52ca82de1c78fa5\r\n"],
    ["SELECT 1", "+OK\r\n"],
    ["SET s hello", "+OK\r\n"],
    ["DEBUG DIGEST", "+b97c164c28d3e6f66544d167184682238e7774f7\r\n"],
    ["SELECT 0", "+OK\r\n"],
    ["DEBUG SDSLEN none", "-ERR no such key\r\n"],
    ["DEBUG SDSLEN n", "-ERR Not an sds encoded string.\r\n"],
    ["DEBUG SDSLEN l", "-ERR Not an sds encoded string.\r\n"],
    ["DEBUG OBJECT none", "-ERR no such key\r\n"],
    ["DEBUG LISTPACK none", "-ERR no such key\r\n"],
    ["DEBUG LISTPACK h", "+Listpack structure printed on stdout\r\n"],
    ["DEBUG LISTPACK l", "-ERR Not a listpack encoded object.\r\n"],
    ["DEBUG QUICKLIST l", "+Quicklist structure printed on stdout\r\n"],
    ["DEBUG QUICKLIST l 1", "+Quicklist structure printed on stdout\r\n"],
    ["DEBUG QUICKLIST h", "-ERR Not a quicklist encoded object.\r\n"],
    ["DEBUG HTSTATS-KEY none", "-ERR no such key\r\n"],
    [
      "DEBUG HTSTATS-KEY h",
      "-ERR The value stored at the specified key is not represented using an hash table\r\n",
    ],
    ["DEBUG HTSTATS x", "-ERR value is not an integer or out of range\r\n"],
    ["DEBUG HTSTATS 16", "-ERR Out of range database\r\n"],
    ["DEBUG HTSTATS -1", "-ERR Out of range database\r\n"],
  ],
  [
    [
      "DEBUG ERROR ERR made-up",
      "-ERR unknown subcommand or wrong number of arguments for 'ERROR'. Try DEBUG HELP.\r\n",
    ],
    ["DEBUG ERROR MYCODE", "-MYCODE\r\n"],
    ["DEBUG LOG x", "+OK\r\n"],
    ["DEBUG LEAK x", "+OK\r\n"],
    ["DEBUG CHANGE-REPL-ID", "+OK\r\n"],
    ["DEBUG STRINGMATCH-TEST", "+Apparently Redis did not crash: test passed\r\n"],
    [
      "DEBUG STRUCTSIZE",
      "$83\r\nbits:64 robj:16 dictentry:24 sdshdr5:1 sdshdr8:3 sdshdr16:5 sdshdr32:9 sdshdr64:17 \r\n",
    ],
    ["DEBUG SET-ACTIVE-EXPIRE 0", "+OK\r\n"],
    ["DEBUG SET-ACTIVE-EXPIRE 1", "+OK\r\n"],
    ["DEBUG SET-DISABLE-DENY-SCRIPTS 0", "+OK\r\n"],
    ["DEBUG SET-SKIP-CHECKSUM-VALIDATION 0", "+OK\r\n"],
    ["DEBUG PAUSE-CRON 0", "+OK\r\n"],
    ["DEBUG QUICKLIST-PACKED-THRESHOLD 0", "+OK\r\n"],
    ["DEBUG QUICKLIST-PACKED-THRESHOLD 10b", "+OK\r\n"],
    [
      "DEBUG QUICKLIST-PACKED-THRESHOLD 4gb",
      "-ERR argument must be a memory value bigger than 1 and smaller than 4gb\r\n",
    ],
    ["DEBUG QUICKLIST-PACKED-THRESHOLD 4095mb", "+OK\r\n"],
    [
      "DEBUG QUICKLIST-PACKED-THRESHOLD 4096mb",
      "-ERR argument must be a memory value bigger than 1 and smaller than 4gb\r\n",
    ],
    [
      "DEBUG QUICKLIST-PACKED-THRESHOLD x",
      "-ERR argument must be a memory value bigger than 1 and smaller than 4gb\r\n",
    ],
    [
      "DEBUG QUICKLIST-PACKED-THRESHOLD -1",
      "-ERR argument must be a memory value bigger than 1 and smaller than 4gb\r\n",
    ],
    ["DEBUG QUICKLIST-PACKED-THRESHOLD 0", "+OK\r\n"],
    ["DEBUG REPLYBUFFER PEAK-RESET-TIME NEVER", "+OK\r\n"],
    ["DEBUG REPLYBUFFER PEAK-RESET-TIME RESET", "+OK\r\n"],
    ["DEBUG REPLYBUFFER PEAK-RESET-TIME 100", "+OK\r\n"],
    ["DEBUG REPLYBUFFER PEAK-RESET-TIME x", "-ERR value is not an integer or out of range\r\n"],
    ["DEBUG REPLYBUFFER PEAK-RESET-TIME RESET", "+OK\r\n"],
    ["DEBUG REPLYBUFFER RESIZING 1", "+OK\r\n"],
    [
      "DEBUG REPLYBUFFER X 1",
      "-ERR unknown subcommand or wrong number of arguments for 'REPLYBUFFER'. Try DEBUG HELP.\r\n",
    ],
    ["DEBUG DROP-CLUSTER-PACKET-FILTER -1", "+OK\r\n"],
    ["DEBUG DROP-CLUSTER-PACKET-FILTER x", "-ERR value is not an integer or out of range\r\n"],
    ["DEBUG CLIENT-EVICTION", "-ERR maxmemory-clients is disabled.\r\n"],
    [
      "DEBUG RELOAD FOO",
      "-ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.\r\n",
    ],
    [
      "DEBUG CLUSTERLINK KILL ALL abc",
      "-ERR Debug option only available for cluster mode enabled setup!\r\n",
    ],
    ["DEBUG AOF-FLUSH-SLEEP 0", "+OK\r\n"],
    ["DEBUG REPLICATE x", "+OK\r\n"],
    [
      "DEBUG POPULATE",
      "-ERR unknown subcommand or wrong number of arguments for 'POPULATE'. Try DEBUG HELP.\r\n",
    ],
    ["DEBUG POPULATE x", "-ERR value is out of range, must be positive\r\n"],
    ["DEBUG POPULATE -1", "-ERR value is out of range, must be positive\r\n"],
    ["DEBUG POPULATE 2 p x", "-ERR value is out of range, must be positive\r\n"],
    ["DEBUG POPULATE 2 p -1", "-ERR value is out of range, must be positive\r\n"],
    ["DEBUG POPULATE 3", "+OK\r\n"],
    ["GET key:2", "$7\r\nvalue:2\r\n"],
    ["SET key:3 mine", "+OK\r\n"],
    ["DEBUG POPULATE 5", "+OK\r\n"],
    ["GET key:3", "$4\r\nmine\r\n"],
    ["GET key:4", "$7\r\nvalue:4\r\n"],
    ["DEBUG POPULATE 2 other 10", "+OK\r\n"],
    ["GET other:1", "$10\r\nvalue:1\u0000\u0000\u0000\r\n"],
    ["DEBUG POPULATE 1 short 3", "+OK\r\n"],
    ["GET short:0", "$3\r\nval\r\n"],
    ["DBSIZE", ":8\r\n"],
    ["DEBUG SLEEP 0", "+OK\r\n"],
    ["DEBUG SLEEP -1", "+OK\r\n"],
  ],
  [
    ["DEBUG PROTOCOL string", "$11\r\nHello World\r\n"],
    ["DEBUG PROTOCOL integer", ":12345\r\n"],
    ["DEBUG PROTOCOL double", "$5\r\n3.141\r\n"],
    ["DEBUG PROTOCOL bignum", "$37\r\n1234567999999999999999999999999999999\r\n"],
    ["DEBUG PROTOCOL null", "$-1\r\n"],
    ["DEBUG PROTOCOL array", "*3\r\n:0\r\n:1\r\n:2\r\n"],
    ["DEBUG PROTOCOL set", "*3\r\n:0\r\n:1\r\n:2\r\n"],
    ["DEBUG PROTOCOL map", "*6\r\n:0\r\n:0\r\n:1\r\n:1\r\n:2\r\n:0\r\n"],
    ["DEBUG PROTOCOL attrib", "$39\r\nSome real reply following the attribute\r\n"],
    ["DEBUG PROTOCOL push", "-ERR RESP2 is not supported by this command\r\n"],
    ["DEBUG PROTOCOL verbatim", "$25\r\nThis is a verbatim\nstring\r\n"],
    ["DEBUG PROTOCOL true", ":1\r\n"],
    ["DEBUG PROTOCOL false", ":0\r\n"],
    [
      "DEBUG PROTOCOL other",
      "-ERR Wrong protocol type name. Please use one of the following: string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false\r\n",
    ],
  ],
];

const inResp3: readonly Dialogue[] = [
  [
    ["DEBUG PROTOCOL string", "$11\r\nHello World\r\n"],
    ["DEBUG PROTOCOL double", ",3.141\r\n"],
    ["DEBUG PROTOCOL bignum", "(1234567999999999999999999999999999999\r\n"],
    ["DEBUG PROTOCOL null", "_\r\n"],
    ["DEBUG PROTOCOL set", "~3\r\n:0\r\n:1\r\n:2\r\n"],
    ["DEBUG PROTOCOL map", "%3\r\n:0\r\n#f\r\n:1\r\n#t\r\n:2\r\n#f\r\n"],
    ["DEBUG PROTOCOL verbatim", "=29\r\ntxt:This is a verbatim\nstring\r\n"],
    ["DEBUG PROTOCOL true", "#t\r\n"],
    ["DEBUG PROTOCOL false", "#f\r\n"],
  ],
];

function allowed(): TestExecutor {
  const node = new TestExecutor();
  node.isClusterMode = false;
  node.executor.settings.load(new Map([["enable-debug-command", ["yes"]]]));
  return node;
}

const refusal =
  '-ERR DEBUG command not allowed. If the enable-debug-command option is set to "local", you can run it from a local connection, otherwise you need to set this option in the configuration file, and then restart the server.\r\n';

describe("DEBUG", () => {
  for (const dialogue of dialogues) {
    it(`answers exactly, beginning with ${dialogue[0]?.[0] ?? ""}`, () => {
      const node = allowed();
      const replies = dialogue.map(([line]) => [line, node.ask(line)]);
      expect(replies).toEqual(dialogue);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }

  for (const dialogue of inResp3) {
    it(`answers exactly in RESP3, beginning with ${dialogue[0]?.[0] ?? ""}`, () => {
      const node = allowed();
      node.ask("HELLO 3");
      const replies = dialogue.map(([line]) => [line, node.ask(line)]);
      expect(replies).toEqual(dialogue);
    });
  }

  it("sends attributes and pushes in RESP3, each with a reply behind it", () => {
    const node = allowed();
    node.ask("HELLO 3");
    expect(node.ask("DEBUG PROTOCOL attrib")).toBe(
      "|1\r\n$14\r\nkey-popularity\r\n*2\r\n$7\r\nkey:123\r\n:90\r\n$39\r\nSome real reply following the attribute\r\n",
    );
    expect(node.ask("DEBUG PROTOCOL push")).toBe(
      ">2\r\n$16\r\nserver-cpu-usage\r\n:42\r\n$40\r\nSome real reply following the push reply\r\n",
    );
  });

  it("is refused unless its parameter allows it, and breaks a transaction then", () => {
    const node = new TestExecutor();
    expect(node.ask("DEBUG DIGEST")).toBe(refusal);
    node.ask("MULTI");
    expect(node.ask("DEBUG DIGEST")).toBe(refusal);
    expect(node.ask("EXEC")).toBe(
      "-EXECABORT Transaction discarded because of previous errors.\r\n",
    );
    node.executor.settings.load(new Map([["enable-debug-command", ["local"]]]));
    expect(node.ask("DEBUG DIGEST")).toBe(refusal);
  });

  it("OBJECT tells one address a key, and how long the value was not used", () => {
    const node = allowed();
    node.ask("SET k 10");
    node.unixMs += 7000;
    const line = node.ask("DEBUG OBJECT k");
    expect(line).toMatch(
      /^\+Value at:0x7f[0-9a-f]{8}40 refcount:1 encoding:int serializedlength:\d+ lru:\d+ lru_seconds_idle:7\r\n$/,
    );
    node.ask("INCR k");
    expect(node.ask("DEBUG OBJECT k").split(" ")[1]).toBe(line.split(" ")[1]);
    node.ask("RPUSH l a b c");
    expect(node.ask("DEBUG OBJECT l")).toMatch(
      / encoding:quicklist .* ql_nodes:1 ql_avg_node:3\.00 ql_listpack_max:-2 ql_compressed:0 ql_uncompressed_size:\d+\r\n$/,
    );
  });

  it("OBJECT tells the bytes that a value takes in Redis's own files", () => {
    const node = allowed();
    const made: readonly (readonly [string, number])[] = [
      ["SET s hello", 6],
      ["SET n 12345", 3],
      [`SET long ${"x".repeat(200)}`, 13],
      ["RPUSH l a b 3", 18],
      ["SADD i 1 2 3", 15],
      ["SADD t a b", 5],
      ["HSET h f v", 14],
      ["ZADD z 1 a", 13],
      ["XADD x 1-1 f v", 57],
    ];
    const told = made.map(([line]) => {
      node.ask(line);
      const words = node.ask(`DEBUG OBJECT ${line.split(" ")[1]}`).split(" ");
      return [line, Number(words.find((word) => word.startsWith("serialized"))?.split(":")[1])];
    });
    expect(told).toEqual(made);
  });

  it("RELOAD and LOADAOF keep what is held, in the form that loading gives it, and no expired key", () => {
    for (const word of ["RELOAD", "LOADAOF"]) {
      const node = allowed();
      const lines = [
        "SET s 12",
        "APPEND s 3",
        "SADD ints 1 2 x",
        "SREM ints x",
        "HSET h f v",
        "CONFIG SET zset-max-listpack-entries 0",
        "ZADD z 1 a 2 b",
        "CONFIG SET zset-max-listpack-entries 128",
        "RPUSH l a b",
        "XADD x 1-1 f v",
        "XGROUP CREATE x g 0",
        "SELECT 2",
        "SET other v EX 100",
        "SELECT 0",
        "WATCH s",
      ];
      for (const line of lines) node.ask(line);
      const encodings = (): string[] =>
        ["s", "ints", "h", "z", "l", "x"].map((key) => node.ask(`OBJECT ENCODING ${key}`));
      expect(encodings().map((reply) => reply.split("\r\n")[1])).toEqual([
        "raw",
        "hashtable",
        "listpack",
        "skiplist",
        "quicklist",
        "stream",
      ]);
      const digest = node.ask("DEBUG DIGEST");
      expect(node.ask(`DEBUG ${word}`)).toBe("+OK\r\n");
      expect(node.ask("DEBUG DIGEST")).toBe(digest);
      expect(encodings().map((reply) => reply.split("\r\n")[1])).toEqual([
        "int",
        "intset",
        "listpack",
        "listpack",
        "quicklist",
        "stream",
      ]);
      expect(node.ask("XINFO GROUPS x")).toContain("$1\r\ng\r\n");
      node.ask("MULTI");
      node.ask("SET n x PX 10");
      expect(node.ask("EXEC")).toBe("*1\r\n+OK\r\n");
      node.unixMs += 20;
      expect(node.ask("DBSIZE")).toBe(":7\r\n");
      node.ask("DEBUG RELOAD");
      expect(node.ask("DBSIZE")).toBe(":6\r\n");
      node.ask("SELECT 2");
      expect(node.ask("TTL other")).toBe(":100\r\n");
      expect(digestOfAll(node.applied)).toBe(digestOfAll(node.databases));
    }
  });

  it("SET-SKIP-CHECKSUM-VALIDATION lets RESTORE take a payload with another checksum", () => {
    const node = allowed();
    node.ask("SET s v");
    const payload = latin1Of(node.execute(["DUMP", "s"]).reply).slice(5, -2);
    const damaged = `${payload.slice(0, -1)}\0`;
    const restore = (): string => latin1Of(node.execute(["RESTORE", "t", "0", damaged]).reply);
    expect(restore()).toBe("-ERR DUMP payload version or checksum are wrong\r\n");
    node.ask("DEBUG SET-SKIP-CHECKSUM-VALIDATION 1");
    expect(restore()).toBe("+OK\r\n");
    expect(node.ask("GET t")).toBe("$1\r\nv\r\n");
  });

  it("HTSTATS tells the sizes of tables", () => {
    const node = allowed();
    for (let index = 0; index < 100; index++) node.ask(`SADD s member:${index}`);
    const head = "Hash table 0 stats (main hash table):\n";
    const table = `${head} table size: 128\n number of elements: 100\n`;
    expect(node.ask("DEBUG HTSTATS-KEY s")).toBe(`$${table.length}\r\n${table}\r\n`);
    expect(node.ask("DEBUG HTSTATS 0")).toContain(" table size: 4\n number of elements: 1\n");
    expect(node.ask("DEBUG HTSTATS 0")).toContain(
      `[Expires HT]\n${head}No stats available for empty dictionaries\n`,
    );
  });

  it("SET-ACTIVE-EXPIRE 0 leaves keys that expired until they are touched", () => {
    const node = allowed();
    node.ask("SET k v PX 10");
    node.ask("DEBUG SET-ACTIVE-EXPIRE 0");
    node.unixMs += 100;
    expect(node.executor.expireDue(node.unixMs, 10).changed).toEqual([]);
    expect(node.ask("DBSIZE")).toBe(":1\r\n");
    node.ask("DEBUG SET-ACTIVE-EXPIRE 1");
    expect(node.executor.expireDue(node.unixMs, 10).changed).toEqual(["k"]);
    expect(node.ask("DBSIZE")).toBe(":0\r\n");
  });

  it("POPULATE is refused on a replica, whose keys come from the log alone", () => {
    const node = allowed();
    node.isPrimary = false;
    expect(node.ask("DEBUG POPULATE 1")).toBe(
      "-READONLY You can't write against a read only replica.\r\n",
    );
  });

  it("PANIC breaks a promise of the code, which ends the process", () => {
    expect(() => allowed().ask("DEBUG PANIC")).toThrow(AssertionError);
  });

  it("SLEEP keeps the node from answering anybody, itself last of all, and from executing", () => {
    const shard = new TestShard().start();
    const primary = shard.elect();
    primary.node.executor.settings.load(new Map([["enable-debug-command", ["yes"]]]));
    const sleeper = shard.connect(primary.id).send("DEBUG", "SLEEP", "0.2");
    sleeper.send("SET", "k", "v");
    const other = shard.connect(primary.id).send("PING");
    shard.run(190);
    expect([sleeper.take(), other.take()]).toEqual(["", ""]);
    expect(primary.node.databases.size).toBe(0);
    shard.run(30);
    expect([sleeper.take(), other.take()]).toEqual(["+OK\r\n+OK\r\n", "+PONG\r\n"]);
    expect(primary.node.role).toBe("primary");
  });
});
