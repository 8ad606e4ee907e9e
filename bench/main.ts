/**
 * `npm run bench [-- server] [quick] [json]`: measures every case in a process of its own, one after another, and prints a table.
 * `server` measures the server beside redis-server instead, all of it or what `parts=`, `commands=` and `pipelines=` choose; `quick` is a
 * small run of everything; `json` prints the measurements for a machine.
 */
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { fullCases, quickCases, type BenchCase } from "./cases.ts";
import type { Measured } from "./measured.ts";
import { hasRecordedHistories } from "./recordedCase.ts";
import {
  benchCommands,
  benchServer,
  missingPrograms,
  type ServerChoice,
  type ServerPart,
  serverParts,
} from "./server/serverBench.ts";
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
/** Of `server`: `parts=memory commands=get,set pipelines=16`. */
const lists: ReadonlyMap<string, readonly string[]> = new Map([
  ["parts", serverParts],
  ["commands", benchCommands],
  ["pipelines", ["1", "16"]],
]);

const words: readonly string[] = process.argv.slice(2);
if (words.includes("--help")) {
  process.stdout.write(`${usage()}\n`);
  process.exit(0);
}
for (const word of words) if (!isKnown(word)) refuse(`unknown word "${word}"\n\n${usage()}`, 2);
const isQuick = words.includes("quick");
const isJson = words.includes("json");
const about = { commit: commit(), machine: machine() };
if (words.includes("server")) await measureServer();
else measureSimulations();

function isKnown(word: string): boolean {
  if (known.includes(word)) return true;
  const [name = "", values = ""] = word.split("=");
  const all = words.includes("server") ? lists.get(name) : undefined;
  return all !== undefined && values.split(",").every((value) => all.includes(value));
}

function usage(): string {
  const choices = [...lists].map(([name, all]) => `           ${name}=${all.join(",")}`);
  return `npm run bench -- [quick] [json] [server [parts=…] [commands=…] [pipelines=…]]

Measures how fast simulations and checkers are, one to two minutes, and prints a table.

  server   measures the server beside redis-server instead, some fifteen minutes; of these lists any part, all by default:
${choices.join("\n")}
  quick    a small run of everything, seconds; its figures say little
  json     prints the measurements for a machine

Exit status: 0 measured, 1 a run failed or has no figures, 2 wrong usage, 4 redis-server or redis-benchmark is missing`;
}

/** What the words choose of a list, all of it by default. */
function chosen(name: string): readonly string[] {
  const word = words.find((one) => one.startsWith(`${name}=`));
  return word === undefined ? (lists.get(name) ?? []) : word.slice(name.length + 1).split(",");
}

async function measureServer(): Promise<void> {
  const missing = missingPrograms();
  if (missing.length > 0)
    refuse(`it needs ${missing.join(" and ")}: apt-get install redis-server redis-tools`, 4);
  const choice: ServerChoice = {
    isQuick,
    parts: chosen("parts") as readonly ServerPart[],
    commands: chosen("commands"),
    pipelines: chosen("pipelines").map(Number),
  };
  const startMs = performance.now();
  const server = await benchServer(choice, (progress) => {
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    process.stderr.write(`${seconds.padStart(4)} s  ${progress}\n`);
  });
  const load = loadavg().map((one) => one.toFixed(1));
  process.stdout.write(
    isJson
      ? `${JSON.stringify({ ...about, load, server }, null, 2)}\n`
      : `Commit ${about.commit}\n${about.machine}, load ${load.join(" ")}\n\n${serverTables(server)}\n`,
  );
  process.exitCode = server.missed.length === 0 ? 0 : 1;
}

function measureSimulations(): void {
  const all = simulations(isQuick);
  process.stdout.write(
    isJson ? `${JSON.stringify({ ...about, cases: all }, null, 2)}\n` : tables(about, all),
  );
  process.exitCode = all.every((one) => one.verdict === "ok") ? 0 : 1;
}
