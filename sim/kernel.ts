/**
 * The world's engine room: owns the event queue, the network, the machines and the digest, and executes one event after another.
 * It knows nothing of scenarios, clients or checks; world.ts does.
 */
import { must } from "../engine/assert.ts";
import type { Input, NodeId } from "../engine/contract.ts";
import { ClientStreams, type StreamPiece } from "./clientStreams.ts";
import { MachineClock } from "./clock.ts";
import { Decisions, type DecisionOptions } from "./decisions.ts";
import type { DelayName } from "./delays.ts";
import { Disk } from "./disk.ts";
import {
  ACTION,
  ALARM,
  CLIENT_TIMER,
  FRAME_ARRIVES,
  MACHINE_FREE,
  PEER_LOST,
  READ_DONE,
  STREAM_ARRIVES,
  STREAM_RESENT,
  SYNC_DONE,
} from "./events.ts";
import { Machine, type MachineWorld, type ReadAnswer } from "./machine.ts";
import type { LinkRule } from "./linkRules.ts";
import { Network } from "./network.ts";
import { createFaultCounter, type FaultCounter, type Place, type PlaceKind } from "./place.ts";
import { type Branch, Streams } from "./random.ts";
import { Scheduler } from "./scheduler.ts";
import { Recorder, type RecorderOptions } from "./trace/recorder.ts";

/** What happens to machines, told to the world above. All calls come while an event executes. */
export interface KernelListener {
  afterStep(machine: Machine): void;
  machineExited(machine: Machine, reason: string): void;
  provisionAsked(node: NodeId): void;
  diskSynced(machine: Machine, file: string, offset: number, bytes: Uint8Array): void;
  diskRemoved(machine: Machine, file: string): void;
  /** What the platter holds is not what syncs said: after a crash, rot or loss. */
  diskChanged(machine: Machine): void;
}

export interface KernelOptions extends RecorderOptions, DecisionOptions {
  readonly seed: number;
  readonly branch?: Branch;
  /** Bounds of each machine's wall-clock offset and of its monotonic clock's rate error. */
  readonly wallSkewMs: number;
  readonly driftPpm: number;
  /** How long messages take; unless told, as in a normal network. */
  readonly delays?: DelayName;
}

export interface MachineSpec {
  readonly name: NodeId;
  readonly zone: string;
  readonly kind: PlaceKind;
  readonly shard: number;
}

export class Kernel implements MachineWorld {
  readonly scheduler: Scheduler = new Scheduler();
  readonly streams: Streams;
  readonly decisions: Decisions;
  readonly recorder: Recorder;
  readonly network: Network;
  readonly clientStreams: ClientStreams;
  readonly machines: Machine[] = [];
  /** The machine whose step runs now: an exception that escapes is its own. */
  steppingMachine: Machine | undefined = undefined;
  onClientTimer: ((token: number) => void) | undefined = undefined;
  private readonly options: KernelOptions;
  private readonly listener: KernelListener;
  private readonly machineByName: Map<NodeId, Machine> = new Map();

  constructor(options: KernelOptions, listener: KernelListener) {
    this.options = options;
    this.listener = listener;
    const nowUs = (): number => this.scheduler.nowUs;
    this.streams = new Streams(options.seed, options.branch, nowUs);
    this.decisions = new Decisions(this.streams, options, nowUs);
    this.recorder = new Recorder(options);
    this.network = new Network(this.scheduler, this.decisions, this.recorder, options.delays);
    // The clients' place is endpoint 0: a row of links like every other, though no frame is ever sent to it.
    const clients = new ClientsPlace();
    this.network.addEndpoint(clients);
    this.clientStreams = new ClientStreams(this.scheduler, this.network, clients, options.camera);
  }

  get nowUs(): number {
    return this.scheduler.nowUs;
  }

  get steps(): number {
    let steps = 0;
    for (const machine of this.machines) steps += machine.steps;
    return steps;
  }

  addMachine(spec: MachineSpec): Machine {
    const diskDecisions = this.decisions.source("disk", spec.name);
    const { listener } = this;
    const disk = new Disk(this.decisions.source("disk-faults", spec.name), {
      onSynced: (file, offset, bytes) => listener.diskSynced(machine, file, offset, bytes),
      onRemoved: (file) => listener.diskRemoved(machine, file),
    });
    const place = { ...spec, index: this.machines.length + 1 };
    const machine = new Machine(this, place, this.newClock(spec.name), disk, diskDecisions);
    this.machines.push(machine);
    this.machineByName.set(spec.name, machine);
    this.network.addEndpoint(machine);
    return machine;
  }

