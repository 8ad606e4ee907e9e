/**
 * Messages between clients. A message reaches who listens at that moment and is kept nowhere. PUBLISH reaches the
 * subscribers of every node of the cluster, SPUBLISH those of the shard that owns the channel's slot.
 */
import type { Subscriptions } from "../pubsub/subscriptions.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import { matchesGlob } from "./glob.ts";
import type { Session } from "./session.ts";

/**
 * SUBSCRIBE channel [channel …]
 * Replies: a push a channel: "subscribe", the channel, how many channels and patterns the client listens to. Record: none.
 * @see https://redis.io/docs/latest/commands/subscribe/
 */
export function subscribe(context: CommandContext, argv: readonly string[]): void {
  listen(context, argv, "subscribe", context.switchboard.channels);
}

/**
 * PSUBSCRIBE pattern [pattern …]
 * Replies: a push a pattern: "psubscribe", the pattern, how many channels and patterns the client listens to. Record: none.
 * @see https://redis.io/docs/latest/commands/psubscribe/
 */
export function psubscribe(context: CommandContext, argv: readonly string[]): void {
  listen(context, argv, "psubscribe", context.switchboard.patterns);
}

/**
 * SSUBSCRIBE shardchannel [shardchannel …]
 * Replies: a push a channel: "ssubscribe", the channel, how many shard channels the client listens to;
 * -ERR inside a transaction. Record: none.
 * @see https://redis.io/docs/latest/commands/ssubscribe/
 */
