/**
 * For tests only: three log nodes, writers and readers in one deterministic world of virtual time, with a network that
 * loses, doubles and reorders, and disks that lose or tear what was not synced. It checks as it goes: committed
 * prefixes agree, nothing acknowledged is lost, nothing lands twice, a conflict is final, readers see no gap.
 */
import { assert, must } from "../assert.ts";
import {
  type ClusterLayout,
  diskRead,
  diskSynced,
  type Effects,
  type Input,
  type NodeId,
  type Now,
  peerLost,
  peerMessage,
  type Random,
  startInput,
  wakeInput,
} from "../contract.ts";
import { encodeFormatDisk, encodeLogTransferAsk } from "../control/messages.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { MarkName } from "../marks.ts";
import { defaultTiming, type Timing } from "../timing.ts";
import type { LogClientConfig } from "./client/leaderSearch.ts";
import { formatLogDisk } from "./diskFormat.ts";
import { createLogNode, type LogNode, stepLogNode } from "./logNode.ts";
import { encodeTrim } from "./messages.ts";
import { commitPosition } from "./state.ts";
import { TestReader, TestWriter } from "./testClients.ts";
import { TestDisk } from "./testDisk.ts";

export const logNames: readonly NodeId[] = ["log-a", "log-b", "log-c"];

/** A small generator (mulberry32): the tests' only source of chance. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Message {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly frame: Uint8Array;
  readonly atUs: number;
  readonly order: number;
}

interface DiskEvent {
  readonly machine: string;
  readonly life: number;
  readonly atUs: number;
  readonly input: () => Input;
}

interface LogMachine {
  readonly name: NodeId;
  disk: TestDisk;
  node: LogNode | undefined;
  life: number;
  alarmUs: number;
  diskIncarnation: number;
  /** Commit positions examined so far, in this life. */
  examined: number;
}

export interface NetworkFaults {
  lossRatio: number;
  duplicateRatio: number;
  /** Delays are drawn from [min, max): with a wide range messages overtake each other. */
  minDelayUs: number;
  maxDelayUs: number;
}

export class TestCluster {
  nowUs = 0;
  readonly machines: Map<NodeId, LogMachine> = new Map();
  readonly writers: TestWriter[] = [];
  readonly readers: TestReader[] = [];
  messages: Message[] = [];
  readonly layout: ClusterLayout;
  readonly timing: Timing;
  readonly random: Random;
  readonly faults: NetworkFaults = {
    lossRatio: 0,
    duplicateRatio: 0,
    minDelayUs: 200,
    maxDelayUs: 1000,
  };
  readonly cuts: Set<string> = new Set();
  /** What is committed, by position: [chain, incarnation, sequence]. The world's own memory; nobody may contradict it. */
  readonly committed: { chain: number; id: string }[] = [];
  readonly acknowledged: Map<string, number> = new Map();
  readonly refused: Set<string> = new Set();
  readonly traces: string[] = [];
  readonly marks: Set<MarkName> = new Set<MarkName>();
  /** How many entries, acknowledgements and deliveries were compared. */
  readonly examined: { commits: number; acks: number; reads: number } = {
    commits: 0,
    acks: 0,
    reads: 0,
  };
  steps = 0;
  syncs = 0;
  /** Called for messages to names that the cluster does not know: a test's own clients. */
  onStray: ((message: Message) => void) | undefined;
  /** Messages that are lost whatever the network's faults are. */
  isLost: (to: NodeId, frame: Uint8Array) => boolean = () => false;
  /** Syncs complete only when the test says so. */
  holdSyncs = false;
  private order = 0;
  private diskEvents: DiskEvent[] = [];
  private incarnations = 100;

  constructor(
    seed: number,
    changes: { shardCount?: number; copies?: number; timing?: Partial<Timing> } = {},
  ) {
    this.random = seededRandom(seed);
    this.timing = { ...defaultTiming, ...changes.timing };
    const names = logNames.slice(0, changes.copies ?? logNames.length);
    this.layout = {
      clusterId: "test",
      shardCount: changes.shardCount ?? 1,
      databaseNodes: [],
      logNodes: names.map((nodeId) => ({ nodeId, zone: nodeId.slice(-1) })),
    };
    for (const name of names) {
      const disk = new TestDisk();
      const machine = { name, disk, node: undefined, life: 0, alarmUs: Infinity };
      this.machines.set(name, { ...machine, diskIncarnation: 1, examined: 0 });
      this.formatFresh(name);
    }
  }

