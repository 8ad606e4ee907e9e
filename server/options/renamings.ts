/** rename-command among the options that were given. */
import { type Renaming, renamedTable } from "../../engine/commands/renamed.ts";
import { commandTable } from "../../engine/commands/table.ts";
import type { GivenOption } from "./given.ts";
import { OptionError } from "./optionError.ts";

/** In their order. Throws with Redis's words if one of them cannot be. */
export function readRenamings(options: readonly GivenOption[]): readonly Renaming[] {
  const renamings: Renaming[] = [];
  for (const { name, words, where } of options) {
    if (name !== "rename-command") continue;
    const [from, to] = words;
    if (from === undefined || to === undefined || words.length > 2) {
      throw new OptionError(
        `${where}: rename-command takes a command and its new name, "" for none`,
      );
    }
    renamings.push({ from, to });
    const why = renamedTable(commandTable, renamings);
    if (typeof why === "string") {
      throw new OptionError(`${where}: '${name} "${from}" "${to}"': ${why}`);
    }
  }
  return renamings;
}
