/**
 * Events of the cluster in the words of Amazon MemoryDB, and nodes by the names that it gives them.
 * @see https://docs.aws.amazon.com/memorydb/latest/devguide/autofailover.html
 */
import type { ClusterLayout, NodeId } from "../../engine/contract.ts";
import type { TraceKind } from "../../engine/trace.ts";

export interface EventSources {
  readonly clusterName: string;
  readonly layout: ClusterLayout;
  /** The node belongs to a cluster that this process has just made: there is nothing to recover. */
  readonly isNew: (node: NodeId) => boolean;
  /** Who led a shard before an epoch, as far as a node here has heard; undefined if nobody did. */
  readonly leaderBefore: (shard: number, epoch: number, node: NodeId) => NodeId | undefined;
  readonly tell: (event: string) => void;
}

export class Events {
  private readonly sources: EventSources;
  private readonly names: Map<NodeId, string> = new Map();
  private readonly started: Set<NodeId> = new Set();
  private readonly recovering: Set<NodeId> = new Set();

  constructor(sources: EventSources) {
    this.sources = sources;
    const { clusterName, layout } = sources;
    const inShard: number[] = [];
    for (const { nodeId, shard } of layout.databaseNodes) {
      const number = (inShard[shard] ?? 0) + 1;
      inShard[shard] = number;
      this.names.set(
        nodeId,
        `${clusterName}-${shardName(shard)}-${String(number).padStart(3, "0")}`,
      );
    }
  }

  /** "my-cluster-0001-002": the cluster, the shard, the node in it; machines that are no database nodes keep the engine's name. */
  nameOf(machine: NodeId): string {
    return this.names.get(machine) ?? machine;
  }

  /** A machine has told an event of the engine. */
  // oxlint-disable-next-line max-params -- the contract's own list
  told(machine: NodeId, kind: TraceKind, shard: number, value: number, text: string): void {
    const { tell, isNew, leaderBefore } = this.sources;
    const name = this.nameOf(machine);
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- of the others the service tells nothing
    switch (kind) {
      case "node.recovering": {
        const isFirst = !this.started.has(machine);
        this.started.add(machine);
        if (isFirst && isNew(machine)) return;
        this.recovering.add(machine);
        return tell(`Recovering nodes ${name}`);
      }
      case "node.recovered":
        if (this.recovering.delete(machine)) tell(`Finished recovery for nodes ${name}`);
        return;
      case "role.handover":
        // Without a target it is the process that ends.
        if (text !== "") tell(`FailoverShard API called for shard ${shardName(shard)}`);
        return;
      case "role.primary": {
        const before = leaderBefore(shard, value, machine);
        if (before === undefined || before === machine) return;
        return tell(
          `Failover from primary node ${this.nameOf(before)} to replica node ${name} completed`,
        );
      }
      default:
    }
  }
}

/** Shards are counted from 1, in four digits. */
function shardName(shard: number): string {
  return String(shard + 1).padStart(4, "0");
}
