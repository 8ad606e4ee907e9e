/** Properties of Azimuth itself. */
import type { Run } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import { shrink } from "../shrink/shrink.ts";
import { runScenario } from "../world.ts";
import { checkProperty, type PropertyOptions, type PropertyReport } from "./checkProperty.ts";
import { shrinkFurther, type Shrinkable } from "./furtherShrinking.ts";

export type AzimuthOptions = Omit<PropertyOptions<Run>, "run" | "shrinkOn">;

const azimuth: Shrinkable<Run> = {
  steps: (scenario, seed, options) => shrink(scenario, {}, seed, options),
  run: (scenario, seed, giveUpAtUs) =>
    runScenario(scenario, {}, seed, { full: false, giveUpAtUs }).run,
  loadOf: ({ load }) => load,
};

/** Runs scenarios on Azimuth, and makes a failing one as small as sim/shrink can. Throws PropertyFailure. */
export function checkAzimuth(options: AzimuthOptions): PropertyReport {
  return checkProperty({
    ...options,
    run: (scenario: Scenario, seed: number) => azimuth.run(scenario, seed, Infinity),
    shrinkOn: (failure, complaintOf, runs) => shrinkFurther(azimuth, failure, complaintOf, runs),
  });
}
