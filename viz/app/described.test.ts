import { describe, expect, it } from "vitest";
import { emptyChunk } from "../film/emptyChunk.ts";
import { FilmStore } from "../film/filmStore.ts";
import type { About, Outline } from "../protocol.ts";
import { find } from "../timeline/find.ts";
import { described } from "./described.ts";
import { lastSeenText } from "./lastSeen.ts";

/** Two answers of db-0-a, the earlier of the slower operation, and one event of log-a. */
function film(): FilmStore {
  const store = new FilmStore(["clients", "db-0-a", "log-a"]);
  const { operations, events } = emptyChunk;
  const column = (values: readonly number[]) => Float64Array.from(values);
  store.add({
    ...emptyChunk,
    texts: ["GET k", "v1", "SET k v2", "OK", "why"],
    events: {
      ...events,
      timeUs: column([50]),
      kind: Uint8Array.of(1),
      place: Uint16Array.of(2),
      shard: Int16Array.of(0),
      position: column([-1]),
      value: column([-1]),
      text: Uint32Array.of(4),
    },
    operations: {
      ...operations,
      id: Int32Array.of(7, 8),
      offered: Int32Array.of(7, 8),
      dueUs: column([10, 20]),
      invokedUs: column([10, 20]),
      completedUs: column([900, 400]),
      repliedUs: column([890, 390]),
      access: Uint8Array.of(0, 1),
      outcome: Uint8Array.of(0, 0),
      shard: Int16Array.of(0, 0),
      process: Int32Array.of(1, 2),
      place: Uint16Array.of(1, 1),
      command: Uint32Array.of(0, 2),
      answer: Uint32Array.of(1, 3),
    },
  });
  return store;
}

const about = {
  eventKinds: ["role.primary", "log.damaged"],
  frameKinds: [],
  eventMeanings: { "log.damaged": "a checksum failed" },
} as unknown as About;
const outline = { faults: [{ id: "0-cut", kind: "cut", text: "a cut" }] } as unknown as Outline;

describe("what is known of a selection", () => {
  it("is an event with its meaning, or a fault with where to change it", () => {
    const store = film();
    expect(described({ kind: "event", row: 0 }, store, about, outline)).toEqual([
      "log.damaged log-a why",
      "a checksum failed",
    ]);
    expect(described({ kind: "fault", id: "0-cut" }, store, about, outline)[0]).toBe("cut: a cut");
  });
});

describe("what clients saw last of a node", () => {
  it("is the newest answer that had come by then", () => {
    const store = film();
    expect(lastSeenText(store, "db-0-a", 399)).toBe("nothing yet");
    expect(lastSeenText(store, "db-0-a", 500)).toBe("SET k v2 → OK, 100 µs ago");
    expect(lastSeenText(store, "db-0-a", 900)).toBe("GET k → v1, 0 µs ago");
  });
});

describe("the search", () => {
  it("finds events and operations that hold all words, in any case", () => {
    const store = film();
    expect(find(store, about, "LOG-A damaged").map((each) => each.selection)).toEqual([
      { kind: "event", row: 0 },
    ]);
    expect(find(store, about, "set ok").map((each) => [each.atUs, each.selection])).toEqual([
      [20, { kind: "operation", id: 8 }],
    ]);
    expect(find(store, about, "  ")).toEqual([]);
  });
});
