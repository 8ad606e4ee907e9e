/** The main path of a database node: control flow only. */
import type { Effects, Input, Now, Random } from "./contract.ts";
import type { DatabaseNode, NodeConfig } from "./failover/databaseNode.ts";

export function createNode(config: NodeConfig, random: Random): DatabaseNode {
  return { config, random, role: "recovering" };
}

/** One input, to completion. `now` is one reading of both clocks taken after the input arrived; it is not kept. */
export function step(node: DatabaseNode, now: Now, input: Input, effects: Effects): void {
  if (input.kind === "start") effects.wakeAt(now.monotonicUs + node.config.timing.backoffMs * 1000);
}
