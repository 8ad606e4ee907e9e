/** The address at which a person watches a run in the viewer, short enough for a line of a report. */
import type { Run } from "../sim/run.ts";
import type { Parameters, Scenario } from "../sim/scenario.ts";
import { encodeLink, type Link } from "./link.ts";
import { isBad } from "./verdict.ts";

/** What all runs of one scenario share, whatever their seeds. */
export interface Watched {
  /** The viewer's address without "#"; "" where no viewer can be given the scenario. */
  readonly viewer: string;
  /** Of the code that ran: sim/cli/version.ts. */
  readonly version: string;
  /** Its name. */
  readonly scenario: string;
  /** Where the viewer does not have the scenario itself. */
  readonly file?: Scenario;
  readonly overrides: Parameters;
}

const mostCharacters = 4000;

/** "" if the link is too long for a line: `view` prints it all the same. */
export function watchLine(viewer: string, link: Link): string {
  let text;
  try {
    text = encodeLink(link);
  } catch {
    return "";
  }
  return viewer === "" || text.length > mostCharacters ? "" : `${viewer}#${text}`;
}

/** `atUs`: the moment to open it at, counted from the start of the load. */
export function watchAddress(watched: Watched, seed: number, atUs?: number): string {
  const { viewer, version, scenario, file, overrides } = watched;
  const spec = { scenario, ...(file === undefined ? {} : { file }), seed, overrides, edits: [] };
  return watchLine(viewer, { spec, version, ...(atUs === undefined ? {} : { atUs }) });
}

/** Opens where the first failed check says that it went wrong. */
export function watchRun(watched: Watched, run: Pick<Run, "seed" | "checks" | "loadedUs">): string {
  return watchAddress(watched, run.seed, failedAtUs(run));
}

/** When the first failed check says that it went wrong, counted from the start of the load. */
export function failedAtUs({
  checks,
  loadedUs,
}: Pick<Run, "checks" | "loadedUs">): number | undefined {
  const failed = checks.find((check) => isBad(check) && check.atUs !== undefined);
  return failed?.atUs === undefined ? undefined : failed.atUs - loadedUs;
}
