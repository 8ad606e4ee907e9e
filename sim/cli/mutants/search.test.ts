import { describe, expect, it } from "vitest";
import type { Mutant } from "../../mutants/mutant.ts";
import type { SeedAnswer, SeedOrder } from "./protocol.ts";
import { firstSeedsOf, medianSeeds, searchMutant, type SearchOptions } from "./search.ts";

const mutant: Mutant = {
  name: "made-up",
  file: "engine/made/up.ts",
  before: "a",
  after: "ran()",
  bug: "It is made up.",
  rule: "none",
  expect: ["one leader"],
};

function answer(seed: number, notices: readonly string[], ran: number = 1): SeedAnswer {
  const findings = notices.map((notice) => ({ notice, signature: `${notice}: s`, sentence: "s" }));
  return { seed, verdict: "ok", findings, ran, faults: 0, operations: 0, wallMs: 1 };
}

function options(changes: Partial<SearchOptions> = {}): SearchOptions {
  return {
    firstSeeds: [1, 101],
    limit: 10,
    baseline: (seed) => Promise.resolve(answer(seed, [])),
    onRun: () => {},
    isStopped: () => false,
    ...changes,
  };
}

const askFrom =
  (reveal: (seed: number) => SeedAnswer) =>
  ({ seed }: SeedOrder): Promise<SeedAnswer> =>
    Promise.resolve(reveal(seed));

describe("a search", () => {
  it("tries seed after seed until an expected check notices, and tells what else noticed before", async () => {
    const ask = askFrom((seed) => {
      if (seed % 100 === 2) return answer(seed, ["liveness"]);
      return answer(seed, seed % 100 === 4 ? ["one leader"] : []);
    });
    const result = await searchMutant(mutant, ask, options());
    expect(result?.searches.map((search) => [search.tried, search.found?.seed])).toEqual([
      [4, 4],
      [4, 104],
    ]);
    expect(result?.searches[0]?.others).toMatchObject([{ seed: 2, check: "liveness" }]);
    expect(result).toMatchObject({ runs: 8, ran: 8 });
  });

  it("gives up at its limit", async () => {
    const result = await searchMutant(
      mutant,
      askFrom((seed) => answer(seed, [])),
      options(),
    );
    expect(result?.searches).toMatchObject([{ tried: 10, found: undefined }, { tried: 10 }]);
    expect(medianSeeds(result?.searches ?? [])).toBe(Infinity);
  });

  it("does not count a seed that fails without the mutant, or in which its line did not run", async () => {
    const ask = askFrom((seed) => answer(seed, ["one leader"], seed === 1 ? 0 : 1));
    const baseline = (seed: number): Promise<SeedAnswer> =>
      Promise.resolve(answer(seed, seed === 2 ? ["one leader"] : []));
    const result = await searchMutant(mutant, ask, options({ firstSeeds: [1], baseline }));
    expect(result?.searches[0]?.found?.seed).toBe(3);
  });

  it("runs a seed twice where two digests are what is looked for", async () => {
    const orders: SeedOrder[] = [];
    const ask = (order: SeedOrder): Promise<SeedAnswer> => {
      orders.push(order);
      return Promise.resolve(answer(order.seed, ["determinism"]));
    };
    await searchMutant({ ...mutant, expect: ["determinism"] }, ask, options({ firstSeeds: [5] }));
    expect(orders).toEqual([{ seed: 5, isTwice: true }]);
  });

  it("ends without a result when it is stopped", async () => {
    const ask = askFrom((seed) => answer(seed, []));
    expect(await searchMutant(mutant, ask, options({ isStopped: () => true }))).toBeUndefined();
  });
});

describe("the median", () => {
  const search = (tried: number, isFound: boolean) => ({
    firstSeed: 1,
    tried,
    found: isFound ? { seed: 1, check: "", signature: "", sentence: "" } : undefined,
    others: [],
  });

  it("counts a search that found nothing as endless", () => {
    expect(medianSeeds([search(9, true), search(3, true), search(50, false)])).toBe(9);
    expect(medianSeeds([search(9, true), search(50, false), search(50, false)])).toBe(Infinity);
  });

  it("comes from searches that share no seeds", () => {
    expect(firstSeedsOf(3)).toEqual([1, 10_001, 20_001]);
  });
});
