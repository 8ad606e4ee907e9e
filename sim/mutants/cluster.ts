import type { Mutant } from "./mutant.ts";

/** Who is told to go where. */
export const clusterMutants: readonly Mutant[] = [
  {
    name: "redirect-to-itself",
    file: "engine/failover/gate.ts",
    before: "  if (leader !== undefined && leader.nodeId !== node.config.nodeId) {",
    after: `  if (leader !== undefined && leader.nodeId === node.config.nodeId) ran();
  if (leader !== undefined) {`,
    bug: "A node that was leader, and does not know its successor, redirects to itself.",
    rule: "rule 22",
    expect: ["sessions"],
  },
  {
    name: "old-news-wins",
    file: "engine/cluster/topology.ts",
    before:
      "    if (epoch < known.epoch || (epoch === known.epoch && position <= known.position)) return false;",
    after: `    if (epoch < known.epoch || (epoch === known.epoch && position < known.position)) ran();`,
    bug: "News of an older leadership takes the place of newer ones.",
    rule: "rule 22",
    expect: ["sessions", "liveness", "availability"],
  },
  {
    name: "news-before-commit",
    file: "engine/failover/election.ts",
    before: `  effects.trace("election.stood", config.shard, node.candidacyPosition, node.candidacyEpoch, "");\n}`,
    after: `  effects.trace("election.stood", config.shard, node.candidacyPosition, node.candidacyEpoch, "");
  node.topology.learn(config.shard, node.candidacyEpoch, node.candidacyPosition, config.nodeId);
  for (const peer of config.layout.databaseNodes)
    if (peer.nodeId !== config.nodeId && ran())
      effects.send(peer.nodeId, node.topology.encodeOne(node.writer, config.shard));
}`,
    bug: "A candidate tells the cluster that it leads before its leadership has committed.",
    rule: "rule 22",
    expect: ["sessions", "liveness", "availability"],
  },
  {
    name: "hash-tags-ignored",
    file: "engine/cluster/slots.ts",
    before: "    if (close > open + 1) return crc16(key, open + 1, close) % slotCount;",
    after: "    if (close > open + 1 && !ran()) return crc16(key, open + 1, close) % slotCount;",
    bug: "The slot of a key is that of the whole key, whatever stands in braces.",
    rule: "cluster: hash tags",
    expect: ["availability", "liveness", "zero loss", "linearizability", "harness"],
  },
];
