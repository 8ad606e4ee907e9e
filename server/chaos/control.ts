/** The faults of a running cluster: decides whom an order means, begins it, and ends it after its while or when it is healed. */
import type { NodeId } from "../../engine/contract.ts";
import { zones as allZones } from "../host/layout.ts";
import { random } from "../host/random.ts";
import {
  type DiskFaultName,
  FaultError,
  type FaultKindSpec,
  faultKinds,
  type FaultOrder,
  type MomentName,
  type PartitionShape,
} from "./faultKinds.ts";
import { isPassing, type MachineFault } from "./hostFaults.ts";
import type { MachineStatus } from "./hostStatus.ts";
import { CLIENTS, type LinkEffect } from "./links.ts";
import { Moments, type NumberedEvent } from "./moments.ts";
import { drawSides } from "./partition.ts";
import { logLeaderOf, type Meant, meantBy, membersOf, othersOf, primaryOf } from "./targets.ts";
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

/** Whom an order means, who is on the other side of a fault on the network, and who is to lead. */
interface Struck extends Meant {
  readonly others?: readonly string[] | undefined;
  readonly to?: NodeId;
}

export class ChaosControl {
  private readonly zones: Zones;
  private readonly tell: (text: string) => void;
  private readonly entries: Map<number, Entry> = new Map();
  private readonly moments: Moments = new Moments();
  private lastId = 0;

