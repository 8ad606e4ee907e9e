/** The programs that docs/CHAOS.md lets a reader run: all at work while the zone of the primary is killed by npm run chaos. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PYTHON } from "./libraries/redisPy.ts";
import { pause, primaryAmong, ServerProcess } from "./zoneProcesses.ts";

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
  rmSync(dir, { recursive: true, force: true });
});

function started(program: string, file: string): Promise<string> {
  const env = { ...process.env, PORT: String(PORT), FOR_MS: "14000" };
  const child = spawn(program, [join(root, "examples/clients", file)], { env, stdio: "pipe" });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stderr.resume();
  return new Promise((resolve) => child.once("close", () => resolve(said)));
}

it("ioredis, node-redis and redis-py write on after the loss of a zone, and lose nothing", async () => {
  const running = [
    started(process.execPath, "ioredisOutage.js"),
    started(process.execPath, "nodeRedisOutage.js"),
    started(PYTHON, "redisPyOutage.py"),
  ];
  await pause(3000);
  const zone = "abc"[(await primaryAmong([PORT, PORT + 1, PORT + 2])) - PORT] ?? "";
  const main = join(root, "dist/chaos/main.js");
  const argv = [main, "kill", `zone=${zone}`, "forMs=6000", `at=${PORT + 1000}`];
  const order = spawnSync(process.execPath, argv, { encoding: "utf8" });
  expect(order.stdout).toMatch(/^\d+ {2}kill zone [abc]: for 6000 ms\n$/);
  for (const said of await Promise.all(running)) {
    expect(said).toContain("a write was not answered");
    expect(said).toMatch(/writes resumed after \d+ ms/);
    expect(said).toContain("nothing acknowledged was lost");
  }
});
