import { describe, expect, it } from "vitest";
import { Pyramid } from "./pyramid.ts";
import { makeColumns, Stream } from "./stream.ts";

/** Numbers that look like chance and are the same each time. */
function numbers(count: number, below: number): readonly number[] {
  let state = 12_345;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  });
}

describe("the pyramid", () => {
  it("tells the worst of any stretch", () => {
    const pyramid = new Pyramid();
    const values = numbers(5000, 1000).map((value) => (value < 3 ? value + 1 : 0));
    for (const value of values) pyramid.push(value);
    const ends = numbers(2000, 5001);
    for (let at = 0; at < ends.length; at += 2) {
      const [from = 0, until = 0] = [ends[at], ends[at + 1]].toSorted((a = 0, b = 0) => a - b);
      expect(pyramid.worst(from, until)).toBe(Math.max(0, ...values.slice(from, until)));
    }
  });

  it("finds one bad row among a million", () => {
    const pyramid = new Pyramid();
    for (let row = 0; row < 1_000_000; row++) pyramid.push(row === 765_432 ? 3 : 0);
    expect(pyramid.worst(0, 1_000_000)).toBe(3);
    expect(pyramid.worst(765_432, 765_433)).toBe(3);
    expect(pyramid.worst(0, 765_432)).toBe(0);
    expect(pyramid.worst(765_433, 1_000_000)).toBe(0);
  });

  it("forgets what is cut off, and nothing else", () => {
    const pyramid = new Pyramid();
    const values = numbers(3000, 4);
    for (const cut of [2999, 1234, 256, 17, 16, 1, 0]) {
      while (pyramid.count < 3000) pyramid.push(values[pyramid.count] ?? 0);
      pyramid.cut(cut);
      expect(pyramid.worst(0, cut)).toBe(Math.max(0, ...values.slice(0, cut)));
      for (let row = cut; row < 3000; row++) pyramid.push(0);
      expect(pyramid.worst(cut, 3000)).toBe(0);
      expect(pyramid.worst(0, 3000)).toBe(Math.max(0, ...values.slice(0, cut)));
      pyramid.cut(0);
    }
  });
});

describe("a place's stream", () => {
  const rows = 200_000;
  const bad = 123_456;
  const stream = new Stream();
  for (let row = 0; row < rows; row++) stream.push(row * 300, row, row === bad ? 3 : 0);

  it.each([
    ["the whole range", 0, rows * 300],
    ["a tenth", 33_000_000, 39_000_000],
    ["a thousandth", bad * 300 - 20_000, bad * 300 + 40_000],
  ])("loses no row and no bad one over %s", (_name, fromUs, untilUs) => {
    const columns = makeColumns(1300);
    const total = stream.collect({ fromUs, untilUs }, columns);
    expect(columns.count.reduce((sum, count) => sum + count, 0)).toBe(total);
    // Wide columns begin with cells of four milliseconds.
    expect(Math.abs(total - (untilUs - fromUs) / 300)).toBeLessThan(30);
    expect([...columns.worst].filter((worst) => worst === 3)).toHaveLength(1);
    const column = columns.worst.indexOf(3);
    const at = ((bad * 300 - fromUs) / (untilUs - fromUs)) * 1300;
    expect(Math.abs(column - at)).toBeLessThanOrEqual(1);
  });

  it("is empty outside of its times", () => {
    const columns = makeColumns(10);
    expect(stream.collect({ fromUs: rows * 300 + 5000, untilUs: 1e9 }, columns)).toBe(0);
    expect(new Stream().collect({ fromUs: 0, untilUs: 1e9 }, columns)).toBe(0);
  });
});
