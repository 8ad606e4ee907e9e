/**
 * Hosts one machine of the engine: delivers its inputs one at a time, charges virtual time for each step, and carries out
 * its effects. A step runs when its input is taken from the queue, against clocks read at that moment; what it sends leaves when
 * the step's time has passed.
 */
import { assert } from "../engine/assert.ts";
import {
  clientBytes,
  clientClosed,
  clientOpened,
  diskRead,
  diskSynced,
  peerLost,
  peerMessage,
  startInput,
  wakeInput,
  type Effects,
  type Input,
  type InputKind,
  type NodeId,
  type Now,
} from "../engine/contract.ts";
import type { MachineClock } from "./clock.ts";
import type { ClientStreams } from "./clientStreams.ts";
import { byteNs, diskByteNs, requestNs, requestsIn, stepNs } from "./costs.ts";
import type { DecisionSource } from "./decisions.ts";
import { delayAt, diskReadDelay, diskSyncDelay } from "./delays.ts";
import type { Disk } from "./disk.ts";
import { ACTION, ALARM, MACHINE_FREE, READ_DONE, SYNC_DONE } from "./events.ts";
import type { HostQuirks } from "./hostQuirks.ts";
import { Layered } from "./layered.ts";
import type { Endpoint, Network } from "./network.ts";
import type { FaultCounter, PlaceKind } from "./place.ts";
import type { EventToken, Scheduler } from "./scheduler.ts";
import { StepEffects } from "./stepEffects.ts";
import type { Recorder } from "./trace/recorder.ts";

/** A machine of the engine with its state inside. */
export interface Program {
  step(now: Now, input: Input, effects: Effects): void;
  /** Nanoseconds of work of all its steps so far beside what inputs and bytes cost: that of scripts. */
  workNs?(): number;
}

/** What a machine needs of its world. */
export interface MachineWorld {
  readonly scheduler: Scheduler;
  readonly recorder: Recorder;
  readonly network: Network;
  readonly clientStreams: ClientStreams;
  steppingMachine: Machine | undefined;
  /** After every step, before anything else happens: oracles look here. */
  afterStep(machine: Machine, input: Input): void;
  /** The machine's step called `exit`. */
  exited(machine: Machine, reason: string): void;
  provision(node: NodeId): void;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

export interface MachinePlace {
  readonly index: number;
  readonly name: NodeId;
  readonly zone: string;
  readonly kind: PlaceKind;
  readonly shard: number;
}

/** What a read brings when its time has come. */
export interface ReadAnswer {
  readonly ticket: number;
  readonly file: string;
  readonly offset: number;
  readonly lengthBytes: number;
}

export class Machine implements Endpoint {
  readonly index: number;
  readonly name: NodeId;
  readonly zone: string;
  readonly kind: PlaceKind;
  readonly shard: number;
  clock: MachineClock;
  readonly disk: Disk;
  program: Program | undefined = undefined;
  process = 0;
  isDark = false;
  downBy: FaultCounter | undefined = undefined;
  isPaused = false;
  /** The alarm rang during a pause. */
  private owesWake = false;
  /** Steps take this many times as long. */
  readonly cpu: Layered = new Layered(1);
  /** Syncs and reads take this many times as long. */
  readonly diskSlowness: Layered = new Layered(1);
  /** Faults for whose time the disk completes no sync, with the tickets that wait for them. */
  private readonly diskStalls: Set<FaultCounter> = new Set();
  private stalledSync: number | undefined = undefined;
  /** What a fault makes its host do. */
  quirks: HostQuirks | undefined = undefined;
  steps = 0;

  readonly world: MachineWorld;
  private readonly diskDecisions: DecisionSource;
  private readonly now: Now = { monotonicUs: 0, unixUs: 0 };
  private readonly effects: StepEffects;
  private queue: Input[] = [];
  private queueHead = 0;
  private busyUntilUs = 0;
  private isFreeScheduled = false;
  private alarmLocalUs = Infinity;
  private alarmToken: EventToken = 0;
  private alarmEventUs = Infinity;
  private syncCovers = -1;
  /** `workNs` of the program when the step began. */
  private workBeforeNs = 0;

