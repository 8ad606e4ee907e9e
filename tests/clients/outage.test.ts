/** The programs that docs/CHAOS.md lets a reader run: all at work while the zone of the primary is killed by npm run chaos. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PYTHON } from "./libraries/redisPy.ts";
import { askOnce, primaryAmong, ServerProcess } from "./zoneProcesses.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const PORT = 27_900;
const dir = mkdtempSync(join(tmpdir(), "azimuth-outage-"));
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start([
    `port=${PORT}`,
    `dir=${dir}`,
    "zones=processes",
    "chaos=yes",
  ]);
});

afterAll(async () => {
  await server.end();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
});

interface Program {
  readonly child: ChildProcess;
  said: string;
  readonly ended: Promise<unknown>;
}

/** Works until it is interrupted. */
function started(program: string, file: string): Program {
  const env = { ...process.env, PORT: String(PORT), FOR_MS: "600000" };
  const child = spawn(program, [join(root, "examples/clients", file)], { env, stdio: "pipe" });
  const running: Program = { child, said: "", ended: once(child, "close") };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (running.said += text));
  child.stderr.resume();
  return running;
}

it("ioredis, node-redis and redis-py write on after the loss of a zone, and lose nothing", async () => {
  const running = [
    started(process.execPath, "ioredisOutage.js"),
    started(process.execPath, "nodeRedisOutage.js"),
    started(PYTHON, "redisPyOutage.py"),
  ];
  const primary = await primaryAmong([PORT, PORT + 1, PORT + 2]);
  // Each of them writes a key.
  await expect.poll(() => askOnce(primary, "DBSIZE")).toBe(":3\r\n");
  const zone = "abc"[primary - PORT] ?? "";
  const main = join(root, "dist/chaos/main.js");
  const argv = [main, "kill", `zone=${zone}`, "forMs=6000", `at=${PORT + 1000}`];
  const order = spawnSync(process.execPath, argv, { encoding: "utf8" });
  expect(order.stdout).toMatch(/^\d+ {2}kill zone [abc]: for 6000 ms\n$/);
  for (const one of running) {
    await expect.poll(() => one.said, { timeout: 240_000 }).toMatch(/writes resumed after \d+ ms/);
    one.child.kill("SIGINT");
    await one.ended;
    // Whether a write was under way at the kill is chance: others wait for the successor.
    expect(one.said).toContain("nothing acknowledged was lost");
  }
});
