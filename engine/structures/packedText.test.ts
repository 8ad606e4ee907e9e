import { memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  behindPacked,
  countPacked,
  findPacked,
  flattened,
  packed,
  packedAt,
  seekPacked,
} from "./packedText.ts";

const byteString = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 6 })
  .map((codes) => String.fromCharCode(...codes));
/** Lengths on both sides of each form of an item's head. */
const long = fc
  .constantFrom(253, 254, 255, 256, 65535, 65536)
  .map((length) => "\xfe".repeat(length));
const items = fc.array(fc.oneof({ weight: 6, arbitrary: byteString }, long), { maxLength: 12 });

function textOf(list: readonly string[]): string {
  return flattened(list.map((item) => packed(item)).join(""));
}

describe("packedText", () => {
  it("gives back the items in their order, of any length", () => {
    fc.assert(
      fc.property(items, (list) => {
        const text = textOf(list);
        const found: string[] = [];
        for (let at = 0; at < text.length; at = behindPacked(text, at))
          found.push(packedAt(text, at));
        expect(found).toEqual(list);
        expect(countPacked(text)).toBe(list.length);
        list.forEach((item, index) => expect(packedAt(text, seekPacked(text, index))).toBe(item));
      }),
      { seed: 1 },
    );
  });

  it("finds the first item that is equal, and none where items only contain one another", () => {
    fc.assert(
      fc.property(items, fc.oneof(byteString, long), (list, wanted) => {
        const text = textOf(list);
        const index = list.indexOf(wanted);
        const expected = index < 0 ? -1 : seekPacked(text, index);
        expect(findPacked(text, wanted, 1)).toBe(expected);
      }),
      { seed: 2, numRuns: 500 },
    );
    expect(findPacked(textOf(["ab", "\x01a"]), "a", 1)).toBe(-1);
  });

  it("looks at every second item with a stride of 2", () => {
    const text = textOf(["field", "value", "value", "", "", "x"]);
    expect(findPacked(text, "value", 2)).toBe(seekPacked(text, 2));
    expect(findPacked(text, "x", 2)).toBe(-1);
    expect(findPacked(text, "", 2)).toBe(seekPacked(text, 4));
  });

  it("costs one char beside an item of up to 253 bytes", () => {
    expect(packed("")).toBe("\0");
    expect(packed("ab")).toBe("\x02ab");
    expect(packed("x".repeat(253)).length).toBe(254);
    expect(packed("x".repeat(254)).length).toBe(257);
    expect(packed("x".repeat(65536)).length).toBe(65541);
    expect(flattened("")).toBe("");
  });

  it("is one piece when flattened: V8 would keep every piece that it was joined from", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const count = 4000;
    const bytesOf = (form: (text: string) => string): number => {
      collect();
      const before = memoryUsage().heapUsed;
      const held = Array.from({ length: count }, (_none, text) => {
        let joined = "";
        for (let piece = 0; piece < 40; piece++) joined += packed(`${text}:${piece}`);
        return form(joined);
      });
      collect();
      const bytes = (memoryUsage().heapUsed - before) / count;
      expect(held.length).toBe(count);
      return bytes;
    };
    const chars = 40 * 8;
    expect(bytesOf(flattened)).toBeLessThan(chars + 100);
    expect(bytesOf((text) => text)).toBeGreaterThan(chars * 3);
  });
});
