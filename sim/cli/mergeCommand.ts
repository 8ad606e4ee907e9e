/** `merge FILE…`: joins the results of shards into those of one campaign. */
import { join } from "node:path";
import { exitCodes } from "../../reports/verdict.ts";
import { folderName, finishSweep } from "./campaignCommand.ts";
import type { Surroundings } from "./commands.ts";
import { mergeResults, readResults, ResultsWriter } from "./resultsFile.ts";
import { seedListText } from "./seedRange.ts";
import type { Subcommand } from "./subcommands.ts";
import { UsageError } from "../input/usageError.ts";
import { watchedOf } from "./watched.ts";

export const mergeCommand: Subcommand = {
  name: "merge",
  summary: "joins the results of shards",
  usage: `npm run sim -- merge FILE… [out=DIR] [junit=FILE] [json]

Joins results.jsonl files that shards of one campaign left, and sums them up as one. All must be of one
version of the code, one scenario and one set of parameters. A seed that several files hold counts once
if they agree; if they do not, that is an error. Seeds that no file holds are named.

  out=DIR       DIR/NAME-A..B/ gets results.jsonl, summary.json and index.html; reports/out unless told

Exit status as of a campaign; 5 if nothing failed but seeds are missing.
`,
  run: async (argv, around) => merge(argv, around),
};

function merge(argv: readonly string[], around: Surroundings): number {
  const { paths, out, junit, isJson } = parse(argv);
  const { header, results, missing } = mergeResults(paths.map((path) => readResults(path)));
  const folder = join(out, folderName(header));
  const { path } = new ResultsWriter(join(folder, "results.jsonl"), header, results);
  const asked = results.length + missing.length;
  const sweep = {
    ...watchedOf(header),
    asked,
    results,
    speed: undefined,
    minimal: new Map(),
    missedGoals: [],
  };
  const status = finishSweep(sweep, { folder, junit, isJson, problems: [] }, around);
  if (missing.length === 0) return status;
  around.complain(
    `sim: ${missing.length} of ${asked} seeds are missing: ${seedListText(missing, 20)}\nsim: ${path} can be gone on with: resume=FILE\n`,
  );
  return status === exitCodes.ok ? exitCodes.undecided : status;
}

interface MergeWords {
  readonly paths: readonly string[];
  readonly out: string;
  readonly junit: string;
  readonly isJson: boolean;
}

function parse(argv: readonly string[]): MergeWords {
  const paths: string[] = [];
  const pairs = new Map<string, string>();
  let isJson = false;
  for (const word of argv) {
    const option = /^(\w+)=(.*)$/s.exec(word);
    if (option === null) {
      if (word === "json") isJson = true;
      else paths.push(word);
      continue;
    }
    const [, key = "", value = ""] = option;
    if (!["out", "junit"].includes(key)) {
      throw new UsageError(`merge knows out=DIR, junit=FILE and json; got "${word}"`);
    }
    if (value === "") throw new UsageError(`${key} needs a value: ${key}=…`);
    pairs.set(key, value);
  }
  if (paths.length === 0) {
    throw new UsageError("merge needs the results.jsonl of at least one shard: merge FILE…");
  }
  return { paths, out: pairs.get("out") ?? "reports/out", junit: pairs.get("junit") ?? "", isJson };
}