  // oxlint-disable-next-line max-params -- built in one place, by the kernel
  constructor(
    world: MachineWorld,
    place: MachinePlace,
    clock: MachineClock,
    disk: Disk,
    diskDecisions: DecisionSource,
  ) {
    this.index = place.index;
    this.name = place.name;
    this.zone = place.zone;
    this.kind = place.kind;
    this.shard = place.shard;
    this.world = world;
    this.clock = clock;
    this.disk = disk;
    this.diskDecisions = diskDecisions;
    this.effects = new StepEffects(this);
  }

  get isRunning(): boolean {
    return this.program !== undefined;
  }

  get queueLength(): number {
    return this.queue.length - this.queueHead;
  }

  /** Builds a new process around a program; its first input is `start`. */
  start(program: Program): void {
    assert(this.program === undefined, `${this.name} runs already`);
    this.program = program;
    this.process += 1;
    this.isPaused = false;
    this.busyUntilUs = this.world.scheduler.nowUs;
    this.enqueue(startInput);
  }

  /** Ends the process at once: memory, queue and alarm are gone, and nothing it asked of its disk is answered. */
  stop(): void {
    this.program = undefined;
    this.isPaused = false;
    this.owesWake = false;
    this.queue = [];
    this.queueHead = 0;
    this.isFreeScheduled = false;
    this.clearAlarm();
    this.syncCovers = -1;
    this.stalledSync = undefined;
  }

  pause(): void {
    this.isPaused = true;
  }

  /**
   * Returns how many inputs waited. A wake that fell due meanwhile comes behind all of them, as in an event loop that looks
   * at its sockets before its timers: what has ended by the clock must not need an alarm to be noticed.
   */
  resume(): number {
    if (!this.isPaused) return 0;
    this.isPaused = false;
    if (this.owesWake) this.queue.push(wakeInput);
    this.owesWake = false;
    if (this.queueLength > 0) this.scheduleFree();
    return this.queueLength;
  }

  receiveFrame(from: NodeId, frame: Uint8Array): void {
    this.enqueue(peerMessage(from, frame));
  }

  receivePeerLost(peer: NodeId): void {
    this.enqueue(peerLost(peer));
  }

  receiveOpened(clientId: number, address: string): void {
    this.enqueue(clientOpened(clientId, address));
  }

  receiveBytes(clientId: number, bytes: Uint8Array): void {
    const { quirks } = this;
    if (quirks === undefined) this.enqueue(clientBytes(clientId, bytes));
    else this.receiveReshaped(clientId, bytes, quirks);
  }

  private receiveReshaped(clientId: number, bytes: Uint8Array, quirks: HostQuirks): void {
    const last = this.queue[this.queue.length - 1];
    const follows = last?.kind === "clientBytes" && last.clientId === clientId;
    if (follows && quirks.fires("joinBytes")) {
      const joined = new Uint8Array(last.bytes.length + bytes.length);
      joined.set(last.bytes);
      joined.set(bytes, last.bytes.length);
      this.queue[this.queue.length - 1] = clientBytes(clientId, joined);
      return;
    }
    const cut = quirks.cutAt(bytes.length);
    if (cut > 0) this.enqueue(clientBytes(clientId, bytes.slice(0, cut)));
    this.enqueue(clientBytes(clientId, bytes.slice(cut)));
  }

  receiveClosed(clientId: number): void {
    this.enqueue(clientClosed(clientId));
  }

  /** MACHINE_FREE. */
  onFree(process: number): void {
    if (process !== this.process || !this.isFreeScheduled) return;
    this.isFreeScheduled = false;
    if (this.isPaused || this.program === undefined || this.queueLength === 0) return;
    const input = this.queue[this.queueHead] as Input;
    this.queueHead += 1;
    if (this.queueHead === this.queue.length) {
      this.queue = [];
      this.queueHead = 0;
    }
    this.execute(input);
    if (this.queueLength > 0 && this.program !== undefined) this.scheduleFree();
  }

