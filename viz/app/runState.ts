/** What the page knows of one run, and how it changes with what the worker tells. */
import type { Report } from "../../reports/json.ts";
import type { Moment } from "../../reports/story.ts";
import type { RunSpec } from "../../sim/live/runSpec.ts";
import type { Outline, RunNews } from "../protocol.ts";

export interface RunState {
  readonly spec: RunSpec;
  readonly phase: "starting" | "running" | "ended" | "failed";
  /** Undefined until the cluster stands. */
  readonly outline: Outline | undefined;
  /** Undefined until the run has ended by itself. */
  readonly report: Report | undefined;
  readonly moments: readonly Moment[];
  readonly replay: string;
  readonly tookMs: number;
  /** Why it failed, for a person. */
  readonly failure: string;
}

export function startingRun(spec: RunSpec): RunState {
  return {
    spec,
    phase: "starting",
    outline: undefined,
    report: undefined,
    moments: [],
    replay: "",
    tookMs: 0,
    failure: "",
  };
}

export function runAfter(run: RunState, news: RunNews): RunState {
  switch (news.kind) {
    case "started":
      return { ...run, phase: "running", outline: news.outline };
    case "progress":
      return { ...run, outline: news.outline };
    case "ended": {
      const { outline, report, moments, replay, tookMs } = news;
      return { ...run, phase: "ended", outline, report, moments, replay, tookMs };
    }
    case "failed":
      return { ...run, phase: "failed", failure: news.sentence };
  }
}

/** Whether its machines can be looked at. */
export function hasStarted(run: RunState | undefined): run is RunState & { outline: Outline } {
  return run?.outline !== undefined && run.phase !== "failed";
}

/** Whether it still goes on. */
export function isOngoing(run: RunState | undefined): boolean {
  return run?.phase === "starting" || run?.phase === "running";
}

/** Ended by hand: what was seen held, but nobody asked the cluster to prove that it lives, as every other good run has. */
export function wasStopped({ phase, report }: RunState): boolean {
  if (phase !== "ended" || report?.verdict !== "ok") return false;
  return !report.checks.some(({ name }) => name === "liveness");
}
