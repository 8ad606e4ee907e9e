/** CLUSTER: which node serves which slots, as this node knows it. */
import { slotCount, slotOf } from "../cluster/slots.ts";
import { parseInteger } from "../structures/integerText.ts";
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import { hexIdentity } from "./identity.ts";
import { integerArgument } from "./numbers.ts";
import type { NodeFacts, SlotRangeFacts } from "./serverFacts.ts";

/** Redis adds this to a node's port for its cluster bus; clients see it in CLUSTER NODES. */
const BUS_PORT_DISTANCE = 10_000;

/**
 * CLUSTER KEYSLOT key
 * Replies: integer. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-keyslot/
 */
export function clusterKeyslot(context: CommandContext, argv: readonly string[]): void {
  context.reply.integer(slotOf(argv[2] ?? ""));
}

/**
 * CLUSTER COUNTKEYSINSLOT slot
 * Replies: integer; -ERR Invalid slot. Record: none. O(keys of the shard): the keyspace is not ordered by slots.
 * @see https://redis.io/docs/latest/commands/cluster-countkeysinslot/
 */
export function clusterCountkeysinslot(context: CommandContext, argv: readonly string[]): void {
  const slot = integerArgument(context, argv[2] ?? "");
  if (slot === undefined) return;
  if (slot < 0 || slot >= slotCount) return context.fail("ERR Invalid slot");
  let count = 0;
  context.keyspace.forEach((key) => {
    if (slotOf(key) === slot) count++;
  });
  context.reply.integer(count);
}

/**
 * CLUSTER GETKEYSINSLOT slot count
 * Replies: array of at most `count` keys; -ERR Invalid slot or number of keys. Record: none. O(keys of the shard).
 * @see https://redis.io/docs/latest/commands/cluster-getkeysinslot/
 */
export function clusterGetkeysinslot(context: CommandContext, argv: readonly string[]): void {
  const slot = integerArgument(context, argv[2] ?? "");
  if (slot === undefined) return;
  const most = parseInteger(argv[3] ?? "");
  if (most === undefined) return context.fail(errors.notInteger);
  if (slot < 0 || slot >= slotCount || most < 0) {
    return context.fail("ERR Invalid slot or number of keys");
  }
  const found: string[] = [];
  context.keyspace.forEach((key) => {
    if (found.length < most && slotOf(key) === slot) found.push(key);
  });
  context.reply.bulks(found);
}

/**
 * CLUSTER MYID
 * Replies: bulk string of 40 hexadecimal digits. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-myid/
 */
export function clusterMyid(context: CommandContext): void {
  context.reply.bulk(identityOf(context.server.self));
}

function identityOf(node: NodeFacts): string {
  return hexIdentity(node.nodeId);
}

/**
 * CLUSTER INFO
 * Replies: verbatim text of name:value lines; the state is "ok" if every slot has a known primary. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-info/
 */
export function clusterInfo(context: CommandContext): void {
  let served = 0;
  let known = 0;
  let shards = 0;
  let newestEpoch = 0;
  for (const range of context.server.slotRanges) {
    const slots = range.lastSlot - range.firstSlot + 1;
    if (range.primary !== undefined) served += slots;
    known += range.replicas.length + (range.primary === undefined ? 0 : 1);
    shards++;
    newestEpoch = Math.max(newestEpoch, range.epoch);
  }
  const lines = [
    `cluster_state:${served === slotCount ? "ok" : "fail"}`,
    `cluster_slots_assigned:${slotCount}`,
    `cluster_slots_ok:${served}`,
    "cluster_slots_pfail:0",
    `cluster_slots_fail:${slotCount - served}`,
    `cluster_known_nodes:${known}`,
    `cluster_size:${shards}`,
    `cluster_current_epoch:${newestEpoch}`,
    `cluster_my_epoch:${context.server.epoch}`,
  ];
  context.reply.verbatim("txt", lines.map((line) => `${line}\r\n`).join(""));
}

