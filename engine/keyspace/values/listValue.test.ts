import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type End, ListValue } from "./listValue.ts";

function listOf(elements: readonly string[]): ListValue {
  const list = new ListValue();
  for (const element of elements) list.push("tail", element);
  return list;
}

function elementsOf(list: ListValue): string[] {
  const found: string[] = [];
  list.forEach(0, list.length, (element) => found.push(element));
  return found;
}

function foundIn(list: ListValue, element: string, from: End, most: number): number[] {
  const found: number[] = [];
  list.find(element, from, most, (index) => found.push(index) < 3);
  return found;
}

/** What `find` must see, from a plain array. */
function foundInArray(
  array: readonly string[],
  element: string,
  from: End,
  most: number,
): number[] {
  const indexes = array.map((_, index) => index);
  const looked = from === "head" ? indexes.slice(0, most) : indexes.toReversed().slice(0, most);
  return looked.filter((index) => array[index] === element).slice(0, 3);
}

/** The same removal on a plain array. */
function removeFromArray(array: string[], element: string, from: End, most: number): number {
  let removed = 0;
  while (removed < most) {
    const index = from === "head" ? array.indexOf(element) : array.lastIndexOf(element);
    if (index < 0) break;
    array.splice(index, 1);
    removed += 1;
  }
  return removed;
}

/** Lengths about every limit of the packing; few contents, so that elements repeat. */
const lengths = [0, 1, 3, 12, 13, 100, 254, 255, 256, 600, 1023, 1024, 1025, 3000];
const element = fc
  .tuple(fc.constantFrom(...lengths), fc.constantFrom("a", "\0", "\xff"))
  .map(([length, char]) => char.repeat(length));
const end = fc.constantFrom<End>("head", "tail");
const place = fc.double({ min: 0, max: 1, noNaN: true });

type Step =
  | { readonly kind: "push"; readonly end: End; readonly element: string; readonly times: number }
  | { readonly kind: "pop"; readonly end: End; readonly times: number }
  | { readonly kind: "set" | "insert"; readonly place: number; readonly element: string }
  | { readonly kind: "remove"; readonly end: End; readonly element: string; readonly most: number }
  | { readonly kind: "trim"; readonly place: number; readonly share: number }
  | { readonly kind: "find"; readonly end: End; readonly element: string; readonly most: number }
  | { readonly kind: "range"; readonly place: number; readonly share: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("push" as const),
      end,
      element,
      times: fc.integer({ min: 1, max: 40 }),
    }),
  },
  fc.record({ kind: fc.constant("pop" as const), end, times: fc.integer({ min: 1, max: 30 }) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("set" as const, "insert" as const),
      place,
      element,
    }),
  },
  fc.record({
    kind: fc.constantFrom("remove" as const, "find" as const),
    end,
    element,
    most: fc.nat(50),
  }),
  fc.record({ kind: fc.constant("range" as const), place, share: place }),
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("trim" as const),
      place: place.map((at) => at / 3),
      share: place.map((at) => 1 - at / 3),
    }),
  },
);

/** One step on both; what differs is told. */
function take(list: ListValue, array: string[], one: Step): string {
  const at = (size: number): number =>
    "place" in one ? Math.min(Math.floor(one.place * size), size - 1) : 0;
  switch (one.kind) {
    case "push":
      for (let done = 0; done < one.times; done++) {
        list.push(one.end, one.element);
        if (one.end === "head") array.unshift(one.element);
        else array.push(one.element);
      }
      return "";
    case "pop": {
      for (let done = 0; done < one.times && array.length > 0; done++) {
        const expected = one.end === "head" ? array.shift() : array.pop();
        if (list.pop(one.end) !== expected) return `pop ${one.end}`;
      }
      return "";
    }
    case "set":
      if (array.length === 0) return "";
      list.set(at(array.length), one.element);
      array[at(array.length)] = one.element;
      return "";
    case "insert":
      list.insert(at(array.length + 1), one.element);
      array.splice(at(array.length + 1), 0, one.element);
      return "";
    case "remove": {
      const expected = removeFromArray(array, one.element, one.end, one.most);
      return list.remove(one.element, one.end, one.most) === expected ? "" : "remove's count";
    }
    case "find": {
      const found = foundIn(list, one.element, one.end, one.most).join();
      return found === foundInArray(array, one.element, one.end, one.most).join() ? "" : "find";
    }
    case "trim": {
      const first = Math.floor(one.place * array.length);
      const count = Math.floor(one.share * (array.length - first));
      list.trim(first, count);
      array.splice(0, array.length, ...array.slice(first, first + count));
      return "";
    }
    case "range": {
      if (array.length === 0) return "";
      const first = at(array.length);
      const count = Math.floor(one.share * (array.length - first));
      const found: string[] = [];
      list.forEach(first, count, (seen) => found.push(seen));
      list.forEachBackwards(first, first + 1, (seen) => found.push(seen));
      const expected = [
        ...array.slice(first, first + count),
        ...array.slice(0, first + 1).toReversed(),
      ];
      if (found.join("|") !== expected.join("|")) return "range";
      return list.at(first) === array[first] ? "" : "at";
    }
  }
}

describe("ListValue", () => {
  it("agrees with a plain array under any sequence of changes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const list = new ListValue();
        const array: string[] = [];
        for (const [index, one] of steps.entries()) {
          const wrong = take(list, array, one);
          expect(wrong === "" ? "" : `${wrong} at step ${index}`).toBe("");
        }
        expect(list.length).toBe(array.length);
        expect(elementsOf(list)).toEqual(array);
        expect(list.isEmpty).toBe(array.length === 0);
      }),
      { seed: 5, numRuns: 400 },
    );
  });

  it("counts the bytes that a list built anew would count, give or take runs that are not full", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const list = new ListValue();
        for (const one of steps) take(list, elementsOf(list), one);
        const elements = elementsOf(list);
        const itemBytes = elements.reduce((sum, one) => sum + one.length, 0);
        expect(list.sizeBytes).toBeGreaterThanOrEqual(itemBytes);
        list.trim(0, 0);
        expect(list.sizeBytes).toBe(new ListValue().sizeBytes);
      }),
      { seed: 6, numRuns: 100 },
    );
  });

  it("a copy and its original change apart", () => {
    const list = listOf(["a", "b", "x".repeat(2000), "c"]);
    const copy = list.copy();
    list.push("tail", "d");
    list.set(0, "A");
    copy.pop("tail");
    copy.remove("x".repeat(2000), "head", 1);
    expect(elementsOf(list)).toEqual(["A", "b", "x".repeat(2000), "c", "d"]);
    expect(elementsOf(copy)).toEqual(["a", "b"]);
    expect(list.copy().sizeBytes).toBe(list.sizeBytes);
  });

  it("joins runs that removals made small: what is left of a long list is as small as a list built of it", () => {
    const list = new ListValue();
    for (let index = 0; index < 20_000; index++)
      list.push("tail", index % 50 === 0 ? "keep" : "drop");
    expect(list.remove("drop", "head", Infinity)).toBe(19_600);
    expect(list.length).toBe(400);
    expect(list.sizeBytes).toBeLessThan(2 * listOf(elementsOf(list)).sizeBytes);
  });

  it("a list of many short elements costs less than three bytes an element beside them", () => {
    const list = new ListValue();
    for (let index = 0; index < 10_000; index++) list.push("head", "12345678");
    expect(list.sizeBytes / 10_000).toBeLessThan(11);
    expect(list.sizeBytes / 10_000).toBeGreaterThan(10);
  });
});
