/** Dropping the beginning of a shard's log, once something else (a verified snapshot) holds what it said. */
import type { Effects, NodeId } from "../contract.ts";
import { heldBehind } from "./fetch.ts";
import type { TrimRequest } from "./messages.ts";
import { commitPosition, type LogNode, markUnsynced, type Replica, walOf } from "./state.ts";

/** Drops entries below a position; what is not committed, or not on this disk yet, stays. */
export function trim(
  node: LogNode,
  replica: Replica,
  _from: NodeId,
  request: TrimRequest,
  effects: Effects,
): void {
  const { log } = replica;
  const last = Math.min(request.belowPosition - 1, commitPosition(replica));
  if (replica.isRepairing || last <= log.basePosition) return;
  const index = log.indexOf(last);
  if (index > replica.durableIndex) return;
  // What has to be read first is trimmed when it is asked for again.
  const held = heldBehind(node, replica, index, effects);
  if (held === undefined) return;
  const { term, position, incarnation, sequence, chain } = held.at(index);
  log.trimTo({ index, term, position, incarnation, sequence, chain });
  walOf(node).addBase(replica.shard, log.base, false);
  markUnsynced(node, replica);
  effects.trace("log.trimmed", replica.shard, last + 1, -1, "");
}
