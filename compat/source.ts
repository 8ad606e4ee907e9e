/**
 * The source of Redis 7.0.15 from Debian, for its tests alone: nothing of it is built. It is kept in a cache folder outside
 * the repository. The machine's own configuration of apt stays as it is: a changed copy of its sources file is used once.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { CompatError } from "./options.ts";
import { pathOf, requireProgramsForSource } from "./programs.ts";

const VERSION = "7.0.15";

/** Folder of the unpacked source, fetched if it is not there. */
export function redisSource(cache: string): string {
  const folder = join(cache, `redis-${VERSION}`);
  if (existsSync(join(folder, "tests", "test_helper.tcl"))) return folder;
  requireProgramsForSource();
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "fetch-"));
  try {
    fetchSource(work, folder);
    const unpacked = join(work, `redis-${VERSION}`);
    if (!existsSync(unpacked)) {
      throw new CompatError(
        `apt-get source redis gave another version than ${VERSION}: unpack that one at ${folder}`,
      );
    }
    // Another run may have been quicker.
    if (!existsSync(folder)) renameSync(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** A tree that one job may write into: the tests copied, the installed programs where the tests call them. */
export function makeTestTree(source: string, folder: string): void {
  cpSync(join(source, "tests"), join(folder, "tests"), { recursive: true });
  mkdirSync(join(folder, "src"));
  const programs = ["cli", "benchmark", "server", "check-aof", "check-rdb", "sentinel"];
  for (const program of programs.map((name) => `redis-${name}`)) {
    const path = pathOf(program);
    if (path !== undefined) symlinkSync(path, join(folder, "src", program));
  }
}

/** Throws with what to do by hand: the machine may have no way to Debian's mirror. */
function fetchSource(work: string, folder: string): void {
  const list = join(work, "deb-src.sources");
  writeFileSync(list, sourcesOfMachine());
  mkdirSync(join(work, "lists"));
  mkdirSync(join(work, "cache"));
  const options = [
    `Dir::Etc::sourcelist=${list}`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::lists=${join(work, "lists")}`,
    `Dir::Cache=${join(work, "cache")}`,
    "APT::Sandbox::User=root",
    "APT::Update::Error-Mode=any",
  ].flatMap((option) => ["-o", option]);
  for (const action of [["update"], ["source", "redis"]]) {
    const done = spawnSync("apt-get", ["-q", ...options, ...action], {
      cwd: work,
      encoding: "utf8",
    });
    if (done.status !== 0) {
      const why = `${done.stdout ?? ""}${done.stderr ?? ""}`.trim().split("\n").slice(-5);
      throw new CompatError(
        `apt-get ${action.join(" ")} failed:\n${why.join("\n")}\n` +
          `The suite comes from Debian's source package. Without a way to its mirror, unpack Redis ${VERSION} as ${folder}`,
      );
    }
  }
}

/** Debian's entries of the machine, asking for sources instead of packages. */
function sourcesOfMachine(): string {
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".sources"))
    : [];
  const found = files
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .filter((text) => /^URIs:.*debian/m.test(text))
    .map((text) => text.replaceAll(/^Types:.*$/gm, "Types: deb-src"));
  if (found.length > 0) return found.join("\n");
  const old = existsSync("/etc/apt/sources.list")
    ? readFileSync("/etc/apt/sources.list", "utf8")
    : "";
  const entries = [...old.matchAll(/^deb +(?:\[[^\]]*\] +)?(\S*debian\S*) +(\S+) +(.*)$/gm)];
  if (entries.length === 0) {
    throw new CompatError(
      "no Debian entry in /etc/apt: get the source of Redis 7.0.15 by hand and name its parent by cache=",
    );
  }
  return entries
    .map(
      ([, uri, suite, parts]) =>
        `Types: deb-src\nURIs: ${uri}\nSuites: ${suite}\nComponents: ${parts}\n`,
    )
    .join("\n");
}
