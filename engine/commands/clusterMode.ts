/** What is only for clients of a cluster. */
import type { CommandContext } from "./context.ts";
import type { CommandHandler } from "./spec.ts";

/** Without cluster mode the command is refused, whatever its words. */
export function inCluster(run: CommandHandler): CommandHandler {
  return (context, argv) => {
    if (context.server.isClusterMode) run(context, argv);
    else context.fail("ERR This instance has cluster support disabled");
  };
}

/**
 * READONLY
 * Replies: OK; from now on a replica serves this client's reads with what it knows. -ERR without cluster mode. Record: none.
 * @see https://redis.io/docs/latest/commands/readonly/
 */
export function readonly(context: CommandContext): void {
  context.session.isReadonly = true;
  context.ok();
}

/**
 * READWRITE
 * Replies: OK; undoes READONLY. -ERR without cluster mode. Record: none.
 * @see https://redis.io/docs/latest/commands/readwrite/
 */
export function readwrite(context: CommandContext): void {
  context.session.isReadonly = false;
  context.ok();
}

/**
 * ASKING
 * Replies: OK; -ERR without cluster mode. Nothing follows from it while slots stay where they are. Record: none.
 * @see https://redis.io/docs/latest/commands/asking/
 */
export function asking(context: CommandContext): void {
  context.ok();
}
