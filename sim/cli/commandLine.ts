/** What the words after `npm run sim --` ask for. Pure, save that a scenario may be read from a file. */
import type { TraceDetail } from "../../reports/jsonLines.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import { unknownName } from "./nearest.ts";
import { parseOverrides } from "./parameterRules.ts";
import { readScenarioFile } from "./scenarioFile.ts";
import { UsageError } from "./usageError.ts";

/** One run, fully determined. */
export interface RunRequest {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly overrides: Parameters;
}

export type Command =
  | { readonly kind: "help"; readonly scenario: Scenario | undefined }
  | { readonly kind: "list" }
  | {
      readonly kind: "run";
      readonly request: RunRequest;
      readonly out: string;
      readonly isJson: boolean;
      readonly trace: TraceDetail;
    }
  | {
      readonly kind: "sweep";
      readonly request: Omit<RunRequest, "seed">;
      readonly firstSeed: number;
      readonly lastSeed: number;
      readonly workers: number;
      readonly out: string;
      readonly isJson: boolean;
      readonly trace: TraceDetail;
    }
  | {
      readonly kind: "diff";
      readonly left: RunRequest;
      /** Another run, or the path of a saved report.json or trace.jsonl. */
      readonly right: RunRequest | string;
    };

const ownKeys = ["scenario", "seed", "seeds", "out", "trace", "workers"];
const words = ["list", "help", "diff", "json", "with"];
const defaultOut = "reports/out";
/** Seeds go through 32-bit generators and into names of folders. */
const highestSeed = 4_294_967_295;
const highestSeedCount = 1_000_000;

/** Throws UsageError, whose message says what was expected. */
export function parseCommandLine(argv: readonly string[], scenarios: readonly Scenario[]): Command {
  const [first, ...rest] = argv;
  if (first === undefined) return { kind: "help", scenario: undefined };
  if (argv.includes("--help") || argv.includes("-h")) return { kind: "help", scenario: undefined };
  switch (first) {
    case "help":
      return parseHelp(rest, scenarios);
    case "list":
      if (rest.length > 0) throw new UsageError(`list takes nothing more; got "${rest.join(" ")}"`);
      return { kind: "list" };
    case "diff":
      return parseDiff(rest, scenarios);
    default:
      return parseRun(argv, scenarios);
  }
}

function parseHelp(rest: readonly string[], scenarios: readonly Scenario[]): Command {
  const [word, ...more] = rest;
  if (more.length > 0) throw new UsageError(`help takes one scenario; got "${rest.join(" ")}"`);
  if (word === undefined) return { kind: "help", scenario: undefined };
  return { kind: "help", scenario: findScenario(word.replace(/^scenario=/, ""), scenarios) };
}

interface Words {
  readonly pairs: Map<string, string>;
  readonly isJson: boolean;
}

function splitWords(argv: readonly string[], scenarios: readonly Scenario[]): Words {
  const pairs = new Map<string, string>();
  let isJson = false;
  for (const word of argv) {
    const equals = word.indexOf("=");
    if (equals < 0) {
      if (word !== "json") throw new UsageError(strayWord(word, scenarios));
      isJson = true;
      continue;
    }
    const key = word.slice(0, equals);
    if (pairs.has(key)) throw new UsageError(`${key} is given twice`);
    pairs.set(key, word.slice(equals + 1));
  }
  return { pairs, isJson };
}

function strayWord(word: string, scenarios: readonly Scenario[]): string {
  const names = scenarios.map((scenario) => scenario.name);
  if (names.includes(word)) return `"${word}" is a scenario: write scenario=${word}`;
  if (word.startsWith("-")) {
    return `options are written key=value, without dashes; got "${word}" (only --help has them)`;
  }
  return unknownName("word", word, [...words, ...ownKeys.map((key) => `${key}=`)]);
}

function parseRun(argv: readonly string[], scenarios: readonly Scenario[]): Command {
  const { pairs, isJson } = splitWords(argv, scenarios);
  const request = requestFrom(pairs, scenarios);
  const out = pairs.get("out") ?? defaultOut;
  if (out === "") throw new UsageError("out needs a folder: out=DIR");
  const trace = traceFrom(pairs.get("trace"));
  const seeds = pairs.get("seeds");
  if (seeds === undefined) {
    if (pairs.has("workers")) throw new UsageError("workers=N goes with seeds=A..B only");
    const seed = seedFrom(pairs.get("seed") ?? "1", "seed");
    return { kind: "run", request: { ...request, seed }, out, isJson, trace };
  }
  if (pairs.has("seed")) throw new UsageError("give seed=N or seeds=A..B, not both");
  const [firstSeed, lastSeed] = rangeFrom(seeds);
  const workers = workersFrom(pairs.get("workers"));
  return { kind: "sweep", request, firstSeed, lastSeed, workers, out, isJson, trace };
}

