/** What the words after `npm run sim --` ask for. Pure, save that a scenario may be read from a file. */
import type { TraceDetail } from "../../reports/jsonLines.ts";
import { microsecondsOf } from "../../reports/link.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import { campaignKeys, campaignSettings, type CampaignSettings } from "./campaignOptions.ts";
import { unknownName } from "../input/nearest.ts";
import { parseOverrides } from "../input/parameterRules.ts";
import { readScenarioFile } from "./scenarioFile.ts";
import { seedFrom } from "./seedRange.ts";
import { UsageError } from "../input/usageError.ts";

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
      /** Where all decisions are to be written; "": nowhere. */
      readonly record: string;
      readonly out: string;
      readonly isJson: boolean;
      readonly trace: TraceDetail;
    }
  | {
      readonly kind: "sweep";
      readonly request: Omit<RunRequest, "seed">;
      readonly settings: CampaignSettings;
      /** As they were given, save for resume=FILE: with that they are the command that goes on. */
      readonly words: readonly string[];
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

const ownKeys = ["scenario", "seed", "seeds", "out", "trace", "record", ...campaignKeys];
const knownWords = ["list", "help", "diff", "json", "with"];
const defaultOut = "reports/out";
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
  return unknownName("word", word, [...knownWords, ...ownKeys.map((key) => `${key}=`)]);
}

function parseRun(argv: readonly string[], scenarios: readonly Scenario[]): Command {
  const { pairs, isJson } = splitWords(argv, scenarios);
  const request = requestFrom(pairs, scenarios);
  const out = pairs.get("out") ?? defaultOut;
  if (out === "") throw new UsageError("out needs a folder: out=DIR");
  const trace = traceFrom(pairs.get("trace"));
  const seeds = pairs.get("seeds");
  if (seeds === undefined) {
    const stray = campaignKeys.find((key) => pairs.has(key));
    if (stray !== undefined) throw new UsageError(`${stray}=… goes with seeds=A..B only`);
    const seed = seedOf(pairs, request.scenario);
    const record = pairs.get("record") ?? "";
    return { kind: "run", request: { ...request, seed }, record, out, isJson, trace };
  }
  if (pairs.has("record")) throw new UsageError("record=FILE goes with one seed=N only");
  if (pairs.has("seed")) throw new UsageError("give seed=N or seeds=A..B, not both");
  const settings = campaignSettings(seeds, pairs);
  const words = argv.filter((word) => !word.startsWith("resume="));
  return { kind: "sweep", request, settings, words, out, isJson, trace };
}

/** The words of a subcommand about one run: its scenario, or a file of one; its seed and parameters; and keys of the command's own. */
export function parseOneRun(
  argv: readonly string[],
  scenarios: readonly Scenario[],
  keys: readonly string[],
): { readonly request: RunRequest; readonly own: ReadonlyMap<string, string> } {
  const isPath = (word: string): boolean => word.endsWith(".json") && !word.includes("=");
  const words = argv.map((word) => (isPath(word) ? `scenario=${word}` : word));
  const { pairs } = splitWords(words, scenarios);
  const own = new Map([...pairs].filter(([key]) => keys.includes(key)));
  const others = new Map([...pairs].filter(([key]) => !keys.includes(key)));
  for (const key of ownKeys) {
    if (key === "scenario" || key === "seed" || !others.has(key)) continue;
    throw new UsageError(`${key}=… has no meaning here; expected ${keys.join("=…, ")}=…`);
  }
  const request = requestFrom(others, scenarios);
  return { request: { ...request, seed: seedOf(others, request.scenario) }, own };
}

/** A whole number from 1 on among the keys of a subcommand's own. */
export function countFrom(
  own: ReadonlyMap<string, string>,
  name: string,
  standard: number,
): number {
  const text = own.get(name);
  if (text === undefined) return standard;
  const count = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new UsageError(`${name} expects a whole number from 1 on; got "${text}"`);
}

/** Microseconds from the start of the load, as reports count, among the keys of a subcommand's own. */
export function momentFrom(own: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = own.get(name);
  if (text === undefined) return undefined;
  const us = microsecondsOf(text);
  if (us !== undefined) return us;
  throw new UsageError(
    `${name} expects a time such as ${name}=15.2s, ${name}=200ms or ${name}=17us; got "${text}"`,
  );
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

function seedOf(pairs: ReadonlyMap<string, string>, scenario: Scenario): number {
  return seedFrom(pairs.get("seed") ?? String(scenario.seed ?? 1), "seed");
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
  const leftRun = { ...request, seed: seedOf(left, request.scenario) };
  refuseOutputKeys(left);
  const [path] = other;
  if (other.length === 1 && path !== undefined && !path.includes("=")) {
    return { kind: "diff", left: leftRun, right: path };
  }
  const changed = splitWords(other, scenarios).pairs;
  refuseOutputKeys(changed);
  const pairs = new Map([...left, ...changed]);
  const right = requestFrom(pairs, scenarios);
  const seed = seedOf(pairs, right.scenario);
  return { kind: "diff", left: leftRun, right: { ...right, seed } };
}

function refuseOutputKeys(pairs: ReadonlyMap<string, string>): void {
  for (const key of ["seeds", "out", "trace", ...campaignKeys]) {
    if (pairs.has(key)) throw new UsageError(`${key} has no meaning in a diff`);
  }
}