/**
 * CLUSTER SLOTS
 * Replies: array of first slot, last slot, primary and replicas, for the ranges with a known primary. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-slots/
 */
export function clusterSlots(context: CommandContext): void {
  const { reply } = context;
  const ranges = context.server.slotRanges.filter((range) => range.primary !== undefined);
  reply.array(ranges.length);
  for (const range of ranges) {
    const nodes = nodesOf(range);
    reply.array(2 + nodes.length);
    reply.integer(range.firstSlot);
    reply.integer(range.lastSlot);
    for (const node of nodes) {
      reply.array(4);
      reply.bulk(node.host);
      reply.integer(node.port);
      reply.bulk(identityOf(node));
      reply.array(0);
    }
  }
}

/** The primary first, if it is known. */
function nodesOf(range: SlotRangeFacts): readonly NodeFacts[] {
  return range.primary === undefined ? range.replicas : [range.primary, ...range.replicas];
}

/**
 * CLUSTER SHARDS
 * Replies: array of maps with slots and nodes. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-shards/
 */
export function clusterShards(context: CommandContext): void {
  const { reply, server } = context;
  reply.array(server.slotRanges.length);
  for (const range of server.slotRanges) {
    reply.map(2);
    reply.bulk("slots");
    reply.array(2);
    reply.integer(range.firstSlot);
    reply.integer(range.lastSlot);
    reply.bulk("nodes");
    const nodes = nodesOf(range);
    reply.array(nodes.length);
    for (const node of nodes) replyShardNode(context, range, node);
  }
}

function replyShardNode(context: CommandContext, range: SlotRangeFacts, node: NodeFacts): void {
  const { reply, server } = context;
  const isSelf = node.nodeId === server.self.nodeId;
  reply.map(7);
  reply.bulk("id");
  reply.bulk(identityOf(node));
  reply.bulk("port");
  reply.integer(node.port);
  reply.bulk("ip");
  reply.bulk(node.host);
  reply.bulk("endpoint");
  reply.bulk(node.host);
  reply.bulk("role");
  reply.bulk(node === range.primary ? "master" : "replica");
  reply.bulk("replication-offset");
  reply.integer(isSelf ? server.appliedPosition : 0);
  reply.bulk("health");
  reply.bulk("online");
}

/**
 * CLUSTER NODES
 * Replies: verbatim text, one line a node: id, address, flags, primary, two times (0: nobody pings), epoch, link, slots.
 * Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-nodes/
 */
export function clusterNodes(context: CommandContext): void {
  let text = "";
  for (const range of context.server.slotRanges) {
    for (const node of nodesOf(range)) text += `${nodeLine(context, range, node)}\n`;
  }
  context.reply.verbatim("txt", text);
}

function nodeLine(context: CommandContext, range: SlotRangeFacts, node: NodeFacts): string {
  const isPrimary = node === range.primary;
  const self = node.nodeId === context.server.self.nodeId ? "myself," : "";
  const primary = isPrimary || range.primary === undefined ? "-" : identityOf(range.primary);
  const slots = isPrimary ? ` ${range.firstSlot}-${range.lastSlot}` : "";
  return (
    `${identityOf(node)} ${node.host}:${node.port}@${node.port + BUS_PORT_DISTANCE} ` +
    `${self}${isPrimary ? "master" : "slave"} ${primary} 0 0 ${range.epoch} connected${slots}`
  );
}

/**
 * CLUSTER HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-help/
 */
export function clusterHelp(context: CommandContext): void {
  replyHelp(context, "CLUSTER", [
    "COUNTKEYSINSLOT <slot>",
    "    Number of keys in a slot.",
    "GETKEYSINSLOT <slot> <count>",
    "    Some keys of a slot.",
    "INFO",
    "    State of the cluster.",
    "KEYSLOT <key>",
    "    Slot of a key.",
    "MYID",
    "    Identity of this node.",
    "NODES",
    "    One line a node.",
    "SHARDS",
    "    Shards with slots and nodes.",
    "SLOTS",
    "    Ranges of slots with their nodes.",
  ]);
}
