/**
 * The open-loop load of all shards. Operations are due when they are due; one that finds no free client process waits in
 * the shard's queue, and its latency counts from when it was due.
 */
import type { ClusterLayout, Random } from "../../engine/contract.ts";
import { must } from "../../engine/assert.ts";
import type { Operation } from "../checker/history.ts";
import { randomFrom } from "../random.ts";
import type { OfferedSpec } from "../scenario.ts";
import type { ClientEvents, ClientHost } from "./clientHost.ts";
import { ClientProcess } from "./clientProcess.ts";
import { KeyNames } from "./keys.ts";
import type { Access, OfferedOperation } from "./offered.ts";
import { GeneratedOffers, ListedOffers, offersByShard, type OfferSource } from "./offers.ts";
import { type ClientObserver, type Counters, type OfferedRecord, ShardLoad } from "./shardLoad.ts";
import { evicted } from "./workloads/evicted.ts";
import { parseWorkloads, refuseManyFiles, workloadNamed } from "./workloads/registry.ts";
import type { Workload } from "./workloads/workload.ts";

export interface ClientsOptions {
  readonly layout: ClusterLayout;
  /** Client processes a shard. */
  readonly clients: number;
  /** Offered operations a second and shard. */
  readonly opsPerSecond: number;
  readonly readRatio: number;
  /** Share of the reads that go to replicas on READONLY connections. */
  readonly replicaReadRatio: number;
  /** Keys a workload kind and shard. */
  readonly keys: number;
  /** The parameter `workload`. Kinds that do not exist throw RangeError. */
  readonly workload: string;
  readonly clientTimeoutMs: number;
  /** Least length of the values that are written. */
  readonly valueBytes: number;
  /** A script makes so many times the loops that the history tells: 1 but where hosts are not slowed down in their place. */
  readonly loopsTimes?: number;
  /** Length of the loaded part: the load ends with it. */
  readonly horizonUs: number;
  /** Offered in place of a generated load. */
  readonly operations: readonly OfferedSpec[] | undefined;
  /** A stream of this name, independent of all others. */
  readonly stream: (name: string) => Random;
}

/** After the faults a shard must read and write again: half of each, and no more than shows it. */
const FRESH = { opsPerSecond: 20, readRatio: 0.5 };

/** With fewer client processes than this one pool does everything. */
const LEAST_FOR_POOLS = 6;

/** Client processes that run the same accesses, and what waits for one of them. */
interface Pool {
  readonly free: ClientProcess[];
  readonly queue: OfferedRecord[];
  queueHead: number;
  size: number;
}

/** A key's name with a count of its writes: after some it gets another name. */
interface Generation {
  writes: number;
  generation: number;
  key: string;
}

interface Shard {
  readonly load: ShardLoad;
  source: OfferSource;
  /** What the source offers next. */
  upcoming: OfferedSpec | undefined;
  readonly names: KeyNames;
  /**
   * Writers, readers, and readers of replicas are processes apart, as they are in most systems: while writes hang, reads
   * still show what a node answers.
   */
  readonly pools: Readonly<Record<Access, Pool>>;
  /** What each key of each workload is called now, by the index of the key. */
  readonly generations: Map<Workload, Generation[]>;
  /** Every key that was written, with its workload. */
  readonly written: Map<string, Workload>;
}

export class Clients implements ClientEvents {
  /** Attempts in the order of their invocation. */
  readonly history: readonly Operation[];
  readonly offered: readonly OfferedOperation[];
  /** What was offered until the horizon: as `ClientsOptions.operations` it makes an equal run. */
  readonly load: OfferedSpec[] = [];
  private readonly records: OfferedRecord[] = [];
  private readonly proof: OfferedRecord[] = [];
  private readonly options: ClientsOptions;
  private readonly host: ClientHost;
  private readonly shards: Shard[] = [];
  private readonly processes: ClientProcess[] = [];
  private readonly byConnection: Map<number, ClientProcess> = new Map();
  /** True time from which the times of the upcoming operations count. */
  private originUs = 0;
  private phase: "idle" | "load" | "fresh" = "idle";

