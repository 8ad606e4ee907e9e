/** `fleet …`: a campaign on many machines that meet at a NATS server. */
import { plural } from "../../reports/figures.ts";
import { tableLines } from "../../reports/textTable.ts";
import { headerOf } from "./campaignCommand.ts";
import { workersFrom } from "./campaignOptions.ts";
import { parseCommandLine } from "./commandLine.ts";
import type { Surroundings } from "./commands.ts";
import { collectFromFleet } from "./fleet/fleetCollect.ts";
import { campaignName, cutRange, makePlan, noCampaign } from "./fleet/fleetPlan.ts";
import type { FleetServer } from "./fleet/fleetServer.ts";
import { workForFleet } from "./fleet/fleetWork.ts";
import { unknownName } from "../input/nearest.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";
import { codeVersion } from "./version.ts";

const defaultServer = "nats://127.0.0.1:4222";

export const fleetCommand: Subcommand = {
  name: "fleet",
  summary: "a campaign on many machines, through NATS JetStream",
  usage: `npm run sim -- fleet submit swarm seeds=A..B [key=value …] [range=N] [silenceMs=N]
npm run sim -- fleet submit scenario=NAME seeds=A..B …
npm run sim -- fleet work [campaign=NAME] [workers=N]
npm run sim -- fleet collect campaign=NAME [out=DIR] [junit=FILE] [json] [wait=no]
npm run sim -- fleet list
npm run sim -- fleet drop campaign=NAME

submit cuts the seeds into ranges and puts them into a work queue; it prints the campaign's name.
work, on any number of machines, takes ranges, runs them on all cores and sends the results back. With
  campaign=NAME it ends when no range of it is left, without it serves whatever is submitted. Ctrl-C
  finishes the range at hand. The range of a worker that falls silent goes to another; after three
  silences its seeds are reported as failed. A worker of another version of the code is refused.
collect waits for all results and sums them up; each seed counts once, however often it was run.
  wait=no takes what is there.

  nats=${defaultServer}   the server, which must have JetStream; several by comma, nats://USER:PASSWORD@HOST,
                               tls://HOST for an encrypted connection
  range=50                     seeds a range
  silenceMs=15000              a worker that was not heard of for so long is given up

docs/FLEET.md tells how to run one, on machines of your own or on Kubernetes.
`,
  run: async (argv, around) => {
    const [verb, ...rest] = argv;
    switch (verb) {
      case "submit":
        return submit(rest, around);
      case "work":
        return work(pairsOf("work", rest, ["nats", "campaign", "workers"]), around);
      case "collect":
        return collect(rest, around);
      case "list":
        return list(pairsOf("list", rest, ["nats"]), around);
      case "drop":
        return drop(pairsOf("drop", rest, ["nats", "campaign"]), around);
      case undefined:
        throw new UsageError("fleet expects one of submit, work, collect, list, drop");
      default:
        throw new UsageError(unknownName("word after fleet", verb, verbs));
    }
  },
};

const verbs = ["submit", "work", "collect", "list", "drop"];

async function submit(argv: readonly string[], around: Surroundings): Promise<number> {
  const own = ["nats", "range", "silenceMs"];
  const isOwn = (word: string): boolean => own.some((key) => word.startsWith(`${key}=`));
  const pairs = pairsOf("submit", argv.filter(isOwn), own);
  const words = argv.filter((word) => !isOwn(word));
  const isSwarm = words[0] === "swarm";
  const line = isSwarm ? ["scenario=swarm", ...words.slice(1)] : words;
  const command = parseCommandLine(line, around.scenarios);
  if (command.kind !== "sweep") {
    throw new UsageError("submit expects a campaign, such as fleet submit swarm seeds=1..10000");
  }
  const { resume, shard, workers, junit } = command.settings;
  if (resume !== "" || shard.count !== 1 || workers !== 0 || junit !== "") {
    throw new UsageError(
      "resume, shard, workers and junit have no meaning for submit: workers take any part of the seeds, and collect writes the results",
    );
  }
  const size = wholeFrom(pairs, "range", 50, 1, 100_000);
  const silenceMs = wholeFrom(pairs, "silenceMs", 15_000, 500, 3_600_000);
  const header = headerOf(command);
  const plan = makePlan(header, command.request.scenario, silenceMs);
  const campaign = campaignName(header);
  const ranges = cutRange(header.seeds, size);
  return withServer(pairs, async (server) => {
    const isNew = await server.submit(campaign, plan, ranges);
    const place = pairs.has("nats") ? ` nats=${pairs.get("nats")}` : "";
    around.print(
      [
        isNew
          ? `Submitted ${campaign}: ${plural(ranges.length, "range")} of up to ${plural(size, "seed")}.`
          : `${campaign} is there already, and is not run twice ("fleet drop campaign=${campaign}" forgets it).`,
        `  on each machine: npm run sim -- fleet work campaign=${campaign}${place}`,
        `  for the results: npm run sim -- fleet collect campaign=${campaign}${place}`,
        "",
      ].join("\n"),
    );
    return 0;
  });
}

