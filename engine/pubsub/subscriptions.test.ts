import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Subscriptions } from "./subscriptions.ts";

describe("subscriptions", () => {
  it("lists subscribers and topics in the order in which they came, each once", () => {
    const subscriptions = new Subscriptions<number>();
    for (const subscriber of [3, 1, 2, 3]) subscriptions.add(subscriber, "news");
    subscriptions.add(3, "b");
    subscriptions.add(3, "a");
    expect([...(subscriptions.subscribersOf("news") ?? [])]).toEqual([3, 1, 2]);
    expect(subscriptions.topicsOf(3)).toEqual(["news", "b", "a"]);
    subscriptions.remove(3, "news");
    subscriptions.add(3, "news");
    expect([...(subscriptions.subscribersOf("news") ?? [])]).toEqual([1, 2, 3]);
  });

  it("keeps nothing of a topic that its last subscriber left", () => {
    const subscriptions = new Subscriptions<number>();
    subscriptions.add(1, "a");
    subscriptions.add(1, "b");
    subscriptions.add(2, "b");
    subscriptions.removeAll(1);
    expect(subscriptions.subscribersOf("a")).toBeUndefined();
    expect(subscriptions.topicCount).toBe(1);
    expect(subscriptions.topicsOf(1)).toEqual([]);
    expect(subscriptions.topicsOf(2)).toEqual(["b"]);
  });

  it("agrees with a list of pairs", () => {
    const step = fc.record({
      what: fc.constantFrom("add", "add", "remove", "removeAll"),
      subscriber: fc.nat(3),
      topic: fc.constantFrom("a", "b", "c"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const subscriptions = new Subscriptions<number>();
        let pairs: [number, string][] = [];
        for (const { what, subscriber, topic } of steps) {
          const isPair = ([who, where]: [number, string]): boolean =>
            who === subscriber && (what === "removeAll" || where === topic);
          if (what === "add") {
            subscriptions.add(subscriber, topic);
            if (!pairs.some(isPair)) pairs.push([subscriber, topic]);
          } else {
            if (what === "remove") subscriptions.remove(subscriber, topic);
            else subscriptions.removeAll(subscriber);
            pairs = pairs.filter((pair) => !isPair(pair));
          }
        }
        for (const subscriber of [0, 1, 2, 3]) {
          const topics = pairs.filter(([who]) => who === subscriber).map(([, topic]) => topic);
          expect(subscriptions.topicsOf(subscriber)).toEqual(topics);
          expect(subscriptions.topicCountOf(subscriber)).toBe(topics.length);
        }
        for (const topic of ["a", "b", "c"]) {
          const subscribers = pairs.filter(([, where]) => where === topic).map(([who]) => who);
          expect([...(subscriptions.subscribersOf(topic) ?? [])]).toEqual(subscribers);
          expect(subscriptions.subscriberCountOf(topic)).toBe(subscribers.length);
        }
        const topicCount = new Set(pairs.map(([, topic]) => topic)).size;
        expect(subscriptions.topicCount).toBe(topicCount);
        expect([...subscriptions.entries()]).toHaveLength(topicCount);
      }),
      { seed: 1 },
    );
  });
});
