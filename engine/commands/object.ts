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
  const value = context.value(argv[2] ?? "");
  context.reply.bulkOrNull(value === undefined ? undefined : encodingOf(value));
}

function encodingOf(value: Value): string {
  if (typeof value !== "string") return value.encoding;
  if (parseBigInteger(value) !== undefined) return "int";
  return value.length <= EMBEDDED_LIMIT_BYTES ? "embstr" : "raw";
}

/**
 * OBJECT REFCOUNT key
 * Replies: integer, 1; 2147483647 for the small integers that Redis shares; null if absent. Record: none.
 * @see https://redis.io/docs/latest/commands/object-refcount/
 */
export function objectRefcount(context: CommandContext, argv: readonly string[]): void {
  const value = context.value(argv[2] ?? "");
  if (value === undefined) return context.reply.null();
  const integer = typeof value === "string" ? parseInteger(value) : undefined;
  const isShared = integer !== undefined && integer >= 0 && integer < SHARED_INTEGERS;
  context.reply.integer(isShared ? SHARED_REFERENCES : 1);
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
    "REFCOUNT <key>",
    "    Return the number of references of the value associated with the specified",
    "    <key>.",
  ]);
}
