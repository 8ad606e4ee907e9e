/** What a nightly campaign of swarm seeds must have covered, and what it is not failed for. */
import { reachableMarks } from "../sim/marks.ts";
import { faultKinds } from "../sim/nemesis/registry.ts";
import { phases } from "../sim/phases.ts";
import type { CoverageDemand } from "./coverage.ts";

/** Cells of fault and phase that cannot be, each with its reason. */
const exempt: readonly { readonly fault: string; readonly phase: string; readonly why: string }[] =
  [];

export const swarmDemand: CoverageDemand = {
  marks: reachableMarks,
  faultKinds: faultKinds.map(({ kind }) => kind),
  phases: Object.keys(phases),
  exempt: new Set(exempt.map(({ fault, phase }) => `${fault}|${phase}`)),
};
