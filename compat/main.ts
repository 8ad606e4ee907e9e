/**
 * `npm run compat`: Redis's own test suite against our server, unit by unit, judged by the names of the tests that the real server passes.
 *
 *     options → source (source.ts) → servers (serverProcess.ts: one a job) → units (unitRun.ts) → comparison (baseline.ts) → table (tables.ts)
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, merge, readBaseline, type Baseline, type UnitComparison } from "./baseline.ts";
import { endChildrenAtExit } from "./children.ts";
import { leftOutOf } from "./leftOut.ts";
import { CompatError, parseOptions, usage, type CompatOptions } from "./options.ts";
import { requireProgramsForSuite } from "./programs.ts";
import { redisSource } from "./source.ts";
import { ServerProcess } from "./serverProcess.ts";
import {
  header,
  leftOutTable,
  problemLines,
  replaceSection,
  sumOf,
  unitLine,
  unitTable,
} from "./tables.ts";
import { runUnit } from "./unitRun.ts";

const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** Units that the real server takes about ten seconds for or more, that wait for seconds, or whose many single writes each wait for a disk. */
const slowUnits: ReadonlySet<string> = new Set([
  "unit/dump",
  "unit/type/list",
  "unit/type/list-3",
  "unit/type/zset",
  "unit/type/stream",
  "unit/latency-monitor",
  "unit/geo",
  "unit/hyperloglog",
  "unit/scan",
  "unit/sort",
  "unit/type/list-2",
  "unit/type/set",
]);

/** What the gate has time for where each unit starts servers of its own. */
const quickSpawnUnits: ReadonlySet<string> = new Set([
  "unit/acl-v2",
  "unit/auth",
  "unit/cluster-scripting",
  "unit/info-command",
  "unit/limits",
]);

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  if (words.includes("--help")) {
    print(usage);
    return 0;
  }
  const options = parseOptions(words, root);
  requireProgramsForSuite();
  const baseline = readBaseline(options.baselines, options.mode);
  const units = unitsOf(options, baseline);
  const source = redisSource(options.cache);
  mkdirSync(options.out, { recursive: true });
  print(`${units.length} units, mode ${options.mode}, logs in ${options.out}\n\n${header}`);
  const done = await runAll(units, options, baseline, source);
  print(unitLine(sumOf(done)));
  const problems = done.flatMap(problemLines);
  if (problems.length > 0) print(`\n${problems.join("\n")}`);
  if (options.writesDocs) writeDocs(options, done);
  return done.some((unit) => unit.missing.length > 0) ? 1 : 0;
}

/** The asked units, or all of the baseline save those that are left out whole. */
function unitsOf(options: CompatOptions, baseline: Baseline): readonly string[] {
  if (options.units.length > 0) {
    const unknown = options.units.find((unit) => !baseline.has(unit));
    if (unknown === undefined) return options.units;
    throw new CompatError(
      `no unit "${unknown}" in the baseline. It has: ${[...baseline.keys()].join(", ")}`,
    );
  }
  const isQuickUnit = (unit: string): boolean =>
    options.mode === "spawn" ? quickSpawnUnits.has(unit) : !slowUnits.has(unit);
  return [...baseline.keys()].filter(
    (unit) => leftOutOf(unit, options.mode) !== "all" && (!options.isQuick || isQuickUnit(unit)),
  );
}

async function runAll(
  units: readonly string[],
  options: CompatOptions,
  baseline: Baseline,
  source: string,
): Promise<UnitComparison[]> {
  const waiting = [...units];
  const done: UnitComparison[] = [];
  const worker = async (): Promise<void> => {
    let server: ServerProcess | undefined;
    const run = async (unit: string): Promise<UnitComparison> => {
      if (options.mode !== "spawn") server = await serverFor(options, server);
      const outcome = await runUnit(unit, options, { root, source }, server);
      // It may have left a parameter or a client behind.
      if (outcome.broken !== "") {
        server?.stop();
        server = undefined;
      }
      return compare(outcome, baseline, options.mode);
    };
    try {
      for (let unit = waiting.shift(); unit !== undefined; unit = waiting.shift()) {
        let compared = await run(unit);
        for (let tried = 1; tried < options.tries && compared.missing.length > 0; tried++)
          compared = merge(compared, await run(unit));
        print(unitLine(compared));
        done.push(compared);
      }
    } finally {
      server?.stop();
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  return done.toSorted((left, right) => units.indexOf(left.unit) - units.indexOf(right.unit));
}

/** The server of the unit before, or another if that does not answer any more. */
async function serverFor(
  options: CompatOptions,
  server: ServerProcess | undefined,
): Promise<ServerProcess> {
  if (server !== undefined && (await server.isServing())) return server;
  server?.stop();
  return ServerProcess.start(options, root);
}

/** The page tells of whole runs only, units that are left out whole included. */
function writeDocs(options: CompatOptions, done: readonly UnitComparison[]): void {
  if (options.units.length > 0 || options.isQuick || options.server !== "ours") {
    throw new CompatError(
      "docs tells of a whole run against our own server: no units=, quick or server=",
    );
  }
  const path = join(root, "docs", "COMPATIBILITY.md");
  const page = replaceSection(readFileSync(path, "utf8"), `suite ${options.mode}`, unitTable(done));
  writeFileSync(path, replaceSection(page, "tests left out", leftOutTable()));
  print(`\nwritten: ${path}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

endChildrenAtExit();
try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CompatError)) throw error;
  process.stderr.write(`compat: ${error.message}\n`);
  process.exitCode = 2;
}
