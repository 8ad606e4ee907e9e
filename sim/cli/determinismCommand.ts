/** `determinism`: proof that a run follows from its code, scenario and seed alone. */
import { plural } from "../../reports/figures.ts";
import { replayCommand } from "../../reports/verdict.ts";
import { parseCommandLine } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import { guardRun } from "./determinismGuard.ts";
import { inFreshProcess, inThisProcess, inWorkerThread } from "./executors.ts";
import { seedsOf } from "./seedRange.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";

export const determinismCommand: Subcommand = {
  name: "determinism",
  summary: "the same seed, twice, in a thread, in another process",
  usage: `npm run sim -- determinism seeds=A..B [scenario=NAME] [key=value …]

Executes each seed four times: twice in this process, in a worker thread, and in a fresh process. All must
execute the same events and come to the same verdict; if not, the first event that differs is named.
Scenario swarm unless told.

Exit status: 0 all agree, 1 some differ.
`,
  run: async (argv, around) => {
    const words = argv.some((word) => word.startsWith("scenario="))
      ? argv
      : ["scenario=swarm", ...argv];
    const command = parseCommandLine(words, around.scenarios);
    if (command.kind !== "sweep" || command.isJson) {
      throw new UsageError("determinism expects a range of seeds, such as determinism seeds=1..5");
    }
    const { request, settings } = command;
    return guardSeeds(request, seedsOf(settings.seeds, settings.shard), around);
  },
};

async function guardSeeds(
  request: Pick<Parameters<typeof guardRun>[0], "scenario" | "overrides">,
  seeds: readonly number[],
  around: Surroundings,
): Promise<number> {
  const executors = [
    inThisProcess("this process", around.simulate),
    inThisProcess("this process once more", around.simulate),
    inWorkerThread(),
    inFreshProcess(),
  ];
  const { scenario, overrides } = request;
  let events = 0;
  let differing = 0;
  try {
    for (const [index, seed] of seeds.entries()) {
      around.progress(`determinism: ${index} of ${plural(seeds.length, "seed")}`);
      const verdict = await guardRun({ scenario, overrides, seed }, executors);
      events += verdict.events;
      if (verdict.difference === "") continue;
      differing += 1;
      around.progress("");
      const replay = replayCommand({ scenario: scenario.name, seed, overrides });
      around.print(
        `✘ NOT DETERMINISTIC  ${scenario.name}, seed ${seed}\n${verdict.difference}\n${replay}\n\n`,
      );
    }
  } finally {
    await Promise.all(executors.map((executor) => executor.close()));
  }
  around.progress("");
  if (differing > 0) {
    around.print(`${differing} of ${plural(seeds.length, "seed")} differ.\n`);
    return 1;
  }
  around.print(
    `✔ DETERMINISTIC  ${scenario.name}: ${plural(seeds.length, "seed")}, ${plural(events, "event")} each executed four times: twice in one process, in a worker thread, in a fresh process\n`,
  );
  return 0;
}
