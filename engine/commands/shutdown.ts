/** SHUTDOWN: the host stops this node. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";

const WORDS: ReadonlySet<string> = new Set(["NOSAVE", "SAVE", "NOW", "FORCE", "ABORT"]);

/**
 * SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]
 * Replies: nothing, the connection closes; -ERR syntax error, -ERR No shutdown in progress. SAVE and NOSAVE change nothing: there is
 * nothing to save. Without NOW what is under way is finished and leadership handed over first. Record: none.
 * @see https://redis.io/docs/latest/commands/shutdown/
 */
export function shutdown(context: CommandContext, argv: readonly string[]): void {
  const words = new Set(argv.slice(1).map((word) => word.toUpperCase()));
  const isUnknown = [...words].some((word) => !WORDS.has(word));
  const isAbort = words.has("ABORT");
  const hasBoth = words.has("SAVE") && words.has("NOSAVE");
  if (isUnknown || hasBoth || (isAbort && words.size > 1)) return context.fail(errors.syntax);
  // What was asked for begins at once: there is no time in which it could be taken back.
  if (isAbort) return context.fail("ERR No shutdown in progress.");
  context.server.shutdown(words.has("NOW"));
  context.close = true;
}