  /** ALARM. The event may be older than the newest wakeAt: then it is only moved. */
  onAlarm(process: number): void {
    if (process !== this.process) return;
    this.alarmToken = 0;
    this.alarmEventUs = Infinity;
    if (this.alarmLocalUs === Infinity || this.program === undefined) return;
    const dueUs = this.clock.trueWhen(this.alarmLocalUs);
    if (dueUs > this.world.scheduler.nowUs) {
      this.armAt(dueUs);
      return;
    }
    const lateUs = this.quirks?.delayUs("lateWake") ?? 0;
    if (lateUs > 0) {
      this.armAt(this.world.scheduler.nowUs + lateUs);
      return;
    }
    this.alarmLocalUs = Infinity;
    if (this.isPaused) this.owesWake = true;
    else this.enqueue(wakeInput);
  }

  /** SYNC_DONE. */
  onSyncDone(process: number, ticket: number): void {
    if (process !== this.process || this.program === undefined) return;
    if (this.diskStalls.size > 0) {
      for (const counter of this.diskStalls) counter.diskResultsChanged += 1;
      this.stalledSync = ticket;
      return;
    }
    const covered = this.syncCovers;
    this.syncCovers = -1;
    const { recorder, scheduler } = this.world;
    const { camera } = recorder;
    const isTold = recorder.isFull || camera !== undefined;
    const bytes = isTold ? this.disk.unsyncedBytes() : 0;
    const ok = this.disk.completeSync(covered);
    const synced = isTold ? bytes - this.disk.unsyncedBytes() : 0;
    camera?.syncEnded?.(scheduler.nowUs, this.index, synced, ok);
    if (!ok) {
      recorder.trace(scheduler.nowUs, this.name, "disk.failed", -1, -1, -1, "");
    } else if (recorder.isFull) {
      recorder.trace(scheduler.nowUs, this.name, "disk.synced", -1, -1, synced, "");
    }
    const lateUs = this.quirks?.delayUs("lateSync") ?? 0;
    if (lateUs === 0) this.enqueue(diskSynced(ticket, ok));
    else
      this.later(lateUs, () => {
        if (process === this.process) this.enqueue(diskSynced(ticket, ok));
      });
  }

  private later(afterUs: number, action: () => void): void {
    const { scheduler } = this.world;
    scheduler.schedule(scheduler.nowUs + afterUs, ACTION, 0, 0, action);
  }

  /** From now on no sync completes, until the returned function is called. */
  stallDisk(counter: FaultCounter): () => void {
    this.diskStalls.add(counter);
    return () => {
      this.diskStalls.delete(counter);
      const ticket = this.stalledSync;
      if (this.diskStalls.size > 0 || ticket === undefined) return;
      this.stalledSync = undefined;
      this.onSyncDone(this.process, ticket);
    };
  }

  /** READ_DONE. */
  onReadDone(process: number, answer: ReadAnswer): void {
    if (process !== this.process || this.program === undefined) return;
    const bytes = this.disk.answerRead(answer.file, answer.offset, answer.lengthBytes);
    this.enqueue(diskRead(answer.ticket, bytes !== undefined, bytes ?? NO_BYTES));
  }

  /** To be called when the clock's rate changed. */
  rearm(): void {
    if (this.alarmLocalUs === Infinity) return;
    this.setAlarm(this.alarmLocalUs, this.world.scheduler.nowUs);
  }

  /** What the step has worked so far beside the cost of its input. */
  workedUs(): number {
    const workNs = (this.program?.workNs?.() ?? 0) - this.workBeforeNs;
    return workNs === 0 ? 0 : Math.ceil((workNs * this.cpu.value) / 1000);
  }

  setAlarm(localUs: number, earliestTrueUs: number): void {
    this.alarmLocalUs = localUs;
    const dueUs = Math.max(this.clock.trueWhen(localUs), earliestTrueUs);
    // A later deadline leaves the event where it is: most alarms move on before they ring.
    if (dueUs < this.alarmEventUs) this.armAt(dueUs);
  }

  beginSync(ticket: number, departUs: number): void {
    assert(this.syncCovers < 0, `${this.name} asked for a sync while one is outstanding`);
    this.syncCovers = this.disk.pendingCount;
    this.world.recorder.camera?.syncBegan?.(this.index, departUs);
    const transferUs = Math.floor((this.disk.unsyncedBytes() * diskByteNs) / 1000);
    const delayUs = delayAt(diskSyncDelay, this.diskDecisions.next()) * this.slowDisk();
    const atUs = departUs + transferUs + Math.floor(delayUs);
    this.world.scheduler.schedule(atUs, SYNC_DONE, this.index, this.process, ticket);
  }

