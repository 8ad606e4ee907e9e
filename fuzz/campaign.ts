/**
 * Runs sequences until so many requests were sent or something differs, in runs of fast-check that can be replayed. What differed once
 * and not when it was repeated is told, and counted, and the campaign goes on.
 */
import * as fc from "fast-check";
import { must } from "../engine/assert.ts";
import { compare, type Difference, type Sequence, type Step } from "./lab.ts";
import { FuzzError } from "./options.ts";
import { RealServer } from "./realServer.ts";
import { sequences } from "./sequences.ts";

/** Sequences of one seed. */
const RUN_SEQUENCES = 64;
/** How many times a sequence that differed is asked again. */
const REPEATS = 10;
/** How many times a sequence is begun anew because of the clock. */
const MOST_SLOW = 100;
/** The same for each smaller sequence, of one that does not differ every time. */
const ATTEMPTS = 5;

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

/** A sequence that was answered differently. */
export interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly sequence: Sequence;
  readonly difference: Difference;
}

export interface CampaignOutcome {
  /** What differs each time, or often: as small as fast-check has found it. It ends the campaign. */
  readonly failure: Failure | undefined;
  /** What differed, and did not in `REPEATS` further attempts: whole sequences. */
  readonly differedOnce: readonly Failure[];
  readonly commands: number;
  readonly sequences: number;
  /** Sequences in which a server was slower than a deadline, and which were asked again. */
  readonly begunAnew: number;
  /** How often redis-server itself has ended: of those sequences nothing is known. */
  readonly ends: number;
  /** How many sequences met each meant difference. */
  readonly met: ReadonlyMap<string, number>;
}

/** Who is told how a campaign goes. */
export interface Watcher {
  /** Requests that were sent so far. */
  readonly progress: (commands: number) => void;
  /** The campaign goes on. */
  readonly differedOnce: (failure: Failure) => void;
  /** redis-server itself has ended behind these steps, and was started anew. */
  readonly serverEnded: (how: string, steps: readonly Step[]) => void;
}

/** Two real servers: one alone, one as a cluster of one node. */
export interface RealServers {
  readonly alone: RealServer;
  readonly cluster: RealServer;
}

/** Runs of sequences on all pairs of servers at once. */
export async function runCampaign(
  servers: readonly RealServers[],
  campaign: Campaign,
  watcher: Watcher,
): Promise<CampaignOutcome> {
  return new CampaignRun(servers, campaign, watcher).run();
}

/** What differs at one index of a seed's run, in this part of the attempts. */
interface Found {
  readonly index: number;
  readonly isAlways: boolean;
}

class Differs extends Error {}

class CampaignRun {
  private readonly servers: readonly RealServers[];
  private readonly campaign: Campaign;
  private readonly watcher: Watcher;
  private readonly arbitrary: fc.Arbitrary<Sequence>;
  private readonly met = new Map<string, number>();
  private readonly differedOnce: Failure[] = [];
  private commands = 0;
  private sequences = 0;
  private begunAnew = 0;
  private ends = 0;

  constructor(servers: readonly RealServers[], campaign: Campaign, watcher: Watcher) {
    this.servers = servers;
    this.campaign = campaign;
    this.watcher = watcher;
    this.arbitrary = sequences(campaign.subject);
  }

  async run(): Promise<CampaignOutcome> {
    const { commands: wanted, seed: firstSeed, path } = this.campaign;
    let failure: Failure | undefined;
    if (path !== "") failure = await this.smallest(firstSeed, path, ATTEMPTS);
    else {
      for (let seed = firstSeed; this.commands < wanted && failure === undefined; seed++) {
        const found = await this.firstToDiffer(seed);
        if (found === undefined) continue;
        const attempts = found.isAlways ? 1 : ATTEMPTS;
        failure = await this.smallest(seed, String(found.index), attempts);
      }
    }
    const { differedOnce, commands, sequences: count, begunAnew, ends, met } = this;
    return { failure, differedOnce, commands, sequences: count, begunAnew, ends, met };
  }

  /** The first sequence of this seed that differs again when it is repeated; undefined if none does. */
  private async firstToDiffer(seed: number): Promise<Found | undefined> {
    const all = fc.sample(this.arbitrary, { seed, numRuns: RUN_SEQUENCES });
    const waiting = [...all.entries()];
    let found: Found | undefined;
    const work = async (pair: RealServers): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, sequence] = next;
        const difference = await this.compare(pair, sequence);
        if (difference === undefined) continue;
        const again = await this.repeated(pair, sequence);
        if (again > 0) {
          found ??= { index, isAlways: again === REPEATS };
          waiting.length = 0;
          return;
        }
        const failure = { seed, path: String(index), sequence, difference };
        this.differedOnce.push(failure);
        this.watcher.differedOnce(failure);
      }
    };
    await Promise.all(this.servers.map(work));
    return found;
  }

  /** How many of the repeats differ. */
  private async repeated(pair: RealServers, sequence: Sequence): Promise<number> {
    let differed = 0;
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      if ((await this.compare(pair, sequence)) !== undefined) differed += 1;
    }
    return differed;
  }

  /** What fast-check shrinks the sequence at this path to. A sequence fails if one of these attempts differs. */
  private async smallest(
    seed: number,
    path: string,
    attempts: number,
  ): Promise<Failure | undefined> {
    const pair = must(this.servers[0], "a pair of servers");
    let last: { sequence: Sequence; difference: Difference } | undefined;
    const property = fc.asyncProperty(this.arbitrary, async (sequence) => {
      for (let attempt = 0; attempt < attempts; attempt++) {
        const difference = await this.compare(pair, sequence);
        if (difference === undefined) continue;
        last = { sequence, difference };
        throw new Differs();
      }
    });
    const result = await fc.check(property, { seed, path, numRuns: 1 });
    if (!result.failed) return undefined;
    // Else it is an error of our own.
    if (last === undefined || !(result.errorInstance instanceof Differs)) {
      throw result.errorInstance;
    }
    return { seed, path: result.counterexamplePath ?? path, ...last };
  }

  private async compare(pair: RealServers, sequence: Sequence): Promise<Difference | undefined> {
    const server = sequence.isCluster ? pair.cluster : pair.alone;
    let outcome = await compare(server, sequence);
    for (let attempt = 1; outcome.isTooSlow; attempt++) {
      if (attempt === MOST_SLOW) {
        throw new FuzzError("this computer is too busy: deadlines pass within single requests.");
      }
      this.begunAnew += 1;
      outcome = await compare(server, sequence);
    }
    const { difference } = outcome;
    if (difference !== undefined && (await server.hasEnded())) {
      this.ends += 1;
      this.watcher.serverEnded(server.exitText, sequence.steps.slice(0, difference.step + 1));
      await server.startAgain();
      return undefined;
    }
    this.commands += outcome.commands;
    this.sequences += 1;
    for (const name of outcome.met) this.met.set(name, (this.met.get(name) ?? 0) + 1);
    this.watcher.progress(this.commands);
    return difference;
  }
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
