/** How often leadership changed while clients waited for answers: a run without that has tried little. */
import type { RoleInterval } from "../run.ts";
import type { Operation } from "./history.ts";

/**
 * Elections of a primary after the load began during which an operation of its shard was in flight: one that was invoked before
 * the new primary led, and not answered before the old one's time was over.
 *
 * @param roles of all nodes, in any order
 * @param shardOf the shard of a node; -1 for log nodes
 */
export function countLeaderChanges(
  roles: readonly RoleInterval[],
  history: readonly Operation[],
  shardOf: (node: string) => number,
  loadedUs: number,
): number {
  let count = 0;
  const byShard = new Map<number, RoleInterval[]>();
  for (const interval of roles) {
    if (interval.role !== "primary") continue;
    const shard = shardOf(interval.node);
    const known = byShard.get(shard);
    if (known === undefined) byShard.set(shard, [interval]);
    else known.push(interval);
  }
  for (const [shard, intervals] of byShard) {
    intervals.sort((left, right) => left.fromUs - right.fromUs);
    for (let index = 1; index < intervals.length; index++) {
      const before = intervals[index - 1] as RoleInterval;
      const after = intervals[index] as RoleInterval;
      if (after.epoch === before.epoch || after.fromUs <= loadedUs) continue;
      const fromUs = Math.min(before.untilUs, after.fromUs);
      if (history.some((operation) => isInFlight(operation, shard, fromUs, after.fromUs))) count++;
    }
  }
  return count;
}

function isInFlight(
  { shard, invokedUs, completedUs }: Operation,
  wantedShard: number,
  fromUs: number,
  untilUs: number,
): boolean {
  return (
    shard === wantedShard && invokedUs <= untilUs && (completedUs < 0 || completedUs >= fromUs)
  );
}
