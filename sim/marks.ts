/** Counts the marks of engine/marks.ts that the machines of one run have hit. */
import { must } from "../engine/assert.ts";
import { beyondSimulation, type MarkName, markNames } from "../engine/marks.ts";

const places: ReadonlyMap<string, number> = new Map(markNames.map((name, at) => [name, at]));

/** What a campaign must hit. */
export const reachableMarks: readonly string[] = markNames.filter(
  (name) => beyondSimulation[name] === undefined,
);

export class MarkCounter {
  private readonly counts: Int32Array = new Int32Array(markNames.length);

  hit(name: MarkName): void {
    const at = must(places.get(name), name);
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  /** Those that were hit, in the order of the list. */
  toRecord(): Readonly<Record<string, number>> {
    const record: Record<string, number> = {};
    for (let at = 0; at < markNames.length; at++) {
      const count = this.counts[at] ?? 0;
      if (count > 0) record[must(markNames[at], "mark")] = count;
    }
    return record;
  }
}

/** The same in few bytes: the place of each mark in the list, followed by its count. Names that are no marks are left out. */
export function packMarks(record: Readonly<Record<string, number>>): readonly number[] {
  const packed: number[] = [];
  for (const [name, count] of Object.entries(record)) {
    const at = places.get(name);
    if (at !== undefined) packed.push(at, count);
  }
  return packed;
}

/** What `packMarks` was given. */
export function unpackMarks(packed: readonly number[]): readonly (readonly [string, number])[] {
  const pairs: (readonly [string, number])[] = [];
  for (let at = 0; at + 1 < packed.length; at += 2) {
    pairs.push([must(markNames[packed[at] ?? -1], "mark"), packed[at + 1] ?? 0]);
  }
  return pairs;
}
