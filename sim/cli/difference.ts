/** `diff`: names the first event in which two runs differ, or the first second in which a run differs from a saved one. */
import { readFileSync } from "node:fs";
import { momentText } from "../../reports/figures.ts";
import { reportSchema } from "../../reports/json.ts";
import { traceSchema } from "../../reports/jsonLines.ts";
import { replayCommand } from "../../reports/verdict.ts";
import type { DigestCheckpoint, Run } from "../run.ts";
import { firstDifference, tellDifference, type ComparableRun } from "../trace/compare.ts";
import type { RunRequest } from "./commandLine.ts";
import { reasonOf } from "./outputFiles.ts";
import type { Simulate } from "./simulation.ts";
import { UsageError } from "../input/usageError.ts";

export interface Difference {
  readonly isEqual: boolean;
  readonly text: string;
}

export function compareRuns(left: RunRequest, right: RunRequest, simulate: Simulate): Difference {
  const ours = execute(left, simulate);
  const theirs = execute(right, simulate);
  const names = `left:  ${replayCommand(ours.run)}\nright: ${replayCommand(theirs.run)}\n`;
  if (ours.run.digest === theirs.run.digest && ours.run.events === theirs.run.events) {
    return { isEqual: true, text: `${names}equal: ${equalText(ours.run)}\n` };
  }
  const difference = firstDifference(ours, theirs);
  const text =
    difference === undefined
      ? "the digests differ although every checkpoint agrees"
      : tellDifference(difference);
  return { isEqual: false, text: `${names}\nThe runs differ.\n${text}\n` };
}

function equalText(run: Run): string {
  return `${run.events} events, digest ${run.digest}`;
}

function execute(request: RunRequest, simulate: Simulate): ComparableRun & { readonly run: Run } {
  const { scenario, overrides, seed } = request;
  const { run } = simulate(scenario, overrides, seed, { full: false });
  return {
    run,
    checkpoints: withEnd(run),
    execute: (eventWindow) =>
      simulate(scenario, overrides, seed, { full: false, eventWindow }).executed,
  };
}

function withEnd(
  run: Pick<Run, "checkpoints" | "simulatedUs" | "events" | "digest">,
): readonly DigestCheckpoint[] {
  return [...run.checkpoints, { timeUs: run.simulatedUs, events: run.events, digest: run.digest }];
}

/** What a saved report.json or the first line of a trace.jsonl says of its run. */
interface Saved {
  readonly schema: string;
  readonly scenario: string;
  readonly seed: number;
  readonly digest: string;
  readonly checkpoints: readonly DigestCheckpoint[];
}

/** A saved run cannot be executed again (its code may be gone), so the answer is a stretch between two checkpoints. */
export function compareWithSaved(left: RunRequest, path: string, simulate: Simulate): Difference {
  const saved = readSaved(path);
  const { run } = simulate(left.scenario, left.overrides, left.seed, { full: false });
  const names = `left:  ${replayCommand(run)}\nright: ${path} (${saved.scenario}, seed ${saved.seed})\n`;
  if (run.digest === saved.digest) {
    return { isEqual: true, text: `${names}equal: ${equalText(run)}\n` };
  }
  let agreed: DigestCheckpoint | undefined;
  for (const [index, checkpoint] of run.checkpoints.entries()) {
    const other = saved.checkpoints[index];
    if (other === undefined || other.digest !== checkpoint.digest) break;
    agreed = checkpoint;
  }
  const since = agreed?.timeUs ?? 0;
  const events = agreed?.events ?? 0;
  const next = run.checkpoints.find((checkpoint) => checkpoint.timeUs > since);
  const until = next === undefined ? "the end" : momentText(next.timeUs);
  const nearby = run.trace.filter(
    (event) => event.timeUs >= since && event.timeUs <= (next?.timeUs ?? run.simulatedUs),
  );
  const lines = nearby
    .slice(0, 20)
    .map((e) => `  ${momentText(e.timeUs)}  ${e.node} ${e.kind} ${e.text}`.trimEnd());
  return {
    isEqual: false,
    text: [
      names,
      `The runs differ: equal for the first ${events} events, up to ${momentText(since)};`,
      `the first event that differs lies before ${until} of virtual time. This run's trace there:`,
      ...(lines.length > 0
        ? lines
        : ["  (no traced event: give the other run's key=value, to compare single events)"]),
      "",
    ].join("\n"),
  };
}

function readSaved(path: string): Saved {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
  const json = path.endsWith(".jsonl") ? text.slice(0, text.indexOf("\n")) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new UsageError(`${path} is neither a report.json nor a trace.jsonl`);
  }
  const saved = value as Partial<Saved> | null;
  const isKnown = saved?.schema === reportSchema || saved?.schema === traceSchema;
  if (
    saved === null ||
    !isKnown ||
    typeof saved.digest !== "string" ||
    !Array.isArray(saved.checkpoints)
  ) {
    throw new UsageError(`${path} is not of schema ${reportSchema} or ${traceSchema}`);
  }
  return saved as Saved;
}
