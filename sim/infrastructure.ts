/**
 * What stands under the machines: power, hardware, the supervisor that restarts processes, and the provider that replaces
 * machines. A process is always built anew, with an incarnation that never was before; a log node finds its past on its disk,
 * a database node in the log.
 */
import { assert } from "../engine/assert.ts";
import type { NodeId } from "../engine/contract.ts";
import type { Kernel } from "./kernel.ts";
import { linkRule, type LinkRule } from "./linkRules.ts";
import type { Machine, Program } from "./machine.ts";
import type { FaultCounter } from "./place.ts";

/** How long a process takes to start, and how long new hardware takes to come. */
const BOOT_US = 300_000;
const BOOT_JITTER_US = 50_000;
const PROVISION_US = 5_000_000;

/** Builds the engine's machine for a new process. */
export type ProgramMaker = (machine: Machine, incarnation: number) => Program;

/** Hears of starts and ends of processes and of power. */
export interface InfrastructureListener {
  machineStarted(machine: Machine): void;
  machineStopped(machine: Machine): void;
}

export class Infrastructure {
  private readonly kernel: Kernel;
  private readonly makeProgram: ProgramMaker;
  private readonly listener: InfrastructureListener;
  private readonly darkZones: Map<string, LinkRule> = new Map();
  /** Machines whose hardware is gone until somebody asks for a new one. */
  private readonly lost: Set<Machine> = new Set();
  /** The newest order to start, by machine: an older one that comes due is void. */
  private readonly orders: Map<Machine, number> = new Map();
  /** Machines that faults keep down until they end, with how many do. */
  private readonly held: Map<Machine, number> = new Map();
  private orderCount = 0;
  private incarnations = 0;

  constructor(kernel: Kernel, makeProgram: ProgramMaker, listener: InfrastructureListener) {
    this.kernel = kernel;
    this.makeProgram = makeProgram;
    this.listener = listener;
  }

  /** Every machine's first start, at time 0. */
  startAll(): void {
    for (const machine of this.kernel.machines) this.boot(machine);
  }

  isZoneDark(zone: string): boolean {
    return this.darkZones.has(zone);
  }

  /** Starts a process after the time a start takes, unless another order or a fault says otherwise by then. */
  restart(machine: Machine): void {
    const decisions = this.kernel.decisions.source("infrastructure", machine.name);
    this.order(machine, BOOT_US + decisions.integer(0, BOOT_JITTER_US));
  }

  private order(machine: Machine, afterUs: number): void {
    this.orderCount += 1;
    const order = this.orderCount;
    this.orders.set(machine, order);
    this.kernel.at(this.kernel.nowUs + afterUs, () => {
      if (this.orders.get(machine) !== order) return;
      this.orders.delete(machine);
      if (machine.isRunning || this.held.has(machine) || this.isZoneDark(machine.zone)) return;
      this.lost.delete(machine);
      this.boot(machine);
    });
  }

  private boot(machine: Machine): void {
    assert(!this.lost.has(machine), `${machine.name} has no hardware`);
    this.incarnations += 1;
    const incarnation = this.incarnations;
    const { kernel } = this;
    machine.isDark = false;
    machine.downBy = undefined;
    kernel.recorder.trace(kernel.nowUs, machine.name, "machine.started", -1, -1, incarnation, "");
    machine.start(this.makeProgram(machine, incarnation));
    this.listener.machineStarted(machine);
  }

  /** The process ended by itself: its supervisor starts it again. */
  processExited(machine: Machine): void {
    this.listener.machineStopped(machine);
    if (!this.held.has(machine)) this.restart(machine);
  }

  /** Ends a process and keeps it down until `release`. `isSilent`: as if its power went, so that nobody is told. */
  crash(machine: Machine, why: string, isSilent: boolean, counter: FaultCounter): void {
    this.held.set(machine, (this.held.get(machine) ?? 0) + 1);
    this.kernel.crash(machine, why, isSilent, counter);
    this.listener.machineStopped(machine);
  }

  /** Ends what one `crash` began: the process starts again, unless another fault keeps it down. */
  release(machine: Machine): void {
    const holders = (this.held.get(machine) ?? 0) - 1;
    if (holders > 0) {
      this.held.set(machine, holders);
      return;
    }
    this.held.delete(machine);
    if (!machine.isRunning && !this.lost.has(machine)) this.restart(machine);
  }

  /** Power and network of a zone go at once; with `losesDisks`, its hardware is destroyed as well. */
  zoneDown(zone: string, losesDisks: boolean, counter: FaultCounter): void {
    if (this.darkZones.has(zone)) return;
    const { kernel } = this;
    const rule = linkRule(
      "cut",
      (from, to) => (from.zone === zone) !== (to.zone === zone),
      counter,
    );
    this.darkZones.set(zone, rule);
    kernel.recorder.trace(kernel.nowUs, zone, "zone.down", -1, -1, -1, "");
    kernel.addRule(rule);
    for (const machine of kernel.machines) {
      if (machine.zone !== zone) continue;
      kernel.crash(machine, "zone dark", true, counter);
      if (losesDisks) {
        kernel.loseDisk(machine, counter);
        this.lost.add(machine);
      }
      this.listener.machineStopped(machine);
    }
  }

  /** Machines whose hardware still exists start by themselves; the others wait until somebody asks for them. */
  zoneUp(zone: string): void {
    const rule = this.darkZones.get(zone);
    if (rule === undefined) return;
    this.darkZones.delete(zone);
    const { kernel } = this;
    kernel.recorder.trace(kernel.nowUs, zone, "zone.up", -1, -1, -1, "");
    for (const machine of kernel.machines) {
      if (machine.zone !== zone) continue;
      // The control plane is somebody's service: its provider brings it back without being asked.
      if (machine.kind === "monitor") this.lost.delete(machine);
      if (!this.lost.has(machine)) this.restart(machine);
    }
    kernel.removeRule(rule);
  }

  /** Somebody asks that a machine of this name runs. New hardware takes longer than a new process; a dark zone has neither. */
  provision(name: NodeId): void {
    if (!this.kernel.hasMachine(name)) return;
    const machine = this.kernel.machine(name);
    if (machine.isRunning || this.isZoneDark(machine.zone) || this.held.has(machine)) return;
    if (this.orders.has(machine)) return;
    if (this.lost.has(machine)) this.order(machine, PROVISION_US);
    else this.restart(machine);
  }
}
