import { describe, expect, it } from "vitest";
import { DEADLINE_BYTES, ENTRY_BYTES } from "../keyspace/keyspace.ts";
import { TestExecutor } from "./testExecutor.ts";

function standalone(): TestExecutor {
  const node = new TestExecutor();
  node.isClusterMode = false;
  return node;
}

type Dialogue = readonly (readonly [string, string])[];

/** The first reply that differs, or what the records alone have rebuilt otherwise; "" if all is as it should. */
function differenceOf(node: TestExecutor, dialogue: Dialogue): string {
  for (const [line, expected] of dialogue) {
    const reply = node.ask(line);
    if (reply !== expected) return `${line}: ${reply}`;
  }
  const applied = TestExecutor.contents(node.applied).join();
  return applied === TestExecutor.contents(node.databases).join() ? "" : `applied: ${applied}`;
}

describe("MOVE", () => {
  it("takes value and deadline along, and only where the key is absent", () => {
    const node = standalone();
    expect(
      differenceOf(node, [
        ["set a 1 px 100000", "+OK\r\n"],
        ["rpush l x y", ":2\r\n"],
        ["move a 9", ":1\r\n"],
        ["move l 9", ":1\r\n"],
        ["move a 9", ":0\r\n"],
        ["exists a l", ":0\r\n"],
        ["set a 2", "+OK\r\n"],
        ["move a 9", ":0\r\n"],
        ["select 9", "+OK\r\n"],
        ["get a", "$1\r\n1\r\n"],
        ["pttl a", ":100000\r\n"],
        ["lrange l 0 -1", "*2\r\n$1\r\nx\r\n$1\r\ny\r\n"],
      ]),
    ).toBe("");
  });

  it("takes the place of a key that has expired there", () => {
    const node = standalone();
    node.ask("select 1");
    node.ask("set a old px 10");
    node.ask("select 0");
    node.ask("set a new");
    node.unixMs += 11;
    expect(
      differenceOf(node, [
        ["move a 1", ":1\r\n"],
        ["select 1", "+OK\r\n"],
        ["get a", "$3\r\nnew\r\n"],
      ]),
    ).toBe("");
  });

  it("refuses what Redis refuses", () => {
    expect(
      differenceOf(standalone(), [
        ["move a 0", "-ERR source and destination objects are the same\r\n"],
        ["move a 16", "-ERR DB index is out of range\r\n"],
        ["move a x", "-ERR value is not an integer or out of range\r\n"],
      ]),
    ).toBe("");
    expect(
      differenceOf(new TestExecutor(), [
        ["move a 1", "-ERR MOVE is not allowed in cluster mode\r\n"],
      ]),
    ).toBe("");
  });
});

describe("COPY", () => {
  it("copies into another database, where it may replace", () => {
    expect(
      differenceOf(standalone(), [
        ["sadd s x", ":1\r\n"],
        ["copy s s db 3", ":1\r\n"],
        ["sadd s y", ":1\r\n"],
        ["copy s s db 3", ":0\r\n"],
        ["copy s s replace db 3", ":1\r\n"],
        ["sadd s z", ":1\r\n"],
        ["select 3", "+OK\r\n"],
        ["scard s", ":2\r\n"],
        ["copy s s", "-ERR source and destination objects are the same\r\n"],
        ["copy s t db 16", "-ERR DB index is out of range\r\n"],
      ]),
    ).toBe("");
  });
});

describe("SWAPDB", () => {
  it("exchanges all keys, and what they take, and breaks transactions on keys that were in either", () => {
    const node = standalone();
    expect(
      differenceOf(node, [
        ["set a 1 px 100000", "+OK\r\n"],
        ["select 2", "+OK\r\n"],
        ["set b 2", "+OK\r\n"],
        ["swapdb 0 2", "+OK\r\n"],
        ["get a", "$1\r\n1\r\n"],
        ["pttl a", ":100000\r\n"],
        ["swapdb 2 2", "+OK\r\n"],
        ["select 0", "+OK\r\n"],
        ["get b", "$1\r\n2\r\n"],
        ["watch a none", "+OK\r\n"],
        ["swapdb 0 2", "+OK\r\n"],
        ["multi", "+OK\r\n"],
        ["ping", "+QUEUED\r\n"],
        ["exec", "*-1\r\n"],
        ["watch none", "+OK\r\n"],
        ["swapdb 0 2", "+OK\r\n"],
        ["multi", "+OK\r\n"],
        ["ping", "+QUEUED\r\n"],
        ["exec", "*1\r\n+PONG\r\n"],
      ]),
    ).toBe("");
    const [first, , third] = node.databases.used.map(({ usedBytes }) => usedBytes);
    expect([first, third]).toEqual([2 + ENTRY_BYTES, 2 + ENTRY_BYTES + DEADLINE_BYTES]);
  });

  it("breaks no transaction on a key that is absent or expired before and after", () => {
    const node = standalone();
    node.ask("set x old px 10");
    node.ask("select 1");
    node.ask("set y old px 10");
    node.unixMs += 11;
    node.ask("watch x y");
    node.ask("swapdb 0 1");
    node.ask("multi");
    expect(node.ask("exec")).toBe("*0\r\n");
    node.ask("watch x");
    node.ask("select 0");
    node.ask("set x new");
    node.ask("swapdb 0 1");
    node.ask("multi");
    expect(node.ask("exec")).toBe("*-1\r\n");
  });

  it("refuses what Redis refuses", () => {
    expect(
      differenceOf(standalone(), [
        ["swapdb a 1", "-ERR invalid first DB index\r\n"],
        ["swapdb 1 9999999999", "-ERR invalid second DB index\r\n"],
        ["swapdb 1 16", "-ERR DB index is out of range\r\n"],
      ]),
    ).toBe("");
    expect(
      differenceOf(new TestExecutor(), [
        ["swapdb 0 1", "-ERR SWAPDB is not allowed in cluster mode\r\n"],
      ]),
    ).toBe("");
  });
});
