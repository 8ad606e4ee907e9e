/** A stream against a plain list of entries, whatever nodes they stand in, and its consumer groups against plain maps. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConsumerGroup } from "./consumerGroup.ts";
import { GREATEST_ID, LEAST_ID, idOfWords, type StreamId } from "./streamId.ts";
import { StreamValue, type TrimTarget } from "./streamValue.ts";

type Entry = readonly [StreamId, readonly string[]];

function idOf(number: number): StreamId {
  return idOfWords(0, Math.floor(number / 4), 0, number % 4);
}

function entriesOf(stream: StreamValue, from: StreamId, to: StreamId): Entry[] {
  const found: Entry[] = [];
  stream.visit(from, to, ({ id, items }) => found.push([id, items]) > 0);
  return found;
}

const change = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      f: fc.constant("add" as const),
      number: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ f: fc.constant("delete" as const), number: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      f: fc.constant("trim" as const),
      number: fc.nat(120),
      byLength: fc.boolean(),
      isApproximate: fc.boolean(),
    }),
  },
);

const items = [
  ["f", "v"],
  ["f", "1"],
  ["g", "v", "f", "-7"],
  ["f", "x".repeat(100)],
];

/** What must stay of a list of entries; an approximate trim may leave more. */
function afterTrim(entries: readonly Entry[], target: TrimTarget): Entry[] {
  if (target.strategy === "maxLength")
    return entries.slice(Math.max(entries.length - target.maxLength, 0));
  return entries.filter(([id]) => id >= target.minId);
}

describe("a stream", () => {
  it("holds what a list of entries holds, read in both directions", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 120, size: "max" }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(120),
        fc.nat(120),
        (changes, nodeEntries, from, to) => {
          const stream = new StreamValue();
          let model: Entry[] = [];
          // A matcher costs far more than a change: what differs is collected, and looked at once.
          const wrong: string[] = [];
          let last = 0;
          let added = 0;
          for (const one of changes) {
            if (one.f === "add") {
              last += one.number;
              const entry = items[last % items.length] as readonly string[];
              stream.append(idOf(last), entry, stream.needsNode(entry, 0, nodeEntries));
              model.push([idOf(last), entry]);
              added++;
            } else if (one.f === "delete") {
              const id = idOf(one.number);
              const isThere = model.some(([other]) => other === id);
              const deleted = stream.delete([id, id]);
              if (deleted.join() !== (isThere ? id : "")) wrong.push(`delete ${one.number}`);
              model = model.filter(([other]) => other !== id);
            } else {
              const target: TrimTarget = {
                strategy: one.byLength ? "maxLength" : "minId",
                maxLength: one.number,
                minId: idOf(one.number),
                isApproximate: one.isApproximate,
                limit: 0,
              };
              const before = model.length;
              const kept = afterTrim(model, target).length;
              const removed = stream.trim(stream.planTrim(target));
              const left = before - removed;
              if (one.isApproximate ? left < kept : left !== kept) wrong.push(`trim ${one.number}`);
              model = model.slice(removed);
            }
          }
          expect(wrong).toEqual([]);
          const [low, high] = [idOf(Math.min(from, to)), idOf(Math.max(from, to))];
          expect(entriesOf(stream, LEAST_ID, GREATEST_ID)).toEqual(model);
          expect(entriesOf(stream, low, high)).toEqual(
            model.filter(([id]) => id >= low && id <= high),
          );
          const back: Entry[] = [];
          stream.visitBack(low, high, ({ id, items: held }) => back.push([id, held]) > 0);
          expect(back).toEqual(entriesOf(stream, low, high).toReversed());
          expect([stream.length, stream.entriesAdded]).toEqual([model.length, added]);
          expect(stream.firstId).toBe(model[0]?.[0] ?? LEAST_ID);
          expect(stream.lastLiveId).toBe(model.at(-1)?.[0] ?? LEAST_ID);
          expect(stream.entry(low)?.items).toEqual(model.find(([id]) => id === low)?.[1]);
          expect(JSON.stringify(stream.copy())).toBe(JSON.stringify(stream));
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });

  it("is never empty, and gives back the bytes of what it no longer holds", () => {
    const stream = new StreamValue();
    const before = stream.sizeBytes;
    for (let number = 1; number <= 500; number++)
      stream.append(idOf(number), ["field", "value"], stream.needsNode([], 4096, 100));
    const group = new ConsumerGroup("group", LEAST_ID, 0);
    stream.addGroup(group);
    const filled = stream.sizeBytes;
    expect(filled).toBeGreaterThan(before + 500 * 8);
    stream.changeGroup(group, (one) => {
      one.see("consumer", 5);
      const consumer = one.consumers.get("consumer");
      if (consumer !== undefined) one.deliver(idOf(1), consumer, 5, 1);
    });
    expect(stream.sizeBytes).toBeGreaterThan(filled + 200);
    stream.changeGroup(group, (one) => one.removeConsumer("consumer"));
    expect(stream.sizeBytes).toBe(filled);
    stream.removeGroup("group");
    stream.trim({ nodes: 5, entries: 0 });
    expect([stream.sizeBytes, stream.length, stream.isEmpty]).toEqual([before, 0, false]);
  });
});

describe("a consumer group", () => {
  it("has each pending entry with one consumer, whoever is given it", () => {
    const deed = fc.record({
      f: fc.constantFrom("deliver", "deliver", "release", "leave"),
      consumer: fc.constantFrom("a", "b", "c"),
      number: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 80, size: "max" }), (deeds) => {
        const group = new ConsumerGroup("g", LEAST_ID, undefined);
        const owners = new Map<StreamId, string>();
        const wrong: number[] = [];
        for (const { f, consumer: name, number } of deeds) {
          const id = idOf(number);
          if (f === "deliver") {
            group.see(name, number);
            const consumer = group.consumers.get(name);
            if (consumer !== undefined) group.deliver(id, consumer, number, 1);
            owners.set(id, name);
          } else if (f === "release") {
            if (group.release(id) !== owners.delete(id)) wrong.push(number);
          } else if (group.consumers.get(name) !== undefined) {
            group.removeConsumer(name);
            for (const [other, owner] of owners) if (owner === name) owners.delete(other);
          }
        }
        expect(wrong).toEqual([]);
        const pending: (readonly [StreamId, string])[] = [];
        group.pending.visitFrom(
          undefined,
          ({ key, consumer }) => pending.push([key, consumer.key]) > 0,
        );
        expect(pending).toEqual([...owners].sort(([a], [b]) => (a < b ? -1 : 1)));
        group.consumers.visitFrom(undefined, (consumer) => {
          const own: StreamId[] = [];
          consumer.pending.visitFrom(undefined, ({ key }) => own.push(key) > 0);
          expect(own).toEqual(
            pending.filter(([, owner]) => owner === consumer.key).map(([id]) => id),
          );
          return true;
        });
        expect(JSON.stringify(group.copy())).toBe(JSON.stringify(group));
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
