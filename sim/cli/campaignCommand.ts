/** `scenario=NAME seeds=A..B` and `swarm seeds=A..B`: runs a campaign, keeps its results as they come, and sums them up. */
import { join, relative } from "node:path";
import { campaignData, type CampaignData, CampaignTally } from "../../reports/campaignData.ts";
import { swarmDemand } from "../../reports/coverageDemand.ts";
import { failureGroups } from "../../reports/failureGroups.ts";
import { campaignPage } from "../../reports/html.ts";
import { resultsSchema, type ResultsHeader } from "../../reports/resultsHeader.ts";
import type { SeedResult } from "../../reports/seedResult.ts";
import { sweepJson, sweepReport, type Sweep } from "../../reports/sweep.ts";
import { sweepVerdict } from "../../reports/sweepFigures.ts";
import { sweepJunit } from "../../reports/sweepJunit.ts";
import { exitCodes, shellWord } from "../../reports/verdict.ts";
import { messageOf } from "./campaignJob.ts";
import { missedCoverage } from "./coverageCommand.ts";
import type { Command } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import { minimiseGroups } from "./minimise.ts";
import { writeFileWhole, writeFiles } from "./outputFiles.ts";
import { progressText } from "./progress.ts";
import { planFingerprint, resultsToResume, ResultsWriter } from "./resultsFile.ts";
import { rangeText, seedsOf } from "./seedRange.ts";
import { codeVersion } from "./version.ts";
import { watched } from "./watched.ts";

type CampaignCommand = Extract<Command, { kind: "sweep" }>;

export async function runCampaignCommand(
  command: CampaignCommand,
  around: Surroundings,
): Promise<number> {
  const { request, settings, out, trace } = command;
  const { scenario, overrides } = request;
  const header = headerOf(command);
  const folder = join(out, folderName(header));
  const seeds = seedsOf(settings.seeds, settings.shard);
  const kept = settings.resume === "" ? [] : resultsToResume(settings.resume, header);
  const path = settings.resume === "" ? join(folder, "results.jsonl") : settings.resume;
  const writer = new ResultsWriter(path, header, kept);
  const results = [...kept];
  let failed = kept.filter((result) => result.verdict !== "ok").length;
  const known = new Set(kept.map((result) => result.seed));
  const startedMs = around.clockMs();
  const onResult = (result: SeedResult): void => {
    writer.append(result);
    results.push(result);
    if (result.verdict !== "ok") failed += 1;
    const about = { name: scenario.name, asked: seeds.length, kept: kept.length };
    const elapsedMs = around.clockMs() - startedMs;
    around.progress(progressText({ ...about, done: results.length, failed, elapsedMs }));
  };
  const { workers, problems } = await around.campaign({
    plan: { scenario, overrides, out, trace, parts: around.pageParts("report") },
    seeds: seeds.filter((seed) => !known.has(seed)),
    workers: settings.workers,
    onResult,
    interrupted: around.interrupted(),
  });
  around.progress("");
  results.sort((left, right) => left.seed - right.seed);
  const wallMs = around.clockMs() - startedMs;
  const speed = { wallMs, workers, ran: results.length - kept.length };
  const isWhole = results.length === seeds.length;
  const seconds = isWhole ? settings.minimiseSeconds : 0;
  const groups = failureGroups(results);
  const minimal = await minimiseGroups(groups, request, seconds, folder, around);
  const missedGoals = isWhole && settings.isCoverageRequired ? missedCoverage(results) : [];
  const asked = seeds.length;
  const about = watched(scenario, overrides);
  const sweep: Sweep = { ...about, asked, results, speed, minimal, missedGoals };
  const output = { ...command, folder, junit: settings.junit, problems };
  const status = finishSweep(sweep, output, around);
  if (isWhole) return status;
  const resume = [...command.words, `resume=${path}`].map(shellWord).join(" ");
  around.complain(
    `Interrupted: ${results.length} of ${seeds.length} seeds are done and kept. To go on:\n  npm run sim -- ${resume}\n`,
  );
  return interruptedStatus;
}

/** What shells give for Ctrl-C: a campaign that was cut short has not passed. */
export const interruptedStatus = 130;

export function headerOf({ request, settings }: CampaignCommand): ResultsHeader {
  const { scenario, overrides } = request;
  const { file } = watched(scenario, overrides);
  return {
    schema: resultsSchema,
    version: codeVersion(),
    scenario: scenario.name,
    ...(file === undefined ? {} : { file }),
    overrides,
    plan: planFingerprint(scenario, overrides),
    seeds: settings.seeds,
    shard: settings.shard,
  };
}

/** Shards of one campaign write into one folder's neighbours. */
export function folderName({ scenario, seeds, shard }: ResultsHeader): string {
  const part = shard.count === 1 ? "" : `-shard-${shard.index}-of-${shard.count}`;
  return `${scenario}-${rangeText(seeds)}${part}`;
}

/** Reports of single seeds are named as seen from the campaign's folder. */
function pageData(sweep: Sweep, folder: string): CampaignData {
  const tally = new CampaignTally();
  for (const result of sweep.results) {
    const seen = result.folder === "" ? "" : relative(folder, result.folder);
    tally.add({ ...result, folder: seen });
  }
  return campaignData(tally, sweep, swarmDemand);
}

export interface SweepOutput {
  readonly folder: string;
  readonly junit: string;
  readonly isJson: boolean;
  /** What has gone wrong with files before. */
  readonly problems: readonly string[];
}

/** Writes summary and page, prints the summary, and returns the exit status. */
export function finishSweep(sweep: Sweep, output: SweepOutput, around: Surroundings): number {
  const { folder, junit, isJson } = output;
  const complaints = new Set(output.problems);
  const attempt = (write: () => void): void => {
    try {
      write();
    } catch (error) {
      complaints.add(messageOf(error));
    }
  };
  attempt(() =>
    writeFiles(folder, [
      ["summary.json", sweepJson(sweep)],
      ["index.html", campaignPage(pageData(sweep, folder), around.pageParts("campaign"))],
    ]),
  );
  if (junit !== "") attempt(() => writeFileWhole(junit, sweepJunit(sweep)));
  around.print(isJson ? sweepJson(sweep) : sweepReport(sweep, around.style));
  for (const complaint of complaints) around.complain(`sim: ${complaint}\n`);
  const status = exitCodes[sweepVerdict(sweep)];
  return complaints.size > 0 && status !== exitCodes.violation ? exitCodes.harness : status;
}
