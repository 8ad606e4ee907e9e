import type { Effects, Now } from "../contract.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { becomeReplica } from "./role.ts";

/** A recovering node serves nothing; it becomes a replica once the tail that it asked for is applied. */
export function stepRecovering(node: DatabaseNode, now: Now, effects: Effects): void {
  if (node.recoveryTail < 0 || node.appliedPosition < node.recoveryTail) return;
  effects.trace("node.recovered", node.config.shard, node.recoveryTail, -1, "");
  node.executor.users.endReading();
  becomeReplica(node, now, effects);
}
