/** Minimal scenarios that once failed, as `npm run sim -- shrink` left them: they stay after the mend, and must hold. */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readScenarioFile } from "../../sim/cli/scenarioFile.ts";
import { runScenario } from "../../sim/world.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));

it.each(files)("%s holds", (file) => {
  const scenario = readScenarioFile(`${folder}/${file}`);
  expect(`${scenario.name}.json`).toBe(file);
  const { run } = runScenario(scenario, {}, scenario.seed ?? 1, { full: false });
  const bad = run.checks.filter(({ verdict }) => verdict !== "ok");
  expect(bad.map(({ name, sentence }) => `${name}: ${sentence}`)).toEqual([]);
});
