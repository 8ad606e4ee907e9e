import { describe, expect, it } from "vitest";
import { TestExecutor } from "../../../engine/commands/testExecutor.ts";
import { type Change, keysOfChange, readRecords } from "./effectsRecord.ts";

/** What the records of some commands say, by the checker's own reading. */
function changesOf(...lines: readonly string[]): readonly Change[] {
  const node = new TestExecutor();
  for (const line of lines) node.execute(line.split(" "));
  return node.records.flatMap((record) => readRecords(record).flat());
}

describe("the checker's reading of records", () => {
  it("knows every change of every collection, whose bytes are all of the record", () => {
    const node = new TestExecutor();
    for (const line of [
      "HSET h f v g w",
      "HDEL h f",
      "SADD s a b 1",
      "SREM s a",
      "SUNIONSTORE t s s",
      "SADD many a b c d e f g h i j",
      "SPOP many 8",
      "RPUSH l a b c d e",
      "LPUSH l z",
      "LPOP l",
      "RPOP l",
      "LMOVE l m LEFT RIGHT",
      "LINSERT l BEFORE c x",
      "LSET l 0 y",
      "LREM l 1 c",
      "LREM l -1 d",
      "LTRIM l 0 0",
      "ZADD z 1.5 m 2 n 3 o",
      "ZREM z m",
      "ZREMRANGEBYRANK z 0 0",
      "XGROUP CREATE x g $ MKSTREAM",
      "XADD x 1-1 f v",
      "XADD x 1-2 f v",
      "XREADGROUP GROUP g c STREAMS x >",
      "XACK x g 1-1",
      "XDEL x 1-1",
      "XTRIM x MAXLEN 0",
      "XSETID x 9-9",
      "XGROUP DELCONSUMER x g c",
      "XGROUP DESTROY x g",
      "PFADD p a b",
      "PFCOUNT p",
      "PFADD q c",
      "PFMERGE p q",
    ])
      node.execute(line.split(" "));
    const names = new Set<string>();
    for (const record of node.records) {
      const changes = readRecords(record).flat();
      const read = changes.reduce((sum, { bytes }) => sum + bytes.length, 0);
      expect(read).toBe(record.length);
      for (const { operation, text } of changes)
        if (operation === "collection") names.add(text.split(" ").slice(0, 2).join(" "));
    }
    expect(names.size).toBeGreaterThan(20);
  });

  it("names both lists of an element that moves, and one that turns round", () => {
    const [, moved, turned] = changesOf(
      "RPUSH a x y",
      "LMOVE a b LEFT LEFT",
      "LMOVE a a LEFT RIGHT",
    );
    expect([moved, turned].map((change) => change && keysOfChange(change))).toEqual([
      ["a", "b"],
      ["a"],
    ]);
  });

  it("tells ids, scores and deliveries as commands do", () => {
    const texts = changesOf("XADD x 1-2 f v", "ZADD z -2.5 m").map(({ text }) => text);
    expect(texts.join(", ")).toContain("1-2 f v");
    expect(texts).toContain("ZADD -2.5 m");
  });

  it("refuses an operation that nobody knows", () => {
    expect(() => readRecords(Uint8Array.of(0x7f, 0, 0, 0, 0))).toThrow("unknown operation 127");
  });
});
