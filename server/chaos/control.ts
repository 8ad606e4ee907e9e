/** The faults of a running cluster: decides whom an order means, begins it, and ends it after its while or when it is healed. */
import type { NodeId } from "../../engine/contract.ts";
import { FaultError, type FaultOrder, faultKinds, type FaultKindSpec } from "./faultKinds.ts";
import { CLIENTS, type MachineFault } from "./hostFaults.ts";
import type { MachineStatus } from "./hostStatus.ts";
import type { ClusterStatus, Zones } from "./zones.ts";

export interface ActiveFault {
  readonly id: number;
  readonly kind: string;
  /** In words, with the names of those who are meant. */
  readonly text: string;
  readonly targets: readonly string[];
  /** Unix milliseconds. */
  readonly sinceUnixMs: number;
  /** Until it ends by itself; -1: until it is healed. */
  readonly endsInMs: number;
}

export interface Status extends ClusterStatus {
  readonly mode: Zones["mode"];
  readonly unixMs: number;
  readonly faults: readonly ActiveFault[];
}

interface Entry {
  readonly fault: Omit<ActiveFault, "endsInMs">;
  readonly endsMs: number;
  readonly timer: NodeJS.Timeout | undefined;
  end(): void;
}

/** Whom an order means, found at the moment that it comes. */
interface Meant {
  readonly machines: readonly NodeId[];
  /** The whole of this zone. */
  readonly zone: string | undefined;
  readonly words: string;
}

export class ChaosControl {
  private readonly zones: Zones;
  private readonly tell: (text: string) => void;
  private readonly entries: Map<number, Entry> = new Map();
  private lastId = 0;

  constructor(zones: Zones, tell: (text: string) => void) {
    this.zones = zones;
    this.tell = tell;
  }

  async status(): Promise<Status> {
    const { mode } = this.zones;
    const cluster = await this.zones.status();
    return { mode, unixMs: Date.now(), ...cluster, faults: this.faults() };
  }

  /** What is wrong with the file of acl=, read anew; nothing if it holds now. */
  reloadUsers(): readonly string[] {
    return this.zones.reloadUsers();
  }

  faults(): ActiveFault[] {
    const nowMs = performance.now();
    return [...this.entries.values()].map(({ fault, endsMs }) => ({
      ...fault,
      endsInMs: endsMs === Infinity ? -1 : Math.max(0, Math.round(endsMs - nowMs)),
    }));
  }

  /** Rejects with a FaultError if it makes no sense on this cluster now. */
  async begin({ kind, fields }: FaultOrder): Promise<ActiveFault> {
    const { machines } = await this.zones.status();
    const { strikes, lasts } = faultKinds[kind];
    const meant = strikes === "shard" ? primaryOf(machines, fields) : meantBy(machines, fields);
    const struck = meant.machines.filter((name) => isStruck(strikes, name));
    if (struck.length === 0 && meant.zone === undefined) {
      throw new FaultError(`${kind} is for ${strikes} only: ${meant.words} is none`);
    }
    const id = ++this.lastId;
    const end = await this.strike(id, { kind, fields }, { ...meant, machines: struck }, machines);
    const forMs = Number(fields["forMs"] ?? Infinity);
    const text = `${kind} ${meant.words}${tellFields(fields)}`;
    const fault = { id, kind, text, targets: struck, sinceUnixMs: Date.now() };
    this.tell(`fault ${id} begins: ${text}`);
    if (lasts === "none") return { ...fault, endsInMs: 0 };
    const isBounded = forMs < Infinity;
    const timer = isBounded ? setTimeout(() => this.heal(id), forMs) : undefined;
    this.entries.set(id, { fault, endsMs: performance.now() + forMs, timer, end });
    return { ...fault, endsInMs: isBounded ? forMs : -1 };
  }

  /** Ends a fault; false if there is none of this number. */
  heal(id: number): boolean {
    const entry = this.entries.get(id);
    if (entry === undefined) return false;
    this.entries.delete(id);
    clearTimeout(entry.timer);
    entry.end();
    this.tell(`fault ${id} has ended: ${entry.fault.text}`);
    return true;
  }

  /** Ends all; returns how many there were. */
  healAll(): number {
    const ids = [...this.entries.keys()];
    for (const id of ids) this.heal(id);
    return ids.length;
  }

  /** Returns how it ends. */
  private async strike(
    id: number,
    { kind, fields }: FaultOrder,
    { zone, machines }: Meant,
    all: readonly MachineStatus[],
  ): Promise<() => void> {
    const { processes } = this.zones;
    const losesDisk = fields["disk"] === "lost";
    if (losesDisk && (zone === undefined || processes === undefined)) {
      throw new FaultError("disk=lost needs zone= and a cluster with a process a zone");
    }
    if (zone !== undefined && processes !== undefined) {
      if (kind === "kill") {
        await processes.kill(zone, losesDisk);
        return () => this.unless("kill", zone, () => processes.start(zone));
      }
      if (kind === "pause") {
        processes.pause(zone);
        return () => this.unless("pause", zone, () => processes.resume(zone));
      }
    }
    this.zones.begin(id, machineFault({ kind, fields }, machines, all));
    return () => this.zones.end(id);
  }

  /** Another fault of the kind may still hold the zone. */
  private unless(kind: string, zone: string, release: () => void): void {
    const held = [...this.entries.values()].some(
      ({ fault }) => fault.kind === kind && fault.targets.includes(`db-0-${zone}`),
    );
    if (!held) release();
  }
}

