// Compiles the rooms (tsc -b), names the code's version and bundles the reports' pages, each only when something changed.
// Quiet when nothing did.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
/**
 * Pages that stand in one file, or, with `html`, in three that a server gives out: their script's name, and the style sheets that are joined
 * into their style.
 */
const pages = [
  { name: "report", styles: ["report.css"] },
  { name: "campaign", styles: ["report.css", "campaign/campaign.css"] },
  { name: "pair", styles: ["report.css", "pair.css"] },
  { name: "chaos", styles: ["report.css", "chaos/chaos.css"], html: "chaos/chaos.html" },
];

run(join(modules, "typescript", "bin", "tsc"), ["-b", "tsconfig.rooms.json"]);
nameVersion();
bundlePages();

function run(script, args) {
  const done = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (done.error !== undefined) {
    process.stderr.write(`build: cannot run ${script}: ${done.error.message}. Run npm ci first.\n`);
    process.exit(4);
  }
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/**
 * dist/version.json: a fingerprint of everything that a run follows from, which is engine, world, scenarios and the generator of random
 * numbers. Results of two machines belong together if theirs agree. Of sources, not of dist, where removed files linger.
 */
function nameVersion() {
  const about = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const hash = createHash("sha256").update(`seedrandom ${about.dependencies.seedrandom}\n`);
  const cli = join(root, "sim", "cli");
  const sources = ["engine", "sim", "scenarios"]
    .flatMap((room) => filesOf(join(root, room)))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".bench.ts") && !path.startsWith(cli))
    .sort();
  for (const path of sources) {
    const name = relative(root, path).replaceAll("\\", "/");
    hash.update(`${name}\n`).update(readFileSync(path)).update("\n");
  }
  const version = `${about.version}-${hash.digest("hex").slice(0, 12)}`;
  const text = `${JSON.stringify({ version })}\n`;
  const path = join(root, "dist", "version.json");
  if (changedMs(path) < 0 || readFileSync(path, "utf8") !== text) writeFileSync(path, text);
}

/** The pages are drawn by viz, from data that reports prepares: a change in either makes new bundles. */
function bundlePages() {
  const folder = join(root, "dist", "page");
  const sources = [...filesOf(join(root, "viz")), ...filesOf(join(root, "reports"))];
  sources.push(fileURLToPath(import.meta.url));
  for (const name of ["d3", "preact"]) sources.push(join(modules, name, "package.json"));
  const newest = Math.max(...sources.map(changedMs));
  const vite = join(modules, "vite", "bin", "vite.js");
  for (const { name, styles, html } of pages) {
    if (changedMs(join(folder, `${name}.js`)) >= newest) continue;
    run(vite, ["build", "--config", "viz/vite.config.ts", "--mode", name]);
    const texts = styles.map((style) => readFileSync(join(root, "viz", style), "utf8"));
    writeFileSync(join(folder, `${name}.css`), texts.join("\n"));
    if (html === undefined) continue;
    writeFileSync(join(folder, `${name}.html`), readFileSync(join(root, "viz", html), "utf8"));
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