  /** Clocks with a rate error and a skew of their own; the monotonic zero is arbitrary, so that nobody relies on it. */
  private newClock(name: NodeId): MachineClock {
    const source = this.decisions.source("clock", name);
    const { wallSkewMs, driftPpm } = this.options;
    const zeroUs = source.integer(1_000_000, 1_000_000_000);
    const ppm = Math.round((source.next() * 2 - 1) * driftPpm);
    const skewUs = Math.round((source.next() * 2 - 1) * wallSkewMs * 1000);
    return new MachineClock(zeroUs, ppm, skewUs);
  }

  machine(name: NodeId): Machine {
    return must(this.machineByName.get(name), `machine ${name}`);
  }

  hasMachine(name: NodeId): boolean {
    return this.machineByName.has(name);
  }

  /** Runs `action` at a true time (now, if that has passed). For rare things: a closure an event is too dear for the rest. */
  at(trueUs: number, action: () => void): void {
    this.scheduler.schedule(Math.max(trueUs, this.nowUs), ACTION, 0, 0, action);
  }

  /** Executes the next event if it is due by `untilUs`; else moves time there and returns false. */
  runOne(untilUs: number): boolean {
    const { scheduler, recorder } = this;
    if (!scheduler.next(untilUs)) {
      recorder.passTo(untilUs);
      scheduler.advanceTo(untilUs);
      return false;
    }
    recorder.passTo(scheduler.nowUs);
    if (recorder.isInWindow) {
      const text = this.tellEvent();
      this.executeEvent();
      recorder.keep(scheduler.nowUs, text);
    } else {
      this.executeEvent();
    }
    recorder.count += 1;
    return true;
  }

  private executeEvent(): void {
    const { scheduler, recorder } = this;
    const { kind, a, b, payload } = scheduler;
    const { digest } = recorder;
    digest.mix(kind);
    digest.mixWide(scheduler.nowUs);
    digest.mix(a);
    digest.mix(b);
    switch (kind) {
      case FRAME_ARRIVES:
        digest.mixFrame(payload as Uint8Array);
        this.network.arrive(a, b, payload as Uint8Array);
        return;
      case MACHINE_FREE:
        this.machineAt(a).onFree(b);
        return;
      case ALARM:
        this.machineAt(a).onAlarm(b);
        return;
      case SYNC_DONE:
        this.machineAt(a).onSyncDone(b, payload as number);
        return;
      case READ_DONE:
        this.machineAt(a).onReadDone(b, payload as ReadAnswer);
        return;
      case PEER_LOST:
        if (this.machineAt(a).process === b) this.machineAt(a).receivePeerLost(payload as NodeId);
        return;
      case STREAM_ARRIVES:
        digest.mixBytes((payload as StreamPiece).bytes);
        this.clientStreams.arrive(a, b, payload as StreamPiece);
        return;
      case STREAM_RESENT:
        this.clientStreams.resend(a, b);
        return;
      case CLIENT_TIMER:
        must(this.onClientTimer, "the listener of client timers")(a);
        return;
      default:
        (payload as () => void)();
    }
  }

  private tellEvent(): string {
    const { kind, a, payload } = this.scheduler;
    switch (kind) {
      case FRAME_ARRIVES: {
        const frame = payload as Uint8Array;
        return `frame of kind ${frame[2] ?? 0} ${this.network.linkName(a)}, ${frame.length} bytes`;
      }
      case MACHINE_FREE:
        return `queued input of ${this.machineAt(a).name}`;
      case ALARM:
        return `alarm of ${this.machineAt(a).name}`;
      case SYNC_DONE:
        return `sync of ${this.machineAt(a).name}`;
      case READ_DONE:
        return `read of ${this.machineAt(a).name}`;
      case PEER_LOST:
        return `${this.machineAt(a).name} loses its connection to ${payload as NodeId}`;
      case STREAM_ARRIVES: {
        const piece = payload as StreamPiece;
        return `${piece.kind} on client connection ${a}, ${piece.bytes.length} bytes`;
      }
      case STREAM_RESENT:
        return `held bytes of client connection ${a}`;
      case CLIENT_TIMER:
        return `timer ${a} of the clients`;
      default:
        return "action of the world";
    }
  }

  private machineAt(index: number): Machine {
    return this.machines[index - 1] as Machine;
  }

  addRule(rule: LinkRule): void {
    this.network.addRule(rule);
  }

