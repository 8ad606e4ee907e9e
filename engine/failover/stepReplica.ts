import type { Effects, Now } from "../contract.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { stand, standDueUs } from "./election.ts";
import { applyEntries } from "./replicaApply.ts";
import { giveUpScript } from "./runScript.ts";

/** A replica applies what the log commits (replicaApply.ts) and stands when its backoff, or a release, allows. */
export function stepReplica(node: DatabaseNode, now: Now, effects: Effects): void {
  if (now.monotonicUs < standDueUs(node)) return;
  const held = node.script?.held ?? [];
  if (giveUpScript(node, effects)) applyEntries(node, now, held, effects);
  if (now.monotonicUs >= standDueUs(node)) stand(node, now, effects);
}
