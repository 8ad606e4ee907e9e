/** Writes out everything that a scenario leaves to its parameters, its place in a list or a generator, so that each part can go alone. */
import { planExpectations } from "../checker/expectations.ts";
import { planFault } from "../nemesis/registry.ts";
import { placeId } from "../nemesis/runner.ts";
import type { Run } from "../run.ts";
import {
  commonParameters,
  type FaultSpec,
  type Parameters,
  type ParameterValue,
  type Scenario,
} from "../scenario.ts";

/**
 * The scenario with its overrides worked in, every fault's times and name told, and the operations listed that were offered.
 * It makes the same run as before. Parameters that only the scenario itself had are gone: nothing refers to them any more.
 */
export function explicitScenario(
  scenario: Scenario,
  overrides: Parameters,
  load: Run["load"],
): Scenario {
  const { generator: _, parameterHelp: __, ...own } = scenario;
  const inForce = { ...commonParameters, ...scenario.parameters, ...overrides };
  const parameters: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(inForce))
    if (name in commonParameters && value !== commonParameters[name]) parameters[name] = value;
  return {
    ...own,
    parameters,
    nemesis: scenario.nemesis.map((spec, index) => explicitFault(spec, index, inForce)),
    expect: planExpectations(scenario.expect, inForce).map(({ kind, fields }) => ({
      check: kind.name,
      ...fields,
    })),
    operations: load,
  };
}

/** Fields that were given, and those whose standard follows from a parameter. */
function explicitFault(spec: FaultSpec, index: number, parameters: Parameters): FaultSpec {
  const { kind, fields } = planFault(spec, parameters);
  const explicit: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(fields)) {
    const standard = kind.fields[name]?.standard;
    const follows = typeof standard === "string" && standard.startsWith("$");
    if (name in spec || follows) explicit[name] = value;
  }
  const id = spec["id"] ?? placeId(index, spec.kind);
  return { kind: spec.kind, atMs: Number(fields["atMs"]), ...explicit, id };
}
