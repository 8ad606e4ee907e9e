/** Slow gossip: now and then a node tells one other at random all it knows of the topology. Repairs news that was lost. */
import type { Now, Effects } from "../contract.ts";
import { compareUsers } from "./usersNews.ts";
import type { DatabaseNode } from "../failover/databaseNode.ts";

const gossipEveryUs = 5_000_000;

export function startGossip(node: DatabaseNode, now: Now): void {
  node.gossipDueUs = now.monotonicUs + Math.floor(node.random() * gossipEveryUs);
}

export function gossip(node: DatabaseNode, now: Now, effects: Effects): void {
  if (now.monotonicUs < node.gossipDueUs) return;
  node.gossipDueUs = now.monotonicUs + gossipEveryUs;
  compareUsers(node, effects);
  const { databaseNodes } = node.config.layout;
  const peer = databaseNodes[Math.floor(node.random() * databaseNodes.length)];
  if (peer === undefined || peer.nodeId === node.config.nodeId) return;
  effects.send(peer.nodeId, node.topology.encodeAll(node.writer));
}
