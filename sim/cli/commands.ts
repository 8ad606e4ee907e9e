/** Carries out what the command line asked for. Returns the exit status; prints through the streams it is given. */
import { basename, dirname, join } from "node:path";
import type { PageParts } from "../../reports/html.ts";
import { reportJson } from "../../reports/json.ts";
import { terminalReport, type Style } from "../../reports/terminal.ts";
import { exitCodes, replayCommand, verdictOf } from "../../reports/verdict.ts";
import { watchRun } from "../../reports/watch.ts";
import type { Scenario } from "../scenario.ts";
import { explicitScenario } from "../shrink/explicit.ts";
import { drawScenario } from "../swarm/swarm.ts";
import type { CampaignOptions, CampaignOutcome } from "./campaign.ts";
import { runCampaignCommand } from "./campaignCommand.ts";
import { messageOf } from "./campaignJob.ts";
import { parseCommandLine, type Command } from "./commandLine.ts";
import { compareRuns, compareWithSaved } from "./difference.ts";
import { generalHelp, listText, scenarioHelp } from "./helpTexts.ts";
import { OutputError, writeFiles, writeReport, type PageName } from "./outputFiles.ts";
import { recordingText } from "./recordingFile.ts";
import type { Simulate } from "./simulation.ts";
import { subcommands } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";
import { codeVersion } from "./version.ts";
import { watched } from "./watched.ts";

/** What the process gives the commands: its streams, its clock, the world. Tests give their own. */
export interface Surroundings {
  readonly scenarios: readonly Scenario[];
  readonly simulate: Simulate;
  readonly campaign: (options: CampaignOptions) => Promise<CampaignOutcome>;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Overwrites one line on a terminal; elsewhere a plain line now and then. "" wipes it. */
  readonly progress: (text: string) => void;
  readonly style: Style;
  /** Script and style of a page. */
  readonly pageParts: (page: PageName) => PageParts;
  readonly clockMs: () => number;
  readonly interrupted: () => Promise<void>;
  /** Opens an address in the browser; false where there is nobody to look at it. */
  readonly browse: (address: string) => boolean;
}

/** 0 all held, 1 violation, 2 wrong usage, 3 stuck, 4 the harness failed, 5 undecided, 130 interrupted. */
export async function runCommandLine(
  argv: readonly string[],
  around: Surroundings,
): Promise<number> {
  try {
    return await (runSubcommand(argv, around) ??
      runCommand(parseCommandLine(argv, around.scenarios), around));
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

/** Undefined if the words name no subcommand. All have theirs in front; `view` may also stand behind the words of a run. */
function runSubcommand(
  words: readonly string[],
  around: Surroundings,
): Promise<number> | undefined {
  const isBehind = words[0]?.includes("=") === true && words.at(-1) === "view";
  const argv = isBehind ? ["view", ...words.slice(0, -1)] : words;
  const [first, second] = argv;
  const wantsHelp = first === "help" || argv.includes("--help") || argv.includes("-h");
  const found = subcommands.find(({ name }) => name === (first === "help" ? second : first));
  if (found === undefined) return undefined;
  if (!wantsHelp) return found.run(argv.slice(1), around);
  around.print(found.usage);
  return Promise.resolve(0);
}

async function runCommand(command: Command, around: Surroundings): Promise<number> {
  switch (command.kind) {
    case "help":
      around.print(
        command.scenario === undefined ? generalHelp(subcommands) : scenarioHelp(command.scenario),
      );
      return 0;
    case "list":
      around.print(listText(around.scenarios));
      return 0;
    case "run":
      return runOne(command, around);
    case "sweep":
      return runCampaignCommand(command, around);
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
  const page = around.pageParts("report");
  const startedMs = around.clockMs();
  let simulated;
  try {
    const full = command.trace === "full";
    const keepsDrawn = command.record !== "";
    simulated = around.simulate(scenario, overrides, seed, { full, keepsDrawn });
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
  const watch = watchRun(watched(scenario, overrides), run);
  let problem: unknown;
  try {
    writeReport(folder, run, { trace: command.trace, page, watch });
    if (command.record !== "") {
      const drawn = drawScenario(scenario, overrides, seed);
      const explicit = explicitScenario(drawn, overrides, run.load);
      const text = recordingText(explicit, run, simulated.decisions.drawn, codeVersion());
      writeFiles(dirname(command.record), [[basename(command.record), text]]);
    }
  } catch (error) {
    problem = error;
  }
  // The story is told even where its files cannot be written: the run has been done.
  const shown = problem === undefined ? folder : "";
  around.print(
    command.isJson
      ? reportJson(run)
      : terminalReport(run, around.style, { wallMs, folder: shown, watch }),
  );
  const status = exitCodes[verdictOf(run)];
  if (problem === undefined) return status;
  around.complain(`sim: ${messageOf(problem)}\n`);
  return status === exitCodes.violation ? status : exitCodes.harness;
}
