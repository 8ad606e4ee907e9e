/**
 * A shard for tests: database nodes behind their door, over the perfect log of testLog.ts. Time is virtual; each node has
 * a clock of its own.
 */
import { must } from "../assert.ts";
import { latin1Bytes, latin1Of } from "../bytes/latin1.ts";
import { noFigures } from "../commands/monitoring/noFigures.ts";
import {
  clientBytes,
  clientClosed,
  clientOpened,
  type ClusterLayout,
  type Effects,
  type Input,
  type NodeId,
  type Now,
  peerMessage,
  startInput,
  wakeInput,
} from "../contract.ts";
import type { LogEntry } from "../log/entry.ts";
import type { MarkName } from "../marks.ts";
import { createNode, type DatabaseNode, step, stepAll } from "../node.ts";
import { type Timing, timingWith } from "../timing.ts";
import type { TraceKind } from "../trace.ts";
import { TestLog } from "./testLog.ts";

const hopUs = 500;
const wallStartUs = 1_700_000_000_000_000;

export interface Traced {
  readonly atUs: number;
  readonly node: NodeId;
  readonly kind: TraceKind;
  readonly position: number;
  readonly value: number;
  readonly text: string;
}

/** One process of a database node with its clocks. */
export interface TestNode {
  readonly id: NodeId;
  node: DatabaseNode;
  alarmUs: number;
  /** Local microseconds a true one; and where the monotonic clock stood at true time `sinceUs`. */
  rate: number;
  baseUs: number;
  sinceUs: number;
  /** Added to the wall clock only. */
  wallJumpUs: number;
  isCutFromLog: boolean;
  isCutFromPeers: boolean;
  isUp: boolean;
  /** While paused, inputs wait. */
  waiting: Input[] | undefined;
  steps: number;
}

/** How long a slice of a script takes. */
const sliceUs = 50_000;

export class TestClient {
  readonly id: number;
  readonly node: NodeId;
  received = "";
  /** What it was owed at most beside what it was sent. */
  mostOwedBytes = 0;
  isClosed = false;
  private readonly shard: TestShard;

  constructor(shard: TestShard, node: NodeId, id: number) {
    this.shard = shard;
    this.node = node;
    this.id = id;
  }

  /** Sends a request now; it executes at once. */
  send(...argv: string[]): this {
    let text = `*${argv.length}\r\n`;
    for (const word of argv) text += `$${word.length}\r\n${word}\r\n`;
    this.shard.input(this.node, clientBytes(this.id, latin1Bytes(text)));
    return this;
  }

  /** Takes what was received so far. */
  take(): string {
    const { received } = this;
    this.received = "";
    return received;
  }

  close(): void {
    this.shard.input(this.node, clientClosed(this.id));
  }
}

function noDisk(): never {
  throw new Error("a database node has no disk and asks for no machines");
}

interface Event {
  readonly atUs: number;
  readonly order: number;
  readonly run: () => void;
}

interface TestShardOptions {
  readonly clusterId?: string;
  readonly nodes?: number;
  readonly shards?: number;
  readonly timing?: Partial<Timing>;
  readonly isClusterMode?: boolean;
  /** Nobody can ever succeed the node. */
  readonly isAlone?: boolean;
}

export class TestShard {
  readonly layout: ClusterLayout;
  readonly timing: Timing;
  readonly nodes: Map<NodeId, TestNode> = new Map<NodeId, TestNode>();
  readonly traces: Traced[] = [];
  readonly marks: Set<MarkName> = new Set<MarkName>();
  /** "node parameter value" and "node order": what the nodes asked of their host. */
  readonly configured: string[] = [];
  readonly shutdowns: string[] = [];
  readonly perfectLog: TestLog = new TestLog(
    (from, to, frame) => this.deliverFromLog(from, to, frame),
    (node) => !this.at(node).isCutFromLog,
  );
  /** Peer frames to names that are no nodes here, such as "admin". */
  readonly outside: { from: NodeId; to: NodeId; frame: Uint8Array }[] = [];
  nowUs = 1_000_000;
  /** What every command takes, as far as the nodes can tell. Virtual time stands still meanwhile. */
  workUs = 0;
  /** What the host holds for clients that take too little, by their number. */
  readonly unsentBytes: Map<number, number> = new Map();
  private stopwatchUs = 0;
  private readonly clients = new Map<number, TestClient>();
  private events: Event[] = [];
  private order = 0;
  private clientCount = 0;
  private incarnations = 0;
  private seed = 1;
  private readonly isClusterMode: boolean;
  private readonly isAlone: boolean;

