/** All libraries at work on one cluster while the processes of its zones are killed, and what came of it. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { KeyNames } from "../../sim/clients/keys.ts";
import { Recorder } from "./history.ts";
import { bareWriter, Ledger } from "./ledger.ts";
import type { Endpoint, Library, LibraryKind, Repeats } from "./library.ts";
import { News } from "./news.ts";
import { Load } from "./workloads.ts";
import { pause, type Zone, type ZoneProcesses } from "./zoneProcesses.ts";

const OPEN_ATTEMPTS = 60;
const RESTART_AFTER_MS = 1000;
/** Until a library must have found a node to listen to again, however busy the machine is. */
const HEARING_MS = 180_000;
/** Acknowledged writes that a ledger must have before its end says anything. */
export const LEAST_WRITES = 20;
/** Between a zone's return and the next kill. */
const SETTLE_MS = 1500;

export interface LibraryResult {
  readonly name: string;
  readonly history: string;
  readonly queues: string;
  readonly operations: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly faults: readonly string[];
  /** Messages that were heard after the last kill. */
  readonly heardAtEnd: number;
  /** Of every kill, in milliseconds. */
  readonly outagesMs: readonly number[];
}

export interface CampaignResult {
  readonly libraries: readonly LibraryResult[];
  /** Of a writer that asks every node in turn. */
  readonly outagesMs: readonly number[];
  readonly acknowledged: number;
  readonly lost: number;
}

class Worker {
  readonly kind: LibraryKind;
  readonly ledger: Ledger;
  private readonly recorder = new Recorder();
  private readonly news: News;
  private readonly load: Load;
  private readonly libraries: readonly Library[];

  private constructor(
    kind: LibraryKind,
    careful: Library,
    usual: Library,
    tags: readonly string[],
  ) {
    // Each of its requests is a process.
    const slowness = kind.name.startsWith("redis-cli") ? 20 : 1;
    this.kind = kind;
    this.libraries = [careful, usual];
    this.ledger = new Ledger(kind.name.replaceAll(" ", ""), usual, tags);
    this.news = new News(kind.name.replaceAll(" ", ""), careful, slowness);
    this.load = new Load(careful, this.recorder, tags, slowness);
  }

  static async start(kind: LibraryKind, cluster: ZoneProcesses, tags: readonly string[]) {
    const { endpoints } = cluster;
    const careful = await opened(kind, endpoints, "never");
    const usual = await opened(kind, endpoints, "as it likes");
    const worker = new Worker(kind, careful, usual, tags);
    worker.ledger.start();
    await worker.news.start();
    worker.load.start(kind.name.replaceAll(" ", ""));
    return worker;
  }

  async finish(
    folder: string,
    kills: readonly number[],
    endMs: number,
    lost: number,
  ): Promise<LibraryResult> {
    const { kind, ledger, news, load, recorder } = this;
    const name = kind.name.replaceAll(" ", "");
    const history = join(folder, `${name}.jsonl`);
    const queues = join(folder, `${name}-queues.edn`);
    await load.scan(name);
    recorder.write(history, name);
    recorder.writeQueues(queues);
    await Promise.all(this.libraries.map((library) => library.close()));
    return {
      name: kind.name,
      history,
      queues,
      lost,
      faults: news.faults,
      operations: recorder.operations.length + recorder.queues.length,
      acknowledged: ledger.count,
      heardAtEnd: news.heardSince(kills.at(-1) ?? 0),
      outagesMs: outages(ledger, kills, endMs),
    };
  }

  /** Waits for a message; where none comes the result shows it. */
  async hears(sinceMs: number): Promise<void> {
    const untilMs = performance.now() + HEARING_MS;
    while (this.news.heardSince(sinceMs) === 0 && performance.now() < untilMs) await pause(100);
  }

  async stop(): Promise<void> {
    await Promise.all([this.ledger.stop(), this.news.stop(), this.load.stop()]);
  }
}

/** What each kill does to whom. The last one takes the zone's disk as well. */
export async function campaign(
  cluster: ZoneProcesses,
  kinds: readonly LibraryKind[],
  kills: number,
): Promise<CampaignResult> {
  const { shards } = cluster.shape;
  const folder = fileURLToPath(new URL(`../../reports/out/clients-${shards}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  const tags = Array.from({ length: shards }, (_, shard) => tagOf(shard, shards));
  const bare = new Ledger("bare", bareWriter(cluster.ports), tags);
  const workers = await Promise.all(kinds.map((kind) => Worker.start(kind, cluster, tags)));
  bare.start();
  await pause(SETTLE_MS);
  const killedMs: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const { zone } = await cluster.primaryOf(kill % shards);
    killedMs.push(performance.now());
    await cluster.killZone(zone);
    await pause(RESTART_AFTER_MS);
    await comeBack(cluster, zone);
  }
  // A zone that is away for good, with its disk, until somebody replaces it.
  const { zone } = await cluster.primaryOf(0);
  killedMs.push(performance.now());
  await cluster.killZone(zone);
  cluster.forget(zone);
  await pause(10 * RESTART_AFTER_MS);
  await comeBack(cluster, zone);
  await Promise.all(workers.map((worker) => worker.hears(killedMs.at(-1) ?? 0)));
  await Promise.all([bare, ...workers.map(({ ledger }) => ledger)].map(fills));
  const endMs = performance.now();
  await Promise.all([bare.stop(), ...workers.map((worker) => worker.stop())]);
  const portOf = async (tag: string): Promise<number> =>
    (await cluster.primaryOf(tags.indexOf(tag))).port;
  const libraries: LibraryResult[] = [];
  for (const worker of workers) {
    const lost = await worker.ledger.lost(portOf);
    libraries.push(await worker.finish(folder, killedMs, endMs, lost));
  }
  return {
    libraries,
    outagesMs: outages(bare, killedMs, endMs),
    acknowledged: bare.count,
    lost: await bare.lost(portOf),
  };
}

/** Waits until enough was written; where nothing is the result shows it. */
async function fills(ledger: Ledger): Promise<void> {
  const untilMs = performance.now() + HEARING_MS;
  while (ledger.count < LEAST_WRITES && performance.now() < untilMs) await pause(100);
}

/** On a busy machine a lease may end while a library connects, which some take for good. */
async function opened(
  kind: LibraryKind,
  endpoints: readonly Endpoint[],
  repeats: Repeats,
): Promise<Library> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await kind.open(endpoints, repeats);
    } catch (error) {
      if (attempt === OPEN_ATTEMPTS) throw error;
      await pause(RESTART_AFTER_MS);
    }
  }
}

async function comeBack(cluster: ZoneProcesses, zone: Zone): Promise<void> {
  await cluster.startZone(zone);
  await cluster.hasCaughtUp(zone);
  for (let shard = 0; shard < cluster.shape.shards; shard++) await cluster.primaryOf(shard);
  await pause(SETTLE_MS);
}

function outages(ledger: Ledger, killedMs: readonly number[], endMs: number): readonly number[] {
  return killedMs.map((fromMs, index) =>
    ledger.longestSilenceMs(fromMs, killedMs[index + 1] ?? endMs),
  );
}

/** A hash tag whose keys live in the shard. */
function tagOf(shard: number, shards: number): string {
  const name = new KeyNames(shard, shards).nameOf("", 0, 0);
  return /\{(.+)\}/.exec(name)?.[1] ?? "";
}
