/**
 * report.json: everything of a run save its history and trace, which have files of their own. docs/report.md explains
 * every field. A pure function of the run: no clock of the machine that ran it, so equal runs give equal bytes.
 */
import type { Run, RunVerdict } from "../sim/run.ts";
import { promises } from "./promises.ts";
import { headlineOf, replayCommand, verdictOf } from "./verdict.ts";

/** Changes whenever a field changes its name or meaning; added fields do not change it. */
export const reportSchema = "azimuth-report/1";

export interface Report extends Omit<Run, "history" | "load" | "trace"> {
  readonly schema: typeof reportSchema;
  readonly verdict: RunVerdict;
  readonly headline: string;
  readonly replay: string;
  readonly promises: typeof promises;
}

export function reportOf(run: Run): Report {
  return {
    schema: reportSchema,
    scenario: run.scenario,
    seed: run.seed,
    verdict: verdictOf(run),
    signature: run.signature,
    headline: headlineOf(run),
    replay: replayCommand(run),
    story: run.story,
    budget: run.budget,
    parameters: run.parameters,
    overrides: run.overrides,
    checks: run.checks,
    operations: run.operations,
    latencies: run.latencies,
    failovers: run.failovers,
    unavailability: run.unavailability,
    promises,
    faults: run.faults,
    nodes: run.nodes,
    roles: run.roles,
    leases: run.leases,
    loadedUs: run.loadedUs,
    simulatedUs: run.simulatedUs,
    events: run.events,
    steps: run.steps,
    leaderChanges: run.leaderChanges,
    messagesDropped: run.messagesDropped,
    marks: run.marks,
    digest: run.digest,
    checkpoints: run.checkpoints,
  };
}

/**
 * JSON text ending in a line feed; two spaces of indent, so that a diff of two reports reads well. What JSON
 * cannot say (NaN, Infinity) is null in it.
 */
export function reportJson(run: Run): string {
  return `${JSON.stringify(reportOf(run), undefined, 2)}\n`;
}