  constructor(options: TestShardOptions = {}) {
    this.isClusterMode = options.isClusterMode ?? true;
    this.isAlone = options.isAlone ?? false;
    const zones = ["a", "b", "c"];
    const databaseNodes = [];
    for (let shard = 0; shard < (options.shards ?? 1); shard++) {
      for (let index = 0; index < (options.nodes ?? 3); index++) {
        const zone = must(zones[index % 3], "zone");
        const nodeId = `db-${shard}-${zone}`;
        databaseNodes.push({
          nodeId,
          shard,
          zone,
          host: `10.0.${shard}.${index}`,
          hostname: "",
          port: 6379,
          tlsPort: 0,
          busPort: 0,
        });
      }
    }
    this.layout = {
      clusterId: options.clusterId ?? "test",
      shardCount: options.shards ?? 1,
      databaseNodes,
      logNodes: zones.map((zone) => ({ nodeId: `log-${zone}`, zone })),
    };
    this.timing = timingWith(options.timing ?? {});
  }

  /** Builds and starts the nodes of shard 0. */
  start(): this {
    for (const address of this.layout.databaseNodes) {
      if (address.shard === 0) this.startNode(address.nodeId);
    }
    return this;
  }

  /** Starts a node, or starts it anew. */
  startNode(id: NodeId, engineVersion = 1): TestNode {
    const address = must(
      this.layout.databaseNodes.find((one) => one.nodeId === id),
      id,
    );
    this.incarnations += 1;
    const config = {
      nodeId: id,
      zone: address.zone,
      shard: address.shard,
      layout: this.layout,
      incarnation: this.incarnations,
      engineVersion,
      timing: this.timing,
      isClusterMode: this.isClusterMode,
      isAlone: this.isAlone,
    };
    const old = this.nodes.get(id);
    const made: TestNode = {
      id,
      node: createNode(config, this.random(), {
        ...noFigures,
        stopwatchUs: () => (this.stopwatchUs += this.workUs),
        connection: (clientId) => ({
          ...noFigures.connection(clientId),
          unsentBytes: this.unsentBytes.get(clientId) ?? 0,
        }),
      }),
      alarmUs: Infinity,
      rate: old?.rate ?? 1,
      baseUs: old?.baseUs ?? 0,
      sinceUs: old?.sinceUs ?? 0,
      wallJumpUs: old?.wallJumpUs ?? 0,
      isCutFromLog: false,
      isCutFromPeers: false,
      isUp: true,
      waiting: undefined,
      steps: 0,
    };
    if (old !== undefined) old.isUp = false;
    this.nodes.set(id, made);
    this.deliver(made, startInput);
    return made;
  }

  crash(id: NodeId): void {
    this.at(id).isUp = false;
    for (const client of this.clients.values()) if (client.node === id) client.isClosed = true;
  }

  pause(id: NodeId): void {
    this.at(id).waiting = [];
  }

  resume(id: NodeId): void {
    const target = this.at(id);
    const waiting = target.waiting ?? [];
    target.waiting = undefined;
    for (const input of waiting) this.deliver(target, input);
  }

  at(id: NodeId): TestNode {
    return must(this.nodes.get(id), id);
  }

  /** The node that serves as primary, undefined if none does. */
  get primary(): TestNode | undefined {
    for (const one of this.nodes.values()) {
      if (one.isUp && one.node.role === "primary") return one;
    }
    return undefined;
  }

  /** Runs until a primary serves. */
  elect(): TestNode {
    for (let waited = 0; waited < 20_000 && this.primary === undefined; waited++) this.run(1);
    return must(this.primary, "a primary");
  }

  /** In the order of their names. Callers name no more of them than there are. */
  replicas(): [TestNode, TestNode, TestNode] {
    const all = [...this.nodes.values()];
    const replicas = all.filter((one) => one.isUp && one.node.role === "replica");
    return replicas as [TestNode, TestNode, TestNode];
  }

  connect(id: NodeId): TestClient {
    this.clientCount += 1;
    const client = new TestClient(this, id, this.clientCount);
    this.clients.set(client.id, client);
    this.input(id, clientOpened(client.id, "127.0.0.1:50000"));
    return client;
  }

  /** One request on a fresh connection, and what was answered within `ms`. */
  ask(id: NodeId, argv: readonly string[], ms = 5): string {
    const client = this.connect(id).send(...argv);
    this.run(ms);
    return client.take();
  }

  input(id: NodeId, input: Input): void {
    this.deliver(this.at(id), input);
  }

  /** Several inputs as one step. */
  inputAll(id: NodeId, inputs: readonly Input[]): void {
    const target = this.at(id);
    target.steps += 1;
    stepAll(target.node, this.nowOf(target), inputs, this.effectsOf(target));
  }

  /** A frame to a node, as from this peer, without delay. */
  message(to: NodeId, frame: Uint8Array, from: NodeId = "admin"): void {
    this.input(to, peerMessage(from, frame));
  }

