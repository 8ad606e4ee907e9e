/** Roles become machines at the moment a fault begins. */
import type { Machine } from "../machine.ts";
import type { Place } from "../place.ts";
import type { FaultContext } from "./fault.ts";

/** The machine that holds a role now; undefined if nobody does. */
export function machineOf(
  context: FaultContext,
  target: string,
  shard: number,
): Machine | undefined {
  const { topology, kernel } = context;
  if (target.startsWith("node:")) return kernel.machine(target.slice(5));
  if (topology.roles.includes(target)) return topology.holderOf(target, shard);
  const known = topology.roles.join(", ");
  throw new RangeError(`unknown target "${target}": expected ${known}, zone:x or node:x`);
}

/** The zone that a role stands for. */
export function zoneOf(context: FaultContext, target: string, shard: number): string | undefined {
  if (target.startsWith("zone:")) return target.slice(5);
  return machineOf(context, target, shard)?.zone;
}

/** Which places a word in `from` or `to` means, fixed at the moment it is asked for; undefined while nobody holds the role. */
export function placesOf(
  context: FaultContext,
  word: string,
  shard: number,
): ((place: Place) => boolean) | undefined {
  if (word === "everything") return () => true;
  if (word === "clients") return (place) => place.kind === "clients";
  if (word.startsWith("zone:")) {
    const zone = word.slice(5);
    return (place) => place.zone === zone;
  }
  if (context.topology.groups.includes(word)) return context.topology.membersOf(word, shard);
  const machine = machineOf(context, word, shard);
  return machine === undefined ? undefined : (place) => place === machine;
}

/** Machines that a word means: a group, or the holder of a role. Empty while nobody holds it. */
export function machinesOf(context: FaultContext, word: string, shard: number): Machine[] {
  const isMeant = placesOf(context, word, shard);
  return isMeant === undefined ? [] : context.kernel.machines.filter(isMeant);
}

/** The leading roles that some machines hold, in words: "the primary of shard 0 and the log's leader of shard 0". */
export function tellRoles(context: FaultContext, isMeant: (machine: Machine) => boolean): string {
  const { topology } = context;
  const parts: string[] = [];
  for (const { role, words } of topology.leadingRoles) {
    const shards: number[] = [];
    for (let shard = 0; shard < topology.shardCount; shard++) {
      const holder = topology.holderOf(role, shard);
      if (holder !== undefined && isMeant(holder)) shards.push(shard);
    }
    if (shards.length === 0) continue;
    parts.push(topology.hasShards ? `${words} of ${tellShards(shards)}` : words);
  }
  return parts.length === 0 ? "" : ` (held ${parts.join(" and ")})`;
}

function tellShards(shards: readonly number[]): string {
  if (shards.length === 1) return `shard ${shards[0]}`;
  return `${shards.length} shards`;
}
