/** Replies of SORT and SORT_RO word for word. */
import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { keysOf } from "./spec.ts";
import { commandTable } from "./table.ts";
import { TestExecutor } from "./testExecutor.ts";

type Dialogue = readonly (readonly [string, string])[];

/** Each is one connection to an empty node; the replies are those of a real redis-server. */
const dialogues: readonly Dialogue[] = [
  [
    ["RPUSH ties 1.0 1 1e0 01", ":4\r\n"],
    ["SORT ties", "*4\r\n$2\r\n01\r\n$1\r\n1\r\n$3\r\n1.0\r\n$3\r\n1e0\r\n"],
    ["SORT ties DESC", "*4\r\n$3\r\n1e0\r\n$3\r\n1.0\r\n$1\r\n1\r\n$2\r\n01\r\n"],
  ],
  [
    ["SORT none", "*0\r\n"],
    ["SORT none STORE d", ":0\r\n"],
    ["SORT none ALPHA LIMIT 0 1", "*0\r\n"],
    ["RPUSH l 3 1 10 2 1", ":5\r\n"],
    ["SORT l", "*5\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
    ["SORT l DESC", "*5\r\n$2\r\n10\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n$1\r\n1\r\n"],
    ["SORT l DESC ASC", "*5\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
    ["SORT l ALPHA", "*5\r\n$1\r\n1\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n2\r\n$1\r\n3\r\n"],
    ["SORT l ALPHA DESC", "*5\r\n$1\r\n3\r\n$1\r\n2\r\n$2\r\n10\r\n$1\r\n1\r\n$1\r\n1\r\n"],
    ["SORT l LIMIT 1 2", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n"],
    ["SORT l LIMIT 1 -1", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
    ["SORT l LIMIT -5 2", "*2\r\n$1\r\n1\r\n$1\r\n1\r\n"],
    ["SORT l LIMIT 4 10", "*1\r\n$2\r\n10\r\n"],
    ["SORT l LIMIT 5 10", "*0\r\n"],
    ["SORT l LIMIT 0 0", "*0\r\n"],
    ["SORT l LIMIT 9223372036854775807 9223372036854775807", "*0\r\n"],
    [
      "SORT l LIMIT 0 9223372036854775807",
      "*5\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n",
    ],
    ["SORT l LIMIT x 1", "-ERR value is not an integer or out of range\r\n"],
    ["SORT l LIMIT 1 x", "-ERR value is not an integer or out of range\r\n"],
    ["SORT l LIMIT 1", "-ERR syntax error\r\n"],
    ["SORT l BY", "-ERR syntax error\r\n"],
    ["SORT l GET", "-ERR syntax error\r\n"],
    ["SORT l STORE", "-ERR syntax error\r\n"],
    ["SORT l FOO", "-ERR syntax error\r\n"],
    ["SORT_RO l STORE d", "-ERR syntax error\r\n"],
    ["SORT_RO l DESC LIMIT 0 2", "*2\r\n$2\r\n10\r\n$1\r\n3\r\n"],
    ["SORT l BY nosort", "*5\r\n$1\r\n3\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n2\r\n$1\r\n1\r\n"],
    ["SORT l BY nosort DESC", "*5\r\n$1\r\n1\r\n$1\r\n2\r\n$2\r\n10\r\n$1\r\n1\r\n$1\r\n3\r\n"],
    ["SORT l BY nosort LIMIT 1 2", "*2\r\n$1\r\n1\r\n$2\r\n10\r\n"],
    ["SORT l BY nosort DESC LIMIT 1 2", "*2\r\n$1\r\n2\r\n$2\r\n10\r\n"],
    ["SORT l BY nosort LIMIT 10 2", "*0\r\n"],
    [
      "SORT l BY nosort GET # GET none GET x*",
      "*15\r\n$1\r\n3\r\n$-1\r\n$-1\r\n$1\r\n1\r\n$-1\r\n$-1\r\n$2\r\n10\r\n$-1\r\n$-1\r\n$1\r\n2\r\n$-1\r\n$-1\r\n$1\r\n1\r\n$-1\r\n$-1\r\n",
    ],
    ["SORT l STORE d", ":5\r\n"],
    ["TYPE d", "+list\r\n"],
    ["LRANGE d 0 -1", "*5\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
    ["SORT l LIMIT 1 2 DESC STORE d", ":2\r\n"],
    ["LRANGE d 0 -1", "*2\r\n$1\r\n3\r\n$1\r\n2\r\n"],
    ["SORT none STORE d", ":0\r\n"],
    ["EXISTS d", ":0\r\n"],
    ["SET d x EX 100", "+OK\r\n"],
    ["SORT l STORE d", ":5\r\n"],
    ["TTL d", ":-1\r\n"],
    ["SORT l STORE l", ":5\r\n"],
    ["LRANGE l 0 -1", "*5\r\n$1\r\n1\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
  ],
  [
    ["SET s v", "+OK\r\n"],
    ["HSET h a 1", ":1\r\n"],
    ["SORT s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SORT h", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SORT h BY nosort", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SORT_RO s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SORT s STORE d", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["RPUSH words b a c", ":3\r\n"],
    ["SORT words", "-ERR One or more scores can't be converted into double\r\n"],
    ["SORT words ALPHA", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"],
    ["SORT words STORE d", "-ERR One or more scores can't be converted into double\r\n"],
    ["RPUSH mixed 1 x 2", ":3\r\n"],
    ["SORT mixed", "-ERR One or more scores can't be converted into double\r\n"],
    ["SORT mixed BY nosort", "*3\r\n$1\r\n1\r\n$1\r\nx\r\n$1\r\n2\r\n"],
    ["RPUSH floats 1.5 -2 1e3 inf -inf 0x10 .5", ":7\r\n"],
    [
      "SORT floats",
      "*7\r\n$4\r\n-inf\r\n$2\r\n-2\r\n$2\r\n.5\r\n$3\r\n1.5\r\n$4\r\n0x10\r\n$3\r\n1e3\r\n$3\r\ninf\r\n",
    ],
    [
      "SORT floats DESC",
      "*7\r\n$3\r\ninf\r\n$3\r\n1e3\r\n$4\r\n0x10\r\n$3\r\n1.5\r\n$2\r\n.5\r\n$2\r\n-2\r\n$4\r\n-inf\r\n",
    ],
    ["RPUSH bad nan", ":1\r\n"],
    ["SORT bad", "-ERR One or more scores can't be converted into double\r\n"],
    ["RPUSH huge 1e400", ":1\r\n"],
    ["SORT huge", "-ERR One or more scores can't be converted into double\r\n"],
    ["RPUSH tiny 1e-400", ":1\r\n"],
    ["SORT tiny", "-ERR One or more scores can't be converted into double\r\n"],
    ["RPUSH sub 1e-310 1", ":2\r\n"],
    ["SORT sub", "-ERR One or more scores can't be converted into double\r\n"],
    ["RPUSH exact 9007199254740993 9007199254740992 9007199254740991", ":3\r\n"],
    [
      "SORT exact",
      "*3\r\n$16\r\n9007199254740991\r\n$16\r\n9007199254740992\r\n$16\r\n9007199254740993\r\n",
    ],
  ],
  [
    ["RPUSH l 1 2 3 4", ":4\r\n"],
    ["MSET w1 30 w2 20 w3 10 o1 one o2 two o3 three", "+OK\r\n"],
    ["SORT l BY w*", "*4\r\n$1\r\n4\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n1\r\n"],
    ["SORT l BY w* DESC", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SORT l BY w* LIMIT 0 2", "*2\r\n$1\r\n4\r\n$1\r\n3\r\n"],
    ["SORT l BY w* GET o*", "*4\r\n$-1\r\n$5\r\nthree\r\n$3\r\ntwo\r\n$3\r\none\r\n"],
    [
      "SORT l BY w* GET # GET o* GET w*",
      "*12\r\n$1\r\n4\r\n$-1\r\n$-1\r\n$1\r\n3\r\n$5\r\nthree\r\n$2\r\n10\r\n$1\r\n2\r\n$3\r\ntwo\r\n$2\r\n20\r\n$1\r\n1\r\n$3\r\none\r\n$2\r\n30\r\n",
    ],
    ["SORT l BY o* ALPHA", "*4\r\n$1\r\n4\r\n$1\r\n1\r\n$1\r\n3\r\n$1\r\n2\r\n"],
    ["SORT l BY o* ALPHA DESC", "*4\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n1\r\n$1\r\n4\r\n"],
    ["SORT l BY o*", "-ERR One or more scores can't be converted into double\r\n"],
    ["SORT l GET o* STORE d", ":4\r\n"],
    ["LRANGE d 0 -1", "*4\r\n$3\r\none\r\n$3\r\ntwo\r\n$5\r\nthree\r\n$0\r\n\r\n"],
    ["HSET h1 f 9 g x", ":2\r\n"],
    ["HSET h2 f 8 g y", ":2\r\n"],
    ["HSET h3 f 7", ":1\r\n"],
    ["SORT l BY h*->f GET h*->g", "*4\r\n$-1\r\n$-1\r\n$1\r\ny\r\n$1\r\nx\r\n"],
    [
      "SORT l BY h*->f GET h*->f GET h*",
      "*8\r\n$-1\r\n$-1\r\n$1\r\n7\r\n$-1\r\n$1\r\n8\r\n$-1\r\n$1\r\n9\r\n$-1\r\n",
    ],
    ["SORT l BY h*->none", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SORT l BY h*->", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SORT l BY w*->f", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SORT l GET h*->", "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n"],
    ["SET h*-> star", "+OK\r\n"],
    ["SORT l BY *->x GET o*b", "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n"],
    ["SORT l BY nosort GET h1->f", "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n"],
    ["SORT l BY w*x", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SORT l BY x*w ALPHA DESC", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SORT l BY ** GET *", "*4\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r\n"],
    ["MSET 1 a 2 b", "+OK\r\n"],
    ["SORT l GET *", "*4\r\n$1\r\na\r\n$1\r\nb\r\n$-1\r\n$-1\r\n"],
    ["SORT l BY * ALPHA", "*4\r\n$1\r\n3\r\n$1\r\n4\r\n$1\r\n1\r\n$1\r\n2\r\n"],
    ["SET big 5", "+OK\r\n"],
    ["SORT l BY big*->f", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
  ],
  [
    ["SADD s 3 1 2 10", ":4\r\n"],
    ["SORT s", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
    ["SORT s BY nosort", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
    ["SORT s BY nosort DESC", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n10\r\n"],
    ["SORT s BY nosort LIMIT 1 2", "*2\r\n$1\r\n2\r\n$1\r\n3\r\n"],
    ["SORT s BY nosort STORE d", ":4\r\n"],
    ["LRANGE d 0 -1", "*4\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n2\r\n$1\r\n3\r\n"],
    ["SORT s BY nosort DESC STORE d", ":4\r\n"],
    ["LRANGE d 0 -1", "*4\r\n$1\r\n3\r\n$1\r\n2\r\n$2\r\n10\r\n$1\r\n1\r\n"],
    ["SORT s BY nosort LIMIT 1 2 STORE d", ":2\r\n"],
    ["LRANGE d 0 -1", "*2\r\n$2\r\n10\r\n$1\r\n2\r\n"],
    ["SORT s ALPHA DESC", "*4\r\n$1\r\n3\r\n$1\r\n2\r\n$2\r\n10\r\n$1\r\n1\r\n"],
    ["SORT s BY nosort GET # STORE d", ":4\r\n"],
    ["LRANGE d 0 -1", "*4\r\n$1\r\n1\r\n$2\r\n10\r\n$1\r\n2\r\n$1\r\n3\r\n"],
  ],
  [
    ["SORT l BY w* BY nosort", "*0\r\n"],
    ["RPUSH l 2 1 3", ":3\r\n"],
    ["MSET w1 3 w2 2 w3 1", "+OK\r\n"],
    ["SORT l BY w* BY nosort", "*3\r\n$1\r\n2\r\n$1\r\n1\r\n$1\r\n3\r\n"],
    ["SORT l BY nosort BY w*", "*3\r\n$1\r\n2\r\n$1\r\n1\r\n$1\r\n3\r\n"],
    ["SORT l GET w* GET w* STORE a STORE b", ":6\r\n"],
    ["EXISTS a", ":0\r\n"],
    ["LRANGE b 0 -1", "*6\r\n$1\r\n3\r\n$1\r\n3\r\n$1\r\n2\r\n$1\r\n2\r\n$1\r\n1\r\n$1\r\n1\r\n"],
    ["SORT l ASC ALPHA DESC LIMIT 0 1 LIMIT 1 1", "*1\r\n$1\r\n2\r\n"],
  ],
  [
    ["ZADD z 1 c 2 a 3 b", ":3\r\n"],
    ["SORT z ALPHA", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"],
    ["SORT z BY nosort", "*3\r\n$1\r\nc\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["SORT z BY nosort DESC", "*3\r\n$1\r\nb\r\n$1\r\na\r\n$1\r\nc\r\n"],
    ["SORT z BY nosort LIMIT 1 1", "*1\r\n$1\r\na\r\n"],
    ["SORT z BY nosort DESC LIMIT 0 2", "*2\r\n$1\r\nb\r\n$1\r\na\r\n"],
    ["SORT z BY nosort DESC LIMIT 1 5", "*2\r\n$1\r\na\r\n$1\r\nc\r\n"],
    ["SORT z BY nosort LIMIT 5 5", "*0\r\n"],
    ["SORT z", "-ERR One or more scores can't be converted into double\r\n"],
    ["SORT z BY nosort STORE d", ":3\r\n"],
    ["LRANGE d 0 -1", "*3\r\n$1\r\nc\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["ZADD n 5 10 6 9", ":2\r\n"],
    ["SORT n", "*2\r\n$1\r\n9\r\n$2\r\n10\r\n"],
    ["SORT_RO n DESC", "*2\r\n$2\r\n10\r\n$1\r\n9\r\n"],
  ],
];

function standalone(): TestExecutor {
  const node = new TestExecutor();
  node.isClusterMode = false;
  return node;
}

describe("replies of SORT", () => {
  for (const dialogue of dialogues) {
    it(`are exact, beginning with ${dialogue[0]?.[0] ?? ""}`, () => {
      const node = standalone();
      const replies = dialogue.map(([line]) => [line, node.ask(line)]);
      expect(replies).toEqual(dialogue);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }

  it("refuse patterns in a cluster, where their keys may be anywhere", () => {
    const node = new TestExecutor();
    node.ask("RPUSH l 2 1");
    expect(node.ask("SORT l BY w*")).toBe("-ERR BY option of SORT denied in Cluster mode.\r\n");
    expect(node.ask("SORT l GET #")).toBe("-ERR GET option of SORT denied in Cluster mode.\r\n");
    expect(node.ask("SORT_RO l GET x")).toBe("-ERR GET option of SORT denied in Cluster mode.\r\n");
    expect(node.ask("SORT l BY nosort")).toBe("*2\r\n$1\r\n2\r\n$1\r\n1\r\n");
    expect(node.ask("SORT l STORE d")).toBe(":2\r\n");
  });

  it("take marks of patterns as C sees them, in front of a zero byte, and weights too", () => {
    const node = standalone();
    node.ask("RPUSH l 1 2");
    node.execute(["MSET", "w1\0", "2", "w2\0", "1", "v1", "7\0x", "v2", " 6"]);
    const ask = (...argv: string[]): string => latin1Of(node.execute(argv).reply);
    expect(ask("SORT", "l", "BY", "w*\0")).toBe("*2\r\n$1\r\n2\r\n$1\r\n1\r\n");
    expect(ask("SORT", "l", "BY", "w\0*", "DESC")).toBe("*2\r\n$1\r\n2\r\n$1\r\n1\r\n");
    expect(ask("SORT", "l", "BY", "v*")).toBe("*2\r\n$1\r\n2\r\n$1\r\n1\r\n");
    node.execute(["RPUSH", "z", "a\0b", "a", "a\0a"]);
    expect(ask("SORT", "z", "ALPHA")).toBe("*3\r\n$3\r\na\0b\r\n$1\r\na\r\n$3\r\na\0a\r\n");
    ask("SORT", "z", "ALPHA", "STORE", "d");
    expect(ask("LRANGE", "d", "0", "-1")).toBe("*3\r\n$1\r\na\r\n$3\r\na\0a\r\n$3\r\na\0b\r\n");
    expect(ask("SORT", "l", "GET", "#\0x")).toBe("*2\r\n$1\r\n1\r\n$1\r\n2\r\n");
  });

  it("name the key of the last STORE for whoever routes them", () => {
    const sort = commandTable.find("sort");
    const keys = (line: string): readonly string[] =>
      sort === undefined ? [] : keysOf(sort, line.split(" "));
    expect(keys("SORT a STORE b")).toEqual(["a", "b"]);
    expect(keys("SORT a BY store LIMIT 0 store STORE b store c")).toEqual(["a", "c"]);
    expect(keys("SORT a GET STORE b")).toEqual(["a"]);
    expect(keys("SORT a STORE")).toEqual(["a"]);
  });
});
