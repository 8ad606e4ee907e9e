/** Runs a command of a client, whose keys are remembered if the client tracks them: CLIENT TRACKING. */
import type { CommandContext } from "./context.ts";
import { keysOf, type CommandSpec } from "./spec.ts";

/** As in Redis, a script counts as a reading of the keys that it was given, as soon as it reads anything. */
export function runTracked(
  context: CommandContext,
  spec: CommandSpec,
  argv: readonly string[],
): void {
  const { tracking } = context;
  if (!tracking.isOn) return spec.run(context, argv);
  const isScripting = spec.row.group === "scripting";
  if (isScripting) tracking.declare(keysOf(spec, argv));
  spec.run(context, argv);
  if (isScripting || !spec.isReadonly) return;
  const { isScript, session } = context;
  if (isScript) tracking.readByScript(session.clientId);
  else if (session.tracking !== undefined) tracking.read(session.clientId, keysOf(spec, argv));
}
