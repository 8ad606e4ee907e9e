/** MODULE: there are none, and none can be loaded. */
import type { CommandContext } from "./context.ts";
import { isAllowed } from "./config.ts";
import { replyHelp } from "./generic.ts";

/**
 * MODULE LIST
 * Replies: array, empty. Record: none.
 * @see https://redis.io/docs/latest/commands/module-list/
 */
export function moduleList(context: CommandContext): void {
  context.reply.array(0);
}

/**
 * MODULE LOAD path [arg …], MODULE LOADEX path [CONFIG name value …] [ARGS arg …]
 * Replies: -ERR: modules are machine code for another server, or the configuration does not allow them. Record: none.
 * @see https://redis.io/docs/latest/commands/module-load/
 */
export function moduleLoad(context: CommandContext): void {
  if (isRefused(context)) return;
  context.fail("ERR Error loading the extension. Please check the server logs.");
}

/**
 * MODULE UNLOAD name
 * Replies: -ERR: there is no module, or the configuration does not allow any. Record: none.
 * @see https://redis.io/docs/latest/commands/module-unload/
 */
export function moduleUnload(context: CommandContext): void {
  if (isRefused(context)) return;
  context.fail("ERR Error unloading module: no such module with that name");
}

function isRefused(context: CommandContext): boolean {
  if (isAllowed(context, "enable-module-command")) return false;
  context.fail(
    'ERR MODULE command not allowed. If the enable-module-command option is set to "local", you can run it from a local connection, ' +
      "otherwise you need to set this option in the configuration file, and then restart the server.",
  );
  return true;
}

/**
 * MODULE HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/module-help/
 */
export function moduleHelp(context: CommandContext): void {
  replyHelp(context, "MODULE", [
    "LIST",
    "    Loaded modules: none.",
    "LOAD <path> [<arg> ...], LOADEX <path> ..., UNLOAD <name>",
    "    Refused: modules are machine code for another server.",
  ]);
}
