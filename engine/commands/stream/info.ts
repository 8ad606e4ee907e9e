/** XINFO: what a stream, its groups and their consumers look like from inside. */
import type { Consumer, ConsumerGroup, PendingEntry } from "../../keyspace/values/consumerGroup.ts";
import { GREATEST_ID, LEAST_ID, idText } from "../../keyspace/values/streamId.ts";
import { lagOf } from "../../keyspace/values/streamProgress.ts";
import type { StreamValue } from "../../keyspace/values/streamValue.ts";
import { errors } from "../../resp/replies.ts";
import type { Counter } from "../../structures/counter.ts";
import type { OrderedIndex, OrderedNode } from "../../structures/orderedIndex.ts";
import { WRONG_TYPE, type CommandContext } from "../context.ts";
import { replyHelp } from "../generic.ts";
import { integerArgument } from "../numbers.ts";
import { entriesOf, replyEntries, replyEntry } from "./entries.ts";
import { noGroupOfKey } from "./groups.ts";
import { radixTreeNodes } from "./radixTree.ts";

const USUAL_COUNT = 10;

/** The stream of a key; undefined if there is none, which was answered. */
function streamArgument(context: CommandContext, key: string): StreamValue | undefined {
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return undefined;
  if (stream === undefined) context.fail(errors.noSuchKey);
  return stream;
}

/**
 * XINFO STREAM key [FULL [COUNT count]]
 * Replies: map of the stream's facts with its first and last entry; with FULL its entries, groups, consumers and pending
 * entries, up to `count` of each (0: all); -WRONGTYPE, -ERR no such key, -ERR for options. Record: none.
 * @see https://redis.io/docs/latest/commands/xinfo-stream/
 */
export function xinfoStream(context: CommandContext, argv: readonly string[]): void {
  const stream = streamArgument(context, argv[2] ?? "");
  if (stream === undefined) return;
  const count = fullCount(context, argv);
  if (count === undefined) return;
  const { reply } = context;
  reply.map(count === "brief" ? 10 : 9);
  replyFacts(context, stream);
  if (count !== "brief") return replyFull(context, stream, count);
  reply.bulk("groups");
  reply.integer(stream.groups.size);
  reply.bulk("first-entry");
  replyEdge(context, stream, false);
  reply.bulk("last-entry");
  replyEdge(context, stream, true);
}

/** The options of XINFO STREAM; undefined if they are wrong, which was answered. */
function fullCount(context: CommandContext, argv: readonly string[]): number | "brief" | undefined {
  const [, , , full, countWord, count] = argv;
  if (full === undefined) return "brief";
  const isCounted = countWord?.toUpperCase() === "COUNT" && argv.length === 6;
  if (full.toUpperCase() !== "FULL" || (argv.length !== 4 && !isCounted)) {
    context.failSubcommand(argv);
    return undefined;
  }
  if (count === undefined) return USUAL_COUNT;
  const given = integerArgument(context, count);
  return given !== undefined && given < 0 ? USUAL_COUNT : given;
}

function replyFacts(context: CommandContext, stream: StreamValue): void {
  const { reply } = context;
  reply.bulk("length");
  reply.integer(stream.length);
  reply.bulk("radix-tree-keys");
  reply.integer(stream.nodeCount);
  reply.bulk("radix-tree-nodes");
  reply.integer(radixTreeNodes((visit) => stream.visitNodes(({ key }) => visit(key))));
  reply.bulk("last-generated-id");
  reply.bulk(idText(stream.lastId));
  reply.bulk("max-deleted-entry-id");
  reply.bulk(idText(stream.maxDeletedId));
  reply.bulk("entries-added");
  reply.integerText(String(stream.entriesAdded));
  reply.bulk("recorded-first-entry-id");
  reply.bulk(idText(stream.firstId));
}

function replyEdge(context: CommandContext, stream: StreamValue, isLast: boolean): void {
  const entry = entriesOf(stream, LEAST_ID, GREATEST_ID, 1, isLast)[0];
  if (entry === undefined) context.reply.null();
  else replyEntry(context, entry);
}

function replyFull(context: CommandContext, stream: StreamValue, count: number): void {
  const { reply } = context;
  reply.bulk("entries");
  replyEntries(context, entriesOf(stream, LEAST_ID, GREATEST_ID, count));
  reply.bulk("groups");
  replyAll(context, stream.groups, (group) => {
    reply.map(7);
    reply.bulk("name");
    reply.bulk(group.key);
    replyProgress(context, stream, group);
    reply.bulk("pel-count");
    reply.integer(group.pending.size);
    reply.bulk("pending");
    replyPending(context, group.pending, count, true);
    reply.bulk("consumers");
    replyAll(context, group.consumers, (consumer) => replyConsumer(context, consumer, count));
  });
}

