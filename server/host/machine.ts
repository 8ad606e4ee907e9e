/**
 * Hosts one machine of the engine on this computer: delivers its inputs one at a time, each against clocks read at that moment, and
 * carries out what its steps ask for. sim/machine.ts does the same in simulated time.
 */
import { assert } from "../../engine/assert.ts";
import {
  diskRead,
  diskSynced,
  type Effects,
  type Input,
  type NodeId,
  type Now,
  type ShutdownOrder,
  startInput,
  wakeInput,
} from "../../engine/contract.ts";
import type { MarkName } from "../../engine/marks.ts";
import type { TraceKind } from "../../engine/trace.ts";
import type { MachineDisk } from "../disk/machineDisk.ts";
import { Clock, type Skew } from "./clock.ts";
import type { Turn } from "./turn.ts";

/** A machine of the engine with its state inside. */
export interface Program {
  /** One step for inputs that have arrived by `now`; only database nodes are given several. */
  step(now: Now, inputs: readonly Input[], effects: Effects): void;
  /** Nothing is owed by it, and it leads nothing that another machine could lead. */
  isAtRest(): boolean;
  /** Whether a client listens to channels; only database nodes have clients. */
  isSubscriber?(clientId: number): boolean;
  /** Whether clients need no password; only database nodes have clients. */
  isOpen?(): boolean;
}

/** Where the replies to clients go. */
export interface ClientSink {
  /** As Effects has it. */
  reply(clientId: number, bytes: Uint8Array, owedBytes: number): void;
  closeClient(clientId: number): void;
  /** A machine begins: with the parameters that the server was started with. */
  machineStarted(): void;
  /** A parameter has another value. */
  configured(parameter: string, value: string): void;
  /** The machine ended, and with it what it knew of its clients. */
  machineEnded(): void;
}

/** What a machine needs of the process around it. */
export interface Surroundings {
  readonly turn: Turn;
  send(from: NodeId, to: NodeId, frame: Uint8Array): void;
  provision(node: NodeId): void;
  exited(machine: HostedMachine, reason: string): void;
  /** A parameter has another value since CONFIG SET. */
  configured(machine: NodeId, parameter: string, value: string): void;
  /** A client sent CONFIG REWRITE. */
  rewriteConfiguration(rewrite: (text: string) => string): void;
  /** A client sent SHUTDOWN. */
  shutdownAsked(machine: NodeId, order: ShutdownOrder): void;
  /** An event of the engine's vocabulary. */
  told(
    machine: NodeId,
    kind: TraceKind,
    shard: number,
    position: number,
    value: number,
    text: string,
  ): void;
}

/** The longest wait of a timer in Node; a later alarm is armed in several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A timer that rings so late tells of a process that was held up. */
const HELD_UP_MS = 20;

export class HostedMachine implements Effects {
  readonly name: NodeId;
  /** Undefined for machines without clients. */
  clients: ClientSink | undefined = undefined;
  private diskSlowness = 1;
  private cpuSlowness = 1;
  /** While it rests, because its processor is slowed down. */
  private rest: NodeJS.Timeout | undefined = undefined;
  /** What it still has to rest, in milliseconds. */
  private restMs = 0;
  /** What its disk has answered and it does not hear yet. */
  private readonly slowAnswers: Map<NodeJS.Timeout, () => void> = new Map();
  private readonly surroundings: Surroundings;
  private readonly clock = new Clock();
  private readonly now: Now = { monotonicUs: 0, unixUs: 0 };
  private program: Program | undefined = undefined;
  private disk: MachineDisk | undefined = undefined;
  private isStepping = false;
  /** What clients have sent in this turn of the event loop. */
  private gathered: Input[] = [];
  private readonly waiting: Input[] = [];
  private exitReason: string | undefined = undefined;
  private alarmUs = Infinity;
  private timer: NodeJS.Timeout | undefined = undefined;
  /** When the timer rings, which may be before the alarm. */
  private timerUs = Infinity;
  /** When it is to ring, by the process's own clock. */
  private timerDueMs = 0;
  isPaused: boolean = false;
  /** What has come since it was paused, or began to rest. */
  private heldBack: Input[] = [];

