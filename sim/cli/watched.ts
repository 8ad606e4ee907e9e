/** Which scenarios the viewer has itself, and which a link must bring along. */
import type { ResultsHeader } from "../../reports/resultsHeader.ts";
import type { Watched } from "../../reports/watch.ts";
import { scenarios } from "../../scenarios/registry.ts";
import type { RunSpec } from "../live/runSpec.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import type { RunRequest } from "./commandLine.ts";
import { planFingerprint } from "./resultsFile.ts";
import { codeVersion } from "./version.ts";

/** Where `npm run viz` serves; AZIMUTH_VIEWER names another place, such as the one that links of continuous integration are to open. */
export function viewerAddress(): string {
  const named = process.env["AZIMUTH_VIEWER"] ?? "";
  return named === "" ? "http://localhost:4173/" : named;
}

/** As a link names it: a scenario that the viewer does not have comes along. */
export function specOf({ scenario, seed, overrides }: RunRequest): RunSpec {
  const { file } = watched(scenario, overrides);
  const brought = file === undefined ? {} : { file };
  return { scenario: scenario.name, ...brought, seed, overrides, edits: [] };
}

export function watched(scenario: Scenario, overrides: Parameters): Watched {
  const { name } = scenario;
  const own = scenarios.find((each) => each.name === name);
  const isOwn = JSON.stringify(own) === JSON.stringify(scenario);
  const file = isOwn ? {} : { file: scenario };
  const viewer = viewerAddress();
  return { viewer, version: codeVersion(), scenario: name, ...file, overrides };
}

/** Of a scenario that is neither among the viewer's own nor in the results' header there is no link. */
export function watchedOf(header: ResultsHeader): Watched {
  const { version, scenario, file, overrides, plan } = header;
  if (file !== undefined) return { viewer: viewerAddress(), version, scenario, file, overrides };
  const own = scenarios.find((each) => each.name === scenario);
  const isOwn = own !== undefined && planFingerprint(own, overrides) === plan;
  return { viewer: isOwn ? viewerAddress() : "", version, scenario, overrides };
}
