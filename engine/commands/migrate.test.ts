import { describe, expect, it } from "vitest";
import { latin1Of } from "../bytes/latin1.ts";
import { TestExecutor } from "./testExecutor.ts";

describe("MIGRATE", () => {
  const ask = (node: TestExecutor, ...argv: string[]): string => latin1Of(node.execute(argv).reply);
  const to = ["MIGRATE", "10.0.0.9", "6379"];

  it("has nothing to do for keys that are not there", () => {
    const node = new TestExecutor();
    expect(ask(node, ...to, "k", "0", "10")).toBe("+NOKEY\r\n");
    expect(ask(node, ...to, "", "0", "10", "COPY", "REPLACE", "KEYS", "{k}a", "{k}b")).toBe(
      "+NOKEY\r\n",
    );
    expect(ask(node, ...to, "", "0", "10", "KEYS")).toBe("+NOKEY\r\n");
  });

  it("is refused for keys that are", () => {
    const node = new TestExecutor();
    node.ask("SET {k}b v");
    const refusal = "-ERR MIGRATE not allowed: keys move between shards through their logs.\r\n";
    expect(ask(node, ...to, "{k}b", "0", "10")).toBe(refusal);
    expect(ask(node, ...to, "", "0", "10", "AUTH2", "u", "p", "keys", "{k}a", "{k}b")).toBe(
      refusal,
    );
    expect(node.ask("EXISTS {k}b")).toBe(":1\r\n");
  });

  it("refuses what it does not understand, in Redis's order", () => {
    const node = new TestExecutor();
    const syntax = "-ERR syntax error\r\n";
    const notInteger = "-ERR value is not an integer or out of range\r\n";
    expect(ask(node, ...to, "k", "0", "10", "NOSUCH")).toBe(syntax);
    expect(ask(node, ...to, "k", "0", "10", "AUTH")).toBe(syntax);
    expect(ask(node, ...to, "k", "0", "10", "AUTH2", "u")).toBe(syntax);
    expect(ask(node, ...to, "k", "0", "x")).toBe(notInteger);
    expect(ask(node, ...to, "k", "x", "10")).toBe(notInteger);
    expect(ask(node, ...to, "k", "0", "10", "KEYS", "a")).toBe(
      "-ERR When using MIGRATE KEYS option, the key argument must be set to the empty string\r\n",
    );
  });

  it("names its keys in either place, and the empty key in none", () => {
    const node = new TestExecutor();
    const keys = (...words: string[]): string => ask(node, "COMMAND", "GETKEYS", ...to, ...words);
    expect(keys("k", "0", "10", "COPY")).toBe("*1\r\n$1\r\nk\r\n");
    expect(keys("", "0", "10", "KEYS", "a", "b")).toBe("*2\r\n$1\r\na\r\n$1\r\nb\r\n");
  });
});

describe("COMMAND GETKEYSANDFLAGS", () => {
  it("tells flags as the request has them", () => {
    const node = new TestExecutor();
    const flags = (line: string): string =>
      node.ask(`COMMAND GETKEYSANDFLAGS ${line}`).split("\r\n").slice(5, -1).join(" ");
    expect(flags("SET k v")).toBe("+OW +update");
    expect(flags("SET k v NX GET")).toBe("+RW +access +update");
    expect(flags("BITFIELD k GET u8 0 OVERFLOW SAT")).toBe("+RO +access");
    expect(flags("BITFIELD k GET u8 0 SET u8 0 1")).toBe("+RW +access +update");
    expect(flags("BITFIELD k GET u8")).toBe("+RW +access +update");
    expect(flags("MIGRATE h 1 k 0 10")).toBe("+RW +access +delete");
  });
});
