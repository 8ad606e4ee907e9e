import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tracker } from "./tracker.ts";

type Action =
  | { readonly kind: "change"; readonly keys: readonly string[]; readonly skip: number }
  | { readonly kind: "flush" }
  | { readonly kind: "commit"; readonly share: number };

const key = fc.constantFrom("a", "b", "c", "d");
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant("change" as const),
    keys: fc.array(key, { maxLength: 3 }),
    skip: fc.nat(2),
  }),
  fc.record({ kind: fc.constant("flush" as const) }),
  fc.record({
    kind: fc.constant("commit" as const),
    // Not a double: those are nearly always next to 0 or to 1, and then nothing is committed in part.
    share: fc.integer({ min: 0, max: 10 }),
  }),
);

describe("the tracker", () => {
  it("rule 19: agrees with a list of all changes, looked through from the start at every question", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const tracker = new Tracker();
        const changes: { keys: readonly string[] | "every"; position: number }[] = [];
        let position = 0;
        let committed = 0;
        for (const one of actions) {
          if (one.kind === "change") {
            position += 1 + one.skip;
            changes.push({ keys: one.keys, position });
            tracker.changed(one.keys, position);
          } else if (one.kind === "flush") {
            position += 1;
            changes.push({ keys: "every", position });
            tracker.changedEveryKey(position);
          } else {
            committed += Math.floor(((position - committed) * one.share) / 10);
            tracker.committed(committed);
          }
          for (const read of [["a"], ["b", "c"], ["d", "a"], ["z"]]) {
            const seen = changes.filter(
              ({ keys }) => keys === "every" || keys.some((changed) => read.includes(changed)),
            );
            const expected = Math.max(0, ...seen.map((change) => change.position));
            // Only what lies above the committed position makes a difference.
            const got = Math.max(committed, tracker.waitFor(read, false));
            expect(got).toBe(Math.max(committed, expected));
          }
          const newest = Math.max(committed, changes.at(-1)?.position ?? 0);
          expect(Math.max(committed, tracker.waitFor([], true))).toBe(newest);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("never makes a reply wait that saw no key", () => {
    const tracker = new Tracker();
    tracker.changedEveryKey(5);
    expect(tracker.waitFor([], false)).toBe(0);
  });

  it("holds nothing of what is committed", () => {
    const tracker = new Tracker();
    for (let position = 1; position <= 10_000; position++) {
      tracker.changed([`k${position % 100}`], position);
      if (position > 50) tracker.committed(position - 50);
    }
    expect(tracker.dirtyKeyCount).toBe(50);
    tracker.committed(10_000);
    expect(tracker.dirtyKeyCount).toBe(0);
  });
});
