/**
 * The open-loop load of all shards. Operations are due when they are due; one that finds no free client process waits in
 * the shard's queue, and its latency counts from when it was due.
 */
import type { ClusterLayout, Random } from "../../engine/contract.ts";
import { must } from "../../engine/assert.ts";
import type { Operation } from "../checker/history.ts";
import { Arrivals, burstOperations } from "./arrivals.ts";
import type { ClientEvents, ClientHost } from "./clientHost.ts";
import { ClientProcess } from "./clientProcess.ts";
import { KeyNames } from "./keys.ts";
import type { Access, OfferedOperation } from "./offered.ts";
import { type ClientObserver, type Counters, type OfferedRecord, ShardLoad } from "./shardLoad.ts";
import { parseWorkloads } from "./workloads/registry.ts";
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
  /** A stream of this name, independent of all others. */
  readonly stream: (name: string) => Random;
}

/** The share of operations that go to the first key of a kind. */
const HOT_RATIO = 1 / 3;

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
  readonly arrivals: Arrivals;
  readonly random: Random;
  readonly names: KeyNames;
  /**
   * Writers, readers, and readers of replicas are processes apart, as they are in most systems: while writes hang, reads
   * still show what a node answers.
   */
  readonly pools: Readonly<Record<Access, Pool>>;
  /** What each key of each workload is called now, by the index of the key. */
  readonly generations: ReadonlyMap<Workload, Generation[]>;
  /** Every key that was written, with its workload. */
  readonly written: Map<string, Workload>;
}

export class Clients implements ClientEvents {
  /** Attempts in the order of their invocation. */
  readonly history: readonly Operation[];
  readonly offered: readonly OfferedOperation[];
  private readonly records: OfferedRecord[] = [];
  private readonly options: ClientsOptions;
  private readonly host: ClientHost;
  private readonly workloads: readonly Workload[];
  private readonly shards: Shard[] = [];
  private readonly processes: ClientProcess[] = [];
  private readonly byConnection: Map<number, ClientProcess> = new Map();
  private isRunning = false;

  constructor(options: ClientsOptions, host: ClientHost, observer: ClientObserver) {
    this.options = options;
    this.host = host;
    this.workloads = parseWorkloads(options.workload);
    const history: Operation[] = [];
    this.history = history;
    this.offered = this.records;
    const counters: Counters = { operations: 0, processes: 0, offered: 0, values: 0 };
    for (let shard = 0; shard < options.layout.shardCount; shard++) {
      this.shards.push(this.makeShard(shard, observer, history, counters));
    }
  }

  /** Begins to offer operations; may be called again after stop(). */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    for (let shard = 0; shard < this.shards.length; shard++) this.scheduleArrival(shard);
  }

  /** Offers nothing more; what was offered goes on until it is answered or given up. */
  stop(): void {
    this.isRunning = false;
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
        this.enqueue(shard, shard.load.offer(workload, "read", key, true));
      }
    }
  }

  /** Tokens: 0 to shards − 1 are arrivals, then one a client process. */
  onTimer(token: number): void {
    if (token >= this.shards.length) {
      must(this.processes[token - this.shards.length], "a client process of that token").onTimer();
    } else if (this.isRunning) {
      this.arrive(must(this.shards[token], "a shard of that token"));
      this.scheduleArrival(token);
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

  private makeShard(
    shard: number,
    observer: ClientObserver,
    history: Operation[],
    counters: Counters,
  ): Shard {
    const { layout, clients, stream } = this.options;
    const nodes = layout.databaseNodes.filter((node) => node.shard === shard);
    const random = stream(`clients/${shard}/operations`);
    const timeoutUs = this.options.clientTimeoutMs * 1000;
    const load = new ShardLoad(
      shard,
      nodes,
      this.host,
      observer,
      timeoutUs,
      history,
      counters,
      random,
    );
    const made: Shard = {
      load,
      arrivals: new Arrivals(this.options.opsPerSecond, stream(`clients/${shard}/arrivals`)),
      random,
      names: new KeyNames(shard, layout.shardCount),
      pools: this.makePools(),
      generations: new Map(this.workloads.map((workload) => [workload, []])),
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

  private scheduleArrival(shard: number): void {
    const intervalUs = must(this.shards[shard], "that shard").arrivals.nextIntervalUs();
    this.host.schedule(this.host.nowUs() + intervalUs, shard);
  }

  private arrive(shard: Shard): void {
    const workload = this.workloads[Math.floor(shard.random() * this.workloads.length)] as Workload;
    if (shard.arrivals.isBurst()) {
      for (let count = 0; count < burstOperations; count++) this.offerOne(shard, workload, 0);
      return;
    }
    const isHot = shard.random() < HOT_RATIO || this.options.keys === 1;
    const index = isHot ? 0 : 1 + Math.floor(shard.random() * (this.options.keys - 1));
    this.offerOne(shard, workload, index);
  }

  private offerOne(shard: Shard, workload: Workload, index: number): void {
    const isRead = shard.random() < this.options.readRatio;
    const key = keyOf(shard, workload, index, !isRead);
    if (!isRead) {
      shard.written.set(key, workload);
      this.enqueue(shard, shard.load.offer(workload, "write", key, false));
      return;
    }
    const access = shard.random() < this.options.replicaReadRatio ? "replica read" : "read";
    this.enqueue(shard, shard.load.offer(workload, access, key, false));
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
  const known = must(shard.generations.get(workload), "a workload of this run");
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
