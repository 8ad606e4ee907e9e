/** From what an execution changed to the log and the tracker. */
import { assert } from "../assert.ts";
import type { Execution } from "../commands/execution.ts";
import { appendRecord } from "./appendEntry.ts";
import type { DatabaseNode } from "./databaseNode.ts";

/** Appends what an execution changed and marks its keys. Returns the position of its record, 0 if it changed nothing. */
export function logExecution(node: DatabaseNode, execution: Execution): number {
  if (execution.recordPiece.length === 0) return 0;
  assert(node.role === "primary", "only a primary that serves changes anything");
  const position = appendRecord(node, execution.recordPiece);
  if (execution.changedAll) node.tracker.changedEveryKey(position);
  node.tracker.changed(execution.changed, position);
  return position;
}
