/** Consumer groups of streams: making, changing and removing groups and consumers, and acknowledging entries. */
import type { ConsumerGroup } from "../../keyspace/values/consumerGroup.ts";
import { LEAST_ID, type StreamId } from "../../keyspace/values/streamId.ts";
import type { StreamValue } from "../../keyspace/values/streamValue.ts";
import { errors, oneLine, printed } from "../../resp/replies.ts";
import { counterOf, type Counter } from "../../structures/counter.ts";
import { parseBigInteger } from "../../structures/integerText.ts";
import { WRONG_TYPE, type CommandContext } from "../context.ts";
import { replyHelp } from "../generic.ts";
import { notice } from "../notices.ts";
import { anyIdArgument, idArgument, idArguments } from "./ids.ts";

const keyNeeded =
  "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.";

/** A stream with one of its groups. */
export interface StreamGroup {
  readonly stream: StreamValue;
  readonly group: ConsumerGroup;
}

/** Words that quote two names of the client, which may hold anything. */
export function quoting(before: string, first: string, between: string, second: string): string {
  const quoted = `${before}'${printed(first, Infinity)}'${between}'${printed(second, Infinity)}'`;
  return oneLine(quoted);
}

/** The error of XGROUP and XINFO for a group that is not there. */
export function noGroupOfKey(key: string, group: string): string {
  return quoting("NOGROUP No such consumer group ", group, " for key name ", key);
}

/** The stream and group of XGROUP's subcommands; undefined if something is missing, which was answered. */
function groupArgument(
  context: CommandContext,
  key: string,
  name: string,
): StreamGroup | undefined {
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return undefined;
  const group = stream?.groups.get(name);
  if (stream === undefined) context.fail(keyNeeded);
  else if (group === undefined) context.fail(noGroupOfKey(key, name));
  else return { stream, group };
  return undefined;
}

interface GroupOptions {
  makesStream: boolean;
  entriesRead: Counter | undefined;
}

function parseGroupOptions(
  context: CommandContext,
  argv: readonly string[],
  subcommand: "create" | "setid",
): GroupOptions | undefined {
  const options: GroupOptions = { makesStream: false, entriesRead: undefined };
  for (let index = 5; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (subcommand === "create" && word === "MKSTREAM") {
      options.makesStream = true;
    } else if (word === "ENTRIESREAD" && value !== undefined) {
      const read = parseBigInteger(value);
      if (read === undefined || read < -1n) {
        const why = "ERR value for ENTRIESREAD must be positive or -1";
        context.fail(read === undefined ? errors.notInteger : why);
        return undefined;
      }
      options.entriesRead = read < 0n ? undefined : counterOf(read);
      index++;
    } else {
      context.failSubcommand(argv);
      return undefined;
    }
  }
  return options;
}

/** MKSTREAM and ENTRIESREAD once each. */
const MOST_CREATE_WORDS = 8;

/**
 * XGROUP CREATE key group id|$ [MKSTREAM] [ENTRIESREAD entries-read]
 * Replies: OK; -BUSYGROUP, -WRONGTYPE, -ERR key must exist, -ERR invalid id. Record: make if the stream is new, setGroup.
 * @see https://redis.io/docs/latest/commands/xgroup-create/
 */
export function xgroupCreate(context: CommandContext, argv: readonly string[]): void {
  const [, , key = "", name = "", idText = ""] = argv;
  const options = parseGroupOptions(context, argv, "create");
  if (options === undefined) return;
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  if (stream === undefined && !options.makesStream) return context.fail(keyNeeded);
  if (argv.length > MOST_CREATE_WORDS) return context.failSubcommand(argv);
  const lastId = idText === "$" ? (stream?.lastId ?? LEAST_ID) : idArgument(context, idText);
  if (lastId === undefined) return;
  if (stream?.groups.get(name) !== undefined) {
    return context.fail("BUSYGROUP Consumer Group name already exists");
  }
  if (stream === undefined) context.streams.make(key);
  context.streams.setGroup(key, name, { lastId, entriesRead: options.entriesRead });
  context.ok();
  context.notify(notice.stream, "xgroup-create", key);
}

/**
 * XGROUP SETID key group id|$ [ENTRIESREAD entries-read]
 * Replies: OK; -NOGROUP, -WRONGTYPE, -ERR key must exist, -ERR invalid id. Record: setGroup.
 * @see https://redis.io/docs/latest/commands/xgroup-setid/
 */
