/** The log node: hosts one Raft replica of every shard's log over one write-ahead log. */
import type { ClusterLayout, Effects, Input, NodeId, Now, Random } from "../contract.ts";
import type { Timing } from "../timing.ts";

export interface LogNodeConfig {
  readonly nodeId: NodeId;
  readonly zone: string;
  readonly layout: ClusterLayout;
  readonly timing: Timing;
}

export interface LogNode {
  readonly config: LogNodeConfig;
  readonly random: Random;
}

export function createLogNode(config: LogNodeConfig, random: Random): LogNode {
  return { config, random };
}

export function stepLogNode(_node: LogNode, _now: Now, _input: Input, _effects: Effects): void {}
