/** The programs of other people that a run needs, and how to get those that are missing. */
import { spawnSync } from "node:child_process";
import { CompatError } from "./options.ts";

interface Program {
  readonly name: string;
  /** Debian's package that brings it. */
  readonly package: string;
}

const forSource: readonly Program[] = [
  { name: "apt-get", package: "apt" },
  { name: "dpkg-source", package: "dpkg-dev" },
];

/** Some units call them; redis-server itself is only the reference of `server=redis`. */
const forSuite: readonly Program[] = [
  { name: "tclsh", package: "tcl" },
  { name: "redis-cli", package: "redis-tools" },
  { name: "redis-benchmark", package: "redis-tools" },
  { name: "redis-server", package: "redis-server" },
];

export function requireProgramsForSource(): void {
  requirePrograms(forSource);
}

export function requireProgramsForSuite(): void {
  requirePrograms(forSuite);
}

/** Where a program lies. */
export function pathOf(name: string): string | undefined {
  const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function requirePrograms(programs: readonly Program[]): void {
  const missing = programs.filter(({ name }) => pathOf(name) === undefined);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((program) => program.package))];
  throw new CompatError(
    `${missing.map(({ name }) => name).join(", ")} not found. Install with: apt-get install ${packages.join(" ")}`,
  );
}
