/** Reads a scenario from a JSON file. Everything in it is checked: a misspelt field must not silently mean nothing. */
import { readFileSync } from "node:fs";
import type { Expectation, FaultSpec, ParameterValue, Parameters, Scenario } from "../scenario.ts";
import { unknownName } from "./nearest.ts";
import { checkDefaults, checkPlans, parametersOf } from "./parameterRules.ts";
import { UsageError } from "./usageError.ts";

const fields = ["name", "story", "budget", "parameters", "parameterHelp", "nemesis", "expect"];
const budgets: readonly Scenario["budget"][] = ["within", "over", "assumption-broken"];

/** Throws UsageError that names the file and the field at fault. */
export function readScenarioFile(path: string): Scenario {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const reason = code === "ENOENT" ? "there is no such file" : code;
    throw new UsageError(`cannot read the scenario file ${path}: ${reason}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : ""}`);
  }
  try {
    return scenarioFrom(value);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

export function scenarioFrom(value: unknown): Scenario {
  const object = objectFrom(value, "the scenario");
  for (const field of Object.keys(object)) {
    if (!fields.includes(field)) throw new UsageError(unknownName("field", field, fields));
  }
  const scenario: Scenario = {
    name: nameFrom(object["name"]),
    story: textFrom(object["story"], "story"),
    budget: budgetFrom(object["budget"]),
    parameters: parametersFrom(object["parameters"] ?? {}, "parameters"),
    parameterHelp: helpFrom(object["parameterHelp"] ?? {}),
    nemesis: listFrom(object["nemesis"] ?? [], "nemesis").map(faultFrom),
    expect: listFrom(object["expect"] ?? [], "expect").map(expectationFrom),
  };
  checkDefaults(scenario);
  checkReferences(scenario);
  checkPlans(scenario, parametersOf(scenario));
  return scenario;
}

function objectFrom(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UsageError(`${what} must be an object {…}, got ${shown(value)}`);
}

function listFrom(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UsageError(`${what} must be a list […], got ${shown(value)}`);
}

function textFrom(value: unknown, what: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new UsageError(`${what} must be a text, got ${shown(value)}`);
}

/** The name becomes a folder's: nothing in it may lead elsewhere. */
function nameFrom(value: unknown): string {
  const name = textFrom(value, "name");
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) return name;
  throw new UsageError(`name must be small letters, digits and dashes, got ${shown(value)}`);
}

function budgetFrom(value: unknown): Scenario["budget"] {
  const budget = budgets.find((each) => each === value);
  if (budget !== undefined) return budget;
  throw new UsageError(`budget must be one of ${budgets.join(", ")}; got ${shown(value)}`);
}

function parametersFrom(value: unknown, what: string): Parameters {
  const object = objectFrom(value, what);
  for (const [name, each] of Object.entries(object)) parameterFrom(each, `${what}.${name}`);
  return object as Parameters;
}

function parameterFrom(value: unknown, what: string): ParameterValue {
  if (typeof value === "string" || (typeof value === "number" && Number.isFinite(value))) {
    return value;
  }
  throw new UsageError(`${what} must be a number or a text, got ${shown(value)}`);
}

function helpFrom(value: unknown): Readonly<Record<string, string>> {
  const object = objectFrom(value, "parameterHelp");
  for (const [name, each] of Object.entries(object)) textFrom(each, `parameterHelp.${name}`);
  return object as Record<string, string>;
}

function faultFrom(value: unknown, index: number): FaultSpec {
  const what = `nemesis[${index}]`;
  const given = parametersFrom(value, what);
  const kind = textFrom(given["kind"], `${what}.kind`);
  const atMs = given["atMs"];
  if (atMs === undefined) throw new UsageError(`${what}.atMs is missing: when does it begin?`);
  return { ...given, kind, atMs };
}

function expectationFrom(value: unknown, index: number): Expectation {
  const what = `expect[${index}]`;
  const given = parametersFrom(value, what);
  return { ...given, check: textFrom(given["check"], `${what}.check`) };
}

/** Every "$name" must stand for a parameter. */
function checkReferences(scenario: Scenario): void {
  const names = Object.keys(parametersOf(scenario));
  for (const spec of [...scenario.nemesis, ...scenario.expect]) {
    for (const value of Object.values(spec)) {
      const name = typeof value === "string" ? /^-?\$(.*)$/.exec(value)?.[1] : undefined;
      if (name !== undefined && !names.includes(name)) {
        throw new UsageError(unknownName("parameter after $", name, names));
      }
    }
  }
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
