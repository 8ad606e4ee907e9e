/** One scenario on the simulator and on three real processes, by the command line; and the same on processes with a planted bug. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { Report } from "../../reports/json.ts";
import { check } from "./check.ts";

const main = fileURLToPath(new URL("../../dist/chaos/main.js", import.meta.url));
const OUT = fileURLToPath(new URL("../../reports/out/", import.meta.url));

interface Reports {
  readonly simulated: Report;
  readonly real: Report;
}

function run(scenario: string, ...more: readonly string[]) {
  const times = ["horizonMs=7000", "faultAtMs=1000", "faultForMs=4500", "opsPerSecond=100"];
  const argv = [main, "run", `scenario=${scenario}`, ...times, ...more, `out=${OUT}`];
  const done = spawnSync(process.execPath, argv, { encoding: "utf8", timeout: 280_000 });
  if (done.status === 4 || done.status === null) throw new Error(done.stdout + done.stderr);
  const folder = join(OUT, `chaos-${scenario}-1`);
  const reports = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Reports;
  return { ...reports, folder, status: done.status };
}

const verdictsOf = ({ checks }: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));

const safe = { linearizability: "ok", "zero loss": "ok", sessions: "ok", liveness: "ok" };

it("az-outage: a zone's process is killed with -9, and both worlds keep what they promised", () => {
  const { simulated, real, folder } = run("az-outage");
  expect(verdictsOf(simulated)).toMatchObject(safe);
  expect(verdictsOf(real)).toMatchObject(safe);
  expect(real.faults).toMatchObject([{ kind: "zoneOutage", mattered: true }]);
  expect(real.faults[0]?.text).toMatch(/^kill zone [abc]$/);
  expect(real.failovers).toHaveLength(1);
  const [failover] = real.failovers;
  expect(failover?.to).not.toBe(failover?.from);
  expect(real.operations.lost).toBe(0);
  // The recorded history stands on its own.
  expect(check(join(folder, "history.jsonl"))).toMatchObject({ status: 0 });
  expect(readFileSync(join(folder, "index.html"), "utf8")).toContain("Real processes");
});

it("a primary that answers before the log does is found out on real processes", () => {
  const { simulated, real, status } = run("primary-cut-from-log", "plant=reply-before-durable");
  expect(verdictsOf(simulated)).toMatchObject(safe);
  expect(verdictsOf(real)).toMatchObject({
    linearizability: "violation",
    "zero loss": "violation",
  });
  expect(real.operations.lost).toBeGreaterThan(0);
  expect(status).toBe(1);
});