  constructor(options: ClientsOptions, host: ClientHost, observer: ClientObserver) {
    this.options = options;
    this.host = host;
    const history: Operation[] = [];
    this.history = history;
    this.offered = this.records;
    const counters: Counters = { operations: 0, processes: 0, offered: 0, values: 0 };
    const { operations, layout } = options;
    refuseManyFiles(parseWorkloads(options.workload), options.keys, layout.shardCount);
    const listed = operations && offersByShard(operations, layout.shardCount, options.horizonUs);
    for (let shard = 0; shard < layout.shardCount; shard++) {
      const specs = listed?.[shard];
      const source =
        specs === undefined
          ? this.generated(shard, "load", options.horizonUs, {})
          : new ListedOffers(specs);
      this.shards.push(this.makeShard(shard, source, observer, history, counters));
    }
  }

  /** Begins to offer the load. */
  start(): void {
    this.phase = "load";
    this.begin();
  }

  /** The load is over: offers operations from a stream of their own, which shows whether the cluster serves again. */
  offerFresh(): void {
    this.phase = "fresh";
    this.shards.forEach((shard, index) => {
      shard.source = this.generated(index, "fresh", Infinity, FRESH);
    });
    this.begin();
  }

  /**
   * Offers a write, a read and a read of a replica to each shard now: the least that a shard must answer to be called alive, and
   * something for every check to look at, whatever the load was.
   */
  offerProof(): void {
    const accesses = ["write", "read", "replica read"] as const;
    for (let shard = 0; shard < this.shards.length; shard++)
      for (const access of accesses) this.proof.push(this.offerOneOfProof(shard, access));
  }

  /** Whether all of the proof is answered. What was given up is offered again: a connection that broke proves nothing. */
  proves(): boolean {
    this.proof.forEach(({ outcome, shard, access }, index) => {
      if (outcome === "unknown" || outcome === "failed")
        this.proof[index] = this.offerOneOfProof(shard, access);
    });
    return this.proof.every(({ outcome }) => outcome === "ok");
  }

  private offerOneOfProof(shard: number, access: Access): OfferedRecord {
    // Where nodes evict keys, only keys that may go prove anything.
    const isEvicting = parseWorkloads(this.options.workload).includes(evicted);
    const workload = isEvicting ? evicted.kind : "appends";
    const spec = { atMs: 0, shard, workload, access, key: 0, draw: 0 };
    return this.offerOne(must(this.shards[shard], "that shard"), spec);
  }

  /** Offers nothing more; what was offered goes on until it is answered or given up. */
  stop(): void {
    this.phase = "idle";
  }

  /** Nothing waits and nothing runs. */
  get isIdle(): boolean {
    return this.shards.every(({ pools }) =>
      [pools.write, pools.read, pools["replica read"]].every(
        (pool) => pool.free.length === pool.size && pool.queueHead === pool.queue.length,
      ),
    );
  }

  /** Offers one read of every key that was ever written, on primaries: the scan of the last phase. */
  scan(): void {
    for (const shard of this.shards) {
      for (const [key, workload] of shard.written) {
        this.enqueue(shard, shard.load.offer(workload, "read", key, randomFrom(0), true));
      }
    }
  }

  /** Tokens: 0 to shards − 1 are arrivals, then one a client process. */
  onTimer(token: number): void {
    if (token >= this.shards.length) {
      must(this.processes[token - this.shards.length], "a client process of that token").onTimer();
    } else if (this.phase !== "idle") {
      this.arrive(must(this.shards[token], "a shard of that token"), token);
    }
  }

  onConnected(connection: number): void {
    this.byConnection.get(connection)?.onConnected(connection);
  }

  onBytes(connection: number, bytes: Uint8Array, sentUs: number): void {
    this.byConnection.get(connection)?.onBytes(connection, bytes, sentUs);
  }

  onClosed(connection: number): void {
    const process = this.byConnection.get(connection);
    this.byConnection.delete(connection);
    process?.onClosed(connection);
  }

  // oxlint-disable-next-line max-params -- what differs between the phases
  private generated(
    shard: number,
    phase: string,
    untilUs: number,
    changes: Partial<ClientsOptions>,
  ): GeneratedOffers {
    const workloads = parseWorkloads(this.options.workload).map(({ kind }) => kind);
    const random = this.options.stream(`clients/${shard}/${phase}`);
    return new GeneratedOffers({ ...this.options, ...changes, shard, workloads, untilUs }, random);
  }

