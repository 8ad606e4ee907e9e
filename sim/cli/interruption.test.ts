import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readResults } from "./resultsFile.ts";

/** `npm test` builds it first. */
const main = fileURLToPath(new URL("../../dist/sim/cli/main.js", import.meta.url));

/** More than can be done before the signal is sent, even by a test that is kept waiting for its turn. */
const seeds = 60;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interruption-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs the command line in a process of its own; `signal` is sent once the file holds two results. */
function run(line: string, path: string, signal?: NodeJS.Signals): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...line.split(" ")]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const watch = setInterval(() => {
    if (signal === undefined || !existsSync(path)) return;
    if (readFileSync(path, "utf8").split("\n").length < 4) return;
    clearInterval(watch);
    child.kill(signal);
  }, 20);
  return new Promise((resolve) => {
    child.on("close", (status) => {
      clearInterval(watch);
      resolve({ status, output });
    });
  });
}

it.each(["SIGINT", "SIGTERM"] as const)(
  "a campaign that gets %s keeps what is done, and the printed command does the rest",
  async (signal) => {
    const path = join(folder, `swarm-1..${seeds}`, "results.jsonl");
    const first = await run(
      `swarm seeds=1..${seeds} minimise=0 workers=2 out=${folder}`,
      path,
      signal,
    );
    expect(first.status).toBe(130);
    const done = readResults(path).results.length;
    expect(done).toBeGreaterThanOrEqual(2);
    expect(done).toBeLessThan(seeds);
    expect(first.output).toContain(`Interrupted: ${done} of ${seeds} seeds are done and kept`);
    const command = /npm run sim -- (.*resume=.*)/.exec(first.output)?.[1] ?? "";
    const second = await run(command, path);
    expect([0, 1, 3]).toContain(second.status);
    expect(second.output).toContain(`${seeds - done} run`);
    const found = readResults(path).results.map((result) => result.seed);
    expect(found.sort((left, right) => left - right)).toEqual(
      Array.from({ length: seeds }, (_, index) => index + 1),
    );
  },
);
