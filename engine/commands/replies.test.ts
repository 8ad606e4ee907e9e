/**
 * Replies word for word. Each list is one connection to a fresh node. What a real redis-server answers too was compared with
 * it by tests/redisDifferential.test.ts; the rest (topology, figures, our own words) was read by eye. Over 500 lines: one
 * list for every command of the table.
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commandTable } from "./table.ts";
import { TestExecutor } from "./testExecutor.ts";

const dialogues: readonly (readonly (readonly [string, string])[])[] = [
  // strings
  [
    ["SET k v", "+OK\r\n"],
    ["GET k", "$1\r\nv\r\n"],
    ["GET none", "$-1\r\n"],
    ["SET k w NX", "$-1\r\n"],
    ["SET n 1 NX", "+OK\r\n"],
    ["SET none x XX", "$-1\r\n"],
    ["SET k x XX GET", "$1\r\nv\r\n"],
    ["SET fresh x GET", "$-1\r\n"],
    ["SET k v NX XX", "-ERR syntax error\r\n"],
    ["SET k v EX 10 KEEPTTL", "-ERR syntax error\r\n"],
    ["SET k v EX 0", "-ERR invalid expire time in 'set' command\r\n"],
    ["SET k v EX x", "-ERR value is not an integer or out of range\r\n"],
    ["SET k v PXAT 1800000000000", "+OK\r\n"],
    ["PEXPIRETIME k", ":1800000000000\r\n"],
    ["SET k w KEEPTTL", "+OK\r\n"],
    ["PEXPIRETIME k", ":1800000000000\r\n"],
    ["SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command\r\n"],
    ["SET k v EX", "-ERR syntax error\r\n"],
  ],
  [
    ["APPEND k hello", ":5\r\n"],
    ["APPEND k !", ":6\r\n"],
    ["STRLEN k", ":6\r\n"],
    ["STRLEN none", ":0\r\n"],
  ],
  [
    ["SET c 10", "+OK\r\n"],
    ["INCR c", ":11\r\n"],
    ["DECR c", ":10\r\n"],
    ["INCRBY c 5", ":15\r\n"],
    ["DECRBY c 20", ":-5\r\n"],
    ["INCRBY c 1.5", "-ERR value is not an integer or out of range\r\n"],
    ["INCR none", ":1\r\n"],
    ["SET t text", "+OK\r\n"],
    ["INCR t", "-ERR value is not an integer or out of range\r\n"],
    ["SET big 9223372036854775807", "+OK\r\n"],
    ["INCR big", "-ERR increment or decrement would overflow\r\n"],
    ["DECRBY big -9223372036854775808", "-ERR decrement would overflow\r\n"],
    ["INCRBY big -9223372036854775808", ":-1\r\n"],
  ],
  [
    ["SET f 10.50", "+OK\r\n"],
    ["INCRBYFLOAT f 0.1", "$4\r\n10.6\r\n"],
    ["INCRBYFLOAT f x", "-ERR value is not a valid float\r\n"],
    ["INCRBYFLOAT f inf", "-ERR increment would produce NaN or Infinity\r\n"],
    ["INCRBYFLOAT none 5.0e3", "$4\r\n5000\r\n"],
  ],
  [
    ["SET k v", "+OK\r\n"],
    ["GETDEL k", "$1\r\nv\r\n"],
    ["GETDEL k", "$-1\r\n"],
    ["GETSET k a", "$-1\r\n"],
    ["GETSET k b", "$1\r\na\r\n"],
  ],
  [
    ["SET k v", "+OK\r\n"],
    ["GETEX k EX 10", "$1\r\nv\r\n"],
    ["PTTL k", ":10000\r\n"],
    ["GETEX k PERSIST", "$1\r\nv\r\n"],
    ["TTL k", ":-1\r\n"],
    ["GETEX k PXAT 1", "$1\r\nv\r\n"],
    ["GET k", "$-1\r\n"],
    ["GETEX k NX", "-ERR syntax error\r\n"],
    ["GETEX none", "$-1\r\n"],
  ],
  [
    ["SET k Thisisastring", "+OK\r\n"],
    ["GETRANGE k 0 3", "$4\r\nThis\r\n"],
    ["GETRANGE k -6 -1", "$6\r\nstring\r\n"],
    ["GETRANGE k 5 2", "$0\r\n\r\n"],
    ["GETRANGE k 0 -100", "$1\r\nT\r\n"],
    ["SUBSTR k 4 5", "$2\r\nis\r\n"],
    ["GETRANGE none 0 1", "$0\r\n\r\n"],
    ["GETRANGE k x 1", "-ERR value is not an integer or out of range\r\n"],
  ],
  [
    ["SETRANGE k 3 ab", ":5\r\n"],
    ["GET k", "$5\r\n\0\0\0ab\r\n"],
    ["SETRANGE k 0 XYZW", ":5\r\n"],
    ["GET k", "$5\r\nXYZWb\r\n"],
    ["SETRANGE k -1 x", "-ERR offset is out of range\r\n"],
    ["SETRANGE k 536870912 x", "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n"],
  ],
  [
    ["MSET a 1 b 2", "+OK\r\n"],
    ["MGET a none b", "*3\r\n$1\r\n1\r\n$-1\r\n$1\r\n2\r\n"],
    ["MSET a", "-ERR wrong number of arguments for 'mset' command\r\n"],
    ["MSET a 1 b", "-ERR wrong number of arguments for 'mset' command\r\n"],
    ["MSETNX b 9 c 3", ":0\r\n"],
    ["MSETNX c 3 d 4", ":1\r\n"],
    ["GET c", "$1\r\n3\r\n"],
  ],
  [
    ["SETNX k v", ":1\r\n"],
    ["SETNX k w", ":0\r\n"],
    ["SETEX k 10 v", "+OK\r\n"],
    ["TTL k", ":10\r\n"],
    ["SETEX k 0 v", "-ERR invalid expire time in 'setex' command\r\n"],
    ["PSETEX k 1500 v", "+OK\r\n"],
    ["PTTL k", ":1500\r\n"],
    ["PSETEX k -1 v", "-ERR invalid expire time in 'psetex' command\r\n"],
  ],
  [
    ["SET a ohmytext", "+OK\r\n"],
    ["SET b mynewtext", "+OK\r\n"],
    ["LCS a b", "$6\r\nmytext\r\n"],
    ["LCS a b LEN", ":6\r\n"],
    [
      "LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN",
      "*4\r\n$7\r\nmatches\r\n*1\r\n*3\r\n*2\r\n:4\r\n:7\r\n*2\r\n:5\r\n:8\r\n:4\r\n$3\r\nlen\r\n:6\r\n",
    ],
    ["LCS a b IDX LEN", "-ERR If you want both the length and indexes, please just use IDX.\r\n"],
    ["LCS a b FOO", "-ERR syntax error\r\n"],
  ],
  // keys
  [
    ["SET a 1", "+OK\r\n"],
    ["SET b 2", "+OK\r\n"],
    ["EXISTS a b a none", ":3\r\n"],
    ["DEL a none", ":1\r\n"],
    ["UNLINK b b", ":1\r\n"],
    ["EXISTS a b", ":0\r\n"],
    ["TOUCH a", ":0\r\n"],
    ["TYPE a", "+none\r\n"],
    ["SET a 1", "+OK\r\n"],
    ["TYPE a", "+string\r\n"],
    ["TOUCH a a", ":2\r\n"],
  ],
  [
    ["SET k v", "+OK\r\n"],
    ["TTL k", ":-1\r\n"],
    ["EXPIRE k 100", ":1\r\n"],
    ["TTL k", ":100\r\n"],
    ["EXPIRE k 200 NX", ":0\r\n"],
    ["EXPIRE k 200 GT", ":1\r\n"],
    ["EXPIRE k 100 GT", ":0\r\n"],
    ["PEXPIRE k 50000 LT", ":1\r\n"],
    ["PTTL k", ":50000\r\n"],
    ["EXPIREAT k 1800000000", ":1\r\n"],
    ["EXPIRETIME k", ":1800000000\r\n"],
    ["PEXPIREAT k 1800000000500 XX", ":1\r\n"],
    ["PEXPIRETIME k", ":1800000000500\r\n"],
    ["PERSIST k", ":1\r\n"],
    ["PERSIST k", ":0\r\n"],
    ["EXPIRE k 10 XX", ":0\r\n"],
    ["EXPIRE k 10 FOO", "-ERR Unsupported option FOO\r\n"],
    [
      "EXPIRE k 10 NX XX",
      "-ERR NX and XX, GT or LT options at the same time are not compatible\r\n",
    ],
    ["EXPIRE k 10 GT LT", "-ERR GT and LT options at the same time are not compatible\r\n"],
    ["EXPIRE k 9223372036854775807", "-ERR invalid expire time in 'expire' command\r\n"],
    ["EXPIRE none 10", ":0\r\n"],
    ["EXPIRE k -1", ":1\r\n"],
    ["EXISTS k", ":0\r\n"],
    ["TTL k", ":-2\r\n"],
  ],
  [
    ["SET a 1", "+OK\r\n"],
    ["SET b 2", "+OK\r\n"],
    ["RENAME a b", "+OK\r\n"],
    ["GET b", "$1\r\n1\r\n"],
    ["RENAME a b", "-ERR no such key\r\n"],
    ["RENAME b b", "+OK\r\n"],
    ["RENAMENX b b", ":0\r\n"],
    ["SET a 1", "+OK\r\n"],
    ["RENAMENX a b", ":0\r\n"],
    ["RENAMENX a c", ":1\r\n"],
  ],
  [
    ["SET a 1 PX 5000", "+OK\r\n"],
    ["COPY a b", ":1\r\n"],
    ["COPY a b", ":0\r\n"],
    ["COPY a b REPLACE", ":1\r\n"],
    ["PTTL b", ":5000\r\n"],
    ["COPY a a", "-ERR source and destination objects are the same\r\n"],
    ["COPY a c DB 1", "-ERR Copying to another database is not allowed in cluster mode\r\n"],
    ["COPY none d", ":0\r\n"],
    ["COPY a d DB 0 FOO", "-ERR syntax error\r\n"],
  ],
  [
    ["RANDOMKEY", "$-1\r\n"],
    ["SET a 1", "+OK\r\n"],
    ["RANDOMKEY", "$1\r\na\r\n"],
    ["DBSIZE", ":1\r\n"],
    ["KEYS *", "*1\r\n$1\r\na\r\n"],
    ["KEYS b*", "*0\r\n"],
    ["SCAN 0", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\na\r\n"],
    ["SCAN 0 MATCH b* COUNT 5 TYPE string", "*2\r\n$1\r\n0\r\n*0\r\n"],
    ["SCAN 0 TYPE hash", "*2\r\n$1\r\n0\r\n*0\r\n"],
    ["SCAN x", "-ERR invalid cursor\r\n"],
    ["SCAN 0 COUNT 0", "-ERR syntax error\r\n"],
    ["SCAN 0 FOO", "-ERR syntax error\r\n"],
    ["FLUSHALL ASYNC", "+OK\r\n"],
    ["DBSIZE", ":0\r\n"],
    ["FLUSHDB", "+OK\r\n"],
    ["FLUSHDB NOW", "-ERR syntax error\r\n"],
    ["FLUSHALL SYNC", "+OK\r\n"],
  ],
  [
    ["SET a 12", "+OK\r\n"],
    ["OBJECT ENCODING a", "$3\r\nint\r\n"],
    ["OBJECT REFCOUNT a", ":2147483647\r\n"],
    ["APPEND a 3", ":3\r\n"],
    ["OBJECT ENCODING a", "$3\r\nraw\r\n"],
    ["SET a text", "+OK\r\n"],
    ["OBJECT ENCODING a", "$6\r\nembstr\r\n"],
    ["OBJECT REFCOUNT none", "$-1\r\n"],
    ["OBJECT NOSUCH a", "-ERR unknown subcommand 'NOSUCH'. Try OBJECT HELP.\r\n"],
    ["OBJECT", "-ERR wrong number of arguments for 'object' command\r\n"],
  ],
  // transactions
  [
    ["MULTI", "+OK\r\n"],
    ["SET a 1", "+QUEUED\r\n"],
    ["INCR a", "+QUEUED\r\n"],
    ["GET a", "+QUEUED\r\n"],
    ["EXEC", "*3\r\n+OK\r\n:2\r\n$1\r\n2\r\n"],
    ["EXEC", "-ERR EXEC without MULTI\r\n"],
    ["DISCARD", "-ERR DISCARD without MULTI\r\n"],
    ["MULTI", "+OK\r\n"],
    ["MULTI", "-ERR MULTI calls can not be nested\r\n"],
    ["WATCH a", "-ERR WATCH inside MULTI is not allowed\r\n"],
    ["DISCARD", "+OK\r\n"],
    ["MULTI", "+OK\r\n"],
    ["NOSUCH", "-ERR unknown command 'NOSUCH', with args beginning with: \r\n"],
    ["EXEC", "-EXECABORT Transaction discarded because of previous errors.\r\n"],
    ["MULTI", "+OK\r\n"],
    ["SET a", "-ERR wrong number of arguments for 'set' command\r\n"],
    ["EXEC", "-EXECABORT Transaction discarded because of previous errors.\r\n"],
    ["MULTI", "+OK\r\n"],
    [
      "EXEC x",
      "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n",
    ],
    ["EXEC", "-ERR EXEC without MULTI\r\n"],
    ["MULTI", "+OK\r\n"],
    ["EXEC", "*0\r\n"],
    ["WATCH a b", "+OK\r\n"],
    ["SET a 5", "+OK\r\n"],
    ["MULTI", "+OK\r\n"],
    ["GET a", "+QUEUED\r\n"],
    ["EXEC", "*-1\r\n"],
    ["WATCH a", "+OK\r\n"],
    ["SET a 6", "+OK\r\n"],
    ["UNWATCH", "+OK\r\n"],
    ["MULTI", "+OK\r\n"],
    ["GET a", "+QUEUED\r\n"],
    ["EXEC", "*1\r\n$1\r\n6\r\n"],
  ],
  // server
  [
    ["TIME", "*2\r\n$10\r\n1700000000\r\n$1\r\n0\r\n"],
    [
      "ROLE",
      "*3\r\n$6\r\nmaster\r\n:42\r\n*1\r\n*3\r\n$8\r\n10.0.0.2\r\n$4\r\n6380\r\n$1\r\n0\r\n",
    ],
    ["WAIT 1 0", ":1\r\n"],
    ["WAIT x 0", "-ERR value is not an integer or out of range\r\n"],
    ["WAIT 1 x", "-ERR timeout is not an integer or out of range\r\n"],
    ["WAIT 1 -1", "-ERR timeout is negative\r\n"],
    ["INFO keyspace", "$12\r\n# Keyspace\r\n\r\n"],
    ["INFO nosuch", "$0\r\n\r\n"],
  ],
  [
    ["COMMAND COUNT", `:${commandTable.all.length}\r\n`],
    [
      "COMMAND INFO get nosuch",
      "*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n*3\r\n+@read\r\n+@string\r\n+@fast\r\n*0\r\n*1\r\n*6\r\n$5\r\nflags\r\n*2\r\n+RO\r\n+access\r\n$12\r\nbegin_search\r\n*4\r\n$4\r\ntype\r\n$5\r\nindex\r\n$4\r\nspec\r\n*2\r\n$5\r\nindex\r\n:1\r\n$9\r\nfind_keys\r\n*4\r\n$4\r\ntype\r\n$5\r\nrange\r\n$4\r\nspec\r\n*6\r\n$7\r\nlastkey\r\n:0\r\n$7\r\nkeystep\r\n:1\r\n$5\r\nlimit\r\n:0\r\n*0\r\n$-1\r\n",
    ],
    [
      "COMMAND DOCS getdel",
      "*2\r\n$6\r\ngetdel\r\n*10\r\n$7\r\nsummary\r\n$35\r\nReads a string and deletes its key.\r\n$5\r\nsince\r\n$5\r\n6.2.0\r\n$5\r\ngroup\r\n$6\r\nstring\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n$9\r\narguments\r\n*1\r\n*6\r\n$4\r\nname\r\n$3\r\nkey\r\n$4\r\ntype\r\n$3\r\nkey\r\n$14\r\nkey_spec_index\r\n:0\r\n",
    ],
    ["COMMAND LIST FILTERBY PATTERN getr*", "*1\r\n$8\r\ngetrange\r\n"],
    ["COMMAND LIST FILTERBY MODULE x", "*0\r\n"],
    ["COMMAND LIST FILTERBY FOO x", "-ERR syntax error\r\n"],
    ["COMMAND GETKEYS mset a 1 b 2", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["COMMAND GETKEYS ping x", "-ERR The command has no key arguments\r\n"],
    ["COMMAND GETKEYS nosuch x", "-ERR Invalid command specified\r\n"],
    ["COMMAND GETKEYS get a b", "-ERR Invalid number of arguments specified for command\r\n"],
    [
      "COMMAND GETKEYSANDFLAGS copy a b",
      "*2\r\n*2\r\n$1\r\na\r\n*2\r\n+RO\r\n+access\r\n*2\r\n$1\r\nb\r\n*2\r\n+OW\r\n+update\r\n",
    ],
  ],
  [
    ["CLUSTER KEYSLOT foo", ":12182\r\n"],
    ["CLUSTER KEYSLOT {foo}bar", ":12182\r\n"],
    ["SET foo 1", "+OK\r\n"],
    ["CLUSTER COUNTKEYSINSLOT 12182", ":1\r\n"],
    ["CLUSTER GETKEYSINSLOT 12182 5", "*1\r\n$3\r\nfoo\r\n"],
    ["CLUSTER COUNTKEYSINSLOT 16384", "-ERR Invalid slot\r\n"],
    ["CLUSTER GETKEYSINSLOT 0 -1", "-ERR Invalid slot or number of keys\r\n"],
    ["CLUSTER MYID", "$40\r\need58b666709967ed4580949ffb90b034efe022a\r\n"],
    [
      "CLUSTER SLOTS",
      "*2\r\n*4\r\n:0\r\n:8191\r\n*4\r\n$8\r\n10.0.0.1\r\n:6379\r\n$40\r\need58b666709967ed4580949ffb90b034efe022a\r\n*0\r\n*4\r\n$8\r\n10.0.0.2\r\n:6380\r\n$40\r\n6ef2c39930fe7d13eae3023f26c5a8fa7ccf054c\r\n*0\r\n*3\r\n:8192\r\n:16383\r\n*4\r\n$8\r\n10.0.0.3\r\n:6381\r\n$40\r\ndcf1d808ac20902e187772207164b51041a8382f\r\n*0\r\n",
    ],
    [
      "CLUSTER SHARDS",
      "*2\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:8191\r\n$5\r\nnodes\r\n*2\r\n*14\r\n$2\r\nid\r\n$40\r\need58b666709967ed4580949ffb90b034efe022a\r\n$4\r\nport\r\n:6379\r\n$2\r\nip\r\n$8\r\n10.0.0.1\r\n$8\r\nendpoint\r\n$8\r\n10.0.0.1\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-offset\r\n:42\r\n$6\r\nhealth\r\n$6\r\nonline\r\n*14\r\n$2\r\nid\r\n$40\r\n6ef2c39930fe7d13eae3023f26c5a8fa7ccf054c\r\n$4\r\nport\r\n:6380\r\n$2\r\nip\r\n$8\r\n10.0.0.2\r\n$8\r\nendpoint\r\n$8\r\n10.0.0.2\r\n$4\r\nrole\r\n$7\r\nreplica\r\n$18\r\nreplication-offset\r\n:0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n*4\r\n$5\r\nslots\r\n*2\r\n:8192\r\n:16383\r\n$5\r\nnodes\r\n*1\r\n*14\r\n$2\r\nid\r\n$40\r\ndcf1d808ac20902e187772207164b51041a8382f\r\n$4\r\nport\r\n:6381\r\n$2\r\nip\r\n$8\r\n10.0.0.3\r\n$8\r\nendpoint\r\n$8\r\n10.0.0.3\r\n$4\r\nrole\r\n$7\r\nreplica\r\n$18\r\nreplication-offset\r\n:0\r\n$6\r\nhealth\r\n$6\r\nonline\r\n",
    ],
    [
      "CLUSTER NODES",
      "$308\r\need58b666709967ed4580949ffb90b034efe022a 10.0.0.1:6379@16379 myself,master - 0 0 3 connected 0-8191\n6ef2c39930fe7d13eae3023f26c5a8fa7ccf054c 10.0.0.2:6380@16380 slave eed58b666709967ed4580949ffb90b034efe022a 0 0 3 connected\ndcf1d808ac20902e187772207164b51041a8382f 10.0.0.3:6381@7003 slave - 0 0 0 connected\n\r\n",
    ],
    [
      "CLUSTER INFO",
      "$316\r\ncluster_state:fail\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:8192\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:8192\r\ncluster_known_nodes:3\r\ncluster_size:2\r\ncluster_current_epoch:3\r\ncluster_my_epoch:3\r\ncluster_stats_messages_sent:0\r\ncluster_stats_messages_received:0\r\ntotal_cluster_links_buffer_limit_exceeded:0\r\n\r\n",
    ],
    ["CLUSTER NOSUCH", "-ERR unknown subcommand 'NOSUCH'. Try CLUSTER HELP.\r\n"],
  ],
  [
    ["NOSUCH a b", "-ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' \r\n"],
    ["GET", "-ERR wrong number of arguments for 'get' command\r\n"],
    ["nosuch", "-ERR unknown command 'nosuch', with args beginning with: \r\n"],
  ],
];

describe("replies", () => {
  for (const dialogue of dialogues) {
    it(`are exact, beginning with ${dialogue[0]?.[0] ?? ""}`, () => {
      const node = new TestExecutor();
      const replies = dialogue.map(([line]) => [line, node.ask(line)]);
      expect(replies).toEqual(dialogue);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }

  it("of HELP begin and end as Redis's do", () => {
    for (const container of ["CLIENT", "COMMAND", "CLUSTER", "OBJECT", "XGROUP", "XINFO"]) {
      const help = new TestExecutor().ask(`${container} HELP`);
      expect(help).toContain(
        `+${container} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:\r\n`,
      );
      expect(help.endsWith("+HELP\r\n+    Prints this help.\r\n")).toBe(true);
    }
  });

  it("are tested for every command of the table, here or beside its family", () => {
    const folder = new URL(".", import.meta.url);
    const tests = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => readFileSync(new URL(name, folder), "utf8").toLowerCase())
      .join("\n");
    const missing: string[] = [];
    for (const spec of commandTable.all) {
      for (const one of spec.subcommands?.values() ?? [spec]) {
        const words = one.name.replace("|", '("?,? "?)');
        const isTested = new RegExp(`["\`]${words}["\` ]`).test(tests);
        if (!isTested && !one.name.endsWith("|help")) missing.push(one.name);
      }
    }
    expect(missing).toEqual([]);
    expect(new TestExecutor().ask("COMMAND")).toContain(`*${commandTable.all.length}\r\n*10\r\n`);
  });

  it("of a replica tell whom it follows, and refuse WAIT", () => {
    const node = new TestExecutor();
    node.isPrimary = false;
    expect(node.ask("ROLE")).toBe(
      "*5\r\n$5\r\nslave\r\n$8\r\n10.0.0.1\r\n:6379\r\n$9\r\nconnected\r\n:42\r\n",
    );
    expect(node.ask("WAIT 1 0")).toMatch(/^-ERR WAIT cannot be used with replica instances\./);
  });
});

describe("the table", () => {
  it("names each command once, with a page of the manual, a group and words of its own", () => {
    const names = commandTable.all.map((spec) => spec.name);
    expect(new Set(names).size).toBe(names.length);
    for (const spec of commandTable.all) {
      expect(spec.docUrl).toBe(`https://redis.io/docs/latest/commands/${spec.name}/`);
      expect(spec.row.summary).toMatch(/^[A-Z].*\.$/);
      expect(spec.row.summary + spec.row.complexity).toMatch(/^[ -~]*$/);
      expect(commandTable.find(spec.name.toUpperCase())).toBe(spec);
    }
  });

  it("tells connection commands from those that need the keyspace", () => {
    const connection = commandTable.all.filter((spec) => spec.isConnection).map((one) => one.name);
    expect(connection).toEqual(expect.arrayContaining(["auth", "client", "info", "multi", "time"]));
    for (const name of ["exec", "get", "dbsize", "flushall", "keys", "wait"]) {
      expect(connection).not.toContain(name);
    }
  });
});

it("COMMAND INFO tells of no subcommands as of an empty set", () => {
  const node = new TestExecutor();
  node.ask("HELLO 3");
  expect(node.ask("COMMAND INFO get").endsWith("\r\n~0\r\n")).toBe(true);
});

it("COMMAND DOCS tells what is kept for old clients", () => {
  const node = new TestExecutor();
  expect(node.ask("COMMAND DOCS substr")).toContain("$9\r\ndoc_flags\r\n*1\r\n+deprecated\r\n");
  expect(node.ask("COMMAND DOCS substr")).toContain("$16\r\ndeprecated_since\r\n$5\r\n2.0.0\r\n");
  expect(node.ask("COMMAND DOCS debug")).toContain("$9\r\ndoc_flags\r\n*1\r\n+syscmd\r\n");
});
