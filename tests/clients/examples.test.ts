/** The programs that README.md shows, as it shows them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PYTHON } from "./libraries/redisPy.ts";
import { ServerProcess } from "./zoneProcesses.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PORT = 27_600;
const dir = mkdtempSync(join(tmpdir(), "azimuth-clients-"));
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start([`port=${PORT}`, `dir=${dir}`, "shards=2", "lease-ms=10000"]);
});

afterAll(async () => {
  await server.kill();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

it.each([
  { file: "ioredis.js", program: process.execPath },
  { file: "nodeRedis.js", program: process.execPath },
  { file: "redisPy.py", program: PYTHON },
])("$file stands in README.md and runs", ({ file, program }) => {
  const path = join(root, "examples/clients", file);
  expect(readFileSync(join(root, "README.md"), "utf8")).toContain(readFileSync(path, "utf8"));
  const env = { ...process.env, PORT: String(PORT) };
  const done = spawnSync(program, [path], { encoding: "utf8", env, timeout: 120_000 });
  expect(done.stderr).toBe("");
  expect(done.stdout).toBe("hello\n");
});
