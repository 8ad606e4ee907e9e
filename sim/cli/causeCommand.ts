/** `cause`: when was it decided that a run would fail? */
import { causeText } from "../../reports/cause.ts";
import { exitCodes, headlineOf } from "../../reports/verdict.ts";
import { findCause } from "../shrink/cause.ts";
import { drawScenario } from "../swarm/swarm.ts";
import { countFrom, parseOneRun } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";

const defaultMoments = 20;
const defaultBranches = 8;
const defaultSeconds = 120;

export const causeCommand: Subcommand = {
  name: "cause",
  summary: "the point of no return: when it was decided that a run would fail",
  usage: `npm run sim -- cause scenario=NAME seed=N [key=value …] [moments=${defaultMoments}] [branches=${defaultBranches}] [seconds=${defaultSeconds}]
npm run sim -- cause FILE.json

Runs a failing run again from many moments on with other chances: until the moment all is as it was, from
there on delays, elections and what faults hit are drawn anew; the faults come as they are scheduled.
Prints what share of these futures fails in the same way, moment by moment, and what happened where the
share jumps. A moment in which the share is already high came too late to save the run.

  moments=N     between the start of the load and the failure; the jump is then looked at more closely
  branches=N    futures a moment
  seconds=N     how long it may take

Exit status: 0 told, 2 the run does not fail.
`,
  run: async (argv, around) => runCause(argv, around),
};

async function runCause(argv: readonly string[], around: Surroundings): Promise<number> {
  const keys = ["moments", "branches", "seconds"];
  const { request, own } = parseOneRun(argv, around.scenarios, keys);
  const { overrides, seed } = request;
  const scenario = drawScenario(request.scenario, overrides, seed);
  const startedMs = around.clockMs();
  let isInterrupted = false;
  void around.interrupted().then(() => {
    isInterrupted = true;
  });
  const { run } = around.simulate(scenario, overrides, seed, { full: false });
  const from = `${request.scenario.name}, seed ${seed}`;
  if (run.signature === "")
    throw new UsageError(`${from} does not fail: there is no cause to find`);
  const mostMs = countFrom(own, "seconds", defaultSeconds) * 1000;
  const { loadedUs, simulatedUs: endUs, trace, signature } = run;
  const steps = findCause(
    { loadedUs, endUs, trace },
    {
      moments: countFrom(own, "moments", defaultMoments),
      branches: countFrom(own, "branches", defaultBranches),
      hasBudget: () => !isInterrupted && around.clockMs() - startedMs < mostMs,
      onProgress: (moments) => around.progress(`${from}: ${moments.length - 1} moments looked at`),
    },
  );
  let runs = 1;
  let step = steps.next();
  while (step.done !== true) {
    runs += 1;
    const { branch, giveUpAtUs } = step.value;
    const future = around.simulate(scenario, overrides, seed, { full: false, branch, giveUpAtUs });
    // The moment in which Ctrl-C is heard.
    await new Promise((resolve) => setImmediate(resolve));
    step = steps.next(future.run.signature === signature);
  }
  around.progress("");
  const wallMs = around.clockMs() - startedMs;
  const sentence = headlineOf(run);
  around.print(
    causeText({ from, sentence, cause: step.value, loadedUs, runs, wallMs }, around.style),
  );
  return exitCodes.ok;
}