export function ssubscribe(context: CommandContext, argv: readonly string[]): void {
  if (context.isExecuting) {
    return context.fail("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
  }
  listen(context, argv, "ssubscribe", context.switchboard.shardChannels);
}

function listen(
  context: CommandContext,
  argv: readonly string[],
  event: string,
  topics: Subscriptions<Session>,
): void {
  const { session } = context;
  for (let index = 1; index < argv.length; index++) {
    const topic = argv[index] as string;
    topics.add(session, topic);
    context.pushCount(event, topic, countOf(context, topics));
  }
  session.isSubscriber = true;
}

/**
 * UNSUBSCRIBE [channel …]
 * Replies: a push a channel (all, if none is named): "unsubscribe", the channel (null if there was none), how many channels and
 * patterns are left. Record: none.
 * @see https://redis.io/docs/latest/commands/unsubscribe/
 */
export function unsubscribe(context: CommandContext, argv: readonly string[]): void {
  endListening(context, argv, "unsubscribe", context.switchboard.channels);
}

/**
 * PUNSUBSCRIBE [pattern …]
 * Replies: a push a pattern (all, if none is named): "punsubscribe", the pattern (null if there was none), how many channels and
 * patterns are left. Record: none.
 * @see https://redis.io/docs/latest/commands/punsubscribe/
 */
export function punsubscribe(context: CommandContext, argv: readonly string[]): void {
  endListening(context, argv, "punsubscribe", context.switchboard.patterns);
}

/**
 * SUNSUBSCRIBE [shardchannel …]
 * Replies: a push a channel (all, if none is named): "sunsubscribe", the channel (null if there was none), how many shard
 * channels are left. Record: none.
 * @see https://redis.io/docs/latest/commands/sunsubscribe/
 */
export function sunsubscribe(context: CommandContext, argv: readonly string[]): void {
  endListening(context, argv, "sunsubscribe", context.switchboard.shardChannels);
}

function endListening(
  context: CommandContext,
  argv: readonly string[],
  event: string,
  topics: Subscriptions<Session>,
): void {
  const { session, switchboard } = context;
  const ended = argv.length > 1 ? argv.slice(1) : topics.topicsOf(session);
  for (const topic of ended) {
    topics.remove(session, topic);
    context.pushCount(event, topic, countOf(context, topics));
  }
  if (ended.length === 0) context.pushCount(event, undefined, countOf(context, topics));
  session.isSubscriber = switchboard.isSubscriber(session);
}

/** Channels and patterns are counted together, shard channels apart. */
function countOf(context: CommandContext, topics: Subscriptions<Session>): number {
  const { session, switchboard } = context;
  return topics === switchboard.shardChannels
    ? topics.topicCountOf(session)
    : switchboard.countOf(session);
}

/**
 * PUBLISH channel message
 * Replies: integer, messages sent to clients of this node. Record: none.
 * @see https://redis.io/docs/latest/commands/publish/
 */
export function publish(context: CommandContext, argv: readonly string[]): void {
  context.reply.integer(context.publish(argv[1] ?? "", argv[2] ?? "", false));
}

/**
 * SPUBLISH shardchannel message
 * Replies: integer, clients of this node that were told. Record: none.
 * @see https://redis.io/docs/latest/commands/spublish/
 */
export function spublish(context: CommandContext, argv: readonly string[]): void {
  context.reply.integer(context.publish(argv[1] ?? "", argv[2] ?? "", true));
}

/**
 * PUBSUB CHANNELS [pattern]
 * Replies: array of the channels that clients of this node listen to by name; -ERR for more words. Record: none.
 * @see https://redis.io/docs/latest/commands/pubsub-channels/
 */
export function pubsubChannels(context: CommandContext, argv: readonly string[]): void {
  replyTopics(context, argv, context.switchboard.channels);
}

/**
 * PUBSUB SHARDCHANNELS [pattern]
 * Replies: array of the shard channels that clients of this node listen to; -ERR for more words. Record: none.
 * @see https://redis.io/docs/latest/commands/pubsub-shardchannels/
 */
export function pubsubShardchannels(context: CommandContext, argv: readonly string[]): void {
  replyTopics(context, argv, context.switchboard.shardChannels);
}

function replyTopics(
  context: CommandContext,
  argv: readonly string[],
  topics: Subscriptions<Session>,
): void {
  if (argv.length > 3) return context.failSubcommand(argv);
  const pattern = argv[2];
  const found: string[] = [];
  for (const [topic] of topics.entries()) {
    if (pattern === undefined || matchesGlob(pattern, topic)) found.push(topic);
  }
  context.reply.bulks(found);
}

/**
 * PUBSUB NUMSUB [channel …]
 * Replies: array of each channel and how many clients of this node listen to it by name. Record: none.
 * @see https://redis.io/docs/latest/commands/pubsub-numsub/
 */
export function pubsubNumsub(context: CommandContext, argv: readonly string[]): void {
  replyCounts(context, argv, context.switchboard.channels);
}

/**
 * PUBSUB SHARDNUMSUB [shardchannel …]
 * Replies: array of each shard channel and how many clients of this node listen to it. Record: none.
 * @see https://redis.io/docs/latest/commands/pubsub-shardnumsub/
 */
export function pubsubShardnumsub(context: CommandContext, argv: readonly string[]): void {
  replyCounts(context, argv, context.switchboard.shardChannels);
}

function replyCounts(
  context: CommandContext,
  argv: readonly string[],
  topics: Subscriptions<Session>,
): void {
  context.reply.array((argv.length - 2) * 2);
  for (let index = 2; index < argv.length; index++) {
    const topic = argv[index] as string;
    context.reply.bulk(topic);
    context.reply.integer(topics.subscriberCountOf(topic));
  }
}

/**
 * PUBSUB NUMPAT
 * Replies: integer, the patterns that clients of this node listen to, each counted once. Record: none.
 * @see https://redis.io/docs/latest/commands/pubsub-numpat/
 */
export function pubsubNumpat(context: CommandContext): void {
  context.reply.integer(context.switchboard.patterns.topicCount);
}

/**
 * PUBSUB HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/pubsub-help/
 */
export function pubsubHelp(context: CommandContext): void {
  replyHelp(context, "PUBSUB", [
    "CHANNELS [<pattern>]",
    "    Channels that somebody listens to.",
    "NUMPAT",
    "    How many patterns somebody listens to.",
    "NUMSUB [<channel> ...]",
    "    How many listen to each channel, patterns not counted.",
    "SHARDCHANNELS [<pattern>]",
    "    Shard channels that somebody listens to.",
    "SHARDNUMSUB [<shardchannel> ...]",
    "    How many listen to each shard channel.",
  ]);
}