function requestFrom(
  pairs: ReadonlyMap<string, string>,
  scenarios: readonly Scenario[],
): Omit<RunRequest, "seed"> {
  const name = pairs.get("scenario");
  if (name === undefined || name === "") {
    const key = [...pairs.keys()].find((each) => !ownKeys.includes(each));
    const hint = key === undefined ? "" : ` (got ${key}=…)`;
    throw new UsageError(`which scenario? Write scenario=NAME${hint}; "list" names them all`);
  }
  const scenario = findScenario(name, scenarios);
  const texts = new Map([...pairs].filter(([key]) => !ownKeys.includes(key)));
  return { scenario, overrides: parseOverridesOrOption(scenario, texts) };
}

/** An unknown key may be a misspelt option (sede=3) as well as a misspelt parameter. */
function parseOverridesOrOption(
  scenario: Scenario,
  texts: ReadonlyMap<string, string>,
): Parameters {
  try {
    return parseOverrides(scenario, texts);
  } catch (error) {
    if (error instanceof UsageError && error.message.startsWith("unknown parameter")) {
      const key = /"(.*?)"/.exec(error.message)?.[1] ?? "";
      const near = unknownName("key", key, ownKeys);
      if (near.includes("Did you mean") && !error.message.includes("Did you mean")) {
        throw new UsageError(near);
      }
    }
    throw error;
  }
}

function findScenario(word: string, scenarios: readonly Scenario[]): Scenario {
  if (word.endsWith(".json") || word.includes("/")) return readScenarioFile(word);
  const found = scenarios.find((scenario) => scenario.name === word);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name);
  throw new UsageError(unknownName("scenario", word, names));
}

function seedFrom(text: string, name: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (seed >= 0 && seed <= highestSeed) return seed;
  throw new UsageError(`${name} expects a whole number from 0 to ${highestSeed}; got "${text}"`);
}

function rangeFrom(text: string): readonly [number, number] {
  const parts = /^(\d+)\.\.(\d+)$/.exec(text);
  if (parts === null) {
    throw new UsageError(`seeds expects a range such as seeds=1..200; got "${text}"`);
  }
  const first = seedFrom(parts[1] ?? "", "the first of seeds");
  const last = seedFrom(parts[2] ?? "", "the last of seeds");
  if (first > last) {
    throw new UsageError(`seeds=${text} is empty: the first must not be above the last`);
  }
  if (last - first >= highestSeedCount) {
    throw new UsageError(`seeds=${text} are more than ${highestSeedCount} seeds`);
  }
  return [first, last];
}

function workersFrom(text: string | undefined): number {
  if (text === undefined) return 0;
  const workers = /^\d+$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= 256) return workers;
  throw new UsageError(`workers expects a whole number from 1 to 256; got "${text}"`);
}

function traceFrom(text: string | undefined): TraceDetail {
  if (text === undefined || text === "events") return "events";
  if (text === "full") return "full";
  throw new UsageError(`trace must be one of events, full; got "${text}"`);
}

function parseDiff(rest: readonly string[], scenarios: readonly Scenario[]): Command {
  const at = rest.indexOf("with");
  const other = at < 0 ? [] : rest.slice(at + 1);
  if (at < 0 || other.length === 0) {
    throw new UsageError(
      "diff compares a run with another: diff scenario=NAME seed=1 with seed=2 (or with key=value, or with a saved report.json or trace.jsonl)",
    );
  }
  const left = splitWords(rest.slice(0, at), scenarios).pairs;
  const request = requestFrom(left, scenarios);
  const leftRun = { ...request, seed: seedFrom(left.get("seed") ?? "1", "seed") };
  refuseOutputKeys(left);
  const [path] = other;
  if (other.length === 1 && path !== undefined && !path.includes("=")) {
    return { kind: "diff", left: leftRun, right: path };
  }
  const changed = splitWords(other, scenarios).pairs;
  refuseOutputKeys(changed);
  const pairs = new Map([...left, ...changed]);
  const seed = seedFrom(pairs.get("seed") ?? "1", "seed");
  return { kind: "diff", left: leftRun, right: { ...requestFrom(pairs, scenarios), seed } };
}

function refuseOutputKeys(pairs: ReadonlyMap<string, string>): void {
  for (const key of ["seeds", "out", "trace", "workers"]) {
    if (pairs.has(key)) throw new UsageError(`${key} has no meaning in a diff`);
  }
}
