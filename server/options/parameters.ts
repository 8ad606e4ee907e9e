/** Redis's own parameters among the options that were given: read as the nodes will read them, so that a mistake ends the start. */
import type { InitialValues } from "../../engine/settings/settings.ts";
import { parameterNamed } from "../../engine/settings/table.ts";
import type { GivenOption } from "./given.ts";
import { OptionError } from "./optionError.ts";

/** What redis.conf may say beside parameters; nothing here follows from it. */
const directives: ReadonlySet<string> = new Set([
  "list-max-ziplist-entries",
  "list-max-ziplist-value",
  "loadmodule",
  "lua-replicate-commands",
  "rename-command",
  "user",
]);

export function isRedisOption(name: string): boolean {
  return directives.has(name) || parameterNamed(name) !== undefined;
}

/** Values by a parameter's first name. A later one counts, save that several `save` add up and `save ""` takes them back. */
export function readParameters(options: readonly GivenOption[]): InitialValues {
  const values = new Map<string, readonly string[]>();
  for (const { name, words, where } of options) {
    const parameter = parameterNamed(name);
    if (parameter === undefined) continue;
    let given = words;
    const [only] = words;
    if (parameter.isList && words.length === 1 && only !== undefined && only !== "") {
      given = only.split(/\s+/).filter((word) => word !== "");
    }
    if (parameter.name === "save" && only !== "") given = [...(values.get("save") ?? []), ...given];
    const reading = parameter.read(given, parameter.initial);
    if ("why" in reading) throw new OptionError(`${where}: ${name}: ${reading.why}`);
    values.set(parameter.name, given.length === 1 && only === "" && name === "save" ? [] : given);
  }
  return values;
}