function isStruck(strikes: FaultKindSpec["strikes"], name: NodeId): boolean {
  if (strikes === "logs") return name.startsWith("log-");
  return strikes !== "databases" || name.startsWith("db-");
}

function tellFields(fields: FaultOrder["fields"]): string {
  const told = Object.entries(fields).filter(
    ([name, value]) =>
      !["zone", "node", "role", "shard", "forMs"].includes(name) &&
      value !== "" &&
      value !== "kept" &&
      value !== false &&
      value !== 0,
  );
  return told.map(([name, value]) => ` ${name}=${value}`).join("");
}

function meantBy(machines: readonly MachineStatus[], fields: FaultOrder["fields"]): Meant {
  const given = ["zone", "node", "role"].filter((name) => fields[name] !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? "none of them" : given.join(" and ");
    throw new FaultError(`one of zone, node and role says who is meant; got ${got}`);
  }
  const { zone, node, role } = fields;
  if (zone !== undefined) {
    return {
      machines: machinesOfZone(String(zone), machines),
      zone: String(zone),
      words: `zone ${zone}`,
    };
  }
  if (node !== undefined) return { ...oneOf(machines, String(node)), zone: undefined };
  const shard = Number(fields["shard"]);
  const holder = holderOf(machines, String(role), shard);
  const words = `${holder} (${role} of shard ${shard})`;
  return { machines: [holder], zone: undefined, words };
}

function oneOf(machines: readonly MachineStatus[], name: string): Omit<Meant, "zone"> {
  if (!machines.some((one) => one.node === name)) {
    const known = machines.map((one) => one.node).join(", ");
    throw new FaultError(`no machine "${name}" answers: there are ${known}`);
  }
  return { machines: [name], words: name };
}

/** A zone whose process is down says nothing of its machines, and may be meant all the same. */
function machinesOfZone(zone: string, machines: readonly MachineStatus[]): readonly NodeId[] {
  const known = machines.filter((one) => one.zone === zone).map(({ node }) => node);
  return [...new Set([...known, `db-0-${zone}`, `log-${zone}`, `monitor-${zone}`])];
}

function holderOf(machines: readonly MachineStatus[], role: string, shard: number): NodeId {
  const isHolder: Readonly<Record<string, (one: MachineStatus) => boolean>> = {
    primary: (one) => one.shard === shard && one.role === "primary",
    replica: (one) => one.shard === shard && one.role === "replica",
    logLeader: (one) => one.kind === "log" && one.leads.includes(shard),
    logFollower: (one) =>
      one.kind === "log" && one.state === "running" && !one.leads.includes(shard),
  };
  const found = machines.find((one) => isHolder[role]?.(one) === true);
  if (found === undefined) throw new FaultError(`nobody is ${role} of shard ${shard} now`);
  return found.node;
}

function primaryOf(machines: readonly MachineStatus[], fields: FaultOrder["fields"]): Meant {
  const shard = Number(fields["shard"]);
  const to = String(fields["to"]);
  if (to !== "" && !machines.some((one) => one.node === to && one.shard === shard)) {
    throw new FaultError(`no node "${to}" of shard ${shard} answers`);
  }
  const primary = holderOf(machines, "primary", shard);
  return { machines: [primary], zone: undefined, words: `shard ${shard} from ${primary}` };
}

function machineFault(
  { kind, fields }: FaultOrder,
  machines: readonly NodeId[],
  all: readonly MachineStatus[],
): MachineFault {
  switch (kind) {
    case "cut": {
      const from = placesOf(String(fields["to"]), machines, all);
      return { kind, machines, from, oneWay: fields["oneWay"] === true };
    }
    case "slow-log":
      return { kind, machines, factor: Number(fields["factor"]) };
    case "failover":
      return { kind, machines, shard: Number(fields["shard"]), to: String(fields["to"]) };
    case "skew-clock": {
      const byMs = Number(fields["byMs"]);
      return { kind, machines, byMs, ratePpm: Number(fields["ratePpm"]) };
    }
    case "kill":
    case "pause":
    case "drop-clients":
    case "refuse-clients":
      return { kind, machines };
  }
}

/** Who is on the other side of a cut; never the target itself. */
function placesOf(
  word: string,
  machines: readonly NodeId[],
  all: readonly MachineStatus[],
): readonly string[] {
  const zones = ["a", "b", "c"];
  const every = [
    ...all.map(({ node }) => node),
    ...zones.flatMap((zone) => machinesOfZone(zone, all)),
  ];
  const others = [...new Set(every)].filter((name) => !machines.includes(name));
  const [, sort, name = ""] = /^(zone|node):(.+)$/.exec(word) ?? [];
  if (sort === "node" && every.includes(name)) return [name];
  if (sort === "zone" && zones.includes(name)) return machinesOfZone(name, all);
  switch (word) {
    case "everything":
      return [...others, CLIENTS];
    case "peers":
      return others;
    case "clients":
      return [CLIENTS];
    case "databases":
      return others.filter((one) => one.startsWith("db-"));
    case "log":
      return others.filter((one) => one.startsWith("log-"));
  }
  throw new FaultError(
    `to must be everything, peers, clients, databases, log, zone:x or node:x of this cluster; got "${word}"`,
  );
}
