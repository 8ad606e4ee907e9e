/** history.jsonl and trace.jsonl: a header line that says what follows, then one operation or event a line. */
import type { Operation } from "../sim/checker/history.ts";
import type { Run } from "../sim/run.ts";
import type { TraceEvent } from "../sim/trace/vocabulary.ts";

const historySchema = "azimuth-history/1";
export const traceSchema = "azimuth-trace/1";

/** How much a trace holds: "events" leaves out messages, client operations and syncs. */
export type TraceDetail = "events" | "full";

interface TraceHeader {
  readonly schema: typeof traceSchema;
  readonly scenario: string;
  readonly seed: number;
  readonly overrides: Run["overrides"];
  readonly detail: TraceDetail;
  readonly events: number;
  readonly digest: string;
  readonly checkpoints: Run["checkpoints"];
}

export function historyLines(run: Run): string {
  const header = {
    schema: historySchema,
    scenario: run.scenario,
    seed: run.seed,
    overrides: run.overrides,
    operations: run.history.length,
    ...(run.epochUnixMs === undefined ? {} : { epochUnixMs: run.epochUnixMs }),
  };
  const lines = [JSON.stringify(header)];
  for (const operation of run.history) lines.push(JSON.stringify(operation satisfies Operation));
  return `${lines.join("\n")}\n`;
}

export function traceLines(run: Run, detail: TraceDetail): string {
  const header: TraceHeader = {
    schema: traceSchema,
    scenario: run.scenario,
    seed: run.seed,
    overrides: run.overrides,
    detail,
    events: run.trace.length,
    digest: run.digest,
    checkpoints: run.checkpoints,
  };
  const lines = [JSON.stringify(header)];
  for (const event of run.trace) lines.push(JSON.stringify(event satisfies TraceEvent));
  return `${lines.join("\n")}\n`;
}