  machine(name: NodeId): LogMachine {
    return must(this.machines.get(name), name);
  }

  node(name: NodeId): LogNode {
    return must(this.machine(name).node, `${name} is down`);
  }

  nextIncarnation(): number {
    this.incarnations += 1;
    return this.incarnations;
  }

  private formatFresh(name: NodeId): void {
    const { clusterId, shardCount } = this.layout;
    const options = { clusterId, nodeId: name, diskIncarnation: 1, shardCount, fresh: true };
    for (const { file, bytes } of formatLogDisk(options)) {
      this.machine(name).disk.files.set(file, bytes);
    }
  }

  start(name: NodeId): void {
    const machine = this.machine(name);
    if (machine.node !== undefined) return;
    machine.life += 1;
    machine.alarmUs = Infinity;
    machine.examined = 0;
    const seed = Math.floor(this.random() * 2 ** 32);
    const zone = name.slice(-1);
    const config = { nodeId: name, zone, layout: this.layout, timing: this.timing };
    machine.node = createLogNode(config, seededRandom(seed));
    this.step(machine, startInput);
  }

  startAll(): void {
    for (const name of this.machines.keys()) this.start(name);
  }

  crash(name: NodeId): void {
    const machine = this.machine(name);
    if (machine.node === undefined) return;
    machine.node = undefined;
    machine.disk.crash(this.random);
    machine.alarmUs = Infinity;
  }

  /** The disk is gone for good; a machine of the same name comes with a blank one. */
  replace(name: NodeId): void {
    this.crash(name);
    this.machine(name).disk = new TestDisk();
    this.start(name);
  }

  /** Plays the monitor: gives a blank node its disk, with the next incarnation of its slot. */
  format(name: NodeId): void {
    const machine = this.machine(name);
    const { node } = machine;
    if (node === undefined || node.phase !== "blank") return;
    machine.diskIncarnation += 1;
    this.orderFormat(name);
  }

  /** The monitor's order, for whatever runs there. */
  orderFormat(name: NodeId): void {
    const machine = this.machine(name);
    if (machine.node === undefined) return;
    const order = { boot: machine.node.boot, diskIncarnation: machine.diskIncarnation };
    this.step(machine, peerMessage("monitor", encodeFormatDisk(new ByteWriter(64), order)));
  }

  trim(name: NodeId, belowPosition: number): void {
    if (belowPosition < 1) return;
    this.inject(name, peerMessage("test", encodeTrim(new ByteWriter(64), 0, belowPosition)));
  }

  transfer(to: NodeId): void {
    const leader = this.leader();
    if (leader === undefined) return;
    this.inject(leader, peerMessage("test", encodeLogTransferAsk(0, to)));
  }

  breakConnection(left: NodeId, right: NodeId): void {
    this.messages = this.messages.filter(
      ({ from, to }) => !(from === left && to === right) && !(from === right && to === left),
    );
    this.inject(left, peerLost(right));
    this.inject(right, peerLost(left));
  }

  cut(from: NodeId, to: NodeId): void {
    this.cuts.add(`${from}>${to}`);
  }

  isolate(name: NodeId): void {
    for (const other of [...logNames, ...this.writers.map((one) => one.name)]) {
      this.cut(name, other);
      this.cut(other, name);
    }
  }

  heal(): void {
    this.cuts.clear();
    this.faults.lossRatio = 0;
    this.faults.duplicateRatio = 0;
  }

  inject(name: NodeId, input: Input): void {
    const machine = this.machines.get(name);
    if (machine !== undefined) {
      if (machine.node !== undefined) this.step(machine, input);
      return;
    }
    for (const writer of this.writers) if (writer.name === name) writer.step(input);
    for (const reader of this.readers) if (reader.name === name) reader.step(input);
  }

