/** Many seeds of one scenario: how many passed, what failed, how long failovers took, whether the faults meant anything. */
import { coverageOf } from "./coverage.ts";
import { swarmDemand } from "./coverageDemand.ts";
import { coverageSummary } from "./coverageText.ts";
import { failureGroups, failureLines, replayOf, type MinimalExample } from "./failureGroups.ts";
import { countText, durationText, percentText, plural } from "./figures.ts";
import { distribution, histogramLines } from "./histogram.ts";
import { promises } from "./promises.ts";
import type { SeedResult } from "./seedResult.ts";
import { sweepFigures, sweepVerdict, type SweepFigures } from "./sweepFigures.ts";
import { plainStyle, verdictStyle, type Style } from "./terminal.ts";
import { tableLines } from "./textTable.ts";
import { verdictPrecedence, verdictWords } from "./verdict.ts";
import type { Watched } from "./watch.ts";

export interface Sweep extends Watched {
  /** How many seeds were asked for; fewer results mean that the sweep is not complete. */
  readonly asked: number;
  /** In order of seeds. */
  readonly results: readonly SeedResult[];
  /** How fast it went; undefined where the results were put together from elsewhere. */
  readonly speed: SweepSpeed | undefined;
  /** What examples of failures were shrunk to, by their seeds. */
  readonly minimal: ReadonlyMap<number, MinimalExample>;
  /** What the campaign was asked to cover and did not, in sentences. */
  readonly missedGoals: readonly string[];
}

export interface SweepSpeed {
  readonly wallMs: number;
  readonly workers: number;
  /** Seeds run in that time: fewer than results if the others were kept from before. */
  readonly ran: number;
}