  removeRule(rule: LinkRule): void {
    this.network.removeRule(rule);
    this.clientStreams.rulesChanged();
  }

  afterStep(machine: Machine, input: Input): void {
    this.listener.afterStep(machine);
    this.recorder.camera?.stepped?.(this.nowUs, machine.index, input);
  }

  exited(machine: Machine, reason: string): void {
    // A restart is built from disk bytes alone: what a failed sync left in the page cache must not pass for stored.
    this.stopProcess(machine, reason);
    this.crashDisk(machine, createFaultCounter());
    this.listener.machineExited(machine, reason);
  }

  provision(node: NodeId): void {
    this.listener.provisionAsked(node);
  }

  /** Ends a process whose machine keeps its power: its connections are reset. */
  private stopProcess(machine: Machine, why: string): void {
    if (!machine.isRunning) return;
    machine.stop();
    this.recorder.trace(this.nowUs, machine.name, "machine.crashed", -1, -1, -1, why);
    this.network.resetConnectionsOf(machine);
    this.clientStreams.machineStopped(machine);
  }

  /** Ends a process and decides what its disk keeps of what was not synced. `isDark`: nobody hears of it. */
  crash(machine: Machine, why: string, isDark: boolean, counter: FaultCounter): void {
    // What is down already stays down by the fault that did it, and does not get its power back.
    if (machine.isRunning || machine.downBy === undefined) machine.downBy = counter;
    machine.isDark = isDark || (machine.isDark && !machine.isRunning);
    if (machine.isRunning) {
      counter.processesEnded += 1;
      counter.messagesCut += machine.queueLength;
      machine.stop();
      this.recorder.trace(this.nowUs, machine.name, "machine.crashed", -1, -1, -1, why);
      if (isDark) this.network.forgetConnectionsFrom(machine);
      else this.network.resetConnectionsOf(machine);
      this.clientStreams.machineStopped(machine);
    }
    this.crashDisk(machine, counter);
  }

  private crashDisk(machine: Machine, counter: FaultCounter): void {
    if (machine.disk.pendingCount === 0) return;
    const outcome = machine.disk.crash();
    const { kept, lost, torn, garbled } = outcome;
    counter.diskResultsChanged += lost + torn + garbled;
    const text = `${kept} kept, ${lost} lost, ${torn} torn, ${garbled} garbled`;
    const { bytesAtStake } = outcome;
    this.recorder.trace(this.nowUs, machine.name, "disk.crashed", -1, -1, bytesAtStake, text);
    this.listener.diskChanged(machine);
  }

  loseDisk(machine: Machine, counter: FaultCounter): void {
    if (machine.disk.fileNames().length === 0) return;
    counter.diskResultsChanged += 1;
    machine.disk.wipe();
    this.recorder.trace(this.nowUs, machine.name, "disk.lost", -1, -1, -1, "");
    this.listener.diskChanged(machine);
  }

  /** Damages the older half of a file that no process uses: a flipped bit, or a write in the wrong sector. False: there was too little of it. */
  damageDisk(
    machine: Machine,
    file: string,
    damage: "rot" | "misdirect",
    counter: FaultCounter,
  ): boolean {
    const { disk } = machine;
    const offset = damage === "rot" ? disk.rot(file) : disk.misdirect(file);
    return this.noteDamage(machine, file, offset, counter);
  }

  /** A write that a sync had covered proves not to be on the platter. False: there was none, or none that may be missed. */
  losePhantomWrite(machine: Machine, evenNewest: boolean, counter: FaultCounter): boolean {
    const offset = machine.disk.losePhantom(evenNewest);
    return this.noteDamage(machine, "a write", offset, counter);
  }

  private noteDamage(
    machine: Machine,
    file: string,
    offset: number,
    counter: FaultCounter,
  ): boolean {
    if (offset < 0) return false;
    counter.diskResultsChanged += 1;
    this.recorder.trace(this.nowUs, machine.name, "disk.rotted", -1, -1, offset, file);
    this.listener.diskChanged(machine);
    return true;
  }
}

/** Where all clients are. */
class ClientsPlace implements Place {
  readonly index: number = 0;
  readonly name: string = "clients";
  readonly zone: string = "clients";
  readonly kind: PlaceKind = "clients";
  readonly shard: number = -1;
  readonly process: number = 0;
  readonly isRunning: boolean = false;
  readonly isDark: boolean = true;
  readonly downBy: undefined = undefined;
  receiveFrame(): void {}
  receivePeerLost(): void {}
}
