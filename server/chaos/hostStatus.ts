/** What the machines of one process are and do at this moment. */
import { newestPosition } from "../../engine/cluster/nodeFacts.ts";
import type { Host } from "../host/host.ts";
import type { HostedMachine } from "../host/machine.ts";

export interface MachineStatus {
  readonly node: string;
  readonly kind: "database" | "log";
  readonly zone: string;
  /** -1 for machines that serve all shards. */
  readonly shard: number;
  readonly state: "running" | "paused" | "down";
  /** A database node's role; of a log node leader, follower, candidate, repairing, starting, blank or preparing; "" while it does not run. */
  readonly role: string;
  /** Of a database node; of a log node its newest term. */
  readonly epoch: number;
  /** Newest entry executed or applied; of a log node the newest index that is committed, summed over shards. */
  readonly position: number;
  /** What is left of a primary's lease; 0 for everybody else. */
  readonly leaseMs: number;
  /** Shards whose log it leads. */
  readonly leads: readonly number[];
  /** Where clients find it; 0 where they do not. */
  readonly port: number;
  readonly clients: number;
  /** Since its process began. */
  readonly commands: number;
}

type Idle = Pick<MachineStatus, "role" | "epoch" | "position" | "leaseMs" | "leads" | "commands">;

const idle: Idle = { role: "", epoch: 0, position: 0, leaseMs: 0, leads: [], commands: 0 };

export function machineStatuses(host: Host): MachineStatus[] {
  const { layout } = host;
  const found: MachineStatus[] = [];
  for (const { nodeId, zone, shard, port } of layout.databaseNodes) {
    const machine = host.machines.get(nodeId);
    if (machine === undefined) continue;
    const clients = host.listenerOf(nodeId)?.connected ?? 0;
    const place = { node: nodeId, kind: "database", zone, shard, port, clients } as const;
    found.push({ ...place, state: stateOf(machine), ...databaseFacts(host, machine) });
  }
  for (const { nodeId, zone } of layout.logNodes) {
    const machine = host.machines.get(nodeId);
    if (machine === undefined) continue;
    const place = { node: nodeId, kind: "log", zone, shard: -1, port: 0, clients: 0 } as const;
    found.push({ ...place, state: stateOf(machine), ...logFacts(host, machine) });
  }
  return found;
}

function stateOf(machine: HostedMachine): MachineStatus["state"] {
  if (!machine.isRunning) return "down";
  return machine.isPaused ? "paused" : "running";
}

function databaseFacts(host: Host, machine: HostedMachine): Idle {
  const node = host.programs.get(machine.name)?.node;
  if (node === undefined || !machine.isRunning) return idle;
  const leftMs = node.role === "primary" ? machine.msUntil(node.lease.endUs) : 0;
  return {
    ...idle,
    role: node.role,
    epoch: node.epoch,
    position: newestPosition(node),
    leaseMs: Math.round(leftMs),
    commands: node.executor.statistics.commandsProcessed,
  };
}

function logFacts(host: Host, machine: HostedMachine): Idle {
  const node = host.logPrograms.get(machine.name)?.node;
  if (node === undefined || !machine.isRunning) return idle;
  const { replicas } = node;
  const leads = replicas.filter(({ role }) => role === "leader").map(({ shard }) => shard);
  const isRepairing = replicas.some((replica) => replica.isRepairing);
  const isStanding = replicas.some(({ role }) => role === "candidate" || role === "precandidate");
  const following = isStanding ? "candidate" : "follower";
  const running = isRepairing ? "repairing" : leads.length > 0 ? "leader" : following;
  return {
    ...idle,
    role: node.phase === "running" ? running : node.phase,
    epoch: Math.max(0, ...replicas.map(({ term }) => term)),
    position: replicas.reduce((sum, { commitIndex }) => sum + commitIndex, 0),
    leads,
  };
}
