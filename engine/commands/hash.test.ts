/** Replies of the hash commands word for word, and what becomes of hashes of any size. */
import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { TestExecutor } from "./testExecutor.ts";

type Dialogue = readonly (readonly [string, string])[];

/** Each is one connection to an empty node; the replies are those of a real redis-server. */
const dialogues: readonly Dialogue[] = [
  [
    ["HSET h a 1", ":1\r\n"],
    ["HSET h a 2 b 3 b 4", ":1\r\n"],
    ["HSET h a", "-ERR wrong number of arguments for 'hset' command\r\n"],
    ["HSET h a 1 b", "-ERR wrong number of arguments for 'hset' command\r\n"],
    ["HMSET h a 1 b", "-ERR wrong number of arguments for 'hmset' command\r\n"],
    ["HMSET h c 5 a 6", "+OK\r\n"],
    ["HGET h a", "$1\r\n6\r\n"],
    ["HGET h none", "$-1\r\n"],
    ["HGET none a", "$-1\r\n"],
    ["HMGET h a none c", "*3\r\n$1\r\n6\r\n$-1\r\n$1\r\n5\r\n"],
    ["HMGET none a b", "*2\r\n$-1\r\n$-1\r\n"],
    ["HLEN h", ":3\r\n"],
    ["HLEN none", ":0\r\n"],
    ["HSTRLEN h b", ":1\r\n"],
    ["HSTRLEN h none", ":0\r\n"],
    ["HSTRLEN none b", ":0\r\n"],
    ["HEXISTS h a", ":1\r\n"],
    ["HEXISTS h none", ":0\r\n"],
    ["HEXISTS none a", ":0\r\n"],
    ["HGETALL h", "*6\r\n$1\r\na\r\n$1\r\n6\r\n$1\r\nb\r\n$1\r\n4\r\n$1\r\nc\r\n$1\r\n5\r\n"],
    ["HKEYS h", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"],
    ["HVALS h", "*3\r\n$1\r\n6\r\n$1\r\n4\r\n$1\r\n5\r\n"],
    ["HGETALL none", "*0\r\n"],
    ["HKEYS none", "*0\r\n"],
    ["HVALS none", "*0\r\n"],
    ["HSETNX h a 9", ":0\r\n"],
    ["HSETNX h d 9", ":1\r\n"],
    ["HSETNX fresh x y", ":1\r\n"],
    ["HGETALL fresh", "*2\r\n$1\r\nx\r\n$1\r\ny\r\n"],
    ["OBJECT ENCODING h", "$8\r\nlistpack\r\n"],
    ["TYPE h", "+hash\r\n"],
    ["HDEL h a none a", ":1\r\n"],
    ["HDEL none a", ":0\r\n"],
    ["HGETALL h", "*6\r\n$1\r\nb\r\n$1\r\n4\r\n$1\r\nc\r\n$1\r\n5\r\n$1\r\nd\r\n$1\r\n9\r\n"],
    ["HDEL h b c d", ":3\r\n"],
    ["EXISTS h", ":0\r\n"],
    ["HDEL h b", ":0\r\n"],
    ["COPY fresh other", ":1\r\n"],
    ["HDEL fresh x", ":1\r\n"],
    ["HGETALL other", "*2\r\n$1\r\nx\r\n$1\r\ny\r\n"],
    ["RENAME other fresh", "+OK\r\n"],
    ["HGETALL fresh", "*2\r\n$1\r\nx\r\n$1\r\ny\r\n"],
  ],
  [
    ["SET s v", "+OK\r\n"],
    ["HSET s a 1", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HMSET s a 1", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HSETNX s a 1", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HGET s a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HMGET s a b", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HDEL s a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HLEN s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HSTRLEN s a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HEXISTS s a", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HGETALL s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HKEYS s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HVALS s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HINCRBY s a 1", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    [
      "HINCRBYFLOAT s a 1",
      "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n",
    ],
    ["HRANDFIELD s", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HRANDFIELD s 2", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HSCAN s 0", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HSCAN s 0 COUNT 0", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["HSCAN s x", "-ERR invalid cursor\r\n"],
    ["HSET t a 1", ":1\r\n"],
    ["GET t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["APPEND t x", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["STRLEN t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["INCR t", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["GETRANGE t 0 1", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["SET t x GET", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"],
    ["MGET t s", "*2\r\n$-1\r\n$1\r\nv\r\n"],
    ["SET t plain", "+OK\r\n"],
    ["GET t", "$5\r\nplain\r\n"],
  ],
  [
    ["HINCRBY h n 5", ":5\r\n"],
    ["HINCRBY h n -7", ":-2\r\n"],
    ["HINCRBY h n x", "-ERR value is not an integer or out of range\r\n"],
    ["HINCRBY h n 1.5", "-ERR value is not an integer or out of range\r\n"],
    ["HGET h n", "$2\r\n-2\r\n"],
    [
      "HSET h text abc big 9223372036854775807 small -9223372036854775808 lead 01 empty x",
      ":5\r\n",
    ],
    ["HINCRBY h text 1", "-ERR hash value is not an integer\r\n"],
    ["HINCRBY h lead 1", "-ERR hash value is not an integer\r\n"],
    ["HINCRBY h big 1", "-ERR increment or decrement would overflow\r\n"],
    ["HINCRBY h big -1", ":9223372036854775806\r\n"],
    ["HINCRBY h small -1", "-ERR increment or decrement would overflow\r\n"],
    ["HINCRBY h small 9223372036854775807", ":-1\r\n"],
    ["HINCRBY h big 9223372036854775808", "-ERR value is not an integer or out of range\r\n"],
    ["HINCRBYFLOAT h f 0.1", "$3\r\n0.1\r\n"],
    ["HINCRBYFLOAT h f 0.2", "$3\r\n0.3\r\n"],
    ["HINCRBYFLOAT h f -0.3", "$1\r\n0\r\n"],
    ["HINCRBYFLOAT h n 1e3", "$3\r\n998\r\n"],
    ["HINCRBYFLOAT h text 1", "-ERR hash value is not a float\r\n"],
    ["HINCRBYFLOAT h f x", "-ERR value is not a valid float\r\n"],
    ["HINCRBYFLOAT h f inf", "-ERR value is NaN or Infinity\r\n"],
    ["HINCRBYFLOAT h f +inf", "-ERR value is NaN or Infinity\r\n"],
    ["HINCRBYFLOAT h f nan", "-ERR value is not a valid float\r\n"],
    ["HSET h inf inf", ":1\r\n"],
    ["HINCRBYFLOAT h inf 1", "-ERR increment would produce NaN or Infinity\r\n"],
    ["HINCRBYFLOAT h f 1e5000", "-ERR value is not a valid float\r\n"],
    [
      "HGETALL h",
      "*16\r\n$1\r\nn\r\n$3\r\n998\r\n$4\r\ntext\r\n$3\r\nabc\r\n$3\r\nbig\r\n$19\r\n9223372036854775806\r\n$5\r\nsmall\r\n$2\r\n-1\r\n$4\r\nlead\r\n$2\r\n01\r\n$5\r\nempty\r\n$1\r\nx\r\n$1\r\nf\r\n$1\r\n0\r\n$3\r\ninf\r\n$3\r\ninf\r\n",
    ],
  ],
  [
    ["HSCAN none 0", "*2\r\n$1\r\n0\r\n*0\r\n"],
    ["HSCAN none x", "-ERR invalid cursor\r\n"],
    ["HSCAN none 0 COUNT x", "*2\r\n$1\r\n0\r\n*0\r\n"],
    ["HSET h a 1 b 2 ab 3", ":3\r\n"],
    [
      "HSCAN h 0",
      "*2\r\n$1\r\n0\r\n*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$2\r\nab\r\n$1\r\n3\r\n",
    ],
    ["HSCAN h 5 MATCH a*", "*2\r\n$1\r\n0\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$2\r\nab\r\n$1\r\n3\r\n"],
    [
      "HSCAN h 0 COUNT 1",
      "*2\r\n$1\r\n0\r\n*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$2\r\nab\r\n$1\r\n3\r\n",
    ],
    [
      "HSCAN h 0 MATCH * COUNT 100",
      "*2\r\n$1\r\n0\r\n*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$2\r\nab\r\n$1\r\n3\r\n",
    ],
    ["HSCAN h 0 COUNT 0", "-ERR syntax error\r\n"],
    ["HSCAN h 0 COUNT x", "-ERR value is not an integer or out of range\r\n"],
    ["HSCAN h 0 COUNT", "-ERR syntax error\r\n"],
    ["HSCAN h 0 TYPE hash", "-ERR syntax error\r\n"],
    ["HSCAN h 0 NOVALUES", "-ERR syntax error\r\n"],
    [
      "HSCAN h -1",
      "*2\r\n$1\r\n0\r\n*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$2\r\nab\r\n$1\r\n3\r\n",
    ],
    [
      "HSCAN h 18446744073709551615",
      "*2\r\n$1\r\n0\r\n*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$2\r\nab\r\n$1\r\n3\r\n",
    ],
    ["HSCAN h 18446744073709551616", "-ERR invalid cursor\r\n"],
    [
      "HSCAN h -18446744073709551615",
      "*2\r\n$1\r\n0\r\n*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$2\r\nab\r\n$1\r\n3\r\n",
    ],
    ["HSCAN h -18446744073709551616", "-ERR invalid cursor\r\n"],
    [
      "HSCAN h +0",
      "*2\r\n$1\r\n0\r\n*6\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n$2\r\nab\r\n$1\r\n3\r\n",
    ],
    ["HSCAN h 0x1", "-ERR invalid cursor\r\n"],
  ],
  [
    ["HRANDFIELD none", "$-1\r\n"],
    ["HRANDFIELD none 3", "*0\r\n"],
    ["HRANDFIELD none -3 WITHVALUES", "*0\r\n"],
    ["HRANDFIELD none x", "-ERR value is not an integer or out of range\r\n"],
    ["HSET h a 1", ":1\r\n"],
    ["HRANDFIELD h", "$1\r\na\r\n"],
    ["HRANDFIELD h 1", "*1\r\n$1\r\na\r\n"],
    ["HRANDFIELD h 0", "*0\r\n"],
    ["HRANDFIELD h -0", "-ERR value is not an integer or out of range\r\n"],
    ["HRANDFIELD h 5 WITHVALUES", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"],
    ["HRANDFIELD h -3", "*3\r\n$1\r\na\r\n$1\r\na\r\n$1\r\na\r\n"],
    ["HRANDFIELD h -2 withvalues", "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\na\r\n$1\r\n1\r\n"],
    ["HRANDFIELD h 2 WITHVALUES x", "-ERR syntax error\r\n"],
    ["HRANDFIELD h 2 NOVALUES", "-ERR syntax error\r\n"],
    ["HRANDFIELD h x WITHVALUES", "-ERR value is not an integer or out of range\r\n"],
    [
      "HRANDFIELD h -9223372036854775808",
      "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n",
    ],
    ["HRANDFIELD h 9223372036854775808", "-ERR value is not an integer or out of range\r\n"],
    ["HRANDFIELD h 4611686018427387904 WITHVALUES", "-ERR value is out of range\r\n"],
    ["HRANDFIELD h 4611686018427387903 WITHVALUES", "*2\r\n$1\r\na\r\n$1\r\n1\r\n"],
    ["HRANDFIELD h -4611686018427387904 WITHVALUES", "-ERR value is out of range\r\n"],
    ["HRANDFIELD h 9223372036854775807", "*1\r\n$1\r\na\r\n"],
  ],
];

const inResp3: readonly Dialogue[] = [
  [
    ["HGETALL none", "%0\r\n"],
    ["HSET h a 1 b 2", ":2\r\n"],
    ["HGETALL h", "%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n"],
    ["HKEYS h", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["HGET h none", "_\r\n"],
    ["HMGET h a none", "*2\r\n$1\r\n1\r\n_\r\n"],
    ["HRANDFIELD none", "_\r\n"],
    ["HRANDFIELD none 2", "*0\r\n"],
    ["HRANDFIELD h 5", "*2\r\n$1\r\na\r\n$1\r\nb\r\n"],
    ["HRANDFIELD h 5 WITHVALUES", "*2\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n"],
    ["HRANDFIELD h 0 WITHVALUES", "*0\r\n"],
    ["HSCAN h 0", "*2\r\n$1\r\n0\r\n*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n"],
    ["HINCRBYFLOAT h a 1.5", "$3\r\n2.5\r\n"],
  ],
];

function scanned(node: TestExecutor, key: string, cursor: string): [string, string[]] {
  const words = node.ask(`HSCAN ${key} ${cursor} COUNT 20`).split("\r\n");
  const found = words.slice(4).filter((_, index) => index % 2 === 1);
  return [words[2] ?? "", found];
}

describe("replies of hashes", () => {
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

  it("keep every byte of fields and values", () => {
    const node = new TestExecutor();
    const field = "\0\r\n\xff";
    const value = "\x80\xfe";
    node.execute(["HSET", "h", field, value, "", ""]);
    expect(latin1Of(node.execute(["HGET", "h", field]).reply)).toBe(`$2\r\n${value}\r\n`);
    expect(latin1Of(node.execute(["HGET", "h", ""]).reply)).toBe("$0\r\n\r\n");
  });
});

describe("a hash", () => {
  it("leaves its packed form beyond the limits, by its fields' number or a long field or value", () => {
    const node = new TestExecutor();
    for (let index = 0; index < 512; index++) node.ask(`HSET many f${index} v`);
    expect(node.ask("OBJECT ENCODING many")).toBe("$8\r\nlistpack\r\n");
    node.ask("HSET many f511 w");
    expect(node.ask("OBJECT ENCODING many")).toBe("$8\r\nlistpack\r\n");
    node.ask("HSET many f512 v");
    expect(node.ask("OBJECT ENCODING many")).toBe("$9\r\nhashtable\r\n");
    node.ask(`HSET value f ${"x".repeat(64)}`);
    expect(node.ask("OBJECT ENCODING value")).toBe("$8\r\nlistpack\r\n");
    node.ask(`HSET value f ${"x".repeat(65)}`);
    expect(node.ask("OBJECT ENCODING value")).toBe("$9\r\nhashtable\r\n");
    node.ask(`HSET field a 1 ${"x".repeat(65)} y`);
    expect(node.ask("OBJECT ENCODING field")).toBe("$9\r\nhashtable\r\n");
    expect(node.ask("HGET field a")).toBe("$1\r\n1\r\n");
    node.ask("HDEL many f512 f511 f510");
    expect(node.ask("OBJECT ENCODING many")).toBe("$9\r\nhashtable\r\n");
  });

  it("returns by its scan each field that stays, while it grows and shrinks between two calls", () => {
    const node = new TestExecutor();
    for (let index = 0; index < 700; index++) node.ask(`HSET h stays:${index} v`);
    const seen = new Set<string>();
    let cursor = "0";
    let round = 0;
    do {
      const [next, fields] = scanned(node, "h", cursor);
      for (const field of fields) seen.add(field);
      for (let index = 0; index < 50; index++) {
        node.ask(
          round % 20 < 10
            ? `HSET h more:${round}:${index} v`
            : `HDEL h more:${round - 10}:${index}`,
        );
      }
      cursor = next;
      round++;
    } while (cursor !== "0");
    const missing = Array.from({ length: 700 }, (_, index) => `stays:${index}`).filter(
      (field) => !seen.has(field),
    );
    expect(missing).toEqual([]);
    expect(round).toBeGreaterThan(5);
  });

  it("gives a count of different fields, and of any fields if it is negative", () => {
    const node = new TestExecutor();
    for (const size of [10, 1000]) {
      for (let index = 0; index < size; index++) node.ask(`HSET h${size} f${index} v${index}`);
      for (const count of [1, 3, size / 2, size - 1]) {
        const words = node.ask(`HRANDFIELD h${size} ${count} WITHVALUES`).split("\r\n");
        const items = words.filter((_, index) => index % 2 === 0).slice(1);
        const fields = items.filter((_, index) => index % 2 === 0);
        const values = items.filter((_, index) => index % 2 === 1);
        expect(new Set(fields).size).toBe(count);
        expect(values).toEqual(fields.map((field) => field.replace("f", "v")));
      }
      expect(node.ask(`HRANDFIELD h${size} -50`)).toMatch(/^\*50\r\n/);
    }
    expect(node.ask("HRANDFIELD h10 -67108865")).toBe("-ERR value is out of range\r\n");
  });

  it("HRANDFIELD cuts off who would break a limit of its output, and else refuses a count that no reply can have", () => {
    const node = new TestExecutor();
    node.ask("hset h f v");
    expect(node.ask("hrandfield h -99999999")).toBe("-ERR value is out of range\r\n");
    node.execute(["config", "set", "client-output-buffer-limit", "normal 1000000 0 0"]);
    const { reply, close } = node.execute(["hrandfield", "h", "-99999999"]);
    expect([reply.length, close]).toEqual([0, true]);
  });
});