  beginRead(answer: ReadAnswer, departUs: number): void {
    const available = Math.max(0, this.disk.lengthOf(answer.file) - answer.offset);
    const transferUs = Math.floor((Math.min(available, answer.lengthBytes) * diskByteNs) / 1000);
    const delayUs = delayAt(diskReadDelay, this.diskDecisions.next()) * this.slowDisk();
    const atUs = departUs + transferUs + Math.floor(delayUs);
    this.world.scheduler.schedule(atUs, READ_DONE, this.index, this.process, answer);
  }

  private slowDisk(): number {
    const { counter, value } = this.diskSlowness;
    if (counter !== undefined && value !== 1) counter.diskResultsChanged += 1;
    return value;
  }

  private enqueue(input: Input): void {
    if (this.program === undefined) return;
    const { nowUs } = this.world.scheduler;
    const isIdle =
      !this.isPaused &&
      !this.isFreeScheduled &&
      this.busyUntilUs <= nowUs &&
      this.queueLength === 0;
    const lateUs = isIdle ? (this.quirks?.delayUs("batchInputs") ?? 0) : 0;
    if (lateUs > 0) this.busyUntilUs = nowUs + lateUs;
    else if (isIdle) {
      this.execute(input);
      return;
    }
    this.queue.push(input);
    if (!this.isPaused && !this.isFreeScheduled) this.scheduleFree();
  }

  private scheduleFree(): void {
    this.isFreeScheduled = true;
    const { scheduler } = this.world;
    const atUs = Math.max(this.busyUntilUs, scheduler.nowUs);
    scheduler.schedule(atUs, MACHINE_FREE, this.index, this.process, undefined);
  }

  private execute(input: Input): void {
    const { now, effects, world } = this;
    const program = this.program as Program;
    const trueUs = world.scheduler.nowUs;
    let costNs = stepNs + input.bytes.length * byteNs;
    if (input.kind === "clientBytes") costNs += requestNs * requestsIn(input.bytes);
    now.monotonicUs = this.clock.monotonicAt(trueUs);
    now.unixUs = this.clock.unixAt(trueUs);
    const slowness = this.cpu.value;
    effects.begin(trueUs + Math.ceil((costNs * slowness) / 1000));
    this.workBeforeNs = program.workNs?.() ?? 0;
    world.steppingMachine = this;
    program.step(now, input, effects);
    world.steppingMachine = undefined;
    this.steps += 1;
    this.busyUntilUs = effects.departUs + Math.floor((effects.outBytes * byteNs * slowness) / 1000);
    if (slowness !== 1 && this.cpu.counter !== undefined) this.cpu.counter.inputsChanged += 1;
    if (this.clock.isDisturbed) this.noteReading(input.kind, trueUs);
    world.afterStep(this, input);
    if (effects.exitReason !== undefined) world.exited(this, effects.exitReason);
  }

  /** Leases, backoffs and elections count on the monotonic clock, expiry on the wall clock; the monitor on neither. */
  private noteReading(input: InputKind, trueUs: number): void {
    if (this.kind === "monitor") return;
    const usesWall = this.kind === "database" && (input === "clientBytes" || input === "wake");
    this.clock.noteReading(trueUs, usesWall);
  }

  private armAt(trueUs: number): void {
    const { scheduler } = this.world;
    if (this.alarmToken !== 0) scheduler.cancel(this.alarmToken);
    this.alarmToken = 0;
    this.alarmEventUs = trueUs;
    if (trueUs === Infinity) return;
    this.alarmToken = scheduler.schedule(trueUs, ALARM, this.index, this.process, undefined);
  }

  private clearAlarm(): void {
    if (this.alarmToken !== 0) this.world.scheduler.cancel(this.alarmToken);
    this.alarmToken = 0;
    this.alarmEventUs = Infinity;
    this.alarmLocalUs = Infinity;
  }
}
