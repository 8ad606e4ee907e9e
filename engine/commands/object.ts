/** OBJECT: how a key's value is held. */
import type { Value } from "../keyspace/value.ts";
import { parseBigInteger, parseInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";

const EMBEDDED_LIMIT_BYTES = 44;
const SHARED_INTEGERS = 10_000;
const SHARED_REFERENCES = 2147483647;

/**
 * OBJECT ENCODING key
 * Replies: bulk string, what Redis would call the representation; null if absent. Record: none.
 * @see https://redis.io/docs/latest/commands/object-encoding/
 */
export function objectEncoding(context: CommandContext, argv: readonly string[]): void {
  const value = context.glance(argv[2] ?? "");
  context.reply.bulkOrNull(value === undefined ? undefined : encodingOf(value));
}

/** What OBJECT ENCODING calls the way in which a value is held. */
export function encodingOf(value: Value): string {
  if (typeof value !== "string") return value.encoding;
  if (parseBigInteger(value) !== undefined) return "int";
  return value.length <= EMBEDDED_LIMIT_BYTES ? "embstr" : "raw";
}

/**
 * OBJECT REFCOUNT key
 * Replies: integer, 1; 2147483647 for the small integers that Redis shares while eviction does not ask how each key is used; null if
 * absent. Record: none.
 * @see https://redis.io/docs/latest/commands/object-refcount/
 */
export function objectRefcount(context: CommandContext, argv: readonly string[]): void {
  const value = context.glance(argv[2] ?? "");
  if (value === undefined) return context.reply.null();
  const integer = typeof value === "string" ? parseInteger(value) : undefined;
  const isSmall = integer !== undefined && integer >= 0 && integer < SHARED_INTEGERS;
  const isShared = isSmall && context.eviction.sharesIntegers;
  context.reply.integer(isShared ? SHARED_REFERENCES : 1);
}

/**
 * OBJECT IDLETIME key
 * Replies: integer, seconds since the last use; null if absent; -ERR if the eviction policy counts uses instead. Record: none.
 * @see https://redis.io/docs/latest/commands/object-idletime/
 */
export function objectIdletime(context: CommandContext, argv: readonly string[]): void {
  const { usage } = context.databases;
  const stamp = usageOf(context, argv[2] ?? "");
  if (stamp === undefined) return context.reply.null();
  if (!usage.isLfu) return context.reply.integer(usage.idleSeconds(stamp));
  context.fail(`ERR An LFU maxmemory policy is selected, idle time not tracked. ${switching}`);
}

/**
 * OBJECT FREQ key
 * Replies: integer, the counter of uses; null if absent; -ERR if the eviction policy does not count them. Record: none.
 * @see https://redis.io/docs/latest/commands/object-freq/
 */
export function objectFreq(context: CommandContext, argv: readonly string[]): void {
  const { usage } = context.databases;
  const stamp = usageOf(context, argv[2] ?? "");
  if (stamp === undefined) return context.reply.null();
  if (usage.isLfu) return context.reply.integer(usage.frequency(stamp));
  context.fail(
    `ERR An LFU maxmemory policy is not selected, access frequency not tracked. ${switching}`,
  );
}

const switching =
  "Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

function usageOf(context: CommandContext, key: string): number | undefined {
  return context.glance(key) === undefined ? undefined : context.keyspace.usageOf(key);
}

/**
 * OBJECT HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/object-help/
 */
export function objectHelp(context: CommandContext): void {
  replyHelp(context, "OBJECT", [
    "ENCODING <key>",
    "    Return the kind of internal representation used in order to store the value",
    "    associated with a <key>.",
    "FREQ <key>",
    "    Return the access frequency index of the <key>. The returned integer is",
    "    proportional to the logarithm of the recent access frequency of the key.",
    "IDLETIME <key>",
    "    Return the idle time of the <key>, that is the approximated number of",
    "    seconds elapsed since the last access to the key.",
    "REFCOUNT <key>",
    "    Return the number of references of the value associated with the specified",
    "    <key>.",
  ]);
}