  send(from: NodeId, to: NodeId, frame: Uint8Array): void {
    if (this.isLost(to, frame)) return;
    if (this.cuts.has(`${from}>${to}`) || this.random() < this.faults.lossRatio) return;
    this.enqueue(from, to, frame);
    if (this.random() < this.faults.duplicateRatio) this.enqueue(from, to, frame);
  }

  private enqueue(from: NodeId, to: NodeId, frame: Uint8Array): void {
    this.order += 1;
    const { minDelayUs, maxDelayUs } = this.faults;
    const atUs = this.nowUs + Math.floor(minDelayUs + this.random() * (maxDelayUs - minDelayUs));
    this.messages.push({ from, to, frame: frame.slice(), atUs, order: this.order });
  }

  /** Runs everything that is due until that much time has passed. */
  run(forMs: number): void {
    const untilUs = this.nowUs + forMs * 1000;
    for (;;) {
      const next = this.nextEvent();
      if (next === undefined || next.atUs > untilUs) break;
      this.nowUs = Math.max(this.nowUs, next.atUs);
      next.act();
    }
    this.nowUs = untilUs;
  }

  /** Runs until a condition holds; false if it does not within the time. */
  runUntil(holds: () => boolean, withinMs: number): boolean {
    const untilUs = this.nowUs + withinMs * 1000;
    while (!holds()) {
      const next = this.nextEvent();
      if (next === undefined || next.atUs > untilUs) return holds();
      this.nowUs = Math.max(this.nowUs, next.atUs);
      next.act();
    }
    return true;
  }

  private nextEvent(): { atUs: number; act: () => void } | undefined {
    let best: { atUs: number; act: () => void } | undefined;
    const consider = (atUs: number, act: () => void): void => {
      if (atUs !== Infinity && (best === undefined || atUs < best.atUs)) best = { atUs, act };
    };
    for (const message of this.messages) consider(message.atUs, () => this.deliver(message));
    for (const event of this.diskEvents) consider(event.atUs, () => this.completeDisk(event));
    for (const machine of this.machines.values()) {
      consider(machine.alarmUs, () => {
        machine.alarmUs = Infinity;
        this.step(machine, wakeInput);
      });
    }
    for (const client of [...this.writers, ...this.readers]) {
      consider(client.deadlineUs, () => client.step(wakeInput));
    }
    return best;
  }

  deliver(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    const isKnown =
      this.machines.has(message.to) ||
      this.writers.some((one) => one.name === message.to) ||
      this.readers.some((one) => one.name === message.to);
    if (isKnown) this.inject(message.to, peerMessage(message.from, message.frame.slice()));
    else this.onStray?.(message);
  }

  private completeDisk(event: DiskEvent): void {
    this.diskEvents.splice(this.diskEvents.indexOf(event), 1);
    const machine = this.machine(event.machine);
    if (machine.node !== undefined && machine.life === event.life) {
      this.step(machine, event.input());
    }
  }

  private step(machine: LogMachine, input: Input): void {
    const { node } = machine;
    if (node === undefined) return;
    this.steps += 1;
    stepLogNode(node, this.clock(), input, this.effectsOf(machine));
    if (machine.node !== undefined) this.examine(machine);
  }

  clock(): Now {
    return { monotonicUs: this.nowUs, unixUs: 1_700_000_000_000_000 + this.nowUs };
  }

  /** Compares what this node calls committed with what any node ever did. */
  private examine(machine: LogMachine): void {
    const replica = must(machine.node?.replicas[0], "replica");
    const { log } = replica;
    const commit = commitPosition(replica);
    for (let at = Math.max(machine.examined, log.basePosition) + 1; at <= commit; at++) {
      const { incarnation, sequence } = log.idAt(at);
      const id = `${incarnation}/${sequence}`;
      const chain = log.chainAt(log.indexOf(at));
      const known = this.committed[at - 1];
      this.examined.commits += 1;
      if (known === undefined) {
        assert(this.committed.length === at - 1, "a gap in what is committed");
        assert(!this.committed.some((one) => one.id === id), `${id} committed twice`);
        assert(!this.refused.has(id), `${id} committed after a conflict`);
        this.committed.push({ chain, id });
      } else {
        // What has left memory is known by its id alone.
        if (known.chain < 0) known.chain = chain;
        assert(
          (chain < 0 || known.chain === chain) && known.id === id,
          `${machine.name} commits ${id} at ${at}, where ${known.id} is committed`,
        );
      }
    }
    machine.examined = commit;
  }

