// Compiles the rooms (tsc -b) and bundles the report's page, each only when something changed. Quiet when nothing did.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");

run(join(modules, "typescript", "bin", "tsc"), ["-b"]);
bundlePage();

function run(script, args) {
  const done = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (done.error !== undefined) {
    process.stderr.write(`build: cannot run ${script}: ${done.error.message}. Run npm ci first.\n`);
    process.exit(4);
  }
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** The page is drawn by viz, from data that reports prepares: a change in either makes a new bundle. */
function bundlePage() {
  const style = join(root, "viz", "report.css");
  const page = join(root, "dist", "page");
  const script = join(page, "report.js");
  const sources = [...filesOf(join(root, "viz")), ...filesOf(join(root, "reports"))];
  sources.push(join(modules, "d3", "package.json"), fileURLToPath(import.meta.url));
  const newest = Math.max(...sources.map(changedMs));
  if (changedMs(script) < newest) {
    run(join(modules, "vite", "bin", "vite.js"), ["build", "--config", "viz/vite.config.ts"]);
  }
  if (changedMs(join(page, "report.css")) < changedMs(style)) {
    mkdirSync(page, { recursive: true });
    copyFileSync(style, join(page, "report.css"));
  }
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.startsWith(join(root, "reports", "out")));
}

/** -1 if there is no such file: older than everything. */
function changedMs(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}