  // oxlint-disable-next-line max-params -- what the shards share
  private makeShard(
    shard: number,
    source: OfferSource,
    observer: ClientObserver,
    history: Operation[],
    counters: Counters,
  ): Shard {
    const { layout, clients, stream } = this.options;
    const nodes = layout.databaseNodes.filter((node) => node.shard === shard);
    const load = new ShardLoad(shard, nodes, this.host, observer, this.options, history, counters);
    const made: Shard = {
      load,
      source,
      upcoming: undefined,
      names: new KeyNames(shard, layout.shardCount),
      pools: this.makePools(),
      generations: new Map(),
      written: new Map(),
    };
    for (let index = 0; index < clients; index++) {
      const own = stream(`clients/${shard}/${index}`);
      this.addProcess(made, this.poolOf(made, index), own);
    }
    return made;
  }

  private makePools(): Shard["pools"] {
    const makePool = (): Pool => ({ free: [], queue: [], queueHead: 0, size: 0 });
    const write = makePool();
    const isShared = this.options.clients < LEAST_FOR_POOLS;
    const read = isShared ? write : makePool();
    const hasReplicaReads = this.options.replicaReadRatio > 0;
    return { write, read, "replica read": isShared || !hasReplicaReads ? read : makePool() };
  }

  /** A third writes, a sixth reads replicas if anybody does, the rest reads primaries. */
  private poolOf({ pools }: Shard, index: number): Pool {
    const { clients } = this.options;
    if (index < Math.ceil(clients / 3)) return pools.write;
    return index >= clients - Math.floor(clients / 6) ? pools["replica read"] : pools.read;
  }

  private addProcess(shard: Shard, pool: Pool, random: Random): void {
    const token = this.options.layout.shardCount + this.processes.length;
    const onFree = (process: ClientProcess): void => nextOf(pool, process);
    const register = (connection: number, process: ClientProcess): void => {
      this.byConnection.set(connection, process);
    };
    const process = new ClientProcess(shard.load, random, token, onFree, register);
    this.processes.push(process);
    pool.free.push(process);
    pool.size++;
  }

  private begin(): void {
    this.originUs = this.host.nowUs();
    this.shards.forEach((shard, index) => {
      shard.upcoming = shard.source.next();
      this.scheduleArrival(shard, index);
    });
  }

  private scheduleArrival({ upcoming }: Shard, token: number): void {
    if (upcoming !== undefined) this.host.schedule(this.dueUs(upcoming), token);
  }

  private dueUs({ atMs }: OfferedSpec): number {
    return this.originUs + Math.round(atMs * 1000);
  }

  /** Offers everything that is due by now. */
  private arrive(shard: Shard, token: number): void {
    const nowUs = this.host.nowUs();
    let spec = shard.upcoming;
    while (spec !== undefined && this.dueUs(spec) <= nowUs) {
      if (this.phase === "load") this.load.push(spec);
      this.offerOne(shard, spec);
      spec = shard.source.next();
    }
    shard.upcoming = spec;
    this.scheduleArrival(shard, token);
  }

  private offerOne(shard: Shard, spec: OfferedSpec): OfferedRecord {
    const workload = workloadNamed(spec.workload);
    const isWrite = spec.access === "write";
    const key = keyOf(shard, workload, spec.key, isWrite);
    if (isWrite) shard.written.set(key, workload);
    const random = randomFrom(spec.draw);
    const offered = shard.load.offer(workload, spec.access, key, random, false);
    this.enqueue(shard, offered);
    return offered;
  }

  private enqueue(shard: Shard, offered: OfferedRecord): void {
    this.records.push(offered);
    const pool = shard.pools[offered.access];
    const process = pool.free.shift();
    if (process === undefined) pool.queue.push(offered);
    else process.begin(offered);
  }
}

/** The name is made once and then shared: comparing and looking up the same string object is cheap. */
function keyOf(shard: Shard, workload: Workload, index: number, isWrite: boolean): string {
  let known = shard.generations.get(workload);
  if (known === undefined) {
    known = [];
    shard.generations.set(workload, known);
  }
  while (known.length <= index) {
    const key = shard.names.nameOf(workload.kind, known.length, 0);
    known.push({ writes: 0, generation: 0, key });
  }
  const state = known[index] as Generation;
  if (!isWrite) return state.key;
  if (state.writes >= workload.writesPerKey) {
    state.writes = 0;
    state.generation++;
    state.key = shard.names.nameOf(workload.kind, index, state.generation);
  }
  state.writes++;
  return state.key;
}

/** A process has become free: it takes what has waited longest. */
function nextOf(pool: Pool, process: ClientProcess): void {
  if (pool.queueHead === pool.queue.length) {
    pool.queue.length = 0;
    pool.queueHead = 0;
    pool.free.push(process);
    return;
  }
  process.begin(pool.queue[pool.queueHead++] as OfferedRecord);
}