  run(ms: number): void {
    const untilUs = this.nowUs + ms * 1000;
    for (;;) {
      const next = this.nextEvent();
      if (next === undefined || next.atUs > untilUs) break;
      this.events.splice(this.events.indexOf(next), 1);
      this.nowUs = Math.max(this.nowUs, next.atUs);
      next.run();
    }
    this.nowUs = untilUs;
  }

  /** Everything the log has committed. */
  get log(): readonly LogEntry[] {
    return this.perfectLog.entries;
  }

  /** In the order in which they happened. Callers name no more of them than there are. */
  traced(kind: TraceKind, node?: NodeId): [Traced, Traced, ...Traced[]] {
    const found = this.traces.filter(
      (one) => one.kind === kind && (node === undefined || one.node === node),
    );
    return found as [Traced, Traced, ...Traced[]];
  }

  entriesOf(kind: string): LogEntry[] {
    return this.log.filter((entry) => entry.kind === kind);
  }

  /** Lets a node's wall clock show this time now. */
  setUnixUs(id: NodeId, unixUs: number): void {
    this.at(id).wallJumpUs = unixUs - wallStartUs - this.nowUs;
  }

  private random(): () => number {
    let state = this.seed++ * 2654435761;
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 4294967296;
    };
  }

  private localUs(one: TestNode): number {
    return Math.floor(one.baseUs + (this.nowUs - one.sinceUs) * one.rate);
  }

  private deliver(target: TestNode, input: Input): void {
    if (!target.isUp) return;
    if (target.waiting !== undefined) {
      target.waiting.push(input);
      return;
    }
    target.steps += 1;
    step(target.node, this.nowOf(target), input, this.effectsOf(target));
  }

  private nowOf(target: TestNode): Now {
    return {
      monotonicUs: this.localUs(target),
      unixUs: wallStartUs + this.nowUs + target.wallJumpUs,
    };
  }

  private effectsOf(source: TestNode): Effects {
    const { id } = source;
    return {
      send: (to, frame) => this.send(source, to, frame),
      reply: (clientId, bytes, owedBytes = 0) => {
        const client = this.clients.get(clientId);
        if (client === undefined) return;
        client.received += latin1Of(bytes);
        client.mostOwedBytes = Math.max(client.mostOwedBytes, owedBytes);
      },
      closeClient: (clientId) => {
        const client = this.clients.get(clientId);
        if (client !== undefined) client.isClosed = true;
      },
      wakeAt: (monotonicUs) => this.setAlarm(source, monotonicUs),
      trace: (kind, _shard, position, value, text) =>
        this.traces.push({ atUs: this.nowUs, node: id, kind, position, value, text }),
      mark: (name) => this.marks.add(name),
      exit: (reason) => {
        throw new Error(reason);
      },
      read: noDisk,
      write: noDisk,
      remove: noDisk,
      sync: noDisk,
      provision: noDisk,
      configure: (parameter, value) => this.configured.push(`${id} ${parameter} ${value}`),
      rewriteConfiguration: (rewrite) => this.configured.push(`${id} file ${rewrite("")}`),
      shutdown: (order) => this.shutdowns.push(`${id} ${order}`),
    };
  }

  private setAlarm(target: TestNode, monotonicUs: number): void {
    target.alarmUs = monotonicUs;
    if (monotonicUs === Infinity) return;
    const dueUs = Math.ceil((monotonicUs - this.localUs(target)) / target.rate);
    const waitUs = Math.max(target.node.script === undefined ? 0 : sliceUs, dueUs);
    this.after(waitUs, () => {
      if (!target.isUp || target.alarmUs !== monotonicUs) return;
      target.alarmUs = Infinity;
      this.deliver(target, wakeInput);
    });
  }

  private send(source: TestNode, to: NodeId, frame: Uint8Array): void {
    if (to.startsWith("log-")) {
      this.after(hopUs, () => {
        if (!source.isCutFromLog) this.perfectLog.receive(source.id, to, frame);
      });
      return;
    }
    const target = this.nodes.get(to);
    if (target === undefined) {
      this.outside.push({ from: source.id, to, frame });
      return;
    }
    this.after(hopUs, () => {
      if (source.isCutFromPeers || target.isCutFromPeers) return;
      this.deliver(target, peerMessage(source.id, frame));
    });
  }

  private deliverFromLog(from: NodeId, to: NodeId, frame: Uint8Array): void {
    this.after(hopUs, () => {
      const target = this.nodes.get(to);
      if (target === undefined || target.isCutFromLog) return;
      this.deliver(target, peerMessage(from, frame));
    });
  }

  after(delayUs: number, run: () => void): void {
    this.order += 1;
    this.events.push({ atUs: this.nowUs + delayUs, order: this.order, run });
  }

  private nextEvent(): Event | undefined {
    let next: Event | undefined;
    for (const event of this.events) {
      if (next === undefined || event.atUs < next.atUs) next = event;
      else if (event.atUs === next.atUs && event.order < next.order) next = event;
    }
    return next;
  }
}
