/** `shrink`: from a failing run to a small scenario file that fails in the same way. */
import { basename, dirname, join } from "node:path";
import { momentText } from "../../reports/figures.ts";
import { shrunkText, type NearestPassing } from "../../reports/shrunk.ts";
import { exitCodes, replayCommand } from "../../reports/verdict.ts";
import { watchAddress } from "../../reports/watch.ts";
import type { Run } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import type { Search } from "../shrink/search.ts";
import type { Shrunk } from "../shrink/shrink.ts";
import { storyOf } from "../shrink/story.ts";
import { drawScenario } from "../swarm/swarm.ts";
import type { TraceEvent } from "../trace/vocabulary.ts";
import { countFrom, parseOneRun, type RunRequest } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import { writeFiles } from "./outputFiles.ts";
import { scenarioText } from "../scenarioText.ts";
import { shrinkToEnd } from "./shrinkRun.ts";
import type { Simulate } from "./simulation.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";
import { watched } from "./watched.ts";

const defaultSeconds = 60;

export const shrinkCommand: Subcommand = {
  name: "shrink",
  summary: "from a failing run to the fewest faults and operations that fail in the same way",
  usage: `npm run sim -- shrink scenario=NAME seed=N [key=value …] [seconds=60] [runs=N] [file=PATH]
npm run sim -- shrink FILE.json [seed=N]

Takes faults, operations, keys, clients, nodes and peculiarities away for as long as the run fails with
the same signature, makes what is left shorter and rounder, runs the result twice, and once more without
each of its faults. The result is a scenario file to read, to run and to keep as a regression.

  seconds=N     how long it may take
  runs=N        how many runs it may take: with the same number the same result, whatever the machine
  file=PATH     where the result goes; reports/out/NAME-SEED-minimal.json unless told

Ctrl-C ends it with the best so far. Exit status: 0 shrunk, 2 the run does not fail, 4 the harness failed.
`,
  run: async (argv, around) => runShrink(argv, around),
};

async function runShrink(argv: readonly string[], around: Surroundings): Promise<number> {
  const { request, own } = parseOneRun(argv, around.scenarios, ["seconds", "runs", "file"]);
  const seconds = countFrom(own, "seconds", defaultSeconds);
  const mostRuns = countFrom(own, "runs", Infinity);
  const startedMs = around.clockMs();
  let isInterrupted = false;
  void around.interrupted().then(() => {
    isInterrupted = true;
  });
  const { overrides, seed } = request;
  const scenario = drawScenario(request.scenario, overrides, seed);
  const shrunk = await shrinkToEnd(scenario, overrides, seed, around.simulate, {
    hasBudget: (runs) =>
      !isInterrupted && runs < mostRuns && around.clockMs() - startedMs < seconds * 1000,
    onProgress: (search) => around.progress(progressText(search, request)),
  });
  around.progress("");
  if (shrunk === undefined) {
    throw new UsageError(`${nameOf(request)} does not fail: there is nothing to shrink`);
  }
  const named = nameResult(shrunk, request);
  const path =
    own.get("file") ?? join("reports/out", `${request.scenario.name}-${request.seed}-minimal.json`);
  writeFiles(dirname(path), [[basename(path), scenarioText(named)]]);
  around.print(
    shrunkText(
      {
        from: nameOf(request),
        sentence: shrunk.outcome.sentence,
        scenario: named,
        before: shrunk.before,
        faults: shrunk.needs,
        isVerified: shrunk.isVerified,
        digest: shrunk.outcome.digest,
        nearest: nearestPassing(shrunk, around.simulate),
        runs: shrunk.runs,
        wallMs: around.clockMs() - startedMs,
        wasInterrupted: isInterrupted,
        path,
        replay: replayCommand({ scenario: path, seed: shrunk.seed, overrides: {} }),
        watch: watchAddress(watched(named, {}), shrunk.seed),
      },
      around.style,
    ),
  );
  return shrunk.isVerified ? exitCodes.ok : exitCodes.harness;
}

function nameOf({ scenario, seed }: RunRequest): string {
  return `${scenario.name}, seed ${seed}`;
}

function progressText(search: Search, request: RunRequest): string {
  const { nemesis, operations = search.outcome.load } = search.best;
  return `${nameOf(request)}: ${search.doing}; ${nemesis.length} faults, ${operations.length} operations left after ${search.runs} runs`;
}

/** The result as a file that can be kept: with a name, its story and its seed. */
export function nameResult(shrunk: Shrunk, request: RunRequest): Scenario {
  const { scenario, outcome, seed } = shrunk;
  const { name: _, story: __, budget, ...rest } = scenario;
  return {
    name: `${request.scenario.name}-${request.seed}-minimal`.slice(0, 64),
    story: storyOf(scenario, outcome, nameOf(request)),
    budget,
    seed,
    ...rest,
  };
}

/** Among the runs without one fault that pass, the one that goes along with the failing run for longest. */
function nearestPassing(shrunk: Shrunk, simulate: Simulate): NearestPassing | undefined {
  const { scenario, seed, needs } = shrunk;
  const traceOf = (each: Scenario): readonly TraceEvent[] =>
    simulate(each, {}, seed, { full: true }).run.trace.filter((event) => !isOfFault(event));
  let nearest: (NearestPassing & { readonly atUs: number }) | undefined;
  needs.forEach(({ text, without }, index) => {
    if (without !== "") return;
    const nemesis = scenario.nemesis.filter((_, each) => each !== index);
    const failing = traceOf(scenario);
    const passing = traceOf({ ...scenario, nemesis });
    const at = failing.findIndex((event, place) => !isSame(event, passing[place]));
    const loadedUs = shrunk.outcome.loadedUs;
    const atUs = failing[at]?.timeUs ?? Infinity;
    if (nearest !== undefined && nearest.atUs >= atUs) return;
    nearest = {
      without: text,
      failing: tell(failing[at], loadedUs),
      passing: tell(passing[at], loadedUs),
      atUs,
    };
  });
  return nearest;
}

/** That a fault and its probe begin or end is what was changed, and says nothing of what came of it. */
function isOfFault({ kind }: Run["trace"][number]): boolean {
  return kind.startsWith("fault.") || kind.startsWith("probe.");
}

function isSame(left: TraceEvent, right: TraceEvent | undefined): boolean {
  return (
    right !== undefined &&
    left.timeUs === right.timeUs &&
    left.node === right.node &&
    left.kind === right.kind &&
    left.position === right.position &&
    left.value === right.value &&
    left.text === right.text
  );
}

function tell(event: TraceEvent | undefined, loadedUs: number): string | undefined {
  if (event === undefined) return undefined;
  const { timeUs, node, kind, text } = event;
  return `${momentText(timeUs - loadedUs)} ${[node, kind, text].filter((each) => each !== "").join(" ")}`;
}
