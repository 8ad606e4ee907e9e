/** Reads a JSON file; what is wrong with one is said with its line. */
import { readFileSync } from "node:fs";
import { reasonOf } from "./outputFiles.ts";
import { UsageError } from "../input/usageError.ts";

/** `what` names the file in an error: "the scenario file". Throws UsageError. */
export function readJsonFile(path: string, what: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`cannot read ${what} ${path}: ${reasonOf(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    throw new UsageError(`${path} is not JSON: line ${lineOf(message, text)}: ${message}`);
  }
}

/** V8 names a position, or none if the text ended too soon. */
function lineOf(message: string, text: string): number {
  const position = /position (\d+)/.exec(message)?.[1];
  const end = position === undefined ? text.length : Number(position);
  return text.slice(0, end).split("\n").length;
}
