/** The run in two lines: how far it is or how it came out, and its story. */
import type { JSX } from "preact";
import { countText, durationText } from "../../reports/figures.ts";
import { verdictWords } from "../../reports/verdict.ts";
import type { Outline } from "../protocol.ts";
import type { Page } from "./page.ts";
import { wasStopped, type RunState } from "./runState.ts";
import { useStore } from "./store.ts";

export function RunHead({ page }: { readonly page: Page }): JSX.Element | null {
  const run = useStore(page.store, (state) => state.run);
  const isPaused = useStore(page.store, (state) => state.pace.isPaused);
  if (run === undefined) return null;
  const { outline, report } = run;
  return (
    <section class={`run-head ${verdictClass(run)}`} aria-label="The run">
      <p class="badge">{badgeText(run, isPaused)}</p>
      <h1>
        {run.spec.scenario} <span class="seed">seed {run.spec.seed}</span>
        {run.spec.mutant !== undefined && (
          <span class="count bug" title="The engine has a bug that was planted on purpose">
            planted bug: {run.spec.mutant}
          </span>
        )}
        {run.spec.edits.length > 0 && (
          <span class="count" title="Changes by hand">
            {run.spec.edits.length} changed
          </span>
        )}
      </h1>
      <p class="headline" title={report?.headline}>
        {headline(run)}
      </p>
      {outline !== undefined && <Progress run={run} outline={outline} />}
    </section>
  );
}

function badgeText(run: RunState, isPaused: boolean): string {
  switch (run.phase) {
    case "starting":
      return "STARTING";
    case "running":
      return isPaused ? "PAUSED" : "RUNNING";
    case "failed":
      return "FAILED";
    case "ended": {
      if (wasStopped(run)) return "STOPPED";
      const mark = run.report?.verdict === "ok" ? "✔" : "✘";
      return `${mark} ${run.report === undefined ? "ENDED" : verdictWords[run.report.verdict]}`;
    }
  }
}

function verdictClass(run: RunState): string {
  return wasStopped(run) ? "undecided" : (run.report?.verdict ?? run.phase);
}

function headline(run: RunState): string {
  if (run.phase === "failed") return run.failure;
  if (wasStopped(run)) return "Stopped by hand: up to here everything held; the rest was not run.";
  return run.report?.headline ?? run.outline?.story ?? "The cluster is being built.";
}

function Progress({
  run,
  outline,
}: {
  readonly run: RunState;
  readonly outline: Outline;
}): JSX.Element {
  const horizonUs = outline.loadedUs + Number(outline.parameters["horizonMs"]) * 1000;
  const untilUs = Math.max(horizonUs, outline.simulatedUs);
  const isOver = run.phase !== "starting" && run.phase !== "running";
  const digest = run.report === undefined ? "" : ` · digest ${run.report.digest}`;
  const took = run.phase === "ended" ? ` in ${durationText(run.tookMs * 1000)}` : "";
  return (
    <div class="progress">
      <progress
        max={untilUs}
        value={isOver ? untilUs : outline.simulatedUs}
        aria-label="Simulated time"
      />
      <span class="note">
        {(outline.simulatedUs / 1_000_000).toFixed(1)} s simulated{took} ·{" "}
        {countText(outline.events)} events{digest}
      </span>
    </div>
  );
}
