/** DUMP and RESTORE as commands; the format itself is tested in snapshot/dump.test.ts. */
import { describe, expect, it } from "vitest";
import { crc64 } from "../bytes/crc64.ts";
import { latin1Of } from "../bytes/latin1.ts";
import { TestExecutor } from "./testExecutor.ts";

/** The payload of "hello", as redis-server 7.0.15 makes it. */
const HELLO = "\0\x05hello\x0a\0cr\xdfve4 \x0a";
const LONG_PAST = "1000";

function answers(node: TestExecutor): (...argv: string[]) => string {
  return (...argv) => latin1Of(node.execute(argv).reply);
}

describe("DUMP", () => {
  it("answers a payload, or null of an absent key", () => {
    const node = new TestExecutor();
    const ask = answers(node);
    ask("SET", "k", "hello");
    expect(ask("DUMP", "k")).toBe(`$17\r\n${HELLO}\r\n`);
    expect(ask("DUMP", "none")).toBe("$-1\r\n");
  });

  it("compresses as rdbcompression says", () => {
    const ask = answers(new TestExecutor());
    ask("SET", "k", "a".repeat(100));
    expect(ask("DUMP", "k").length).toBeLessThan(40);
    ask("CONFIG", "SET", "rdbcompression", "no");
    expect(ask("DUMP", "k")).toContain("a".repeat(100));
  });
});

describe("RESTORE", () => {
  it("makes a key, or refuses a taken one without REPLACE", () => {
    const node = new TestExecutor();
    const ask = answers(node);
    expect(ask("RESTORE", "k", "0", HELLO)).toBe("+OK\r\n");
    expect(ask("GET", "k")).toBe("$5\r\nhello\r\n");
    expect(ask("TTL", "k")).toBe(":-1\r\n");
    expect(ask("RESTORE", "k", "0", HELLO)).toBe("-BUSYKEY Target key name already exists.\r\n");
    expect(ask("RESTORE-ASKING", "k", "5000", HELLO, "replace")).toBe("+OK\r\n");
    expect(ask("PTTL", "k")).toBe(":5000\r\n");
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("takes a deadline from now on or from 1970 on, and one that has passed as a deletion", () => {
    const node = new TestExecutor();
    const ask = answers(node);
    expect(ask("RESTORE", "k", "1800000000000", HELLO, "ABSTTL")).toBe("+OK\r\n");
    expect(ask("PEXPIRETIME", "k")).toBe(":1800000000000\r\n");
    expect(ask("RESTORE", "new", LONG_PAST, HELLO, "ABSTTL")).toBe("+OK\r\n");
    expect(ask("EXISTS", "new")).toBe(":0\r\n");
    expect(ask("RESTORE", "k", LONG_PAST, HELLO, "ABSTTL", "REPLACE")).toBe("+OK\r\n");
    expect(ask("EXISTS", "k")).toBe(":0\r\n");
    // A sum beyond 64 bits is a negative number to C.
    expect(ask("RESTORE", "k", "9223372036854775807", HELLO)).toBe("+OK\r\n");
    expect(ask("EXISTS", "k")).toBe(":0\r\n");
    expect(TestExecutor.contents(node.applied)).toEqual(TestExecutor.contents(node.databases));
  });

  it("refuses what it does not understand, in Redis's order", () => {
    const ask = answers(new TestExecutor());
    const notInteger = "-ERR value is not an integer or out of range\r\n";
    const syntax = "-ERR syntax error\r\n";
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["0", HELLO, "IDLETIME", "10"], "+OK\r\n"],
      [["0", HELLO, "FREQ", "255", "REPLACE"], "+OK\r\n"],
      [["0", HELLO, "IDLETIME", "-1"], "-ERR Invalid IDLETIME value, must be >= 0\r\n"],
      [["0", HELLO, "FREQ", "256"], "-ERR Invalid FREQ value, must be >= 0 and <= 255\r\n"],
      [["0", HELLO, "FREQ", "x"], notInteger],
      [["0", HELLO, "FREQ", "1", "IDLETIME", "1"], syntax],
      [["0", HELLO, "IDLETIME", "1", "FREQ", "1"], syntax],
      [["0", HELLO, "IDLETIME"], syntax],
      [["0", HELLO, "NOSUCH"], syntax],
      [["x", "", "REPLACE"], notInteger],
      [["-1", "", "REPLACE"], "-ERR Invalid TTL value, must be >= 0\r\n"],
      [["0", "", "REPLACE"], "-ERR DUMP payload version or checksum are wrong\r\n"],
      [["x", ""], "-BUSYKEY Target key name already exists.\r\n"],
    ];
    for (const [words, reply] of cases) {
      expect([words, ask("RESTORE", "k", ...words)]).toEqual([words, reply]);
    }
  });

  it("tells when the key was last used, or how often, whichever eviction goes by", () => {
    const ask = answers(new TestExecutor());
    ask("RESTORE", "k", "0", HELLO, "IDLETIME", "1000");
    expect(ask("OBJECT", "IDLETIME", "k")).toBe(":1000\r\n");
    ask("RESTORE", "k", "0", HELLO, "REPLACE", "FREQ", "100");
    expect(ask("OBJECT", "IDLETIME", "k")).toBe(":0\r\n");
    ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
    ask("RESTORE", "k", "0", HELLO, "REPLACE", "FREQ", "100");
    expect(ask("OBJECT", "FREQ", "k")).toBe(":100\r\n");
    ask("RESTORE", "k", "0", HELLO, "REPLACE", "IDLETIME", "1000");
    expect(ask("OBJECT", "FREQ", "k")).toBe(":5\r\n");
  });

  it("refuses a payload whose checksum fits and whose value makes no sense", () => {
    // Type 8 does not exist.
    const payload = new Uint8Array(11);
    payload.set([8, 10, 0]);
    new DataView(payload.buffer).setBigUint64(3, crc64(payload, 0, 3), true);
    expect(answers(new TestExecutor())("RESTORE", "k", "0", latin1Of(payload))).toBe(
      "-ERR Bad data format\r\n",
    );
  });

  it("wakes clients that wait for the key, and tells keyspace notifications", () => {
    const node = new TestExecutor();
    const ask = answers(node);
    ask("CONFIG", "SET", "notify-keyspace-events", "KEA");
    node.ask("SUBSCRIBE __keyspace@0__:k", 2);
    const told = (...argv: string[]): string[] =>
      node.execute(argv).pushes.map(({ bytes }) => latin1Of(bytes).split("\r\n")[6] ?? "");
    expect(told("RESTORE", "k", "0", HELLO)).toEqual(["restore"]);
    expect(told("RESTORE", "k", LONG_PAST, HELLO, "ABSTTL", "REPLACE")).toEqual(["del"]);
    expect(told("RESTORE", "k", LONG_PAST, HELLO, "ABSTTL")).toEqual([]);
  });
});
