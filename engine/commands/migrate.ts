/** MIGRATE, which is refused once it would have something to do: keys move between shards through their logs. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";

/**
 * MIGRATE host port key|"" destination-db timeout [COPY] [REPLACE] [AUTH password | AUTH2 username password] [KEYS key …]
 * Replies: NOKEY if none of the keys is there; -ERR syntax error, -ERR not an integer, -ERR for a key beside KEYS, and -ERR if a
 * key is there. Record: none.
 * @see https://redis.io/docs/latest/commands/migrate/
 */
export function migrate(context: CommandContext, argv: readonly string[]): void {
  const keys = keysToMove(context, argv);
  if (keys === undefined) return;
  if (integerArgument(context, argv[5] ?? "") === undefined) return;
  if (integerArgument(context, argv[4] ?? "") === undefined) return;
  context.looksToRead = true;
  const isThere = keys.filter((key) => context.value(key) !== undefined).length > 0;
  if (!isThere) return context.reply.simple("NOKEY");
  context.fail("ERR MIGRATE not allowed: keys move between shards through their logs.");
}

/** Undefined if the words make no sense, which was answered. */
function keysToMove(
  context: CommandContext,
  argv: readonly string[],
): readonly string[] | undefined {
  const key = argv[3] ?? "";
  for (let index = 6; index < argv.length; index++) {
    const word = (argv[index] ?? "").toLowerCase();
    const secrets = word === "auth" ? 1 : word === "auth2" ? 2 : 0;
    if (word === "keys") {
      if (key === "") return argv.slice(index + 1);
      context.fail(
        "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string",
      );
      return undefined;
    }
    const isKnown = secrets > 0 || word === "copy" || word === "replace";
    if (!isKnown || index + secrets >= argv.length) {
      context.fail(errors.syntax);
      return undefined;
    }
    index += secrets;
  }
  return [key];
}
