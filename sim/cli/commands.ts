/** Carries out what the command line asked for. Returns the exit status; prints through the streams it is given. */
import { join } from "node:path";
import type { PageParts } from "../../reports/html.ts";
import { reportJson } from "../../reports/json.ts";
import { sweepJson, sweepReport, sweepVerdict, type Sweep } from "../../reports/sweep.ts";
import { terminalReport, type Style } from "../../reports/terminal.ts";
import { exitCodes, replayCommand, verdictOf } from "../../reports/verdict.ts";
import type { Scenario } from "../scenario.ts";
import type { CampaignOptions, CampaignOutcome } from "./campaign.ts";
import { messageOf } from "./campaignJob.ts";
import { parseCommandLine, type Command } from "./commandLine.ts";
import { compareRuns, compareWithSaved } from "./difference.ts";
import { generalHelp, listText, scenarioHelp } from "./helpTexts.ts";
import { OutputError, writeFiles, writeReport } from "./outputFiles.ts";
import type { Simulate } from "./simulation.ts";
import { UsageError } from "./usageError.ts";

/** What the process gives the commands: its streams, its clock, the world. Tests give their own. */
export interface Surroundings {
  readonly scenarios: readonly Scenario[];
  readonly simulate: Simulate;
  readonly campaign: (options: CampaignOptions) => Promise<CampaignOutcome>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Overwrites one line on a terminal; does nothing elsewhere. */
  readonly progress: (text: string) => void;
  readonly style: Style;
  /** Script and style of the page. */
  readonly pageParts: () => PageParts;
  readonly clockMs: () => number;
  readonly interrupted: () => Promise<void>;
}

/** 0 all held, 1 violation, 2 wrong usage, 3 stuck, 4 the harness failed, 5 undecided. */
export async function runCommandLine(
  argv: readonly string[],
  around: Surroundings,
): Promise<number> {
  try {
    return await runCommand(parseCommandLine(argv, around.scenarios), around);
  } catch (error) {
    if (error instanceof UsageError) {
      around.complain(`sim: ${error.message}\n`);
      around.complain('sim: "npm run sim -- help" tells how to use it\n');
      return 2;
    }
    around.complain(`sim: ${messageOf(error)}\n`);
    if (!(error instanceof OutputError) && error instanceof Error) {
      around.complain(`${error.stack ?? ""}\n`);
    }
    return exitCodes.harness;
  }
}

async function runCommand(command: Command, around: Surroundings): Promise<number> {
  switch (command.kind) {
    case "help":
      around.print(command.scenario === undefined ? generalHelp : scenarioHelp(command.scenario));
      return 0;
    case "list":
      around.print(listText(around.scenarios));
      return 0;
    case "run":
      return runOne(command, around);
    case "sweep":
      return runSweep(command, around);
    case "diff": {
      const difference =
        typeof command.right === "string"
          ? compareWithSaved(command.left, command.right, around.simulate)
          : compareRuns(command.left, command.right, around.simulate);
      around.print(difference.text);
      return difference.isEqual ? 0 : 1;
    }
  }
}

function runOne(command: Extract<Command, { kind: "run" }>, around: Surroundings): number {
  const { scenario, seed, overrides } = command.request;
  const parts = around.pageParts();
  const startedMs = around.clockMs();
  let simulated;
  try {
    simulated = around.simulate(scenario, overrides, seed, { full: command.trace === "full" });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const replay = replayCommand({ scenario: scenario.name, seed, overrides });
    around.complain(
      `✘ HARNESS FAILED  ${scenario.name}, seed ${seed}: an assertion of the engine or the simulator\n`,
    );
    around.complain(`  Replay ${replay}\n`);
    throw error;
  }
  const { run } = simulated;
  const wallMs = around.clockMs() - startedMs;
  const folder = join(command.out, `${scenario.name}-${seed}`);
  let problem: unknown;
  try {
    writeReport(folder, run, command.trace, parts);
  } catch (error) {
    problem = error;
  }
  // The story is told even where its files cannot be written: the run has been done.
  const shown = problem === undefined ? folder : "";
  around.print(
    command.isJson ? reportJson(run) : terminalReport(run, around.style, { wallMs, folder: shown }),
  );
  const status = exitCodes[verdictOf(run)];
  if (problem === undefined) return status;
  around.complain(`sim: ${messageOf(problem)}\n`);
  return status === exitCodes.violation ? status : exitCodes.harness;
}

async function runSweep(
  command: Extract<Command, { kind: "sweep" }>,
  around: Surroundings,
): Promise<number> {
  const { request, firstSeed, lastSeed, workers, out, trace } = command;
  const { scenario, overrides } = request;
  const asked = lastSeed - firstSeed + 1;
  const startedMs = around.clockMs();
  const { results, problems } = await around.campaign({
    plan: { scenario, overrides, out, trace, parts: around.pageParts() },
    firstSeed,
    lastSeed,
    workers,
    onProgress: (done, failed) => {
      const note = failed > 0 ? `, ${failed} failed` : "";
      around.progress(`${scenario.name}: ${done} of ${asked} seeds${note}`);
    },
    interrupted: around.interrupted(),
  });
  around.progress("");
  const wallMs = around.clockMs() - startedMs;
  const sweep: Sweep = { scenario: scenario.name, overrides, asked, results, wallMs };
  const folder = join(out, `${scenario.name}-${firstSeed}..${lastSeed}`);
  let status = results.length === 0 ? exitCodes.harness : exitCodes[sweepVerdict(sweep)];
  const complaints = [...problems];
  try {
    writeFiles(folder, [["summary.json", sweepJson(sweep)]]);
  } catch (error) {
    complaints.push(messageOf(error));
  }
  around.print(command.isJson ? sweepJson(sweep) : sweepReport(sweep, around.style));
  for (const complaint of new Set(complaints)) around.complain(`sim: ${complaint}\n`);
  if (complaints.length > 0 && status !== exitCodes.violation) status = exitCodes.harness;
  return results.length < asked && status === 0 ? interruptedStatus : status;
}

/** What shells give for Ctrl-C: a sweep that was cut short has not passed. */
const interruptedStatus = 130;
