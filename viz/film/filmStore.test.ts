import { describe, expect, it } from "vitest";
import { emptyChunk } from "./emptyChunk.ts";
import { FilmStore } from "./filmStore.ts";
import { firstAtLeast, nextAtLeast, orderOf } from "./rows.ts";

/** Operations with an id, and the times that matter here. */
function operations(rows: readonly { id: number; dueUs: number; completedUs: number }[]) {
  const zeros = new Float64Array(rows.length);
  return {
    ...emptyChunk.operations,
    id: Int32Array.from(rows, ({ id }) => id),
    offered: Int32Array.from(zeros),
    dueUs: Float64Array.from(rows, ({ dueUs }) => dueUs),
    invokedUs: Float64Array.from(rows, ({ dueUs }) => dueUs),
    completedUs: Float64Array.from(rows, ({ completedUs }) => completedUs),
    repliedUs: zeros,
    access: Uint8Array.from(zeros),
    outcome: Uint8Array.from(zeros),
    shard: Int16Array.from(zeros),
    process: Int32Array.from(zeros),
    place: Uint16Array.from(zeros),
    command: Uint32Array.from(zeros),
    answer: Uint32Array.from(zeros),
  };
}

describe("the page's copy of a film", () => {
  it("keeps operations in order of due time, equal times in order of arrival, whatever the chunks", () => {
    const rows = Array.from({ length: 5000 }, (_, id) => {
      const dueUs = Math.floor(id / 3) * 10;
      return { id, dueUs, completedUs: dueUs + ((id * 7919) % 4000) };
    }).toSorted((a, b) => a.completedUs - b.completedUs);
    for (const size of [1, 37, 5000]) {
      const store = new FilmStore(["clients"]);
      for (let at = 0; at < rows.length; at += size) {
        store.add({ ...emptyChunk, operations: operations(rows.slice(at, at + size)) });
      }
      const { count, dueUs, id, completedUs } = store.operations;
      expect(count).toBe(5000);
      const wanted = rows.toSorted((a, b) => a.dueUs - b.dueUs);
      expect([...dueUs.subarray(0, count)]).toEqual(wanted.map((row) => row.dueUs));
      expect([...id.subarray(0, count)]).toEqual(wanted.map((row) => row.id));
      expect([...completedUs.subarray(0, count)]).toEqual(wanted.map((row) => row.completedUs));
    }
  });

  it("says from which operation on something has changed", () => {
    const store = new FilmStore(["clients"]);
    const row = (id: number, dueUs: number) => ({ id, dueUs, completedUs: dueUs + 1 });
    store.add({ ...emptyChunk, operations: operations([row(0, 0), row(1, 10), row(2, 20)]) });
    expect(store.takeMoved()).toBe(0);
    expect(store.takeMoved()).toBe(3);
    store.add({ ...emptyChunk, operations: operations([row(3, 15)]) });
    store.add({ ...emptyChunk, operations: operations([row(4, 30)]) });
    expect(store.takeMoved()).toBe(2);
    expect([...store.operations.id.subarray(0, 5)]).toEqual([0, 1, 3, 2, 4]);
  });

  it("holds rows and texts of all chunks, however far its columns must grow", () => {
    const store = new FilmStore(["clients"]);
    const chunk = (from: number) => ({
      ...emptyChunk,
      texts: [`text ${from}`],
      syncs: {
        fromUs: Float64Array.from({ length: 900 }, (_, row) => from + row),
        untilUs: Float64Array.from({ length: 900 }, (_, row) => from + row + 1),
        place: new Uint16Array(900).fill(3),
        bytes: new Uint32Array(900).fill(from),
        ok: new Uint8Array(900).fill(1),
      },
    });
    for (let at = 0; at < 5; at++) store.add(chunk(at * 900));
    const { count, fromUs, bytes } = store.syncs;
    expect(count).toBe(4500);
    expect([...fromUs.subarray(0, count)]).toEqual(Array.from({ length: 4500 }, (_, row) => row));
    expect(bytes[4499]).toBe(3600);
    expect(store.texts).toHaveLength(5);
  });
});

describe("search and order in columns", () => {
  it("finds the first row that is not below a bound, from any start", () => {
    const values = [1, 3, 3, 5, 8, 13, 21];
    for (let bound = 0; bound < 23; bound++) {
      const wanted = values.findIndex((value) => value >= bound);
      const expected = wanted < 0 ? values.length : wanted;
      expect(firstAtLeast(values, bound, 0, values.length)).toBe(expected);
      for (let from = 0; from <= expected && from < values.length; from++) {
        expect(nextAtLeast(values, bound, from, values.length)).toBe(expected);
      }
    }
  });

  it("orders rows by their keys and leaves equal ones as they are", () => {
    const keys = Array.from({ length: 999 }, (_, row) => (row * 7919) % 50);
    const wanted = keys.map((_, row) => row).toSorted((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
    expect([...orderOf(keys, 0, keys.length)]).toEqual(wanted);
    expect([...orderOf(keys, 10, 11)]).toEqual([10]);
    expect([...orderOf([1, 2, 3], 1, 3)]).toEqual([1, 2]);
  });
});
