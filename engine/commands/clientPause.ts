/** CLIENT PAUSE and UNPAUSE: whether requests are held. */
import type { CommandContext } from "./context.ts";
import { timeoutMsArgument } from "./numbers.ts";

/** What a pause holds: every request, or those that might write. */
export type PauseKind = "all" | "write";

/** A pause of so many milliseconds, or the end of it (`kind` undefined). */
export interface PauseOrder {
  readonly kind: PauseKind | undefined;
  readonly timeoutMs: number;
}

/**
 * CLIENT PAUSE timeout [WRITE|ALL]
 * Replies: OK; from the end of this command or transaction on requests wait, for so many milliseconds; -ERR for a bad mode or
 * timeout. A pause that lasts longer, or holds more, goes on. Record: none.
 * @see https://redis.io/docs/latest/commands/client-pause/
 */
export function clientPause(context: CommandContext, argv: readonly string[]): void {
  const [, , timeout = "", word = "ALL"] = argv;
  if (argv.length > 4) return context.failSubcommand(argv);
  const mode = word.toUpperCase();
  if (mode !== "WRITE" && mode !== "ALL") {
    return context.fail("ERR CLIENT PAUSE mode must be WRITE or ALL");
  }
  const timeoutMs = timeoutMsArgument(context, timeout);
  if (timeoutMs === undefined) return;
  context.server.pause({ kind: mode === "WRITE" ? "write" : "all", timeoutMs });
  context.ok();
}

/**
 * CLIENT UNPAUSE
 * Replies: OK; what was held runs. Record: none.
 * @see https://redis.io/docs/latest/commands/client-unpause/
 */
export function clientUnpause(context: CommandContext): void {
  context.server.pause({ kind: undefined, timeoutMs: 0 });
  context.ok();
}
