/** Redis's own parameters among the options that were given: read as the nodes will read them, so that a mistake ends the start. */
import type { InitialValues } from "../../engine/settings/settings.ts";
import type { Parameter } from "../../engine/settings/parameter.ts";
import { parameterNamed } from "../../engine/settings/table.ts";
import { type GivenOption, splitWords } from "./given.ts";
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

/** Throws with Redis's own words if the value is none of this parameter's; what is no parameter passes. */
export function refuseWrongValue({ name, words, where }: GivenOption): void {
  const parameter = parameterNamed(name);
  if (parameter === undefined) return;
  const reading = parameter.read(wordsFor(parameter, words, where), parameter.initial);
  if (!("why" in reading)) return;
  const line = [name, ...words.map((word) => `"${word}"`)].join(" ");
  throw new OptionError(`${where}: '${line}': ${reading.why}`);
}

/** One word may hold all of a list, with quotes of its own: `--save '""'` is what programs say that quote too often. */
function wordsFor(
  { isList }: Parameter,
  words: readonly string[],
  where: string,
): readonly string[] {
  const [only] = words;
  if (!isList || words.length !== 1 || only === undefined || only === "") return words;
  return splitWords(only, where);
}

/** Values by a parameter's first name. A later one counts, save that several `save` add up and `save ""` takes them back. */
export function readParameters(options: readonly GivenOption[]): InitialValues {
  const values = new Map<string, readonly string[]>();
  for (const option of options) {
    refuseWrongValue(option);
    const parameter = parameterNamed(option.name);
    if (parameter === undefined) continue;
    let given = wordsFor(parameter, option.words, option.where);
    if (parameter.name === "save") {
      given = given[0] === "" ? [] : [...(values.get("save") ?? []), ...given];
    }
    values.set(parameter.name, given);
  }
  return values;
}
