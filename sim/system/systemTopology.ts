/** The roles of a system, as faults ask for them. One that names nobody, or a machine that is down, is held by nobody. */
import type { NodeId } from "../../engine/contract.ts";
import type { Kernel } from "../kernel.ts";
import type { Machine } from "../machine.ts";
import type { PlannedFault } from "../nemesis/registry.ts";
import type { Place } from "../place.ts";
import type { LeadingRole, Topology } from "../topology.ts";
import type { System } from "./system.ts";

const groups: readonly string[] = ["machines"];

/** The machines of a system, the roles they play, and what faults may wait for. */
type Cast = Pick<System<unknown, unknown, unknown>, "machines" | "roles" | "moments">;

export class SystemTopology implements Topology {
  readonly shardCount: number = 1;
  readonly hasShards: boolean = false;
  readonly roles: readonly string[];
  readonly groups: readonly string[] = groups;
  readonly leadingRoles: readonly LeadingRole[];
  readonly moments: readonly string[];
  private readonly kernel: Kernel;
  private readonly isNow: Readonly<Record<string, () => boolean>>;
  private readonly holders: Readonly<Record<string, () => NodeId | undefined>>;

  constructor(kernel: Kernel, system: Cast) {
    this.kernel = kernel;
    this.holders = system.roles;
    this.roles = Object.keys(system.roles);
    this.isNow = system.moments ?? {};
    this.moments = Object.keys(this.isNow);
    this.leadingRoles = this.roles.map((role) => ({ role, words: `the ${role}` }));
  }

  holderOf(role: string): Machine | undefined {
    const name = this.holders[role]?.();
    if (name === undefined) return undefined;
    const machine = this.kernel.machine(name);
    return machine.isRunning ? machine : undefined;
  }

  membersOf(): (place: Place) => boolean {
    return (place) => place.kind !== "clients";
  }

  isMoment(moment: string): boolean {
    return this.isNow[moment]?.() === true;
  }

  clockChanged(machine: Machine): void {
    machine.rearm();
  }

  paused(): void {}
  resumed(): void {}
}

/** Throws RangeError on a fault that only Azimuth knows, or that aims at what this system does not have. */
export function checkFault({ kind, fields }: PlannedFault, system: Cast): void {
  if (kind.isForAzimuthOnly === true)
    throw new RangeError(
      `fault ${kind.kind} speaks Azimuth's own protocol: no other system has it`,
    );
  const zones = new Set(system.machines.map((machine) => `zone:${machine.zone}`));
  const names = system.machines.map((machine) => `node:${machine.name}`);
  const known = [
    "everything",
    "machines",
    "clients",
    ...Object.keys(system.roles),
    ...zones,
    ...names,
  ];
  for (const field of ["target", "from", "to"]) {
    const word = fields[field];
    if (word === undefined || known.includes(String(word))) continue;
    throw new RangeError(
      `fault ${kind.kind}: ${field} "${word}" is unknown: expected one of ${known.join(", ")}`,
    );
  }
}
