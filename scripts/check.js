// Everything that must hold before a change lands: format, lint, types of rooms and tests, dead code, tests.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const root = fileURLToPath(new URL("..", import.meta.url));
const rooms = [
  "engine",
  "sim",
  "scenarios",
  "reports",
  "viz",
  "bench",
  "server",
  "chaos",
  "compat",
  "fuzz",
  "scripts",
  "tests",
  "docs",
  "examples",
];
/** @param {string} name */
const bin = (name) => join(root, "node_modules", ".bin", name);

/** @type {[string, string, string[]][]} */
const steps = [
  ["format", bin("oxfmt"), ["--check", ...rooms]],
  ["lint", bin("oxlint"), ["--deny-warnings", ...rooms]],
  ["types of the rooms", process.execPath, ["scripts/build.js"]],
  ["types of the tests", bin("tsc"), ["-p", "tsconfig.tests.json"]],
  ["dead code", bin("knip"), ["--no-progress"]],
  ["tests", bin("vitest"), ["run"]],
];

const only = process.argv.slice(2);
for (const [name, command, args] of steps) {
  if (only.length > 0 && !only.includes(name.split(" ")[0])) continue;
  process.stdout.write(`\n== ${name}\n`);
  const done = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (done.error) {
    process.stderr.write(
      `check: cannot run ${command}: ${done.error.message}. Run npm ci first.\n`,
    );
    process.exit(4);
  }
  if (done.status !== 0) {
    process.stderr.write(`check: ${name} failed\n`);
    process.exit(done.status ?? 1);
  }
}
