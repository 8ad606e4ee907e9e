/** One minimal example for each kind of failure of a campaign, within a bounded time. */
import { join } from "node:path";
import type { FailureGroup, MinimalExample } from "../../reports/failureGroups.ts";
import { plural } from "../../reports/figures.ts";
import { replayCommand } from "../../reports/verdict.ts";
import { scenarioText } from "../scenarioText.ts";
import { drawScenario } from "../swarm/swarm.ts";
import type { RunRequest } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import { writeFiles } from "./outputFiles.ts";
import { nameResult } from "./shrinkCommand.ts";
import { shrinkToEnd } from "./shrinkRun.ts";

/** With more kinds than that, the time of each would be too short to find anything. */
const groupLimit = 5;

/**
 * The example of each of the first groups as a small scenario file in `folder`. A kind of failure whose example does not fail again, or
 * cannot be shrunk at all (a worker that died), has none. By the example's seed.
 */
export async function minimiseGroups(
  groups: readonly FailureGroup[],
  request: Omit<RunRequest, "seed">,
  seconds: number,
  folder: string,
  around: Surroundings,
): Promise<ReadonlyMap<number, MinimalExample>> {
  const found = new Map<number, MinimalExample>();
  if (seconds === 0 || groups.length === 0) return found;
  const { scenario, overrides } = request;
  let isInterrupted = false;
  void around.interrupted().then(() => (isInterrupted = true));
  const chosen = groups.filter(({ example }) => example.digest !== "").slice(0, groupLimit);
  const endMs = around.clockMs() + seconds * 1000;
  for (const [index, group] of chosen.entries()) {
    const { seed } = group.example;
    const nowMs = around.clockMs();
    const shareMs = (endMs - nowMs) / (chosen.length - index);
    const drawn = drawScenario(scenario, overrides, seed);
    const shrunk = await shrinkToEnd(drawn, overrides, seed, around.simulate, {
      hasBudget: () => !isInterrupted && around.clockMs() < nowMs + shareMs,
      onProgress: (search) => {
        const left = `${plural(search.best.nemesis.length, "fault")} left`;
        around.progress(`${scenario.name}, seed ${seed}: making it small, ${left}`);
      },
    });
    around.progress("");
    if (shrunk === undefined || !shrunk.isVerified) continue;
    const name = `minimal-${seed}.json`;
    writeFiles(folder, [[name, scenarioText(nameResult(shrunk, { ...request, seed }))]]);
    const file = join(folder, name);
    found.set(seed, {
      file,
      replay: replayCommand({ scenario: file, seed: shrunk.seed, overrides: {} }),
      faults: shrunk.outcome.faults.map((fault) => fault.text),
      operations: shrunk.outcome.load.length,
      sentence: shrunk.outcome.sentence,
    });
  }
  return found;
}
