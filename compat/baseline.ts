/** The names of the tests that the real server passes, and how a run compares with them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { leftOutOf } from "./leftOut.ts";
import { CompatError, type SuiteMode } from "./options.ts";

/** By unit ("unit/type/zset"): the names that the real server passes in this mode. */
export type Baseline = ReadonlyMap<string, ReadonlySet<string>>;

/** What the suite printed about one unit. */
export interface UnitOutcome {
  readonly unit: string;
  readonly passed: ReadonlySet<string>;
  /** First lines of failures. */
  readonly failed: readonly string[];
  /** Why the unit ended early: an exception of the suite or the time limit; "" if it came to its end. */
  readonly broken: string;
  readonly seconds: number;
}

export interface UnitComparison extends UnitOutcome {
  /** Names that the real server passes. */
  readonly known: number;
  /** Those among them that are left out on purpose. */
  readonly leftOut: number;
  /** Passed here and there. */
  readonly agreed: number;
  /** Neither passed nor left out. */
  readonly missing: readonly string[];
  /** Missing when the unit ran before, and passed now. */
  readonly late: readonly string[];
}

export function readBaseline(folder: string, mode: SuiteMode): Baseline {
  const path = join(folder, `baseline-${mode}.tsv`);
  if (!existsSync(path))
    throw new CompatError(`no baseline at ${path}: name its folder by baselines=`);
  return parseBaseline(readFileSync(path, "utf8"));
}

/** Lines of unit TAB name; in the unit's name "_" stands for "/". */
export function parseBaseline(text: string): Baseline {
  const byUnit = new Map<string, Set<string>>();
  for (const line of text.split("\n")) {
    const tab = line.indexOf("\t");
    if (tab < 0) continue;
    const unit = line.slice(0, tab).replaceAll("_", "/");
    let names = byUnit.get(unit);
    if (names === undefined) {
      names = new Set();
      byUnit.set(unit, names);
    }
    names.add(line.slice(tab + 1));
  }
  return byUnit;
}

/** Reads what the suite printed. `broken` is what the caller knows of the process's end. */
export function parseUnitLog(
  unit: string,
  log: string,
  broken: string,
  seconds: number,
): UnitOutcome {
  const passed = new Set<string>();
  const failed: string[] = [];
  let why = broken;
  // oxlint-disable-next-line no-control-regex -- the suite colours its words
  for (const line of log.replaceAll(/\u001b\[[0-9;]*m/g, "").split("\n")) {
    const ok = /^\[ok\]: (.*) \(\d+ ms\)$/.exec(line);
    if (ok !== null) passed.add(ok[1] ?? "");
    else if (line.startsWith("[err]: ")) failed.push(line.slice("[err]: ".length));
    else if (line.startsWith("[exception]: ") && why === "") why = line;
  }
  return { unit, passed, failed, broken: why, seconds };
}

export function compare(outcome: UnitOutcome, baseline: Baseline, mode: SuiteMode): UnitComparison {
  const known = baseline.get(outcome.unit) ?? new Set<string>();
  const spared = leftOutOf(outcome.unit, mode);
  const missing: string[] = [];
  let leftOut = 0;
  let agreed = 0;
  for (const name of known) {
    if (outcome.passed.has(name)) agreed++;
    else if (spared === "all" || spared.has(name)) leftOut++;
    else missing.push(name);
  }
  return { ...outcome, known: known.size, leftOut, agreed, missing, late: [] };
}

/** What two runs of a unit come to: a name that passed in one of them passed, and is late if it was the second. */
export function merge(before: UnitComparison, again: UnitComparison): UnitComparison {
  const missing = again.missing.filter((name) => before.missing.includes(name));
  const late = before.missing.filter((name) => !again.missing.includes(name));
  return {
    ...again,
    passed: new Set([...before.passed, ...again.passed]),
    agreed: again.known - again.leftOut - missing.length,
    seconds: before.seconds + again.seconds,
    missing,
    late: [...before.late, ...late],
  };
}
