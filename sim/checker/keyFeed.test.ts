import { describe, expect, it } from "vitest";
import type { Operation, Outcome } from "./history.ts";
import { KeyFeed } from "./keyFeed.ts";
import { keyHistoryOf } from "./keyHistory.ts";
import type { Thresholds } from "./keySearch.ts";
import { engineExecutor } from "./models/engineExecutor.ts";
import { redisString } from "./models/redisString.ts";
import { type Family, type HistoryShape, lcg, randomHistory } from "./testHistories.ts";
import { operationOf } from "./testOperations.ts";
import { firstImpossibleByWgl } from "./testWgl.ts";

const limits = { limit: 1e6, toleratesStaleReads: false };

/** Each way of searching alone, and all together as they usually are. */
const ways: readonly (readonly [name: string, thresholds: Thresholds])[] = [
  ["frontier", { bestFrom: Infinity, lookaheadFrom: Infinity }],
  ["frontier that looks ahead", { bestFrom: Infinity, lookaheadFrom: -1 }],
  ["best first", { bestFrom: 0, lookaheadFrom: Infinity }],
  ["all in turns", { bestFrom: 3, lookaheadFrom: 2 }],
];

/** The id of the first impossible answer, -1 without one. */
function judge(history: readonly Operation[], thresholds: Thresholds): number {
  const feed = new KeyFeed(redisString, { ...limits, thresholds });
  feed.judge(keyHistoryOf(history));
  expect(feed.verdict).not.toBe("undecided");
  expect(feed.impossible?.isExact).not.toBe(false);
  return feed.impossible?.operation.id ?? -1;
}

/** As in a run: nobody knows an outcome before it is there, and each answer is judged when it comes. */
function judgeAsItHappens(history: readonly Operation[], thresholds: Thresholds): number {
  const feed = new KeyFeed(redisString, { ...limits, thresholds });
  const events = history.flatMap((one) => {
    const { outcome } = one;
    const operation = { ...one, outcome: "open" as Outcome };
    return [
      { order: one.invokedOrder, ends: false, operation, outcome },
      { order: one.completedOrder, ends: true, operation, outcome },
    ];
  });
  events.sort((left, right) => left.order - right.order || Number(left.ends) - Number(right.ends));
  for (const { ends, operation, outcome } of events) {
    if (!ends) feed.invoke(operation);
    else {
      operation.outcome = outcome;
      feed.complete(operation);
      feed.drain(false);
    }
  }
  feed.drain(true);
  return feed.impossible?.operation.id ?? -1;
}

function hashCommand(
  request: readonly string[],
  output: string | null,
  start: number,
  end: number,
): Operation {
  const isRead = request[0] !== "HSET";
  const input = {
    f: "commands",
    key: "{0}",
    requests: [request],
    isAtomic: false,
    isRead,
  } as const;
  const outcome = output === null ? "unknown" : "ok";
  return operationOf(input, output === null ? null : [output], start, end, outcome);
}

interface Counts {
  good: number;
  bad: number;
}

function compareAll(shape: HistoryShape, rounds: number, seed: number, counts: Counts): void {
  const random = lcg(seed);
  for (let round = 0; round < rounds; round++) {
    const history = randomHistory(random, shape);
    const expected = firstImpossibleByWgl(history, redisString)?.id ?? -1;
    if (expected < 0) counts.good++;
    else counts.bad++;
    for (const [name, thresholds] of ways) {
      const said = `${name}, ${shape.family}, seed ${seed}, round ${round}`;
      expect([said, judge(history, thresholds)]).toEqual([said, expected]);
      expect([said, judgeAsItHappens(history, thresholds)]).toEqual([said, expected]);
    }
  }
}

describe("the search of a key against a plain one", () => {
  for (const family of ["register", "counter", "append"] as const satisfies readonly Family[]) {
    it(`names the same first impossible answer on 1,800 histories (${family}), by each way of searching`, () => {
      const counts: Counts = { good: 0, bad: 0 };
      const shape = { family, unknownRatio: 0.15, lieRatio: 0.1 };
      compareAll({ ...shape, operations: 6, overlap: 3 }, 800, 11, counts);
      compareAll({ ...shape, operations: 9, overlap: 5 }, 600, 12, counts);
      compareAll({ ...shape, operations: 11, overlap: 9 }, 200, 13, counts);
      compareAll({ ...shape, operations: 10, overlap: 5, unknownRatio: 0.5 }, 200, 14, counts);
      expect(counts.good).toBeGreaterThan(300);
      expect(counts.bad).toBeGreaterThan(300);
    });
  }
});

