/**
 * `npm run bench [-- server] [quick] [json]`: measures every case in a process of its own, one after another, and prints a table.
 * `server` measures the server beside redis-server instead; `quick` is a small run of everything; `json` prints the measurements for a machine.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { fullCases, quickCases, type BenchCase } from "./cases.ts";
import type { Measured } from "./measured.ts";
import { hasRecordedHistories } from "./recordedCase.ts";
import { benchServer, missingPrograms } from "./server/serverBench.ts";
import { serverTables } from "./server/serverTables.ts";
import { tables } from "./tables.ts";

const child: string = fileURLToPath(new URL("child.js", import.meta.url));

function measured(which: BenchCase): Measured {
  const done = spawnSync(
    process.execPath,
    ["--max-semi-space-size=64", child, JSON.stringify(which)],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (done.status !== 0) throw new Error(`the case ${which.name}, ${which.shards} shards, failed`);
  return JSON.parse(done.stdout) as Measured;
}

/** What git answers; empty without git or outside a checkout. */
function git(...args: string[]): string {
  return spawnSync("git", args, { encoding: "utf8" }).stdout?.trim() ?? "";
}

function commit(): string {
  const name = git("rev-parse", "--short", "HEAD");
  if (name === "") return "unknown commit";
  return git("status", "--porcelain", "--untracked-files=no") === ""
    ? name
    : `${name} with changes`;
}

function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? "unknown processor";
  return `${processors.length} × ${model}, Node ${process.versions.node}`;
}

function simulations(isQuick: boolean): readonly Measured[] {
  const all: Measured[] = [];
  for (const which of isQuick ? quickCases : fullCases) {
    // The recorded histories are not part of the repository.
    if (which.kind === "recorded" && !hasRecordedHistories()) continue;
    if (process.stderr.isTTY)
      process.stderr.write(`\r\u001b[K${which.name}, ${which.shards} shards`);
    all.push(measured(which));
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  return all;
}

function refuse(why: string, exitCode: number): never {
  process.stderr.write(`bench: ${why}\n`);
  process.exit(exitCode);
}

const known = ["server", "quick", "json"];
const words: readonly string[] = process.argv.slice(2);
const unknown = words.find((word) => !known.includes(word));
if (unknown !== undefined) refuse(`unknown word "${unknown}"; it takes ${known.join(", ")}`, 2);
const isQuick = words.includes("quick");
const isJson = words.includes("json");
const about = { commit: commit(), machine: machine() };
if (words.includes("server")) {
  const missing = missingPrograms();
  if (missing.length > 0)
    refuse(`it needs ${missing.join(" and ")}: apt-get install redis-server redis-tools`, 4);
  const server = await benchServer(isQuick);
  process.stdout.write(
    isJson
      ? `${JSON.stringify({ ...about, server }, null, 2)}\n`
      : `Commit ${about.commit}\n${about.machine}\n\n${serverTables(server)}\n`,
  );
} else {
  const all = simulations(isQuick);
  process.stdout.write(
    isJson ? `${JSON.stringify({ ...about, cases: all }, null, 2)}\n` : tables(about, all),
  );
  process.exitCode = all.every((one) => one.verdict === "ok") ? 0 : 1;
}