export function xgroupSetid(context: CommandContext, argv: readonly string[]): void {
  const [, , key = "", name = "", idText = ""] = argv;
  const options = parseGroupOptions(context, argv, "setid");
  if (options === undefined) return;
  const found = groupArgument(context, key, name);
  if (found === undefined) return;
  if (argv.length !== 5 && argv.length !== 7) return context.failSubcommand(argv);
  const lastId: StreamId | undefined =
    idText === "$" ? found.stream.lastId : anyIdArgument(context, idText);
  if (lastId === undefined) return;
  context.streams.setGroup(key, name, { lastId, entriesRead: options.entriesRead });
  context.ok();
  context.notify(notice.stream, "xgroup-setid", key);
}

/**
 * XGROUP DESTROY key group
 * Replies: integer, 1 if there was one; -WRONGTYPE, -ERR key must exist. Clients that wait for its entries get -NOGROUP.
 * Record: removeGroup.
 * @see https://redis.io/docs/latest/commands/xgroup-destroy/
 */
export function xgroupDestroy(context: CommandContext, argv: readonly string[]): void {
  const [, , key = "", name = ""] = argv;
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  if (stream === undefined) return context.fail(keyNeeded);
  if (stream.groups.get(name) === undefined) return context.reply.integer(0);
  context.streams.removeGroup(key, name);
  context.reply.integer(1);
  context.notify(notice.stream, "xgroup-destroy", key);
}

/**
 * XGROUP CREATECONSUMER key group consumer
 * Replies: integer, 1 if made; -NOGROUP, -WRONGTYPE, -ERR key must exist. Record: see.
 * @see https://redis.io/docs/latest/commands/xgroup-createconsumer/
 */
export function xgroupCreateconsumer(context: CommandContext, argv: readonly string[]): void {
  const [, , key = "", name = "", consumer = ""] = argv;
  const found = groupArgument(context, key, name);
  if (found === undefined) return;
  if (found.group.consumers.get(consumer) !== undefined) return context.reply.integer(0);
  seeConsumer(context, key, found.group, consumer);
  context.reply.integer(1);
}

/** Notes in the record that a consumer asks now, and makes it if it is new, which is told to subscribers. */
export function seeConsumer(
  context: CommandContext,
  key: string,
  group: ConsumerGroup,
  consumer: string,
): void {
  const isNew = group.consumers.get(consumer) === undefined;
  context.streams.see(key, group.key, consumer, context.unixMs);
  if (isNew) context.notify(notice.stream, "xgroup-createconsumer", key);
}

/**
 * XGROUP DELCONSUMER key group consumer
 * Replies: integer, how many entries were pending with it; -NOGROUP, -WRONGTYPE, -ERR key must exist. Record: removeConsumer.
 * @see https://redis.io/docs/latest/commands/xgroup-delconsumer/
 */
export function xgroupDelconsumer(context: CommandContext, argv: readonly string[]): void {
  const [, , key = "", name = "", consumerName = ""] = argv;
  const found = groupArgument(context, key, name);
  if (found === undefined) return;
  const consumer = found.group.consumers.get(consumerName);
  if (consumer === undefined) return context.reply.integer(0);
  const pending = consumer.pending.size;
  context.streams.removeConsumer(key, name, consumerName);
  context.reply.integer(pending);
  context.notify(notice.stream, "xgroup-delconsumer", key);
}

/**
 * XGROUP HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/xgroup-help/
 */
export function xgroupHelp(context: CommandContext): void {
  replyHelp(context, "XGROUP", [
    "CREATE <key> <groupname> <id|$> [MKSTREAM] [ENTRIESREAD <count>]",
    "    Make a group that has read up to the id; $ is the stream's last.",
    "    MKSTREAM makes the stream if there is none. ENTRIESREAD says how many",
    "    entries there were up to the id.",
    "CREATECONSUMER <key> <groupname> <consumer>",
    "    Make a consumer of the group.",
    "DELCONSUMER <key> <groupname> <consumer>",
    "    Remove a consumer with what is pending with it.",
    "DESTROY <key> <groupname>",
    "    Remove the group with its consumers.",
    "SETID <key> <groupname> <id|$> [ENTRIESREAD <count>]",
    "    Say up to where the group has read.",
  ]);
}

/**
 * XACK key group id [id …]
 * Replies: integer, how many were pending; 0 without such a key or group; -WRONGTYPE, -ERR invalid id. Record: release.
 * @see https://redis.io/docs/latest/commands/xack/
 */
export function xack(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", name = ""] = argv;
  const stream = context.typed(key, "stream");
  if (stream === WRONG_TYPE) return;
  const group = stream?.groups.get(name);
  if (group === undefined) return context.reply.integer(0);
  const ids = idArguments(context, argv.slice(3));
  if (ids === undefined) return;
  const pending = [...new Set(ids)].filter((id) => group.pending.get(id) !== undefined);
  if (pending.length > 0) context.streams.release(key, name, pending);
  context.reply.integer(pending.length);
}
