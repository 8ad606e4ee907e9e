/** Once before all files: the pages are built, and the folder of what a reader of a failure wants to see is empty. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { outFolder } from "./folders.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Screenshots are written, not compared: vitest's `-u`. */
    renewShots: boolean;
  }
}

export default function setup(project: TestProject): void {
  rmSync(outFolder, { recursive: true, force: true });
  mkdirSync(outFolder, { recursive: true });
  project.provide("renewShots", project.config.snapshotOptions.updateSnapshot === "all");
  run("scripts/buildApp.js");
  run("node_modules/vite/bin/vite.js", "build", "--config", "viz/stress.config.ts");
}

function run(...words: readonly string[]): void {
  const done = spawnSync(process.execPath, words, {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: "inherit",
  });
  if (done.status !== 0)
    throw new Error(`what the tests look at does not build: ${words.join(" ")}`);
}
