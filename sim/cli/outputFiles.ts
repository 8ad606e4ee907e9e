/** The files of a report. Each is written under another name and renamed when complete: nothing stands half-written. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { htmlPage, type PageParts } from "../../reports/html.ts";
import { reportJson } from "../../reports/json.ts";
import { historyLines, traceLines, type TraceDetail } from "../../reports/jsonLines.ts";
import { junitXml } from "../../reports/junit.ts";
import type { Run } from "../run.ts";

/** A file that could not be written or read: disk full, no permission. Exit status 4. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** The pages that stand in one file: of a run, of a campaign, of two runs beside each other. */
export type PageName = "report" | "campaign" | "pair";

/** Script and style of a page, as scripts/build.js leaves them beside the compiled rooms. */
export function readPageParts(name: PageName): PageParts {
  const folder = fileURLToPath(new URL("../../page/", import.meta.url));
  try {
    return {
      script: readFileSync(join(folder, `${name}.js`), "utf8"),
      style: readFileSync(join(folder, `${name}.css`), "utf8"),
    };
  } catch (error) {
    throw new OutputError(
      `the page's script is not built; run "npm run build" (${reasonOf(error)})`,
    );
  }
}

/** What is in a report beside the run itself. */
export interface ReportParts {
  readonly trace: TraceDetail;
  readonly page: PageParts;
  /** Where the viewer shows the run, "" if nowhere. */
  readonly watch: string;
}

/** Writes all five files of one run into a folder, which is made if need be. Throws OutputError. */
export function writeReport(folder: string, run: Run, { trace, page, watch }: ReportParts): void {
  writeFiles(folder, [
    ["report.json", reportJson(run)],
    ["history.jsonl", historyLines(run)],
    ["trace.jsonl", traceLines(run, trace)],
    ["junit.xml", junitXml(run, watch)],
    ["index.html", htmlPage(run, page)],
  ]);
}

/**
 * Writes every file under a temporary name first: if one cannot be written, the old ones all stand as they were.
 * Throws OutputError; no temporary file is left.
 */
export function writeFiles(
  folder: string,
  files: readonly (readonly [name: string, content: string | Uint8Array])[],
): void {
  const written: string[] = [];
  try {
    makeFolder(resolve(folder));
    for (const [name, content] of files) {
      const temporary = join(folder, `.${name}.${process.pid}.tmp`);
      written.push(temporary);
      writeFileSync(temporary, content);
    }
    for (const [index, [name]] of files.entries()) {
      renameSync(written[index] ?? "", join(folder, name));
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    throw new OutputError(`cannot write the report to ${folder}: ${reasonOf(error)}`);
  }
}

/** One file, anywhere. */
export function writeFileWhole(path: string, text: string): void {
  writeFiles(dirname(path), [[basename(path), text]]);
}

/** Step by step: the recursive mkdir of Node 20 never returns where a parent can be seen but not made, as under /proc. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another worker may have been faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !statSync(folder).isDirectory()) {
      throw error;
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "a part of the path is a file",
  EISDIR: "a folder stands where a file should be",
  ENOENT: "there is no such file or folder",
};

export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