  constructor(zones: Zones, tell: (text: string) => void) {
    this.zones = zones;
    this.tell = tell;
    zones.follow((event) => this.moments.told(event));
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

  /** What the zones have told of, behind the event of this number; of old ones nothing is known any more. */
  eventsAfter(id: number): readonly NumberedEvent[] {
    return this.moments.after(id);
  }

  /** Rejects with a FaultError if it makes no sense on this cluster at the moment that it waits for. */
  async begin({ kind, fields }: FaultOrder): Promise<ActiveFault> {
    await this.moment(fields);
    const { machines: all } = await this.zones.status();
    const struck = meantByOrder({ kind, fields }, all);
    const id = ++this.lastId;
    const end = await this.strike(id, { kind, fields }, struck);
    const forMs = Number(fields["forMs"] ?? Infinity);
    const text = `${kind} ${struck.words}${tellFields(fields)}`;
    const targets = struck.machines.filter((name) => name !== CLIENTS);
    const fault = { id, kind, text, targets, sinceUnixMs: Date.now() };
    this.tell(`fault ${id} begins: ${text}`);
    if (end === undefined) return { ...fault, endsInMs: 0 };
    const isBounded = forMs < Infinity;
    const timer = isBounded ? setTimeout(() => this.heal(id), forMs) : undefined;
    this.entries.set(id, { fault, endsMs: performance.now() + forMs, timer, end });
    return { ...fault, endsInMs: isBounded ? forMs : -1 };
  }

  private async moment(fields: FaultOrder["fields"]): Promise<void> {
    const when = String(fields["when"]);
    if (when === "now") return;
    const shard = Number(fields["shard"] ?? 0);
    const waitMs = Number(fields["waitMs"]);
    if (await this.moments.next(when as MomentName, shard, waitMs)) return;
    throw new FaultError(`everything was healed before ${when} came`);
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

  /** Ends all, and what waits for its moment begins no more; returns how many there were. */
  healAll(): number {
    this.moments.giveUp();
    const ids = [...this.entries.keys()];
    for (const id of ids) this.heal(id);
    return ids.length;
  }

  /** Returns how it ends; undefined if it is over. */
  private async strike(
    id: number,
    order: FaultOrder,
    struck: Struck,
  ): Promise<(() => void) | undefined> {
    const { kind, fields } = order;
    const { zones } = this;
    const { processes } = zones;
    const { zone } = struck;
    if (fields["disk"] === "lost" && (zone === undefined || processes === undefined)) {
      throw new FaultError("disk=lost needs zone= and a cluster with a process a zone");
    }
    if ((kind === "disk" || kind === "rot") && !zones.hasDisks) {
      throw new FaultError(`${kind} needs a log on disks: this one is in memory`);
    }
    if (zone !== undefined && processes !== undefined) {
      if (kind === "kill") {
        await processes.kill(zone, fields["disk"] === "lost");
        return () => this.unless("kill", zone, () => processes.start(zone));
      }
      if (kind === "pause") {
        processes.pause(zone);
        return () => this.unless("pause", zone, () => processes.resume(zone));
      }
      if (kind === "restart") {
        return this.rolling(id, [() => processes.restart(zone)], 0);
      }
    }
    if (kind === "rolling-restart") {
      const steps = allZones.map((name) => async () => {
        if (processes !== undefined) return processes.restart(name);
        const machines = membersOf("everything", (await zones.status()).machines, 0);
        const own = machines.filter((one) => one.replace(/\d+$/, "").endsWith(`-${name}`));
        zones.begin(id, { kind: "restart", machines: own });
      });
      return this.rolling(id, steps, Number(fields["everyMs"]));
    }
    const fault = machineFault(order, struck);
    zones.begin(id, fault);
    if (isPassing(fault)) return undefined;
    if (kind !== "flap") return () => zones.end(id);
    let isCut = true;
    const timer = setInterval(() => {
      isCut = !isCut;
      if (isCut) zones.begin(id, fault);
      else zones.end(id);
    }, Number(fields["periodMs"]));
    return () => {
      clearInterval(timer);
      zones.end(id);
    };
  }

  /** One after the other, each so long after the one before; it is over behind the last, or when it is healed. */
  private rolling(
    id: number,
    steps: readonly (() => Promise<void>)[],
    everyMs: number,
  ): () => void {
    let hasEnded = false;
    const run = async (): Promise<void> => {
      for (const step of steps) {
        if (hasEnded) return;
        const pause = new Promise((resolve) => setTimeout(resolve, everyMs));
        await step();
        await pause;
      }
      this.heal(id);
    };
    // It is listed first, and ends then.
    setImmediate(() => {
      run().catch((error: unknown) => this.tell(`fault ${id} failed: ${String(error)}`));
    });
    return () => {
      hasEnded = true;
    };
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
      !["zone", "node", "role", "group", "shard", "forMs", "when", "waitMs"].includes(name) &&
      value !== "" &&
      value !== "kept" &&
      value !== false &&
      value !== 0,
  );
  return told.map(([name, value]) => ` ${name}=${value}`).join("");
}

function machineFault({ kind, fields }: FaultOrder, struck: Struck): MachineFault {
  const { machines } = struck;
  switch (kind) {
    case "cut":
    case "flap":
    case "partition":
      return linkFault("cut", fields, struck);
    case "clog":
    case "loss":
    case "duplicate":
    case "reorder":
    case "delay":
      return linkFault(kind, fields, struck);
    case "slow-log":
    case "slow-cpu":
      return { kind, machines, factor: Number(fields["factor"]) };
    case "disk": {
      const how = fields["how"] as DiskFaultName;
      return { kind, machines, how, times: Number(fields["times"]) };
    }
    case "rot":
      return { kind, machines, how: fields["how"] as "bit" | "sector" };
    case "failover":
    case "log-transfer": {
      const to = struck.to ?? String(fields["to"]);
      return { kind, machines, shard: Number(fields["shard"]), to };
    }
    case "skew-clock": {
      const byMs = Number(fields["byMs"]);
      return { kind, machines, byMs, ratePpm: Number(fields["ratePpm"]) };
    }
    case "kill":
    case "pause":
    case "restart":
    case "drop-clients":
    case "refuse-clients":
    case "break-connections":
    case "half-open":
      return { kind, machines };
    case "rolling-restart":
      throw new FaultError("it is a row of restarts");
  }
}

function linkFault(
  effect: LinkEffect,
  fields: FaultOrder["fields"],
  { machines, others = [] }: Struck,
): MachineFault {
  return {
    kind: "link",
    effect,
    machines,
    others,
    oneWay: fields["oneWay"] === true,
    percent: Number(fields["percent"] ?? 100),
    byMs: Number(fields["byMs"] ?? 0),
    messages: fields["messages"] === "hints" ? "hints" : "all",
  };
}

/** Two sides that do not hear each other; clients are on one of them, or hear both. */
function dividedBy(fields: FaultOrder["fields"], all: readonly MachineStatus[]): Struck {
  const group = String(fields["group"]);
  const names = membersOf(group, all, Number(fields["shard"]));
  if (names.length < 2) throw new FaultError(`there are no two machines to part in ${group}`);
  const zoneOf = (name: NodeId): string =>
    all.find(({ node }) => node === name)?.zone ?? name.slice(-1);
  const members = names.map((node) => ({ node, zone: zoneOf(node) }));
  const { first, second } = drawSides(fields["shape"] as PartitionShape, members, random);
  const machines = fields["clients"] === "first" ? [...first, CLIENTS] : first;
  const others = fields["clients"] === "second" ? [...second, CLIENTS] : second;
  const told = (side: readonly string[]): string => (side.length === 0 ? "nobody" : side.join(" "));
  const words = `${told(machines)} ${fields["oneWay"] === true ? "→|" : "|"} ${told(others)}`;
  return { machines, others, zone: undefined, words };
}

function meantByOrder(order: FaultOrder, all: readonly MachineStatus[]): Struck {
  const { kind, fields } = order;
  if (kind === "failover") return primaryOf(all, fields);
  if (kind === "log-transfer") return logLeaderOf(all, fields);
  if (kind === "partition") return dividedBy(fields, all);
  if (kind === "rolling-restart") {
    return { machines: membersOf("everything", all, 0), zone: undefined, words: "of every zone" };
  }
  const meant = meantBy(all, fields);
  const { strikes } = faultKinds[kind];
  const machines = meant.machines.filter((name) => isStruck(strikes, name));
  if (machines.length === 0) {
    throw new FaultError(`${kind} is for ${strikes} only: ${meant.words} is none`);
  }
  const others = "to" in fields ? othersOf(fields, meant, all) : undefined;
  return { ...meant, machines, others };
}
