/** The words behind `npm run compat --`, checked. */
import { tmpdir } from "node:os";
import { join } from "node:path";

export type SuiteMode = "standalone" | "cluster" | "spawn";

export interface CompatOptions {
  readonly mode: SuiteMode;
  /** Names such as "unit/type/zset"; empty: every unit that the baseline names. */
  readonly units: readonly string[];
  /** Only units that take a few seconds. */
  readonly isQuick: boolean;
  /** How often a unit runs at most while tests are missing: the gate asks twice, for many tests of the suite wait for a fixed time only. */
  readonly tries: number;
  /** Units that run at once, each on a server of its own. */
  readonly jobs: number;
  readonly server: "ours" | "redis";
  /** Folder of baseline-*.tsv: redis-suite in the folder that AZIMUTH_DATA names, if not said. */
  readonly baselines: string;
  /** Folder that keeps Redis's source between runs. */
  readonly cache: string;
  /** Folder for the logs of units and servers. */
  readonly out: string;
  readonly unitTimeoutSeconds: number;
  /** Writes the table of a whole run into docs/COMPATIBILITY.md. */
  readonly writesDocs: boolean;
}

/** A problem that the user can repair; the message says how. Exit code 2. */
export class CompatError extends Error {
  override readonly name = "CompatError";
}

/** What --help shows. */
export const usage: string = `npm run compat -- [mode=standalone|cluster|spawn] [units=unit/geo,unit/sort] [quick] [jobs=2] [timeout=300] [tries=1]
    [server=ours|redis] [baselines=../shared/data/redis-suite] [cache=${join(tmpdir(), "redis-src")}] [out=FOLDER] [docs]

Runs the test suite of Redis 7.0.15 against the server and compares the names of the tests that pass with those that
the real server passes. With tries=2 a unit with missing tests runs once more, and those that pass then are named. Exit code 0: none is missing; 1: some are; 2: a program, a file or a word is wrong.`;

export function parseOptions(words: readonly string[], root: string): CompatOptions {
  const given = new Map<string, string>();
  for (const word of words) {
    const equals = word.indexOf("=");
    const name = equals < 0 ? word : word.slice(0, equals);
    if (!names.has(name) || flags.has(name) !== equals < 0) {
      throw new CompatError(`cannot use "${word}".\n\n${usage}`);
    }
    given.set(name, word.slice(equals + 1));
  }
  const data = process.env["AZIMUTH_DATA"] ?? join(root, "..", "shared", "data");
  return {
    mode: oneOf("mode", given.get("mode") ?? "standalone", ["standalone", "cluster", "spawn"]),
    units: (given.get("units") ?? "").split(",").filter((unit) => unit !== ""),
    isQuick: given.has("quick"),
    tries: positive("tries", given.get("tries") ?? "1"),
    jobs: positive("jobs", given.get("jobs") ?? "2"),
    server: oneOf("server", given.get("server") ?? "ours", ["ours", "redis"]),
    baselines: given.get("baselines") ?? join(data, "redis-suite"),
    cache: given.get("cache") ?? join(tmpdir(), "redis-src"),
    out: given.get("out") ?? join(tmpdir(), `azimuth-compat-${process.pid}`),
    unitTimeoutSeconds: positive("timeout", given.get("timeout") ?? "300"),
    writesDocs: given.has("docs"),
  };
}

const flags: ReadonlySet<string> = new Set(["quick", "docs"]);
const names: ReadonlySet<string> = new Set([
  ...flags,
  "mode",
  "units",
  "jobs",
  "server",
  "baselines",
  "cache",
  "out",
  "timeout",
  "tries",
]);

function oneOf<Word extends string>(name: string, word: string, known: readonly Word[]): Word {
  const found = known.find((one) => one === word);
  if (found === undefined)
    throw new CompatError(`${name} must be one of ${known.join(", ")}, not "${word}"`);
  return found;
}

function positive(name: string, word: string): number {
  if (/^[1-9][0-9]*$/.test(word)) return Number(word);
  throw new CompatError(`${name} must be a whole number above 0, not "${word}"`);
}
