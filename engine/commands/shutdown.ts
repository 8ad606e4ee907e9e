/** SHUTDOWN: the host stops this node. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";

const WORDS: ReadonlySet<string> = new Set(["NOSAVE", "SAVE", "NOW", "FORCE", "ABORT"]);

/**
 * SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]
 * Replies: nothing, the connection closes when the node ends, or -ERR Errors trying to SHUTDOWN if it is taken back; OK for ABORT;
 * -ERR syntax error, -ERR No shutdown in progress. SAVE, NOSAVE and FORCE change nothing: there is nothing to save. Without NOW what is
 * under way is finished and leadership handed over first. Record: none.
 * @see https://redis.io/docs/latest/commands/shutdown/
 */
export function shutdown(context: CommandContext, argv: readonly string[]): void {
  const words = new Set(argv.slice(1).map((word) => word.toUpperCase()));
  const isUnknown = [...words].some((word) => !WORDS.has(word));
  const isAbort = words.has("ABORT");
  const hasBoth = words.has("SAVE") && words.has("NOSAVE");
  if (isUnknown || hasBoth || (isAbort && words.size > 1)) return context.fail(errors.syntax);
  if (isAbort) {
    if (context.server.abortShutdown()) context.ok();
    else context.fail("ERR No shutdown in progress.");
    return;
  }
  const isNow = words.has("NOW");
  context.server.shutdown(isNow, context.session);
  context.close = isNow;
}
