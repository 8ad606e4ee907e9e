import type { Effects, Now } from "../contract.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { stand, standDueUs } from "./election.ts";

/** A replica applies what the log commits (replicaApply.ts) and stands when its backoff, or a release, allows. */
export function stepReplica(node: DatabaseNode, now: Now, effects: Effects): void {
  if (now.monotonicUs >= standDueUs(node)) stand(node, now, effects);
}
