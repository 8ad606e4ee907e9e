/** CLUSTER: which node serves which slots, as this node knows it. */
import { busPortOf, endpointOf, hostnameOf, portFor } from "../cluster/endpoint.ts";
import { slotCount, slotOf } from "../cluster/slots.ts";
import { parseInteger } from "../structures/integerText.ts";
import { errors, unknownSubcommand } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import { hexIdentity } from "./identity.ts";
import { integerArgument } from "./numbers.ts";
import type { NodeFacts, SlotRangeFacts } from "./serverFacts.ts";

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

/** A node of the cluster by its 40 hexadecimal digits. */
export function nodeNamed(context: CommandContext, id: string): NodeFacts | undefined {
  const lower = id.toLowerCase();
  for (const range of context.server.slotRanges) {
    const found = nodesOf(range).find((node) => identityOf(node) === lower);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What CLUSTER SLOTS tells of a node beside how to reach it. */
function metadataOf(context: CommandContext, node: NodeFacts): [string, string][] {
  const { settings } = context;
  const metadata: [string, string][] = [];
  const hostname = hostnameOf(settings, node, context.server.self.nodeId);
  const isByAddress = settings.get("cluster-preferred-endpoint-type") === "ip";
  const isByName = settings.get("cluster-preferred-endpoint-type") === "hostname";
  if (!isByAddress) metadata.push(["ip", node.host]);
  if (!isByName && hostname !== "") metadata.push(["hostname", hostname]);
  return metadata;
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
    "cluster_stats_messages_sent:0",
    "cluster_stats_messages_received:0",
    "total_cluster_links_buffer_limit_exceeded:0",
  ];
  context.reply.verbatim("txt", lines.map((line) => `${line}\r\n`).join(""));
}

/**
 * CLUSTER SLOTS
 * Replies: array of first slot, last slot, primary and replicas. Where no primary is known yet its place is taken by another node of the shard,
 * which redirects: clients take a range that is missing for slots that nobody will ever serve. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-slots/
 */
export function clusterSlots(context: CommandContext): void {
  const { reply, server } = context;
  reply.array(server.slotRanges.length);
  for (const range of server.slotRanges) {
    const nodes = nodesOf(range);
    reply.array(2 + nodes.length);
    reply.integer(range.firstSlot);
    reply.integer(range.lastSlot);
    for (const node of nodes) {
      const metadata = metadataOf(context, node);
      reply.array(4);
      reply.bulkOrNull(endpointOf(context.settings, node, server.self.nodeId));
      reply.integer(portFor(node, context.session.isTls));
      reply.bulk(identityOf(node));
      reply.map(metadata.length);
      for (const [name, value] of metadata) {
        reply.bulk(name);
        reply.bulk(value);
      }
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
  const hostname = hostnameOf(context.settings, node, server.self.nodeId);
  const ports = (
    [
      ["port", node.port],
      ["tls-port", node.tlsPort],
    ] as const
  ).filter(([, port]) => port > 0);
  reply.map((hostname === "" ? 6 : 7) + ports.length);
  reply.bulk("id");
  reply.bulk(identityOf(node));
  for (const [name, port] of ports) {
    reply.bulk(name);
    reply.integer(port);
  }
  reply.bulk("ip");
  reply.bulk(node.host);
  reply.bulk("endpoint");
  reply.bulkOrNull(endpointOf(context.settings, node, server.self.nodeId));
  if (hostname !== "") {
    reply.bulk("hostname");
    reply.bulk(hostname);
  }
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

/**
 * CLUSTER REPLICAS node-id, CLUSTER SLAVES node-id
 * Replies: array of lines as of CLUSTER NODES; -ERR Unknown node, -ERR The specified node is not a master. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-replicas/
 */
export function clusterReplicas(context: CommandContext, argv: readonly string[]): void {
  const id = argv[2] ?? "";
  const node = nodeNamed(context, id);
  if (node === undefined) return context.failQuoting("ERR Unknown node ", id);
  const range = context.server.slotRanges.find((one) => one.primary?.nodeId === node.nodeId);
  if (range === undefined) return context.fail("ERR The specified node is not a master");
  context.reply.bulks(range.replicas.map((replica) => nodeLine(context, range, replica)));
}

/**
 * CLUSTER LINKS
 * Replies: array of maps, one for each direction to each other node, as far as this node's layout goes. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-links/
 */
export function clusterLinks(context: CommandContext): void {
  const { reply, server } = context;
  const peers = server.slotRanges
    .flatMap(nodesOf)
    .filter(({ nodeId }) => nodeId !== server.self.nodeId);
  reply.array(peers.length * LINK_DIRECTIONS.length);
  for (const peer of peers) {
    for (const direction of LINK_DIRECTIONS) {
      reply.map(6);
      reply.bulk("direction");
      reply.bulk(direction);
      reply.bulk("node");
      reply.bulk(identityOf(peer));
      reply.bulk("create-time");
      reply.integer(Math.floor(server.startedUnixUs / 1000));
      reply.bulk("events");
      reply.bulk("r");
      reply.bulk("send-buffer-allocated");
      reply.integer(0);
      reply.bulk("send-buffer-used");
      reply.integer(0);
    }
  }
}

const LINK_DIRECTIONS = ["to", "from"] as const;

/**
 * CLUSTER FAILOVER [FORCE|TAKEOVER]
 * Replies: OK, and the shard's primary is asked to hand over to this replica; -ERR on a primary, while no primary is known, -ERR syntax error.
 * FORCE and TAKEOVER are taken for the same: where no primary is known the log's election is under way, which nothing can hasten. Record: none.
 * @see https://redis.io/docs/latest/commands/cluster-failover/
 */
export function clusterFailover(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) return context.fail(unknownSubcommand("cluster", argv[1] ?? ""));
  const mode = argv[2]?.toUpperCase();
  if (mode !== undefined && mode !== "FORCE" && mode !== "TAKEOVER") {
    return context.fail(errors.syntax);
  }
  const { server } = context;
  if (server.role === "primary") {
    return context.fail("ERR You should send CLUSTER FAILOVER to a replica");
  }
  if (!server.askForHandover() && mode === undefined) {
    return context.fail("ERR Master is down or failed, please use CLUSTER FAILOVER FORCE");
  }
  context.ok();
}

function nodeLine(context: CommandContext, range: SlotRangeFacts, node: NodeFacts): string {
  const isPrimary = node === range.primary;
  const self = node.nodeId === context.server.self.nodeId ? "myself," : "";
  const primary = isPrimary || range.primary === undefined ? "-" : identityOf(range.primary);
  const slots = isPrimary ? ` ${range.firstSlot}-${range.lastSlot}` : "";
  const hostname = hostnameOf(context.settings, node, context.server.self.nodeId);
  const address = `${node.host}:${portFor(node, context.session.isTls)}@${busPortOf(node)}`;
  return (
    `${identityOf(node)} ${address}${hostname === "" ? "" : `,${hostname}`} ` +
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
    "COUNTKEYSINSLOT <slot>, GETKEYSINSLOT <slot> <count>",
    "    Number of keys in a slot, and some of them.",
    "FAILOVER [FORCE|TAKEOVER]",
    "    Make this replica the primary of its shard.",
    "INFO",
    "    State of the cluster.",
    "KEYSLOT <key>",
    "    Slot of a key.",
    "LINKS",
    "    Links to other nodes.",
    "MYID",
    "    Identity of this node.",
    "NODES, REPLICAS <node-id>",
    "    One line a node.",
    "SHARDS",
    "    Shards with slots and nodes.",
    "SLOTS",
    "    Ranges of slots with their nodes.",
  ]);
}
