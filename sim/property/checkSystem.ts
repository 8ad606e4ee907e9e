/** Properties of a system of one's own. */
import { shrinkFaults } from "../shrink/shrink.ts";
import { runSystem, type SystemRun } from "../system/runSystem.ts";
import type { System } from "../system/system.ts";
import { checkProperty, type PropertyOptions, type PropertyReport } from "./checkProperty.ts";
import { shrinkFurther, type Shrinkable } from "./furtherShrinking.ts";

export interface SystemOptions<I, A, S> extends Omit<
  PropertyOptions<SystemRun<I, A>>,
  "run" | "shrinkOn"
> {
  /** Called for each run: nothing may live from one to the next. */
  readonly system: () => System<I, A, S>;
}

/** Runs scenarios on a system, and makes a failing one as small as can be. Throws PropertyFailure. */
export function checkSystem<I, A, S>(options: SystemOptions<I, A, S>): PropertyReport {
  const { system } = options;
  const shrinkable: Shrinkable<SystemRun<I, A>> = {
    steps: shrinkFaults,
    run: (scenario, seed) => runSystem(system, scenario, seed),
    loadOf: () => [],
  };
  return checkProperty({
    ...options,
    run: (scenario, seed) => runSystem(system, scenario, seed),
    shrinkOn: (failure, complaintOf, runs) => shrinkFurther(shrinkable, failure, complaintOf, runs),
  });
}
