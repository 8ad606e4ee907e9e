/** One unit of the suite against a server. */
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseUnitLog, type UnitOutcome } from "./baseline.ts";
import { spawnChild } from "./children.ts";
import { leftOutOf } from "./leftOut.ts";
import type { CompatOptions } from "./options.ts";
import { ports } from "./ports.ts";
import { commandOf, type ServerProcess } from "./serverProcess.ts";
import { makeTestTree } from "./source.ts";

/** The suite's own server listens on one of the ports below this many above the first. */
const SUITE_PORTS = 32;
/** In spawn mode the suite starts servers itself, sometimes several, and a cluster bus 10,000 above each. */
const SPAWN_PORTS = 300;

/** `server`: undefined in spawn mode, where the suite starts it itself. */
export async function runUnit(
  unit: string,
  options: CompatOptions,
  places: { readonly root: string; readonly source: string },
  server: ServerProcess | undefined,
): Promise<UnitOutcome> {
  const tree = mkdtempSync(join(tmpdir(), "azimuth-compat-tree-"));
  const name = unit.replaceAll("/", "_");
  const started = Date.now();
  const firstPort = await ports.take(server === undefined ? SPAWN_PORTS : SUITE_PORTS);
  try {
    makeTestTree(places.source, tree);
    const skipped = join(tree, "skipped");
    const spared = leftOutOf(unit, options.mode);
    writeFileSync(skipped, spared === "all" ? "" : [...spared].join("\n"));
    const words = ["tests/test_helper.tcl", "--durable", "--single", unit, "--skipfile", skipped];
    if (server === undefined) {
      writeWrapper(options, places.root, join(tree, "src", "redis-server"));
      words.push(
        "--clients",
        "1",
        "--tags",
        "-slow",
        "--baseport",
        String(firstPort + SUITE_PORTS),
      );
      words.push("--portcount", String(SPAWN_PORTS - SUITE_PORTS));
    } else {
      words.push("--host", "127.0.0.1", "--port", String(server.port));
      words.push("--baseport", String(firstPort + SUITE_PORTS));
      // The baseline of the cluster holds slow tests too.
      if (options.mode === "cluster") words.push("--cluster-mode", "--tags", "-needs:repl");
      else words.push("--tags", "-needs:repl -slow");
    }
    const log = join(options.out, `${name}.log`);
    const broken = await tclsh(words, tree, log, options.unitTimeoutSeconds);
    return parseUnitLog(unit, readFileSync(log, "utf8"), broken, (Date.now() - started) / 1000);
  } finally {
    ports.giveBack(firstPort);
    rmSync(tree, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * The suite runs src/redis-server itself and expects it to be the process that serves, without cluster mode and on all addresses unless the
 * file or the words ask for something else, as redis-server does; in cluster mode it expects one node.
 */
function writeWrapper(options: CompatOptions, root: string, path: string): void {
  if (options.server === "redis") return;
  const [command, words] = commandOf(options, root);
  if (existsSync(path)) rmSync(path);
  writeFileSync(
    path,
    `#!/bin/bash
set -f
file=""
if [ "$1" = - ]; then file=-; shift; fi
if [ -f "$1" ]; then file="$(realpath "$1")"; shift; fi
said="$([ -f "$file" ] && cat "$file") $*"
# The title of a process has the room of its command line.
ours="--profile redis --set-proc-title yes"
case "$said" in
  *"cluster-enabled yes"*) ours="$ours --shards 1 --replicas 0" ;;
  *) ours="$ours --cluster-enabled no" ;;
esac
case "$said" in
  *"bind "*) ;;
  *) ours="$ours --bind * -::*" ;;
esac
# Bare words go on with the file; a name without a value is the last.
if [ -n "$file" ]; then set -- "$file" "$@" $ours; else set -- $ours "$@"; fi
# Called as the suite calls it, which the process's title shows.
exec -a "$0" '${command}' ${words.map((word) => `'${word}'`).join(" ")} "$@"
`,
    {
      mode: 0o755,
    },
  );
}

/** Runs the suite to its end or its time limit; "" or why it did not end by itself. */
function tclsh(
  words: readonly string[],
  tree: string,
  log: string,
  timeoutSeconds: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const output = createWriteStream(log);
    // A process group of its own: the suite's helpers go with it.
    const child = spawnChild("tclsh", words, {
      cwd: tree,
      detached: true,
      // Names of tests are printed as the baseline has them.
      env: { ...process.env, LC_ALL: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout?.pipe(output, { end: false });
    child.stderr?.pipe(output, { end: false });
    let broken = "";
    const limit = setTimeout(() => {
      broken = `ended after ${timeoutSeconds} s`;
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    }, timeoutSeconds * 1000);
    child.once("error", reject);
    child.once("close", () => {
      clearTimeout(limit);
      output.end(() => resolve(broken));
    });
  });
}