/** summary.json of a sweep; docs/report.md explains it. The machine's own speed is no part of what the seeds showed. */
export function sweepJson(sweep: Sweep): string {
  const { version, scenario, file, overrides, asked, results } = sweep;
  const groups = failureGroups(results, sweep.minimal).map((group) => ({
    signature: group.signature,
    verdict: group.verdict,
    count: group.seeds.length,
    seeds: group.seeds,
    example: {
      seed: group.example.seed,
      headline: group.example.headline,
      replay: replayOf(sweep, group.example.seed),
      folder: group.example.folder,
    },
    minimal: group.minimal,
  }));
  const value = {
    schema: "azimuth-sweep/2",
    version,
    scenario,
    file,
    overrides,
    verdict: sweepVerdict(sweep),
    asked,
    done: results.length,
    ...sweepFigures(results),
    failures: groups,
    missedGoals: sweep.missedGoals,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

export function sweepReport(sweep: Sweep, style: Style = plainStyle): string {
  const { results } = sweep;
  const verdict = sweepVerdict(sweep);
  const figures = sweepFigures(results);
  const passed = figures.verdicts.ok;
  const failed = results.length - passed;
  const mark = verdict === "ok" ? "✔" : "✘";
  const done =
    results.length === sweep.asked ? plural(passed, "seed") : `${passed} of ${sweep.asked} seeds`;
  const lines = [
    style(
      `${mark} ${verdictWords[verdict]}  ${sweep.scenario}: ${done} passed, ${failed} failed`,
      verdictStyle(verdict),
    ),
  ];
  if (failed > 0) lines.push(`  ${verdictsText(figures)}`);
  if (results.length < sweep.asked) {
    lines.push(`  not complete: ${plural(sweep.asked - results.length, "seed")} not run`);
  }
  lines.push(
    ...expectedLines(figures),
    ...failureLines(failureGroups(results, sweep.minimal), sweep, style),
    ...goalLines(sweep, style),
    "",
    ...failoverLines(results, style),
    ...faultLines(figures, style),
    ...coverageLines(sweep, style),
    ...costLines(sweep, figures),
  );
  return `${lines.join("\n")}\n`;
}

function expectedLines({ expectedViolations }: SweepFigures): readonly string[] {
  const counts = Object.entries(expectedViolations).map(
    ([name, count]) => `${name} in ${plural(count, "seed")}`,
  );
  return counts.length === 0 ? [] : [`  broken as expected, and named: ${counts.join(", ")}`];
}

function goalLines({ missedGoals }: Sweep, style: Style): readonly string[] {
  if (missedGoals.length === 0) return [];
  const title = `  COVERAGE MISSED: ${plural(missedGoals.length, "goal")}`;
  return ["", style(title, "bad"), ...missedGoals.map((goal) => `    ${goal}`)];
}

function verdictsText({ verdicts }: SweepFigures): string {
  return verdictPrecedence
    .filter((verdict) => verdicts[verdict] > 0)
    .map((verdict) => `${countText(verdicts[verdict])} ${verdictWords[verdict].toLowerCase()}`)
    .join(", ");
}

function failoverLines(results: readonly SeedResult[], style: Style): readonly string[] {
  const lines: string[] = [];
  const kinds = [
    { name: "Unplanned", us: results.flatMap((r) => r.unplannedUs), limitUs: promises.unplannedUs },
    { name: "Planned", us: results.flatMap((r) => r.plannedUs), limitUs: promises.plannedUs },
  ];
  for (const kind of kinds) {
    if (kind.us.length === 0) continue;
    const figures = distribution(kind.us);
    const aim =
      kind.name === "Unplanned" ? `; aim p99 < ${durationText(promises.unplannedAimP99Us)}` : "";
    lines.push(
      style(`${kind.name} failovers: fault to first acknowledged write`, "strong"),
      `  ${countText(figures.count)} measured: p50 ${durationText(figures.p50Us)}, p90 ${durationText(figures.p90Us)}, p99 ${durationText(figures.p99Us)}, max ${durationText(figures.maxUs)}  (promise < ${durationText(kind.limitUs)}${aim})`,
      ...histogramLines(kind.us),
      "",
    );
  }
  return lines;
}

function faultLines(figures: SweepFigures, style: Style): readonly string[] {
  if (figures.faults.length === 0) return [];
  const rows = figures.faults.map(({ kind, injected, mattered }) => [
    `  ${kind}`,
    countText(injected),
    countText(mattered),
    mattered === 0 ? "never changed anything" : "",
  ]);
  return [
    style("Faults", "strong"),
    `  ${percentText(figures.matteringShare)} of the seeds had a fault that mattered; a seed had ${figures.meanFaults.toFixed(1)} faults, ${figures.meanMatteringFaults.toFixed(1)} of them mattered`,
    `  ${percentText(figures.leaderChangeShare)} of the seeds changed a leader with operations in flight`,
    ...tableLines([["  kind", "injected", "mattered", ""], ...rows], columns),
    "",
  ];
}

/** Only seeds that draw their scenario vary in what they try. */
function coverageLines({ scenario, results }: Sweep, style: Style): readonly string[] {
  if (scenario !== "swarm" || results.length === 0) return [];
  return [...coverageSummary(coverageOf(results), swarmDemand, style), ""];
}

const columns = ["left", "right", "right", "left"] as const;

function costLines(sweep: Sweep, figures: SweepFigures): readonly string[] {
  const { results, speed } = sweep;
  const slowest = results.reduce<SeedResult | undefined>(
    (slow, result) => (slow === undefined || result.wallMs > slow.wallMs ? result : slow),
    undefined,
  );
  const { offered, acknowledged, unknown, lost, meanOffered } = figures.operations;
  const lines = [
    `Operations: ${countText(offered)} offered (${countText(Math.round(meanOffered))} a seed), ${countText(acknowledged)} acknowledged, ${countText(unknown)} unknown, ${countText(lost)} lost`,
  ];
  if (speed !== undefined) {
    const { workers, ran } = speed;
    const minutes = Math.max(speed.wallMs, 1) / 60_000;
    const rate = ran / minutes;
    lines.push(
      `Speed: ${countText(Math.round(rate))} runs a minute on ${plural(workers, "worker")}, ${countText(Math.round(rate / workers))} a worker; ${plural(ran, "run")} in ${durationText(speed.wallMs * 1000)}`,
    );
  }
  if (slowest !== undefined) {
    lines.push(`Slowest: seed ${slowest.seed}, ${durationText(slowest.wallMs * 1000)}`);
  }
  return lines;
}
