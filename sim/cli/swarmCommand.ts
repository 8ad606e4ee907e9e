/** `swarm`: a campaign in which every seed draws its own cluster, load and faults. */
import { runCampaignCommand } from "./campaignCommand.ts";
import { parseCommandLine } from "./commandLine.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";

export const swarmCommand: Subcommand = {
  name: "swarm",
  summary: "many seeds, each a cluster, a load and faults of its own",
  usage: `npm run sim -- swarm seeds=A..B [key=value …]

Every seed draws its own topology, limits, load and faults. One of them alone, with its story and page:
  npm run sim -- scenario=swarm seed=N

  budget=within              what the faults may do: within (all must hold), over (it may stop, it may
                             not lie), assumption-broken (clocks beyond their bound: stale reads, no more)
  workers=N                  threads; as many as there are cores unless told
  shard=i/n                  the i-th of n equal parts of the seeds, for n machines; "merge" joins them
  out=DIR                    DIR/swarm-A..B/ gets results.jsonl (a line a seed, as they end),
                             summary.json and index.html; DIR/swarm-SEED/ the files of seeds that failed
  resume=FILE                a results.jsonl that was cut short: its seeds are not run again
  minimise=SECONDS           how long failures may be made small, one of each kind (the first five): 60
                             unless told, 0 for not at all; DIR/swarm-A..B/minimal-SEED.json
  coverage=required          a mark of the engine that was never hit, a kind of fault that never mattered
                             or a phase that it never met fails the campaign: for long ones
  junit=FILE  json           JUnit XML; summary.json on the standard output
  shards=1 horizonMs=5000 …  any parameter of a scenario, for all seeds

Ctrl-C keeps what is done and prints the command that goes on. The same words go with
"scenario=NAME seeds=A..B".
`,
  run: async (argv, around) => {
    const words = ["scenario=swarm", ...argv];
    if (argv.some((word) => word.startsWith("scenario="))) {
      throw new UsageError("swarm is a scenario of its own: leave scenario=… away");
    }
    const command = parseCommandLine(words, around.scenarios);
    if (command.kind !== "sweep") {
      throw new UsageError("swarm expects a range of seeds, such as swarm seeds=1..1000");
    }
    return runCampaignCommand({ ...command, words: ["swarm", ...command.words.slice(1)] }, around);
  },
};
