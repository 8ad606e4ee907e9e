/** Hands a failure that fast-check is through with to sim/shrink, for which it fails in whatever way the property complains of. */
import type { Run } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import type { SearchOptions, Steps } from "../shrink/search.ts";
import type { Shrunk } from "../shrink/shrink.ts";
import type { ComplaintOf, Failure, Judged } from "./checkProperty.ts";

export interface Shrinkable<R extends Judged> {
  readonly steps: (
    scenario: Scenario,
    seed: number,
    options: SearchOptions,
  ) => Steps<Shrunk | undefined>;
  readonly run: (scenario: Scenario, seed: number, giveUpAtUs: number) => R;
  /** What the clients were asked to do; nothing where no scenario can say it. */
  readonly loadOf: (run: R) => Run["load"];
}

/** The same failure if no smaller one was found, or if the one found does not fail twice. */
export function shrinkFurther<R extends Judged & Pick<Run, "simulatedUs">>(
  { steps, run, loadOf }: Shrinkable<R>,
  failure: Failure<R>,
  complaintOf: ComplaintOf<R>,
  mostRuns: number,
): Failure<R> {
  let runs = 0;
  const options = { hasBudget: () => runs < mostRuns, onProgress: () => {} };
  const search = steps(failure.scenario, failure.seed, options);
  let step = search.next();
  while (step.done !== true) {
    runs += 1;
    const { scenario, seed, giveUpAtUs } = step.value;
    const tried = run(scenario, seed, giveUpAtUs);
    const { digest, loadedUs, simulatedUs, faults } = tried;
    const signature = complaintOf(tried, scenario);
    const load = loadOf(tried);
    step = search.next({
      signature,
      digest,
      sentence: signature,
      loadedUs,
      endUs: simulatedUs,
      load,
      faults,
    });
  }
  const shrunk = step.value;
  if (shrunk === undefined || !shrunk.isVerified) return failure;
  const { scenario, seed } = shrunk;
  const last = run(scenario, seed, Infinity);
  return { scenario, seed, run: last, complaint: complaintOf(last, scenario) };
}
