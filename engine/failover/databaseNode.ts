/** The state of one database node: what node.ts routes to and the role files act on. */
import type { ClusterLayout, NodeId, Random } from "../contract.ts";
import type { DatabaseRole } from "../control/messages.ts";
import type { Timing } from "../timing.ts";

export interface NodeConfig {
  readonly nodeId: NodeId;
  readonly zone: string;
  readonly shard: number;
  readonly layout: ClusterLayout;
  /** Given by the host; never repeats in the cluster, restarts included. At least 1. */
  readonly incarnation: number;
  /** Stamped on entries; a replica stops at entries of a newer one. */
  readonly engineVersion: number;
  readonly timing: Timing;
}

export interface DatabaseNode {
  readonly config: NodeConfig;
  readonly random: Random;
  role: DatabaseRole;
}
