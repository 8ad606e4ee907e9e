/** What oracles may see of a database node. No logic of the engine reads this. */
import type { DatabaseNode } from "./failover/databaseNode.ts";
import type { DatabaseRole } from "./control/messages.ts";

/** One object a call of `inspectNode` fills in anew: copy what is to be kept. */
export interface NodeView {
  role: DatabaseRole;
  /** Of the newest leadership entry that the node knows to be committed. */
  epoch: number;
  /** The end of the lease on the node's own monotonic clock while it serves as primary; -Infinity when it may serve nothing. */
  servingUntilUs: number;
  /** Newest entry in memory: executed on a primary, applied elsewhere. */
  appliedPosition: number;
  /** Newest entry that the node knows to be committed. */
  committedPosition: number;
  /** Running checksum of the chain up to `appliedPosition`. */
  chain: number;
  /** Connections that wait with a command unexecuted. */
  waitingConnections: number;
  /** Replies that wait for their commit. */
  parkedReplies: number;
}

export function createNodeView(): NodeView {
  return {
    role: "recovering",
    epoch: 0,
    servingUntilUs: -Infinity,
    appliedPosition: 0,
    committedPosition: 0,
    chain: 0,
    waitingConnections: 0,
    parkedReplies: 0,
  };
}

/** Fills `view` in; cheap enough for every step. */
export function inspectNode(node: DatabaseNode, view: NodeView): NodeView {
  view.role = node.role;
  return view;
}

/** Every key held in memory, expired but not yet deleted ones included; values as latin1 bytes, deadlines in Unix milliseconds or -1. */
export function inspectKeys(
  _node: DatabaseNode,
  _visit: (key: string, type: string, value: string, expireAtUnixMs: number) => void,
): void {}