  noteAcknowledged(id: string, position: number): void {
    this.examined.acks += 1;
    const known = this.committed[position - 1];
    assert(known?.id === id, `${id} acknowledged at ${position}, where ${known?.id} is committed`);
    this.acknowledged.set(id, position);
  }

  noteRefused(id: string): void {
    assert(!this.committed.some((one) => one.id === id), `${id} refused but committed`);
    this.refused.add(id);
  }

  private effectsOf(machine: LogMachine): Effects {
    const { life, name } = machine;
    const later = (input: () => Input, fromUs: number, toUs: number): void => {
      const atUs = this.nowUs + Math.floor(fromUs + this.random() * (toUs - fromUs));
      this.diskEvents.push({ machine: name, life, atUs, input });
    };
    return {
      ...this.clientEffects(name),
      read: (ticket, file, offset, lengthBytes) =>
        later(() => diskRead(ticket, true, machine.disk.read(file, offset, lengthBytes)), 100, 200),
      write: (file, offset, bytes) => machine.disk.write(file, offset, bytes.slice()),
      remove: (file) => machine.disk.write(file, 0, undefined),
      sync: (ticket) => {
        const { disk } = machine;
        this.syncs += 1;
        disk.beginSync();
        if (this.holdSyncs) return;
        later(
          () => {
            disk.endSync();
            return diskSynced(ticket, true);
          },
          300,
          1500,
        );
      },
      wakeAt: (monotonicUs) => {
        machine.alarmUs = monotonicUs;
      },
      exit: (reason) => {
        this.traces.push(`${name} exit ${reason}`);
        machine.node = undefined;
        machine.alarmUs = Infinity;
        machine.disk.crash(this.random);
      },
      configure: unexpected,
      rewriteConfiguration: unexpected,
      shutdown: unexpected,
    };
  }

  /** A sink for machines without a disk. */
  clientEffects(name: NodeId): Effects {
    return {
      send: (to, frame) => this.send(name, to, frame),
      reply: unexpected,
      closeClient: unexpected,
      read: unexpected,
      write: unexpected,
      remove: unexpected,
      sync: unexpected,
      wakeAt: unexpected,
      provision: unexpected,
      exit: unexpected,
      configure: unexpected,
      rewriteConfiguration: unexpected,
      shutdown: unexpected,
      trace: (kind, shard, position, value, text) => {
        this.traces.push(`${this.nowUs} ${name} ${kind} ${shard} ${position} ${value} ${text}`);
      },
      mark: (mark) => this.marks.add(mark),
    };
  }

  clientConfig(zone: string): LogClientConfig {
    const seed = Math.floor(this.random() * 2 ** 32);
    const { logNodes } = this.layout;
    return { shard: 0, zone, logNodes, timing: this.timing, random: seededRandom(seed) };
  }

  leader(): NodeId | undefined {
    let best: LogMachine | undefined;
    for (const machine of this.machines.values()) {
      const replica = machine.node?.replicas[0];
      if (replica?.role !== "leader") continue;
      if (best === undefined || replica.term > must(best.node?.replicas[0], "replica").term) {
        best = machine;
      }
    }
    return best?.name;
  }

  addWriter(zone: string): TestWriter {
    const writer = new TestWriter(this, `writer-${this.writers.length}`, zone);
    this.writers.push(writer);
    return writer;
  }

  addReader(zone: string): TestReader {
    const reader = new TestReader(this, `reader-${this.readers.length}`, zone);
    this.readers.push(reader);
    return reader;
  }
}

function unexpected(): void {
  assert(false, "an effect that this machine has no use for");
}
