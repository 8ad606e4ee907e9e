/** The sink of one machine's steps: carries out what a step asks for. Every effect feeds the digest. */
import type { Effects, NodeId } from "../engine/contract.ts";
import type { TraceKind } from "../engine/trace.ts";
import type { MarkName } from "../engine/marks.ts";
import type { Machine } from "./machine.ts";

export class StepEffects implements Effects {
  outBytes = 0;
  /** When it would be over if its input were all it had to work on. */
  private inputDoneUs = 0;
  exitReason: string | undefined = undefined;
  private readonly machine: Machine;
  private lastFrame: Uint8Array | undefined = undefined;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** When what the step asks for now leaves. */
  get departUs(): number {
    return this.inputDoneUs + this.machine.workedUs();
  }

  begin(departUs: number): void {
    this.inputDoneUs = departUs;
    this.outBytes = 0;
    this.exitReason = undefined;
    this.lastFrame = undefined;
  }

  send(to: NodeId, frame: Uint8Array): void {
    const { machine } = this;
    const { digest } = machine.world.recorder;
    digest.mix(1);
    digest.mixFrame(frame);
    this.outBytes += frame.length;
    // A broadcast: each receiver gets bytes of its own, so that no object is shared between machines.
    const own = frame === this.lastFrame ? frame.slice() : frame;
    this.lastFrame = frame;
    machine.world.network.send(machine, to, own, this.departUs);
  }

  reply(clientId: number, bytes: Uint8Array): void {
    const { machine } = this;
    const { digest } = machine.world.recorder;
    digest.mix(2);
    digest.mix(clientId);
    digest.mixBytes(bytes);
    this.outBytes += bytes.length;
    machine.world.clientStreams.reply(machine, clientId, bytes, this.departUs);
  }

  closeClient(clientId: number): void {
    const { machine } = this;
    machine.world.recorder.digest.mix(3);
    machine.world.recorder.digest.mix(clientId);
    machine.world.clientStreams.closeFromMachine(machine, clientId, this.departUs);
  }

  read(ticket: number, file: string, offset: number, lengthBytes: number): void {
    const { machine } = this;
    machine.world.recorder.digest.mix(4);
    machine.world.recorder.digest.mix(ticket);
    machine.beginRead({ ticket, file, offset, lengthBytes }, this.departUs);
  }

  write(file: string, offset: number, bytes: Uint8Array): void {
    const { machine } = this;
    const { digest } = machine.world.recorder;
    digest.mix(5);
    digest.mixWide(offset);
    digest.mixHead(bytes);
    this.outBytes += bytes.length;
    machine.disk.write(file, offset, bytes);
  }

  remove(file: string): void {
    const { machine } = this;
    machine.world.recorder.digest.mix(6);
    machine.world.recorder.digest.mixText(file);
    machine.disk.remove(file);
  }

  sync(ticket: number): void {
    const { machine } = this;
    machine.world.recorder.digest.mix(7);
    machine.world.recorder.digest.mix(ticket);
    machine.beginSync(ticket, this.departUs);
  }

  wakeAt(monotonicUs: number): void {
    const { machine } = this;
    machine.world.recorder.digest.mix(8);
    machine.world.recorder.digest.mixWide(monotonicUs);
    machine.setAlarm(monotonicUs, this.departUs);
  }

  provision(node: NodeId): void {
    const { world } = this.machine;
    world.recorder.digest.mix(9);
    world.recorder.digest.mixText(node);
    world.provision(node);
  }

  exit(reason: string): void {
    this.exitReason = reason;
  }

  /** Nothing of this host can be configured. */
  configure(): void {}

  rewriteConfiguration(): void {}

  /** The process ends; its supervisor starts another. */
  shutdown(): void {
    this.exitReason = "SHUTDOWN";
  }

  // oxlint-disable-next-line max-params -- the contract's own list
  trace(kind: TraceKind, shard: number, position: number, value: number, text: string): void {
    const { machine } = this;
    const { recorder, scheduler } = machine.world;
    recorder.digest.mixText(kind);
    recorder.trace(scheduler.nowUs, machine.name, kind, shard, position, value, text);
  }

  mark(name: MarkName): void {
    this.machine.world.recorder.marks.hit(name);
  }
}
