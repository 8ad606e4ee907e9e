import { describe, expect, it } from "vitest";
import { checkPlans } from "../input/parameterRules.ts";
import { Streams } from "../random.ts";
import { commonParameters, defineScenario } from "../scenario.ts";
import type { FaultKind } from "./fault.ts";
import { faultKinds, planFault } from "./registry.ts";
import { drawFields } from "./swarm.ts";

const within = { shards: 3, mayLeaveBudget: false };

function kindOf(name: string): FaultKind {
  const kind = faultKinds.find((known) => known.kind === name);
  if (kind === undefined) throw new RangeError(`no fault of kind ${name}`);
  return kind;
}

describe("faults drawn by a seed", () => {
  for (const kind of faultKinds) {
    it(`of kind ${kind.kind} are plans that a scenario may hold`, () => {
      const next = new Streams(1).stream(kind.kind);
      for (const mayLeaveBudget of [false, true]) {
        for (let count = 0; count < 50; count++) {
          const fields = drawFields(kind, { shards: 3, mayLeaveBudget }, next);
          const scenario = defineScenario({
            name: "drawn",
            story: "one drawn fault",
            budget: "within",
            parameters: {},
            nemesis: [{ ...fields, kind: kind.kind, atMs: 100 }],
            expect: [],
          });
          expect(() => checkPlans(scenario, commonParameters)).not.toThrow();
        }
      }
    });
  }

  it("lie evenly over the magnitudes of their range and never outside it", () => {
    const next = new Streams(1).stream("magnitudes");
    const draws = Array.from({ length: 2000 }, () =>
      Number(drawFields(kindOf("machinePause"), within, next)["forMs"]),
    );
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...draws)).toBeLessThanOrEqual(2000);
    const below100 = draws.filter((forMs) => forMs < 100).length;
    // 5 to 100 is half of the doublings from 5 to 2000.
    expect(below100 / draws.length).toBeGreaterThan(0.4);
    expect(below100 / draws.length).toBeLessThan(0.6);
  });

  it("leave the budget only where they may", () => {
    const next = new Streams(1).stream("budget");
    const damagesOf = (mayLeaveBudget: boolean): Set<string> => {
      const kind = kindOf("clockDrift");
      const damages = new Set<string>();
      for (let count = 0; count < 50; count++) {
        const fields = drawFields(kind, { shards: 1, mayLeaveBudget }, next);
        const planned = planFault({ ...fields, kind: kind.kind, atMs: 0 }, commonParameters);
        damages.add(kind.damages(planned.fields));
      }
      return damages;
    };
    expect([...damagesOf(false)]).toEqual(["nothing"]);
    expect([...damagesOf(true)]).toEqual(["clock rate"]);
  });

  it("name every shard there is", () => {
    const next = new Streams(1).stream("shards");
    const shards = new Set<unknown>();
    for (let count = 0; count < 50; count++)
      shards.add(drawFields(kindOf("machineCrash"), within, next)["shard"]);
    expect(shards).toEqual(new Set([0, 1, 2]));
  });
});
