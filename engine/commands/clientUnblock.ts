/** CLIENT UNBLOCK: ends the waiting of another client. */
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";

/**
 * CLIENT UNBLOCK client-id [TIMEOUT|ERROR]
 * Replies: 1 if the client waited for a key, which is answered as if its time had run out, or with -UNBLOCKED; else 0; -ERR
 * for a bad reason or number. Record: none.
 * @see https://redis.io/docs/latest/commands/client-unblock/
 */
export function clientUnblock(context: CommandContext, argv: readonly string[]): void {
  const [, , idText = "", word = "TIMEOUT"] = argv;
  if (argv.length > 4) return context.failSubcommand(argv);
  const reason = word.toUpperCase();
  if (reason !== "TIMEOUT" && reason !== "ERROR") {
    return context.fail("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
  }
  const id = integerArgument(context, idText);
  if (id === undefined) return;
  const end = reason === "TIMEOUT" ? "timeout" : "error";
  context.reply.integer(context.server.unblock(id, end) ? 1 : 0);
}