describe("many operations at once", () => {
  const appends = (operations: number, overlap: number, seed: number): Operation[] =>
    randomHistory(lcg(seed), {
      family: "append",
      operations,
      overlap,
      unknownRatio: 0,
      lieRatio: 0,
    });

  function explored(history: readonly Operation[], thresholds?: Thresholds): number {
    const options = { ...limits, limit: 100_000 };
    const feed = new KeyFeed(redisString, thresholds ? { ...options, thresholds } : options);
    feed.judge(keyHistoryOf(history));
    expect(feed.verdict).toBe("ok");
    return feed.explored;
  }

  it("are searched with a look ahead at what reads will show: 50 clients on ten keys", () => {
    const histories = Array.from({ length: 10 }, (_, key) => appends(170, 5, 100 + key));
    const sum = (thresholds?: Thresholds): number =>
      histories.reduce((all, history) => all + explored(history, thresholds), 0);
    expect(sum()).toBeLessThan(20_000);
  });

  it("are searched best first where nothing is read: any order will do", () => {
    // 24 appends that overlap and are never read have more orders than anybody could try.
    const history = Array.from({ length: 24 }, (_, index) =>
      operationOf({ f: "append", key: "k", value: `${index};` }, null, index, 100 + index),
    );
    expect(explored(history)).toBeLessThan(5000);
  });

  it("are searched best first where many are of unknown outcome and few took effect", () => {
    // Each of 24 changes another field, so that every set of them leaves another value: 16 million.
    const unknown = Array.from({ length: 24 }, (_, index) =>
      hashCommand(["HSET", "{0}:h", `f${index}`, "v"], null, index, 50 + index),
    );
    const seen = [3, 17, 20].flatMap((field, index) => [
      hashCommand(["HGET", "{0}:h", `f${field}`], "$1\r\nv\r\n", 200 + 4 * index, 201 + 4 * index),
      hashCommand(["HLEN", "{0}:h"], `:${index + 1}\r\n`, 202 + 4 * index, 203 + 4 * index),
    ]);
    const verdictOn = (history: readonly Operation[]): readonly [string, boolean] => {
      const feed = new KeyFeed(engineExecutor(0), { ...limits, limit: 20_000 });
      feed.judge(keyHistoryOf(history));
      return [feed.verdict, feed.explored < 10_000];
    };
    expect(verdictOn([...unknown, ...seen])).toEqual(["ok", true]);
  });

  it("come to an end: a key whose every answer is just within the limit is left undecided", () => {
    const feed = new KeyFeed(redisString, { ...limits, limit: 200 });
    const history = Array.from({ length: 400 }, (_, index) => {
      const at = Math.floor(index / 8) * 100 + (index % 8);
      return operationOf({ f: "append", key: "k", value: `${index};` }, null, at, at + 50);
    });
    // Each read tells of an order that was not, but only its length: nothing can be ruled out before the end.
    history.push(operationOf({ f: "append", key: "k", value: "x" }, 3, 90_000, 90_001));
    feed.judge(keyHistoryOf(history));
    expect(feed.verdict).not.toBe("ok");
    expect(feed.explored).toBeLessThan(200 * 40 + 100 * 1000 + 2000);
  });

  it("that passed the budget in bytes are undecided, with what was proved until then", () => {
    const history = Array.from({ length: 12 }, (_, index) =>
      operationOf(
        { f: "append", key: "k", value: `${index % 10};` },
        null,
        10 + index,
        100,
        "unknown",
      ),
    );
    const first = operationOf({ f: "get", key: "k" }, null, 0, 1);
    const hard = operationOf({ f: "append", key: "k", value: "x" }, 24, 200, 201);
    const feed = new KeyFeed(redisString, { ...limits, limit: 1e9, bytes: 500_000 });
    feed.judge(keyHistoryOf([first, ...history, hard]));
    expect(feed.verdict).toBe("undecided");
    expect(feed.undecidedFrom).toBe(hard);
  });
});