async function work(pairs: ReadonlyMap<string, string>, around: Surroundings): Promise<number> {
  const workers = workersFrom(pairs.get("workers"));
  const campaign = pairs.get("campaign") ?? "";
  return withServer(pairs, async (server) => {
    const done = await Promise.race([
      server.whenLost(),
      workForFleet(server, {
        campaign,
        workers,
        version: codeVersion(),
        tell: (line) => around.print(`${line}\n`),
        interrupted: around.interrupted(),
      }),
    ]);
    around.print(`Done here: ${plural(done.seeds, "seed")} in ${plural(done.ranges, "range")}.\n`);
    return 0;
  });
}

async function collect(argv: readonly string[], around: Surroundings): Promise<number> {
  const isJson = argv.includes("json");
  const known = ["nats", "campaign", "out", "junit", "wait"];
  const words = argv.filter((word) => word !== "json");
  const pairs = pairsOf("collect", words, known);
  const campaign = campaignFrom(pairs);
  const wait = pairs.get("wait") ?? "yes";
  if (wait !== "yes" && wait !== "no") {
    throw new UsageError(`wait must be one of yes, no; got "${wait}"`);
  }
  const out = pairs.get("out") ?? "reports/out";
  const junit = pairs.get("junit") ?? "";
  const options = { campaign, out, junit, isJson, waits: wait === "yes" };
  return withServer(pairs, (server) => collectFromFleet(server, options, around));
}

async function list(pairs: ReadonlyMap<string, string>, around: Surroundings): Promise<number> {
  return withServer(pairs, async (server) => {
    const campaigns = await server.campaigns();
    if (campaigns.length === 0) around.print("There is no campaign on this server.\n");
    const rows = campaigns.map(({ campaign, plan, rangesWaiting, rangesAtWork, results }) => [
      campaign,
      plan.header.version,
      `${rangesWaiting} ranges waiting,`,
      `${rangesAtWork} at work,`,
      `${results} results`,
    ]);
    for (const line of tableLines(rows, ["left", "left", "right", "right", "right"])) {
      around.print(`${line}\n`);
    }
    return 0;
  });
}

async function drop(pairs: ReadonlyMap<string, string>, around: Surroundings): Promise<number> {
  const campaign = campaignFrom(pairs);
  return withServer(pairs, async (server) => {
    if (!(await server.drop(campaign))) throw new UsageError(noCampaign(campaign));
    around.print(`Dropped ${campaign}, its ranges and its results.\n`);
    return 0;
  });
}

/** The client of NATS is loaded here and not with the simulator, which needs it for nothing else. */
async function withServer(
  pairs: ReadonlyMap<string, string>,
  use: (server: FleetServer) => Promise<number>,
): Promise<number> {
  const { FleetServer: Server } = await import("./fleet/fleetServer.ts");
  const server = await Server.open(pairs.get("nats") ?? defaultServer);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

function pairsOf(
  verb: string,
  words: readonly string[],
  known: readonly string[],
): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const word of words) {
    const [, key = "", value = ""] = /^(\w+)=(.*)$/s.exec(word) ?? [];
    if (!known.includes(key)) {
      const expected = known.map((each) => `${each}=…`).join(", ");
      throw new UsageError(`fleet ${verb} knows ${expected}; got "${word}"`);
    }
    if (value === "") throw new UsageError(`${key} needs a value: ${key}=…`);
    if (pairs.has(key)) throw new UsageError(`${key} is given twice`);
    pairs.set(key, value);
  }
  return pairs;
}

function campaignFrom(pairs: ReadonlyMap<string, string>): string {
  const campaign = pairs.get("campaign");
  if (campaign !== undefined) return campaign;
  throw new UsageError(`which campaign? Write campaign=NAME; "fleet list" names them all`);
}

function wholeFrom(
  pairs: ReadonlyMap<string, string>,
  name: string,
  standard: number,
  least: number,
  most: number,
): number {
  const text = pairs.get(name);
  if (text === undefined) return standard;
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  if (value >= least && value <= most) return value;
  throw new UsageError(
    `${name} expects a whole number from ${least} to ${most}, such as ${name}=${standard}; got "${text}"`,
  );
}
