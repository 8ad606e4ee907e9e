/** Reads a scenario from a JSON file. */
import { scenarioFrom } from "../input/scenarioFrom.ts";
import { UsageError } from "../input/usageError.ts";
import type { Scenario } from "../scenario.ts";
import { readJsonFile } from "./jsonFile.ts";

/** Throws UsageError that names the file and the field at fault. */
export function readScenarioFile(path: string): Scenario {
  const value = readJsonFile(path, "the scenario file");
  try {
    return scenarioFrom(value);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}
