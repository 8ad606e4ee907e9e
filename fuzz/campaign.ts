/** Runs sequences until so many requests were sent or something differed, in runs of fast-check that can be replayed. */
import * as fc from "fast-check";
import { compare, type Difference, type Outcome, type Sequence } from "./lab.ts";
import { FuzzError } from "./options.ts";
import { RealServer } from "./realServer.ts";
import { sequences } from "./sequences.ts";

/** Sequences of one seed. */
const RUN_SEQUENCES = 64;

export interface Campaign {
  /** Requests to send, at least. */
  readonly commands: number;
  /** Of the first run; each further one has the next. */
  readonly seed: number;
  /** fast-check's way to one sequence of the first run, "" for all. */
  readonly path: string;
  /** What the sequences are about, undefined for all. */
  readonly subject: string | undefined;
}

export interface Failure {
  readonly seed: number;
  readonly path: string;
  /** As small as fast-check has found it. */
  readonly sequence: Sequence;
  readonly difference: Difference;
}

export interface CampaignOutcome {
  readonly failure: Failure | undefined;
  readonly commands: number;
  readonly sequences: number;
  /** How many sequences met each meant difference. */
  readonly met: ReadonlyMap<string, number>;
}

/** Two real servers: one alone, one as a cluster of one node. */
export interface RealServers {
  readonly alone: RealServer;
  readonly cluster: RealServer;
}

/** Runs of sequences on all pairs of servers at once. `onProgress` is told of the requests that were sent so far. */
export async function runCampaign(
  servers: readonly RealServers[],
  { commands: wanted, seed: firstSeed, path, subject }: Campaign,
  onProgress: (commands: number) => void,
): Promise<CampaignOutcome> {
  const arbitrary = sequences(subject);
  const met = new Map<string, number>();
  let commands = 0;
  let count = 0;
  let seen: Difference | undefined;
  const run = async (pair: RealServers, sequence: Sequence): Promise<Outcome> => {
    const server = sequence.isCluster ? pair.cluster : pair.alone;
    const outcome = await compare(server, sequence);
    const { difference } = outcome;
    if (difference !== undefined && (await server.hasEnded())) {
      const sent = sequence.steps.slice(0, difference.step + 1);
      throw new FuzzError(
        `redis-server itself has ended, behind ${JSON.stringify(sent)}. If that is its own fault, keep the generator from it (fuzz/grammar.ts) and say why.`,
      );
    }
    commands += outcome.commands;
    count += 1;
    for (const name of outcome.met) met.set(name, (met.get(name) ?? 0) + 1);
    seen = outcome.difference ?? seen;
    onProgress(commands);
    return outcome;
  };
  const [first] = servers;
  if (first === undefined) throw new Error("a campaign needs servers to compare with");
  for (let seed = firstSeed; commands < wanted; seed++) {
    const at = path === "" ? await firstToDiffer(servers, arbitrary, seed, run) : path;
    if (at === undefined) continue;
    const property = fc.asyncProperty(arbitrary, async (sequence) => {
      const { difference } = await run(first, sequence);
      return difference === undefined;
    });
    const result = await fc.check(property, { seed, path: at, numRuns: RUN_SEQUENCES });
    if (result.failed && result.counterexample === null) throw result.errorInstance;
    const sequence = result.counterexample?.[0];
    const difference = sequence === undefined ? undefined : (await run(first, sequence)).difference;
    if (sequence !== undefined && difference !== undefined) {
      const failure = { seed, path: result.counterexamplePath ?? at, sequence, difference };
      return { failure, commands, sequences: count, met };
    }
    if (path !== "") break;
    throw new Error(`seed=${seed} path=${at} differed once and not again: ${JSON.stringify(seen)}`);
  }
  return { failure: undefined, commands, sequences: count, met };
}

/** fast-check's path to a sequence of this seed that differs; undefined if none does. */
async function firstToDiffer(
  servers: readonly RealServers[],
  arbitrary: fc.Arbitrary<Sequence>,
  seed: number,
  run: (pair: RealServers, sequence: Sequence) => Promise<Outcome>,
): Promise<string | undefined> {
  const waiting = [...fc.sample(arbitrary, { seed, numRuns: RUN_SEQUENCES }).entries()];
  let found: number | undefined;
  const work = async (pair: RealServers): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, sequence] = next;
      const { difference } = await run(pair, sequence);
      if (difference === undefined) continue;
      found ??= index;
      waiting.length = 0;
    }
  };
  await Promise.all(servers.map(work));
  return found === undefined ? undefined : String(found);
}

/** Starts pairs of servers; whoever has them stops them. */
export async function startServers(pairs: number): Promise<readonly RealServers[]> {
  const starts = Array.from({ length: pairs }, async () => ({
    alone: await RealServer.start(false),
    cluster: await RealServer.start(true),
  }));
  return Promise.all(starts);
}

export function stopServers(servers: readonly RealServers[]): void {
  for (const { alone, cluster } of servers) {
    alone.stop();
    cluster.stop();
  }
}
