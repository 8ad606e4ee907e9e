/** rename-command: commands that clients find under another name, or under none. What tells of commands, and rules for users, keep to their own names. */
import type { CommandSpec, CommandTable } from "./spec.ts";
import { tableOf } from "./table.ts";

/** `to` is "" if there is to be no such command. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** The table with these renamings, one after another; a text: why that cannot be, in Redis's words. */
export function renamedTable(
  table: CommandTable,
  renamings: readonly Renaming[],
): CommandTable | string {
  if (renamings.length === 0) return table;
  const byName = new Map<string, CommandSpec>(table.all.map((spec) => [spec.name, spec]));
  for (const { from, to } of renamings) {
    const spec = byName.get(from.toLowerCase());
    if (spec === undefined) return "No such command in rename-command";
    byName.delete(from.toLowerCase());
    if (to === "") continue;
    if (byName.has(to.toLowerCase())) return "Target command name already exists";
    byName.set(to.toLowerCase(), spec);
  }
  return tableOf(byName);
}
