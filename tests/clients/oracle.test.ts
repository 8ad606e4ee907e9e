/** The judges of these tests, on a server that loses writes: they must say so. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { check } from "./check.ts";
import { Recorder } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { ioredis } from "./libraries/ioredis.ts";
import { Load } from "./workloads.ts";
import { pause, primaryAmong, ServerProcess } from "./zoneProcesses.ts";

const PORT = 27_500;
const OUT = fileURLToPath(new URL("../../reports/out/clients-oracle/", import.meta.url));

it.each([
  { log: "memory", judged: "not linearizable, and writes are missing", status: 1 },
  { log: "file", judged: "linearizable, and nothing is missing", status: 0 },
])("a server with log=$log that is killed and started anew is found $judged", async (one) => {
  mkdirSync(OUT, { recursive: true });
  const dir = mkdtempSync(join(tmpdir(), "azimuth-clients-"));
  const options = [`port=${PORT}`, `dir=${dir}`, `log=${one.log}`];
  const server = await ServerProcess.start(options);
  const library = await ioredis.open([{ host: "127.0.0.1", port: PORT }], "never");
  const recorder = new Recorder();
  const load = new Load(library, recorder, ["any"], 1);
  const ledger = new Ledger("oracle", library, ["any"]);
  load.start("oracle");
  ledger.start();
  // However slow the machine is, something must be there to be lost.
  while (ledger.count < 50 || recorder.operations.length < 300) await pause(50);
  await Promise.all([load.stop(), ledger.stop()]);
  await server.kill();
  const again = await ServerProcess.start(options);
  await load.scan("oracle");
  const history = join(OUT, `${one.log}.jsonl`);
  recorder.write(history, ioredis.name);
  const lost = await ledger.lost(() => primaryAmong([PORT, PORT + 1, PORT + 2]));
  await library.close();
  await again.kill();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  const verdict = check(history);
  expect(verdict.status).toBe(one.status);
  expect(lost > 0).toBe(one.log === "memory");
});
