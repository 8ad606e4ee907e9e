/** What this build can run, for the page's forms. */
import { engineEvents } from "../engine/trace.ts";
import { scenarios } from "../scenarios/registry.ts";
import { frameKinds } from "../sim/film/frameKinds.ts";
import { commonParameterHelp } from "../sim/input/parameterHelp.ts";
import { parametersOf } from "../sim/input/parameterRules.ts";
import { commonFields, type FaultKind } from "../sim/nemesis/fault.ts";
import { faultKinds } from "../sim/nemesis/registry.ts";
import type { Scenario } from "../sim/scenario.ts";
import { eventKinds, worldEvents } from "../sim/trace/vocabulary.ts";
import { plantedBug } from "./gallery/plantedBug.ts";
import type { About, FaultInfo, ScenarioInfo } from "./protocol.ts";

/** Put in by the build: the fingerprint of engine, world and scenarios. */
declare const AZIMUTH_VERSION: string;

export function about(): About {
  return {
    version: versionWith(plantedBug),
    scenarios: scenarios.map(scenarioInfo),
    faults: faultKinds.map(faultInfo),
    frameKinds,
    eventKinds,
    eventMeanings: { ...engineEvents, ...worldEvents },
  };
}

/** What a gallery's worker runs is not the engine that the version names. */
function versionWith(bug: string): string {
  return bug === "" ? AZIMUTH_VERSION : `${AZIMUTH_VERSION} with the planted bug ${bug}`;
}

function scenarioInfo(scenario: Scenario): ScenarioInfo {
  const { name, story, budget, parameterHelp = {} } = scenario;
  return {
    name,
    story,
    budget,
    parameters: parametersOf(scenario),
    parameterHelp: { ...commonParameterHelp, ...parameterHelp },
  };
}

function faultInfo({ kind, help, fields }: FaultKind): FaultInfo {
  const all = { ...commonFields, ...fields };
  return {
    kind,
    help,
    fields: Object.entries(all).map(([name, field]) => ({ name, ...field })),
  };
}
