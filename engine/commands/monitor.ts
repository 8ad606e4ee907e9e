/** MONITOR: a client is shown every command that this node runs. */
import { quoted } from "../resp/quoted.ts";
import type { CommandContext } from "./context.ts";
import { withoutSecrets } from "./secrets.ts";
import type { CommandSpec } from "./spec.ts";

/**
 * MONITOR
 * Replies: OK, then a status a command: its time, database, client and words; nothing if the client watches already;
 * -ERR inside a transaction. Record: none.
 * @see https://redis.io/docs/latest/commands/monitor/
 */
export function monitor(context: CommandContext): void {
  const { session, switchboard } = context;
  if (context.isExecuting) {
    return context.fail("ERR MONITOR isn't allowed for DENY BLOCKING client");
  }
  if (session.isMonitor) return;
  session.isMonitor = true;
  switchboard.monitors.add(session);
  context.ok();
}

/** Shows who watches a command that has run, unless it is an administrator's; a script is shown before it runs. */
export function feedMonitors(
  context: CommandContext,
  spec: CommandSpec,
  argv: readonly string[],
  isScript: boolean = false,
): void {
  if (context.isRetry) return;
  if (!isScript && HIDING_FLAGS.some((flag) => spec.flags.includes(flag))) return;
  const { messages, reply, session, unixUs } = context;
  const seconds = Math.floor(unixUs / 1e6);
  const microseconds = String(Math.floor(unixUs - seconds * 1e6)).padStart(6, "0");
  const words = withoutSecrets(spec.name, argv).map(quoted);
  const from = `[${session.database} ${session.address}]`;
  const line = `${seconds}.${microseconds} ${from} ${words.join(" ")}`;
  messages.showMonitors(line, session);
  if (session.isMonitor && !session.isMuted) reply.simple(line);
}

const HIDING_FLAGS = ["admin", "skip_monitor"] as const;
