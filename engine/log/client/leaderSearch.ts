/**
 * Which log node a client believes to lead its shard's log. Starts with the one in its own zone; a hint is followed,
 * silence and a refusal without a hint go round.
 */
import type { LogNodeAddress, NodeId, Random } from "../../contract.ts";
import { must } from "../../assert.ts";
import type { Timing } from "../../timing.ts";

export interface LogClientConfig {
  readonly shard: number;
  readonly zone: string;
  readonly logNodes: readonly LogNodeAddress[];
  readonly timing: Timing;
  readonly random: Random;
}

export class LeaderSearch {
  /** The node to ask. */
  target: NodeId;
  private readonly logNodes: readonly LogNodeAddress[];

  constructor(config: LogClientConfig) {
    this.logNodes = config.logNodes;
    this.target = nodeOfZone(config).nodeId;
  }

  /** Goes to the next node round. */
  advance(): void {
    const at = this.logNodes.findIndex((node) => node.nodeId === this.target);
    this.target = must(this.logNodes[(at + 1) % this.logNodes.length], "log node").nodeId;
  }

  /**
   * Takes a refusal by `from`. True if it named somebody else, who is the target now: ask at once. A refusal by another
   * node than the target is old news.
   */
  onRefused(from: NodeId, hint: NodeId): boolean {
    if (from !== this.target) return false;
    if (hint !== "" && hint !== from && this.logNodes.some((node) => node.nodeId === hint)) {
      this.target = hint;
      return true;
    }
    this.advance();
    return false;
  }
}

/** The log node of the client's own zone, else the first. */
export function nodeOfZone(config: LogClientConfig): LogNodeAddress {
  const near = config.logNodes.find((node) => node.zone === config.zone);
  return near ?? must(config.logNodes[0], "log nodes");
}
