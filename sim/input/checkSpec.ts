/** A run that somebody asks for, perhaps by a link that a stranger made: everything in it is checked as if it had come from a file. */
import { scenarioOf } from "../live/edits.ts";
import type { RunSpec } from "../live/runSpec.ts";
import type { Scenario } from "../scenario.ts";
import { unknownName } from "./nearest.ts";
import { parseOverrides } from "./parameterRules.ts";
import { scenarioFrom } from "./scenarioFrom.ts";
import { UsageError } from "./usageError.ts";

/** Throws UsageError or RangeError, in words, on what no run can be made of. */
export function checkSpec(spec: RunSpec, known: readonly Scenario[]): void {
  const { file, overrides, edits } = spec;
  const own = known.find(({ name }) => name === spec.scenario);
  const scenario = file === undefined ? own : scenarioFrom(file);
  if (scenario === undefined) {
    const names = known.map(({ name }) => name);
    throw new UsageError(unknownName("scenario", spec.scenario, names));
  }
  const texts = Object.entries(overrides).map(([name, value]) => [name, String(value)] as const);
  parseOverrides(scenario, new Map(texts));
  if (edits.length === 0) return;
  const edited = scenarioOf(spec, known);
  scenarioFrom({ ...edited, parameters: { ...edited.parameters, ...overrides } });
}
