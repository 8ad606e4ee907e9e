/** What the words after `npm run mutants --` ask for. Pure. */
import type { Mutant } from "../../mutants/mutant.ts";
import type { Parameters, Scenario } from "../../scenario.ts";
import { unknownName } from "../../input/nearest.ts";
import { parseOverrides } from "../../input/parameterRules.ts";
import { UsageError } from "../../input/usageError.ts";

const modes = ["help", "list", "hunt", "smoke", "replay", "record", "shrink"] as const;

export type Mode = (typeof modes)[number];

export interface Options {
  readonly mode: Mode;
  readonly mutants: readonly Mutant[];
  /** Whether that is all of them. */
  readonly isAll: boolean;
  readonly scenario: Scenario;
  readonly overrides: Parameters;
  /** A search gives up after so many seeds. */
  readonly limit: number;
  readonly searches: number;
  readonly workers: number;
  /** Processor time for the shrinking of one failure, and how many runs. */
  readonly seconds: number;
  readonly mostRuns: number;
  /** Results of an earlier, interrupted call count no more. */
  readonly isFresh: boolean;
  readonly isJson: boolean;
}

const ownKeys = ["name", "seeds", "searches", "workers", "scenario", "seconds", "runs"];

/** Throws UsageError, whose message says what was expected. */
export function parseOptions(
  argv: readonly string[],
  mutants: readonly Mutant[],
  scenarios: readonly Scenario[],
): Options {
  const flags = argv.filter((word) => !word.includes("="));
  const pairs = pairsOf(argv.filter((word) => word.includes("=")));
  const isHelp = argv.some((word) => word === "--help" || word === "-h");
  const mode = isHelp
    ? "help"
    : modeOf(flags.filter((word) => word !== "fresh" && word !== "json"));
  const names = pairs.get("name");
  const scenario = scenarioNamed(pairs.get("scenario") ?? "swarm", scenarios);
  const texts = new Map([...pairs].filter(([key]) => !ownKeys.includes(key)));
  return {
    mode,
    mutants: names === undefined ? mutants : mutantsNamed(names, mutants),
    isAll: names === undefined,
    scenario,
    overrides: parseOverrides(scenario, texts),
    limit: countOf(pairs, "seeds", 2000, 1_000_000),
    searches: countOf(pairs, "searches", 5, 100),
    workers: countOf(pairs, "workers", 0, 256),
    seconds: countOf(pairs, "seconds", 60, 3600),
    mostRuns: countOf(pairs, "runs", 100_000, 100_000),
    isFresh: flags.includes("fresh"),
    isJson: flags.includes("json"),
  };
}

function modeOf(words: readonly string[]): Mode {
  const [first = "hunt", ...rest] = words;
  if (rest.length > 0) throw new UsageError(`one word at a time; got "${words.join(" ")}"`);
  const mode = modes.find((one) => one === first);
  if (mode !== undefined) return mode;
  if (first.startsWith("-")) {
    throw new UsageError(`options are written key=value, without dashes; got "${first}"`);
  }
  const all = [...modes, "fresh", "json", ...ownKeys.map((key) => `${key}=`)];
  throw new UsageError(unknownName("word", first, all));
}

function pairsOf(words: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf("=");
    const key = word.slice(0, at);
    if (pairs.has(key)) throw new UsageError(`${key} is given twice`);
    pairs.set(key, word.slice(at + 1));
  }
  return pairs;
}

function scenarioNamed(name: string, scenarios: readonly Scenario[]): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name);
  throw new UsageError(unknownName("scenario", name, names));
}

/** Names by comma; "lease-*" stands for all that begin so. */
function mutantsNamed(list: string, mutants: readonly Mutant[]): readonly Mutant[] {
  const chosen = new Set<Mutant>();
  for (const name of list.split(",").filter((one) => one !== "")) {
    const found = mutants.filter((mutant) =>
      name.endsWith("*") ? mutant.name.startsWith(name.slice(0, -1)) : mutant.name === name,
    );
    if (found.length === 0) {
      throw new UsageError(
        unknownName(
          "mutant",
          name,
          mutants.map((mutant) => mutant.name),
        ),
      );
    }
    for (const mutant of found) chosen.add(mutant);
  }
  if (chosen.size === 0) throw new UsageError("name needs a mutant: name=lease-from-answer");
  return [...chosen];
}

function countOf(
  pairs: ReadonlyMap<string, string>,
  key: string,
  standard: number,
  most: number,
): number {
  const text = pairs.get(key);
  if (text === undefined) return standard;
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= most) return count;
  throw new UsageError(`${key} expects a whole number from 1 to ${most}; got "${text}"`);
}
