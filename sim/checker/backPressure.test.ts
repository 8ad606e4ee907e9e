import { beforeEach, describe, expect, it } from "vitest";
import { BackPressureCheck } from "./backPressure.ts";
import { entryKinds } from "./log/diskBytes.ts";
import type { StoredEntry } from "./log/logDisks.ts";
import { Tally } from "./tally.ts";

let tally: Tally;
let check: BackPressureCheck;

beforeEach(() => {
  tally = new Tally("log safety", "entries");
  check = new BackPressureCheck(tally, 200);
});

/** An entry of 100 bytes with its header. */
function entryAt(position: number, changes: Record<string, unknown> = {}): StoredEntry {
  const entry = {
    position,
    incarnation: 7,
    epoch: 1,
    kind: entryKinds.effects,
    isFirstChunk: true,
    payload: new Uint8Array(52),
    ...changes,
  };
  return { shard: 0, position, entry } as unknown as StoredEntry;
}

describe("what a leader has in flight", () => {
  it("may reach the bound with the record that was made below it", () => {
    check.stored(1, entryAt(1));
    check.stored(1, entryAt(2));
    expect(tally.violation).toBeUndefined();
  });

  it("is too much when a record is made at the bound", () => {
    check.stored(1, entryAt(1));
    check.stored(1, entryAt(2));
    check.stored(1_000_000, entryAt(3));
    expect(tally.violation?.sentence).toBe(
      "the record at position 3 of shard 0, on a disk at ⟨1000000⟩, was made with 200 bytes of the same leader unacknowledged, where 200 are allowed",
    );
  });

  it("shrinks with every entry that a majority holds", () => {
    check.stored(1, entryAt(1));
    check.stored(1, entryAt(2));
    check.becameDurable(entryAt(1));
    check.stored(1, entryAt(3));
    expect(tally.violation).toBeUndefined();
  });

  it("does not count a record's own chunks, nor hold back renewals", () => {
    check.stored(1, entryAt(1));
    for (let position = 2; position < 9; position++)
      check.stored(1, entryAt(position, { isFirstChunk: position === 2 }));
    check.stored(1, entryAt(9, { kind: entryKinds.renewal }));
    expect(tally.violation).toBeUndefined();
  });

  it("is counted for each leader by itself, and once for an entry that was sent again", () => {
    check.stored(1, entryAt(1));
    check.stored(1, entryAt(1));
    check.stored(1, entryAt(2, { incarnation: 8, epoch: 2 }));
    check.stored(1, entryAt(2));
    expect(tally.violation).toBeUndefined();
  });
});
