/** Roles become machines at the moment a fault begins. */
import type { Machine } from "../machine.ts";
import type { Place } from "../place.ts";
import type { FaultContext } from "./fault.ts";

/** Words for one machine. */
export const machineRoles: readonly string[] = [
  "primary",
  "replica",
  "logLeader",
  "logFollower",
  "monitor",
  "both",
];

/** Words for several places at once, which the ends of links and the clocks take too. */
export const groupRoles: readonly string[] = [
  "everything",
  "databases",
  "replicas",
  "log",
  "clients",
];

/** The machine that holds a role now; undefined if nobody does. */
export function machineOf(
  context: FaultContext,
  target: string,
  shard: number,
): Machine | undefined {
  const { cluster, kernel } = context;
  if (target.startsWith("node:")) return kernel.machine(target.slice(5));
  switch (target) {
    case "primary":
    case "both":
      return cluster.primaryOf(shard)?.machine;
    case "replica":
      return replicasOf(context, shard)[0];
    case "logLeader":
      return cluster.logLeaderOf(shard)?.machine;
    case "logFollower":
      return logFollowerOf(context, shard);
    case "monitor":
      return cluster.monitor;
    default:
      throw new RangeError(
        `unknown target "${target}": expected primary, replica, logLeader, logFollower, monitor, both, zone:x or node:x`,
      );
  }
}

/** The zone that a role stands for. */
export function zoneOf(context: FaultContext, target: string, shard: number): string | undefined {
  if (target.startsWith("zone:")) return target.slice(5);
  return machineOf(context, target, shard)?.zone;
}

/** Running replicas of a shard, those in other zones than its log's leader first. */
function replicasOf(context: FaultContext, shard: number): Machine[] {
  const { cluster } = context;
  const primary = cluster.primaryOf(shard);
  const running: Machine[] = [];
  for (const host of cluster.databases)
    if (host.shard === shard && host.node !== undefined && host !== primary)
      running.push(host.machine);
  return running;
}

function logFollowerOf(context: FaultContext, shard: number): Machine | undefined {
  const { cluster } = context;
  const leader = cluster.logLeaderOf(shard);
  if (leader === undefined) return undefined;
  return cluster.logs.find((host) => host !== leader && host.node !== undefined)?.machine;
}

/** Which places a word in `from` or `to` means, fixed at the moment it is asked for; undefined while nobody holds the role. */
export function placesOf(
  context: FaultContext,
  word: string,
  shard: number,
): ((place: Place) => boolean) | undefined {
  switch (word) {
    case "everything":
      return () => true;
    case "clients":
      return (place) => place.kind === "clients";
    case "log":
      return (place) => place.kind === "log";
    case "databases":
      return (place) => place.kind === "database";
    case "replicas": {
      const primary = context.cluster.primaryOf(shard)?.machine;
      return (place) => place.kind === "database" && place.shard === shard && place !== primary;
    }
    default: {
      if (word.startsWith("zone:")) {
        const zone = word.slice(5);
        return (place) => place.zone === zone;
      }
      const machine = machineOf(context, word, shard);
      return machine === undefined ? undefined : (place) => place === machine;
    }
  }
}

/** Machines that a word means: a group, or the holder of a role. Empty while nobody holds it. */
export function machinesOf(context: FaultContext, word: string, shard: number): Machine[] {
  const isMeant = placesOf(context, word, shard);
  return isMeant === undefined ? [] : context.kernel.machines.filter(isMeant);
}

/** The roles that a zone holds, in words: "the primary of shard 0 and the log's leader". */
export function tellRoles(context: FaultContext, isMeant: (machine: Machine) => boolean): string {
  const { cluster } = context;
  const primaries: number[] = [];
  const leaders: number[] = [];
  for (let shard = 0; shard < cluster.layout.shardCount; shard++) {
    const primary = cluster.primaryOf(shard)?.machine;
    if (primary !== undefined && isMeant(primary)) primaries.push(shard);
    const leader = cluster.logLeaderOf(shard)?.machine;
    if (leader !== undefined && isMeant(leader)) leaders.push(shard);
  }
  const parts: string[] = [];
  if (primaries.length > 0) parts.push(`the primary of ${tellShards(primaries)}`);
  if (leaders.length > 0) parts.push(`the log's leader of ${tellShards(leaders)}`);
  return parts.length === 0 ? "" : ` (held ${parts.join(" and ")})`;
}

function tellShards(shards: readonly number[]): string {
  if (shards.length === 1) return `shard ${shards[0]}`;
  return `${shards.length} shards`;
}
