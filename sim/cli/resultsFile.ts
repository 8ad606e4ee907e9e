/**
 * results.jsonl of a campaign: a first line that says which campaign it is, then one line a seed, in the order in which they ended. It
 * grows as seeds end, so whatever ends a campaign costs only the seeds at hand: `resume=FILE` runs the rest, `merge` joins files of shards.
 */
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { planText, resultsSchema, type ResultsHeader } from "../../reports/resultsHeader.ts";
import type { SeedResult } from "../../reports/seedResult.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import { makeFolder, OutputError, reasonOf } from "./outputFiles.ts";
import { rangeText, seedsOf, shardText, type SeedRange } from "./seedRange.ts";
import { UsageError } from "../input/usageError.ts";

export interface Results {
  readonly path: string;
  readonly header: ResultsHeader;
  readonly results: readonly SeedResult[];
}

export function planFingerprint(scenario: Scenario, overrides: Parameters): string {
  return createHash("sha256").update(planText(scenario, overrides)).digest("hex").slice(0, 16);
}

/** A result takes a few kilobytes: all of a long campaign would be too long for one string. */
const LINES_AT_ONCE = 1000;

/** The file of a running campaign. Throws OutputError when it cannot be written. */
export class ResultsWriter {
  readonly path: string;

  /** Begins a new file, or goes on behind what was read from it. */
  constructor(path: string, header: ResultsHeader, kept: readonly SeedResult[]) {
    this.path = path;
    this.attempt(() => {
      makeFolder(dirname(path));
      writeFileSync(path, lineOf(header));
      for (let from = 0; from < kept.length; from += LINES_AT_ONCE) {
        appendFileSync(
          path,
          kept
            .slice(from, from + LINES_AT_ONCE)
            .map(lineOf)
            .join(""),
        );
      }
    });
  }

  append(result: SeedResult): void {
    this.attempt(() => appendFileSync(this.path, lineOf(result)));
  }

  private attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw new OutputError(`cannot write the results to ${this.path}: ${reasonOf(error)}`);
    }
  }
}

function lineOf(value: ResultsHeader | SeedResult): string {
  return `${JSON.stringify(value)}\n`;
}

/** Throws UsageError if there is no such file or it is something else. A last line cut short, as a crash leaves it, does not count. */
export function readResults(path: string): Results {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
  }
  const [first, ...others] = linesOf(bytes);
  const header = first as Partial<ResultsHeader> | undefined;
  if (header?.schema !== resultsSchema) {
    throw new UsageError(
      `${path} is not a results.jsonl of a campaign (its first line must say schema "${resultsSchema}")`,
    );
  }
  const results = others.map((line, index) => {
    const result = line as Partial<SeedResult> | undefined;
    if (typeof result?.seed === "number") return result as SeedResult;
    throw new UsageError(`${path}: line ${index + 2} is not the result of a seed`);
  });
  return { path, header: header as ResultsHeader, results };
}

/** The value of each line that is whole; undefined where it is no JSON. */
function linesOf(bytes: Buffer): readonly unknown[] {
  const values: unknown[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
    values.push(valueOf(bytes.toString("utf8", start, end)));
    start = end + 1;
  }
  return values;
}

const LINE_FEED = 10;

function valueOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The results that a file of this very campaign holds. Throws UsageError that says what differs if it is another's. */
export function resultsToResume(path: string, header: ResultsHeader): readonly SeedResult[] {
  const found = readResults(path);
  const about = (name: string, theirs: string, ours: string): string =>
    `${path} cannot be resumed: it is of ${name} ${theirs}, this campaign of ${ours}`;
  refuseOthers([found, { path: "", header, results: [] }], about);
  const theirs = `${rangeText(found.header.seeds)}, shard ${shardText(found.header.shard)}`;
  const ours = `${rangeText(header.seeds)}, shard ${shardText(header.shard)}`;
  if (theirs !== ours) throw new UsageError(about("seeds", theirs, ours));
  return joinResults([found]);
}

export interface Merged {
  readonly header: ResultsHeader;
  /** In order of seeds. */
  readonly results: readonly SeedResult[];
  /** Seeds of the range that no file holds, in order. */
  readonly missing: readonly number[];
}

/**
 * Joins the files of shards. Throws UsageError if they are of other code or other plans, leave a gap between their ranges, or tell
 * different things of one seed.
 */
export function mergeResults(files: readonly Results[]): Merged {
  const [first] = files;
  if (first === undefined) throw new UsageError("merge needs files of results: merge FILE…");
  refuseOthers(files, (name, one, other, path) => {
    return `${first.path} and ${path} do not belong together: ${name} ${one} and ${other}`;
  });
  const seeds = joinRanges(files.map((file) => file.header.seeds));
  const results = joinResults(files);
  const known = new Set(results.map((result) => result.seed));
  const shard = { index: 1, count: 1 };
  const missing = seedsOf(seeds, shard).filter((seed) => !known.has(seed));
  return { header: { ...first.header, seeds, shard }, results, missing };
}

/** All must be of the first's version, scenario and plan. */
function refuseOthers(
  files: readonly Results[],
  tell: (what: string, one: string, other: string, path: string) => string,
): void {
  const [first, ...others] = files;
  if (first === undefined) return;
  for (const { header, path } of others) {
    const refuse = (what: string, one: string, other: string): void => {
      if (one !== other) throw new UsageError(tell(what, one, other, path));
    };
    refuse("version", first.header.version, header.version);
    refuse("scenario", first.header.scenario, header.scenario);
    refuse("parameters", shown(first.header), shown(header));
    refuse("plan", first.header.plan, header.plan);
  }
}

function shown({ overrides }: ResultsHeader): string {
  const words = Object.entries(overrides).map(([name, value]) => `${name}=${value}`);
  return words.length === 0 ? "none" : words.sort().join(" ");
}

function joinRanges(ranges: readonly SeedRange[]): SeedRange {
  const inOrder = ranges.toSorted((left, right) => left.first - right.first);
  let { first, last } = inOrder[0] ?? { first: 0, last: 0 };
  for (const range of inOrder) {
    if (range.first > last + 1) {
      throw new UsageError(
        `the files leave a gap: no campaign among them ran seeds ${rangeText({ first: last + 1, last: range.first - 1 })}`,
      );
    }
    last = Math.max(last, range.last);
  }
  return { first, last };
}

/** Each seed once, in order. Where two files hold a seed they must agree: a run follows from its seed. */
function joinResults(files: readonly Results[]): readonly SeedResult[] {
  const found = new Map<number, { readonly path: string; readonly result: SeedResult }>();
  for (const { path, results } of files) {
    for (const result of results) {
      const other = found.get(result.seed);
      if (other === undefined) {
        found.set(result.seed, { path, result });
        continue;
      }
      const difference = differenceOf(other.result, result);
      if (difference === "") continue;
      throw new UsageError(
        `seed ${result.seed} ended differently in ${other.path} and ${path}: ${difference}; one code must give one result a seed ("sim -- determinism" finds out more)`,
      );
    }
  }
  return [...found.values()]
    .map(({ result }) => result)
    .sort((left, right) => left.seed - right.seed);
}

/** In words; "" if two results of one seed agree. */
export function differenceOf(left: SeedResult, right: SeedResult): string {
  if (left.verdict !== right.verdict) return `${left.verdict} and ${right.verdict}`;
  if (left.digest !== right.digest) return `digests ${left.digest} and ${right.digest}`;
  return "";
}