function replyConsumer(context: CommandContext, consumer: Consumer, count: number): void {
  const { reply } = context;
  reply.map(4);
  reply.bulk("name");
  reply.bulk(consumer.key);
  reply.bulk("seen-time");
  reply.integer(consumer.seenAtUnixMs);
  reply.bulk("pel-count");
  reply.integer(consumer.pending.size);
  reply.bulk("pending");
  replyPending(context, consumer.pending, count, false);
}

function replyPending(
  context: CommandContext,
  pending: OrderedIndex<PendingEntry>,
  count: number,
  withConsumer: boolean,
): void {
  const { reply } = context;
  let left = count === 0 ? pending.size : Math.min(count, pending.size);
  reply.array(left);
  if (left === 0) return;
  pending.visitFrom(undefined, ({ key, consumer, deliveredAtUnixMs, deliveryCount }) => {
    reply.array(withConsumer ? 4 : 3);
    reply.bulk(idText(key));
    if (withConsumer) reply.bulk(consumer.key);
    reply.integer(deliveredAtUnixMs);
    reply.integerText(String(deliveryCount));
    return --left > 0;
  });
}

/** How far a group has read, as three pairs of its map. */
function replyProgress(context: CommandContext, stream: StreamValue, group: ConsumerGroup): void {
  const { reply } = context;
  reply.bulk("last-delivered-id");
  reply.bulk(idText(group.lastId));
  reply.bulk("entries-read");
  replyCounter(context, group.entriesRead);
  reply.bulk("lag");
  replyCounter(context, lagOf(stream, group));
}

function replyCounter(context: CommandContext, counter: Counter | undefined): void {
  if (counter === undefined) context.reply.null();
  else context.reply.integerText(String(counter));
}

function replyAll<N extends OrderedNode>(
  context: CommandContext,
  nodes: OrderedIndex<N>,
  replyOne: (node: N) => void,
): void {
  context.reply.array(nodes.size);
  nodes.visitFrom(undefined, (node) => {
    replyOne(node);
    return true;
  });
}

/**
 * XINFO GROUPS key
 * Replies: array of maps, a group each; -WRONGTYPE, -ERR no such key. Record: none.
 * @see https://redis.io/docs/latest/commands/xinfo-groups/
 */
export function xinfoGroups(context: CommandContext, argv: readonly string[]): void {
  const stream = streamArgument(context, argv[2] ?? "");
  if (stream === undefined) return;
  const { reply } = context;
  replyAll(context, stream.groups, (group) => {
    reply.map(6);
    reply.bulk("name");
    reply.bulk(group.key);
    reply.bulk("consumers");
    reply.integer(group.consumers.size);
    reply.bulk("pending");
    reply.integer(group.pending.size);
    replyProgress(context, stream, group);
  });
}

/**
 * XINFO CONSUMERS key group
 * Replies: array of maps, a consumer each; -NOGROUP, -WRONGTYPE, -ERR no such key. Record: none.
 * @see https://redis.io/docs/latest/commands/xinfo-consumers/
 */
export function xinfoConsumers(context: CommandContext, argv: readonly string[]): void {
  const [, , key = "", name = ""] = argv;
  const stream = streamArgument(context, key);
  if (stream === undefined) return;
  const group = stream.groups.get(name);
  if (group === undefined) return context.fail(noGroupOfKey(key, name));
  const { reply, unixMs } = context;
  replyAll(context, group.consumers, (consumer) => {
    reply.map(3);
    reply.bulk("name");
    reply.bulk(consumer.key);
    reply.bulk("pending");
    reply.integer(consumer.pending.size);
    reply.bulk("idle");
    reply.integer(Math.max(unixMs - consumer.seenAtUnixMs, 0));
  });
}

/**
 * XINFO HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/xinfo-help/
 */
export function xinfoHelp(context: CommandContext): void {
  replyHelp(context, "XINFO", [
    "CONSUMERS <key> <groupname>",
    "    Tell about the consumers of a group.",
    "GROUPS <key>",
    "    Tell about the groups of a stream.",
    "STREAM <key> [FULL [COUNT <count>]]",
    "    Tell about a stream, with FULL also its entries, groups and consumers.",
  ]);
}
