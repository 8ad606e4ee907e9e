/** What of the page's state stands in its address. */
import type { Link } from "../../reports/link.ts";
import type { RunSpec } from "../../sim/live/runSpec.ts";
import type { Parameters } from "../../sim/scenario.ts";
import type { Note, PageState } from "./pageState.ts";

/** Undefined: no run, so nothing to link to. Before the load begins there are no times that a link could tell. */
export function linkOf(state: PageState): Link | undefined {
  const { run, about, instantUs, selection, view } = state;
  if (run === undefined) return undefined;
  const loadedUs = run.outline?.loadedUs ?? 0;
  const hasTimes = loadedUs > 0;
  return {
    spec: run.spec,
    version: about?.version ?? "",
    ...(instantUs === undefined || !hasTimes ? {} : { atUs: instantUs - loadedUs }),
    ...(selection === undefined ? {} : { selection }),
    ...(view === undefined || !hasTimes
      ? {}
      : { view: [view[0] - loadedUs, view[1] - loadedUs] as const }),
  };
}

/** Whether two specs name one run. Overrides may stand in any order. */
export function sameRun(left: RunSpec, right: RunSpec): boolean {
  const text = ({ scenario, file, seed, overrides, edits, mutant }: RunSpec): string =>
    JSON.stringify([scenario, file, seed, inOrder(overrides), edits, mutant]);
  return text(left) === text(right);
}

function inOrder(overrides: Parameters): readonly unknown[] {
  return Object.entries(overrides).sort(([left], [right]) => (left < right ? -1 : 1));
}

/** A link of another version runs, and its reader is told that it may come out otherwise. */
export function versionNote(linked: string, ours: string): Note | undefined {
  if (linked === "" || linked === ours) return undefined;
  return {
    topic: "version",
    tone: "warning",
    text: `This link was made by version ${linked}; this page is ${ours}. The run may come out otherwise than the one that was meant.`,
  };
}
