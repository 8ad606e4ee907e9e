/** Whom an order means, found in what the machines are at the moment that it comes. */
import type { NodeId } from "../../engine/contract.ts";
import { monitorName, logName, zones } from "../host/layout.ts";
import { FaultError, type FaultOrder } from "./faultKinds.ts";
import type { MachineStatus } from "./hostStatus.ts";
import { CLIENTS } from "./links.ts";

export interface Meant {
  readonly machines: readonly NodeId[];
  /** The whole of this zone. */
  readonly zone: string | undefined;
  readonly words: string;
}

/** By zone, node, role or group. */
export function meantBy(machines: readonly MachineStatus[], fields: FaultOrder["fields"]): Meant {
  const given = ["zone", "node", "role", "group"].filter((name) => fields[name] !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? "none of them" : given.join(" and ");
    throw new FaultError(`one of zone, node, role and group says who is meant; got ${got}`);
  }
  const { zone, node, role, group } = fields;
  const shard = Number(fields["shard"]);
  if (zone !== undefined) {
    const name = String(zone);
    return { machines: machinesOfZone(name, machines), zone: name, words: `zone ${name}` };
  }
  if (node !== undefined) {
    const name = oneOf(machines, String(node));
    return { machines: [name], zone: undefined, words: name };
  }
  if (group !== undefined) {
    const name = String(group);
    const found = membersOf(name, machines, shard);
    const words = name === "everything" ? "every machine" : `${name} ${found.join(" ")}`;
    return { machines: found, zone: undefined, words };
  }
  const holder = holderOf(machines, String(role), shard);
  const words = `${holder} (${role} of shard ${shard})`;
  return { machines: [holder], zone: undefined, words };
}

function oneOf(machines: readonly MachineStatus[], name: string): NodeId {
  if (machines.some((one) => one.node === name)) return name;
  const known = machines.map((one) => one.node).join(", ");
  throw new FaultError(`no machine "${name}" answers: there are ${known}`);
}

/** A zone whose process is down says nothing of its machines, and may be meant all the same. */
function machinesOfZone(zone: string, machines: readonly MachineStatus[]): readonly NodeId[] {
  const known = machines.filter((one) => one.zone === zone).map(({ node }) => node);
  return [...new Set([...known, `db-0-${zone}`, logName(zone), monitorName(zone)])];
}

export function membersOf(
  group: string,
  machines: readonly MachineStatus[],
  shard: number,
): readonly NodeId[] {
  const named = (isMeant: (one: MachineStatus) => boolean): NodeId[] =>
    machines.filter(isMeant).map(({ node }) => node);
  switch (group) {
    case "databases":
      return named(({ kind }) => kind === "database");
    case "replicas":
      return named((one) => one.kind === "database" && one.shard === shard && !isPrimary(one));
    case "log":
      return named(({ kind }) => kind === "log");
    default:
      return [...new Set(zones.flatMap((zone) => machinesOfZone(zone, machines)))];
  }
}

function isPrimary({ role }: MachineStatus): boolean {
  return role === "primary" || role === "handover";
}

function holderOf(machines: readonly MachineStatus[], role: string, shard: number): NodeId {
  const found = machines.find((one) => isHolder(one, role, shard));
  if (found === undefined) throw new FaultError(`nobody is ${role} of shard ${shard} now`);
  return found.node;
}

function isHolder(one: MachineStatus, role: string, shard: number): boolean {
  if (one.state !== "running") return false;
  switch (role) {
    case "logLeader":
      return one.leads.includes(shard);
    case "logFollower":
      return one.kind === "log" && !one.leads.includes(shard);
    case "logRepairing":
      return one.kind === "log" && one.role === "repairing";
    case "handingOver":
      return one.shard === shard && one.role === "handover";
    default:
      return one.kind === "database" && one.shard === shard && one.role === role;
  }
}

export function primaryOf(machines: readonly MachineStatus[], fields: FaultOrder["fields"]): Meant {
  const shard = Number(fields["shard"]);
  const to = String(fields["to"]);
  if (to !== "" && !machines.some((one) => one.node === to && one.shard === shard)) {
    throw new FaultError(`no node "${to}" of shard ${shard} answers`);
  }
  const primary = holderOf(machines, "primary", shard);
  return { machines: [primary], zone: undefined, words: `shard ${shard} from ${primary}` };
}

/** The leader of the shard's log; `to` becomes the log node that is to lead. */
export function logLeaderOf(
  machines: readonly MachineStatus[],
  fields: FaultOrder["fields"],
): Meant & { readonly to: NodeId } {
  const shard = Number(fields["shard"]);
  const word = String(fields["to"]);
  const [, named] = /^zone:(.+)$/.exec(word) ?? [];
  if (named !== undefined && !zones.includes(named)) {
    throw new FaultError(`to must be primary, replica or zone:a; got "${word}"`);
  }
  const holder = named === undefined ? holderOf(machines, word, shard) : undefined;
  const zone = named ?? machines.find(({ node }) => node === holder)?.zone ?? "";
  const leader = holderOf(machines, "logLeader", shard);
  const words = `of shard ${shard} from ${leader}`;
  return { machines: [leader], zone: undefined, words, to: logName(zone) };
}

/** Who is on the other side of a fault on the network. */
export function othersOf(
  fields: FaultOrder["fields"],
  { machines, zone }: Meant,
  all: readonly MachineStatus[],
): readonly string[] {
  const word = String(fields["to"]);
  const shard = Number(fields["shard"]);
  const every = membersOf("everything", all, shard);
  // Within a zone that is cut off, machines hear each other.
  const others = zone === undefined ? every : every.filter((name) => !machines.includes(name));
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
    case "replicas":
    case "log":
      return membersOf(word, all, shard).filter((one) => others.includes(one));
    case "primary":
    case "replica":
    case "logLeader":
    case "logFollower":
      return [holderOf(all, word, shard)];
  }
  throw new FaultError(
    `to must be everything, peers, clients, databases, replicas, log, a role, zone:x or node:x of this cluster; got "${word}"`,
  );
}
