/** Replies of the set commands word for word, and what becomes of sets of any size. */
import { describe, expect, it } from "vitest";
import { TestExecutor } from "./testExecutor.ts";

type Dialogue = readonly (readonly [string, string])[];

/** Each is one connection to an empty node; the replies are those of a real redis-server. */
const dialogues: readonly Dialogue[] = [
  [
    ["SADD s 3 1 2 1", ":3\r\n"],
    ["SADD s 2", ":0\r\n"],
    ["SCARD s", ":3\r\n"],
    ["SCARD none", ":0\r\n"],
    ["SISMEMBER s 1", ":1\r\n"],
    ["SISMEMBER s 01", ":0\r\n"],
    ["SISMEMBER none 1", ":0\r\n"],
    ["SMISMEMBER s 1 9 2", "*3\r\n:1\r\n:0\r\n:1\r\n"],
    ["SMISMEMBER none a b", "*2\r\n:0\r\n:0\r\n"],
    ["SMEMBERS s", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n"],
    ["SMEMBERS none", "*0\r\n"],
    ["OBJECT ENCODING s", "$6\r\nintset\r\n"],
    ["TYPE s", "+set\r\n"],
    ["SREM s 1 9 1", ":1\r\n"],
    ["SREM none a", ":0\r\n"],
    ["SMEMBERS s", "*2\r\n$1\r\n2\r\n$1\r\n3\r\n"],
    ["SADD s x", ":1\r\n"],
    ["OBJECT ENCODING s", "$9\r\nhashtable\r\n"],
    ["SREM s x", ":1\r\n"],
    ["OBJECT ENCODING s", "$9\r\nhashtable\r\n"],
    ["SREM s 2 3 3", ":2\r\n"],
    ["EXISTS s", ":0\r\n"],
    ["SREM s 2", ":0\r\n"],
    ["SADD big 9223372036854775807 -9223372036854775808 9007199254740993 -1 32768", ":5\r\n"],
    [
      "SMEMBERS big",
      "*5\r\n$20\r\n-9223372036854775808\r\n$2\r\n-1\r\n$5\r\n32768\r\n$16\r\n9007199254740993\r\n$19\r\n9223372036854775807\r\n",
    ],
    ["OBJECT ENCODING big", "$6\r\nintset\r\n"],
    ["SISMEMBER big 9007199254740992", ":0\r\n"],
    ["SISMEMBER big 9007199254740993", ":1\r\n"],
    ["SADD big 9223372036854775808", ":1\r\n"],
    ["OBJECT ENCODING big", "$9\r\nhashtable\r\n"],
    ["SADD strings 01", ":1\r\n"],
    ["OBJECT ENCODING strings", "$9\r\nhashtable\r\n"],
    ["SADD empty", "-ERR wrong number of arguments for 'sadd' command\r\n"],
    ["SISMEMBER s", "-ERR wrong number of arguments for 'sismember' command\r\n"],
  ],
  [
    ["SET t v", "+OK\r\n"],
    ["SADD t a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SREM t a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SCARD t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SISMEMBER t a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SMISMEMBER t a b", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SMEMBERS t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SPOP t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SPOP t 0", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SPOP t 2", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SRANDMEMBER t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SRANDMEMBER t 0", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SMOVE t d a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SMOVE none t a", ":0\r\n"],
    ["SADD s 1", ":1\r\n"],
    ["SMOVE s t 1", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SMOVE s t 9", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SINTER t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SINTER s t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SINTER none t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SUNION s t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SDIFF s t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SDIFF none t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    [
      "SINTERSTORE d none t",
      "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
    ],
    ["SUNIONSTORE d t s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SDIFFSTORE d t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SINTERCARD 2 s t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SSCAN t 0", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SSCAN t 0 COUNT 0", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SSCAN t x", "-ERR invalid cursor\r\n"],
    ["SADD gset 1", ":1\r\n"],
    ["GET gset", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SET gset x", "+OK\r\n"],
    ["GET gset", "$1\r\nx\r\n"],
  ],
  [
    ["SADD s 1 2 3", ":3\r\n"],
    ["SADD d 3", ":1\r\n"],
    ["SMOVE s d 1", ":1\r\n"],
    ["SMOVE s d 9", ":0\r\n"],
    ["SMOVE none d 1", ":0\r\n"],
    ["SMOVE s d 3", ":1\r\n"],
    ["SMOVE s s 2", ":1\r\n"],
    ["SMOVE s s 9", ":0\r\n"],
    ["SMEMBERS s", "*1\r\n$1\r\n2\r\n"],
    ["SMEMBERS d", "*2\r\n$1\r\n1\r\n$1\r\n3\r\n"],
    ["SMOVE s fresh 2", ":1\r\n"],
    ["EXISTS s", ":0\r\n"],
    ["SMEMBERS fresh", "*1\r\n$1\r\n2\r\n"],
    ["SMOVE fresh d x", ":0\r\n"],
  ],
  [
    ["SADD a 1 2 3 4", ":4\r\n"],
    ["SADD b 2 4 6", ":3\r\n"],
    ["SADD c 4 5", ":2\r\n"],
    ["SINTER a b", "*2\r\n$1\r\n2\r\n$1\r\n4\r\n"],
    ["SINTER a b c", "*1\r\n$1\r\n4\r\n"],
    ["SINTER a", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SINTER a a", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SINTER a none", "*0\r\n"],
    ["SUNION a b c", "*6\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n$1\r\n5\r\n$1\r\n6\r\n"],
    ["SUNION none", "*0\r\n"],
    ["SUNION a none", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SDIFF a b", "*2\r\n$1\r\n1\r\n$1\r\n3\r\n"],
    ["SDIFF a b c", "*2\r\n$1\r\n1\r\n$1\r\n3\r\n"],
    ["SDIFF a a", "*0\r\n"],
    ["SDIFF none a", "*0\r\n"],
    ["SDIFF a none", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SDIFF a", "*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n"],
    ["SINTERSTORE d a b", ":2\r\n"],
    ["SMEMBERS d", "*2\r\n$1\r\n2\r\n$1\r\n4\r\n"],
    ["OBJECT ENCODING d", "$6\r\nintset\r\n"],
    ["SUNIONSTORE d b c", ":4\r\n"],
    ["SMEMBERS d", "*4\r\n$1\r\n2\r\n$1\r\n4\r\n$1\r\n5\r\n$1\r\n6\r\n"],
    ["SDIFFSTORE d a b", ":2\r\n"],
    ["SMEMBERS d", "*2\r\n$1\r\n1\r\n$1\r\n3\r\n"],
    ["SDIFFSTORE d a a", ":0\r\n"],
    ["EXISTS d", ":0\r\n"],
    ["SINTERSTORE d a none", ":0\r\n"],
    ["SET d v EX 100", "+OK\r\n"],
    ["SUNIONSTORE d a", ":4\r\n"],
    ["TTL d", ":-1\r\n"],
    ["SUNIONSTORE d none none2", ":0\r\n"],
    ["EXISTS d", ":0\r\n"],
    ["SUNIONSTORE a a b", ":5\r\n"],
    ["SMEMBERS a", "*5\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$1\r\n4\r\n$1\r\n6\r\n"],
    ["SINTERCARD 2 a b", ":3\r\n"],
    ["SINTERCARD 2 a b LIMIT 1", ":1\r\n"],
    ["SINTERCARD 2 a b LIMIT 0", ":3\r\n"],
    ["SINTERCARD 2 a b LIMIT 10 LIMIT 2", ":2\r\n"],
    ["SINTERCARD 1 none", ":0\r\n"],
    ["SINTERCARD 2 a none", ":0\r\n"],
    ["SINTERCARD 0 a", "-ERR numkeys should be greater than 0\r\n"],
    ["SINTERCARD -1 a", "-ERR numkeys should be greater than 0\r\n"],
    ["SINTERCARD x a", "-ERR numkeys should be greater than 0\r\n"],
    ["SINTERCARD 3 a b", "-ERR Number of keys can't be greater than number of args\r\n"],
    ["SINTERCARD 2 a b LIMIT", "-ERR syntax error\r\n"],
    ["SINTERCARD 2 a b LIMIT -1", "-ERR LIMIT can't be negative\r\n"],
    ["SINTERCARD 2 a b LIMIT x", "-ERR LIMIT can't be negative\r\n"],
    ["SINTERCARD 2 a b FOO 1", "-ERR syntax error\r\n"],
    ["SINTERCARD 1 a b", "-ERR syntax error\r\n"],
    ["SINTERCARD 9223372036854775808 a", "-ERR numkeys should be greater than 0\r\n"],
  ],
  [
    ["SADD first 1 2 3 4 5 6 7 8 9 x", ":10\r\n"],
    ["SADD second x 1 2 3 4 5 6 7 8", ":9\r\n"],
    ["SADD third 99", ":1\r\n"],
    ["SADD fourth 98", ":1\r\n"],
    ["SDIFFSTORE d first second third fourth", ":1\r\n"],
    ["SMEMBERS d", "*1\r\n$1\r\n9\r\n"],
    ["OBJECT ENCODING d", "$6\r\nintset\r\n"],
    ["SADD ints 1 2 3 4 5 6 7 8 9", ":9\r\n"],
    ["SDIFFSTORE d ints second third fourth", ":1\r\n"],
    ["OBJECT ENCODING d", "$6\r\nintset\r\n"],
    ["SADD mixed 1 x", ":2\r\n"],
    ["SREM mixed x", ":1\r\n"],
    ["SDIFFSTORE d mixed third", ":1\r\n"],
    ["OBJECT ENCODING d", "$6\r\nintset\r\n"],
    ["SUNIONSTORE d mixed", ":1\r\n"],
    ["OBJECT ENCODING d", "$6\r\nintset\r\n"],
    ["OBJECT ENCODING mixed", "$9\r\nhashtable\r\n"],
    ["SADD onlyx x", ":1\r\n"],
    ["SINTERSTORE d first onlyx", ":1\r\n"],
    ["OBJECT ENCODING d", "$9\r\nhashtable\r\n"],
  ],
  [
    ["SPOP none", "$-1\r\n"],
    ["SPOP none 2", "*0\r\n"],
    ["SPOP none x", "-ERR value is out of range, must be positive\r\n"],
    ["SADD s 5", ":1\r\n"],
    ["SPOP s 0", "*0\r\n"],
    ["SPOP s -1", "-ERR value is out of range, must be positive\r\n"],
    ["SPOP s x", "-ERR value is out of range, must be positive\r\n"],
    ["SPOP s 1 2", "-ERR syntax error\r\n"],
    ["SPOP s", "$1\r\n5\r\n"],
    ["EXISTS s", ":0\r\n"],
    ["SADD s 5 6", ":2\r\n"],
    ["EXPIRE s 100", ":1\r\n"],
    ["SPOP s 5", "*2\r\n$1\r\n5\r\n$1\r\n6\r\n"],
    ["EXISTS s", ":0\r\n"],
    ["SADD s 7", ":1\r\n"],
    ["SPOP s 1", "*1\r\n$1\r\n7\r\n"],
    ["SRANDMEMBER none", "$-1\r\n"],
    ["SRANDMEMBER none 2", "*0\r\n"],
    ["SRANDMEMBER none -2", "*0\r\n"],
    ["SADD s 8", ":1\r\n"],
    ["SRANDMEMBER s", "$1\r\n8\r\n"],
    ["SRANDMEMBER s 1", "*1\r\n$1\r\n8\r\n"],
    ["SRANDMEMBER s 3", "*1\r\n$1\r\n8\r\n"],
    ["SRANDMEMBER s -3", "*3\r\n$1\r\n8\r\n$1\r\n8\r\n$1\r\n8\r\n"],
    ["SRANDMEMBER s 0", "*0\r\n"],
    ["SRANDMEMBER s x", "-ERR value is not an integer or out of range\r\n"],
    ["SRANDMEMBER s 1 2", "-ERR syntax error\r\n"],
    [
      "SRANDMEMBER s -9223372036854775808",
      "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n",
    ],
    ["SRANDMEMBER s 9223372036854775807", "*1\r\n$1\r\n8\r\n"],
  ],
  [
    ["SSCAN none 0", "*2\r\n$1\r\n0\r\n*0\r\n"],
    ["SSCAN none x", "-ERR invalid cursor\r\n"],
    ["SADD s 3 1 2 11", ":4\r\n"],
    ["SSCAN s 0", "*2\r\n$1\r\n0\r\n*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n11\r\n"],
    ["SSCAN s 9 MATCH 1* COUNT 1", "*2\r\n$1\r\n0\r\n*2\r\n$1\r\n1\r\n$2\r\n11\r\n"],
    ["SSCAN s 0 MATCH *", "*2\r\n$1\r\n0\r\n*4\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n$2\r\n11\r\n"],
    ["SSCAN s 0 COUNT 0", "-ERR syntax error\r\n"],
    ["SSCAN s 0 COUNT x", "-ERR value is not an integer or out of range\r\n"],
    ["SSCAN s 0 MATCH", "-ERR syntax error\r\n"],
    ["SSCAN s 0 TYPE set", "-ERR syntax error\r\n"],
  ],
];

const inResp3: readonly Dialogue[] = [
  [
    ["SADD s 1 2", ":2\r\n"],
    ["SMEMBERS s", "~2\r\n$1\r\n1\r\n$1\r\n2\r\n"],
    ["SMEMBERS none", "~0\r\n"],
    ["SINTER s", "~2\r\n$1\r\n1\r\n$1\r\n2\r\n"],
    ["SINTER s none", "~0\r\n"],
    ["SUNION none", "~0\r\n"],
    ["SDIFF s", "~2\r\n$1\r\n1\r\n$1\r\n2\r\n"],
    ["SMISMEMBER s 1 5", "*2\r\n:1\r\n:0\r\n"],
    ["SRANDMEMBER none", "_\r\n"],
    ["SRANDMEMBER none 2", "*0\r\n"],
    ["SRANDMEMBER s 5", "*2\r\n$1\r\n1\r\n$1\r\n2\r\n"],
    ["SPOP none", "_\r\n"],
    ["SPOP none 2", "~0\r\n"],
    ["SPOP s 0", "~0\r\n"],
    ["SSCAN s 0", "*2\r\n$1\r\n0\r\n*2\r\n$1\r\n1\r\n$1\r\n2\r\n"],
    ["SPOP s 2", "~2\r\n$1\r\n1\r\n$1\r\n2\r\n"],
  ],
];

/** The bulk strings of a flat array of a reply. */
function itemsOf(reply: string): string[] {
  return reply.split("\r\n").filter((_, index) => index > 0 && index % 2 === 0);
}

function filled(node: TestExecutor, key: string, size: number, name: string): void {
  const members = Array.from({ length: size }, (_, index) => `${name}${index}`);
  node.ask(`SADD ${key} ${members.join(" ")}`);
}

describe("replies of sets", () => {
  for (const dialogue of dialogues) {
    it(`are exact, beginning with ${dialogue[0]?.[0] ?? ""}`, () => {
      const node = new TestExecutor();
      const replies = dialogue.map(([line]) => [line, node.ask(line)]);
      expect(replies).toEqual(dialogue);
      expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
    });
  }

  for (const dialogue of inResp3) {
    it(`are exact in RESP3, beginning with ${dialogue[0]?.[0] ?? ""}`, () => {
      const node = new TestExecutor();
      node.ask("HELLO 3");
      const replies = dialogue.map(([line]) => [line, node.ask(line)]);
      expect(replies).toEqual(dialogue);
    });
  }
});

describe("a set", () => {
  it("leaves the form of integers beyond the limit, and SPOP may bring it back", () => {
    const node = new TestExecutor();
    filled(node, "s", 512, "");
    expect(node.ask("OBJECT ENCODING s")).toBe("$6\r\nintset\r\n");
    node.ask("SADD s 512");
    expect(node.ask("OBJECT ENCODING s")).toBe("$9\r\nhashtable\r\n");
    node.ask("EXPIRE s 100");
    node.ask("SPOP s 50");
    expect(node.ask("OBJECT ENCODING s")).toBe("$9\r\nhashtable\r\n");
    expect(itemsOf(node.ask("SPOP s 460")).length).toBe(460);
    expect(node.ask("OBJECT ENCODING s")).toBe("$6\r\nintset\r\n");
    expect(node.ask("SCARD s")).toBe(":3\r\n");
    expect(node.ask("TTL s")).toBe(":100\r\n");
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("is not changed by what it has already, for who watches it", () => {
    const node = new TestExecutor();
    node.ask("SADD {k}s a b");
    node.ask("SADD {k}d a");
    node.ask("WATCH {k}d");
    node.ask("SMOVE {k}s {k}d a", 2);
    node.ask("SADD {k}d a", 2);
    node.ask("SREM {k}d none", 2);
    node.ask("MULTI");
    node.ask("SADD {k}d c");
    expect(node.ask("EXEC")).toBe("*1\r\n:1\r\n");
    node.ask("WATCH {k}d");
    node.ask("SADD {k}d e", 2);
    node.ask("MULTI");
    expect(node.ask("EXEC")).toBe("*-1\r\n");
  });

  it("loses with SPOP what is returned, and keeps the rest", () => {
    const node = new TestExecutor();
    for (const [size, name] of [
      [30, "m"],
      [300, "m"],
      [300, ""],
    ] as const) {
      for (const count of [1, 7, size / 2, size - 5, size - 1]) {
        node.ask("DEL s");
        filled(node, "s", size, name);
        const popped = itemsOf(node.ask(`SPOP s ${count}`));
        const left = itemsOf(node.ask("SMEMBERS s"));
        expect([popped.length, left.length]).toEqual([count, size - count]);
        expect(new Set([...popped, ...left]).size).toBe(size);
      }
    }
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("draws each member equally often, in every form", () => {
    for (const [size, name] of [
      [40, ""],
      [40, "m"],
      [100, "m"],
    ] as const) {
      const node = new TestExecutor();
      filled(node, "s", size, name);
      for (const count of [-1, 1, -50, 10, size - 10]) {
        const drawn = new Map<string, number>();
        let total = 0;
        for (let round = 0; total < size * 200; round++) {
          const members = itemsOf(node.ask(`SRANDMEMBER s ${count}`));
          total += members.length;
          for (const member of members) drawn.set(member, (drawn.get(member) ?? 0) + 1);
        }
        const expected = total / size;
        let chiSquare = 0;
        for (const times of drawn.values()) chiSquare += (times - expected) ** 2 / expected;
        expect(drawn.size).toBe(size);
        // About `size` if draws are fair; this is five standard deviations above.
        expect(chiSquare).toBeLessThan(size + 5 * Math.sqrt(2 * size));
      }
    }
  });

  it("returns by its scan each member that stays, while it grows and shrinks between two calls", () => {
    const node = new TestExecutor();
    filled(node, "s", 300, "stays:");
    const seen = new Set<string>();
    let cursor = "0";
    let round = 0;
    do {
      const words = node.ask(`SSCAN s ${cursor} COUNT 10`).split("\r\n");
      cursor = words[2] ?? "";
      for (const member of words.slice(4)) seen.add(member);
      const change = round % 20 < 10 ? `SADD s` : `SREM s`;
      const named = round % 20 < 10 ? round : round - 10;
      node.ask(
        `${change} ${Array.from({ length: 60 }, (_, index) => `more:${named}:${index}`).join(" ")}`,
      );
      round++;
    } while (cursor !== "0");
    const missing = Array.from({ length: 300 }, (_, index) => `stays:${index}`).filter(
      (member) => !seen.has(member),
    );
    expect(missing).toEqual([]);
    expect(round).toBeGreaterThan(10);
  });

  it("of many members meets others of every form in intersection, union and difference", () => {
    const node = new TestExecutor();
    node.ask(`SADD ints ${Array.from({ length: 100 }, (_, index) => index * 2).join(" ")}`);
    node.ask(`SADD packed x ${Array.from({ length: 30 }, (_, index) => index * 3).join(" ")}`);
    node.ask(`SADD table x ${Array.from({ length: 500 }, (_, index) => index * 5).join(" ")}`);
    const both = (step: number, end: number): string[] =>
      Array.from({ length: Math.ceil(end / step) }, (_, index) => String(index * step));
    expect(itemsOf(node.ask("SINTER ints table packed")).toSorted()).toEqual(
      both(30, 90).toSorted(),
    );
    expect(node.ask("SINTERCARD 2 ints table")).toBe(":20\r\n");
    expect(node.ask("SINTERCARD 3 ints table packed LIMIT 2")).toBe(":2\r\n");
    const union = new Set([...both(2, 200), ...both(3, 90), ...both(5, 2500), "x"]);
    expect(itemsOf(node.ask("SUNION ints packed table")).toSorted()).toEqual([...union].toSorted());
    const difference = both(3, 90).filter((member) => Number(member) % 2 && Number(member) % 5);
    expect(itemsOf(node.ask("SDIFF packed table ints")).toSorted()).toEqual(difference.toSorted());
    expect(node.ask("SUNIONSTORE d ints packed table")).toBe(`:${union.size}\r\n`);
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });
});