  constructor(name: NodeId, surroundings: Surroundings) {
    this.name = name;
    this.surroundings = surroundings;
  }

  get isRunning(): boolean {
    return this.program !== undefined;
  }

  /** True also while it does not run. */
  get isAtRest(): boolean {
    return this.program?.isAtRest() ?? true;
  }

  /** Stands still, as in a long garbage collection, until `resume`: clocks run on, inputs wait. */
  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.goOn();
  }

  /** Each step takes so many times longer from now on, and what came in the meantime waits; what the step asks for is done before. */
  slowCpu(factor: number): void {
    this.cpuSlowness = factor;
    if (factor > 1) return;
    clearTimeout(this.rest);
    this.rest = undefined;
    this.restMs = 0;
    this.goOn();
  }

  private get isHeld(): boolean {
    return this.isPaused || this.rest !== undefined;
  }

  private goOn(): void {
    if (this.isHeld) return;
    for (const input of this.heldBack.splice(0)) this.run([input]);
    if (this.alarmUs < Infinity) this.arm();
  }

  /** Rests are taken when they are long enough for a timer. */
  private tire(workedMs: number): void {
    this.restMs += workedMs * (this.cpuSlowness - 1);
    if (this.restMs < 1 || this.rest !== undefined) return;
    this.rest = setTimeout(() => {
      this.rest = undefined;
      this.goOn();
    }, this.restMs);
    this.restMs = 0;
  }

  /** Its disk takes so many times longer from now on; with 1 what was held up is heard at once. */
  slowDisk(factor: number): void {
    this.diskSlowness = factor;
    if (factor > 1) return;
    for (const hear of this.slowAnswers.values()) hear();
  }

  /** Until its own monotonic clock shows so much; 0 if it has. */
  msUntil(ownUs: number): number {
    return this.clock.msUntil(ownUs);
  }

  /** Its clocks are wrong by so much from now on. */
  skewClock(skew: Skew): void {
    this.clock.skew(skew);
    if (this.alarmUs < Infinity) this.arm();
  }

  isSubscriber(clientId: number): boolean {
    return this.program?.isSubscriber?.(clientId) ?? false;
  }

  get isOpen(): boolean {
    return this.program?.isOpen?.() ?? true;
  }

  /** Begins a new incarnation; its first input is `start`. */
  start(program: Program, disk: MachineDisk | undefined): void {
    assert(this.program === undefined, `${this.name} runs already`);
    this.program = program;
    this.disk = disk;
    this.clients?.machineStarted();
    this.deliver(startInput);
  }

  /** Ends it at once: its memory is gone, and nothing that it asked for is answered. */
  stop(): void {
    this.program = undefined;
    this.disk?.close();
    this.disk = undefined;
    this.isPaused = false;
    clearTimeout(this.rest);
    this.rest = undefined;
    this.heldBack = [];
    this.waiting.length = 0;
    this.alarmUs = Infinity;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timerUs = Infinity;
    this.clients?.machineEnded();
  }

  /** One step; an input that comes within a step waits for its end. Inputs for a machine that does not run are dropped. */
  deliver(input: Input): void {
    this.deliverGathered();
    this.run([input]);
  }

  /**
   * Keeps what a client has sent until every socket that can be read has been: one step then serves them all, and what they write
   * shares an entry of the log.
   */
  gather(input: Input): void {
    if (this.gathered.length === 0) this.surroundings.turn.add(() => this.deliverGathered());
    this.gathered.push(input);
  }

  private deliverGathered(): void {
    if (this.gathered.length === 0) return;
    const inputs = this.gathered;
    this.gathered = [];
    this.run(inputs);
  }

  private run(inputs: readonly Input[]): void {
    if (this.isHeld) {
      this.heldBack.push(...inputs);
      return;
    }
    if (this.isStepping) {
      this.waiting.push(...inputs);
      return;
    }
    const beganMs = this.cpuSlowness > 1 ? performance.now() : -1;
    this.step(inputs);
    while (this.waiting.length > 0) this.step(this.waiting.splice(0));
    if (beganMs >= 0) this.tire(performance.now() - beganMs);
  }

  private step(inputs: readonly Input[]): void {
    const { program } = this;
    if (program === undefined) return;
    this.isStepping = true;
    this.clock.read(this.now);
    program.step(this.now, inputs, this);
    this.isStepping = false;
    if (this.exitReason === undefined) return;
    const reason = this.exitReason;
    this.exitReason = undefined;
    this.stop();
    this.surroundings.exited(this, reason);
  }

  send(to: NodeId, frame: Uint8Array): void {
    this.surroundings.send(this.name, to, frame);
  }

  reply(clientId: number, bytes: Uint8Array, owedBytes = 0): void {
    this.clients?.reply(clientId, bytes, owedBytes);
  }

  closeClient(clientId: number): void {
    this.clients?.closeClient(clientId);
  }

  read(ticket: number, file: string, offset: number, lengthBytes: number): void {
    const answer = this.diskAnswer();
    this.openDisk().read(file, offset, lengthBytes, (ok, bytes) => {
      answer(diskRead(ticket, ok, bytes));
    });
  }

  /** Delivers what the disk answers, later by so much as it is slowed down, and not to another incarnation. */
  private diskAnswer(): (input: Input) => void {
    const { program, diskSlowness } = this;
    if (diskSlowness === 1) return (input) => this.deliver(input);
    const askedMs = performance.now();
    return (input) => {
      const moreMs = (performance.now() - askedMs) * (diskSlowness - 1);
      const hear = (): void => {
        this.slowAnswers.delete(timer);
        clearTimeout(timer);
        if (this.program === program) this.deliver(input);
      };
      const timer = setTimeout(hear, Math.min(moreMs, LONGEST_TIMER_MS));
      this.slowAnswers.set(timer, hear);
    };
  }

  write(file: string, offset: number, bytes: Uint8Array): void {
    this.openDisk().write(file, offset, bytes);
  }

  remove(file: string): void {
    this.openDisk().remove(file);
  }

  sync(ticket: number): void {
    const answer = this.diskAnswer();
    this.openDisk().sync((ok) => answer(diskSynced(ticket, ok)));
  }

  private openDisk(): MachineDisk {
    assert(this.disk !== undefined, `${this.name} has no disk`);
    return this.disk;
  }

  wakeAt(alarmUs: number): void {
    this.alarmUs = alarmUs;
    // A later alarm leaves the timer where it is: most alarms move on before they ring.
    if (alarmUs < this.timerUs) this.arm();
  }

  private arm(): void {
    clearTimeout(this.timer);
    this.timerUs = this.alarmUs;
    const waitMs = Math.min(Math.ceil(this.clock.msUntil(this.alarmUs)), LONGEST_TIMER_MS);
    this.timerDueMs = performance.now() + waitMs;
    this.timer = setTimeout(() => this.onTimer(), waitMs);
  }

  private onTimer(): void {
    this.timer = undefined;
    this.timerUs = Infinity;
    if (performance.now() - this.timerDueMs < HELD_UP_MS) return this.wake();
    // Node looks at its timers before its sockets: what has come meanwhile is heard first, or it would be taken for silence.
    setImmediate(() => this.surroundings.turn.add(() => this.wake()));
  }

  /** The alarm has rung, unless it was moved. */
  private wake(): void {
    if (this.alarmUs === Infinity || this.isHeld) return;
    if (this.clock.msUntil(this.alarmUs) > 0) return this.arm();
    this.alarmUs = Infinity;
    this.deliver(wakeInput);
  }

  provision(node: NodeId): void {
    this.surroundings.provision(node);
  }

  exit(reason: string): void {
    this.exitReason ??= reason;
  }

  configure(parameter: string, value: string): void {
    this.clients?.configured(parameter, value);
    this.surroundings.configured(this.name, parameter, value);
  }

  rewriteConfiguration(rewrite: (text: string) => string): void {
    this.surroundings.rewriteConfiguration(rewrite);
  }

  shutdown(order: ShutdownOrder): void {
    this.surroundings.shutdownAsked(this.name, order);
  }

  // oxlint-disable-next-line max-params -- the contract's own list
  trace(kind: TraceKind, shard: number, position: number, value: number, text: string): void {
    this.surroundings.told(this.name, kind, shard, position, value, text);
  }

  mark(_name: MarkName): void {}
}
