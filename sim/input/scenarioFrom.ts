/** A scenario from the value of a JSON file. Everything in it is checked: a misspelt field must not silently mean nothing. */
import { endingChecks } from "../checker/checks.ts";
import { offersByShard } from "../clients/offers.ts";
import { decisionStreams, type DecisionEdit } from "../decisions.ts";
import type {
  Expectation,
  FaultSpec,
  NodeRequest,
  OfferedSpec,
  ParameterValue,
  Parameters,
  Scenario,
} from "../scenario.ts";
import { whyRefused } from "../live/nodeRequests.ts";
import { unknownName } from "./nearest.ts";
import { checkDefaults, checkPlans, parametersOf } from "./parameterRules.ts";
import { UsageError } from "./usageError.ts";

const fields = [
  "name",
  "story",
  "budget",
  "seed",
  "parameters",
  "parameterHelp",
  "nemesis",
  "operations",
  "expect",
  "generator",
  "availability",
  "endsOn",
  "decisions",
  "requests",
];
const operationFields = ["atMs", "shard", "workload", "access", "key", "draw"];
const accesses: readonly OfferedSpec["access"][] = ["write", "read", "replica read"];
const requestFields = ["atMs", "node", "words"];
const decisionFields = ["stream", "entity", "ordinal", "value"];
const budgets: readonly Scenario["budget"][] = ["within", "over", "assumption-broken"];

/** Throws UsageError that names the field at fault. */
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
    ...generatorFrom(object["generator"]),
    ...availabilityFrom(object["availability"]),
    ...endsOnFrom(object["endsOn"]),
    ...(object["operations"] === undefined
      ? {}
      : { operations: listFrom(object["operations"], "operations").map(operationFrom) }),
    ...(object["seed"] === undefined ? {} : { seed: wholeFrom(object["seed"], "seed") }),
    ...(object["requests"] === undefined
      ? {}
      : { requests: listFrom(object["requests"], "requests").map(requestFrom) }),
    ...(object["decisions"] === undefined
      ? {}
      : { decisions: listFrom(object["decisions"], "decisions").map(decisionFrom) }),
  };
  checkDefaults(scenario);
  checkReferences(scenario);
  checkPlans(scenario, parametersOf(scenario));
  checkOperations(scenario);
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

function generatorFrom(value: unknown): Pick<Scenario, "generator"> {
  if (value === undefined) return {};
  if (value === "swarm") return { generator: value };
  throw new UsageError(`generator can only be "swarm", got ${shown(value)}`);
}

function availabilityFrom(value: unknown): Pick<Scenario, "availability"> {
  if (value === undefined) return {};
  if (value === "measured") return { availability: value };
  throw new UsageError(`availability can only be "measured", got ${shown(value)}`);
}

function endsOnFrom(value: unknown): Pick<Scenario, "endsOn"> {
  if (value === undefined) return {};
  const check = endingChecks.find((each) => each === value);
  if (check !== undefined) return { endsOn: check };
  throw new UsageError(`endsOn must be one of ${endingChecks.join(", ")}; got ${shown(value)}`);
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

/** `shard`, `key` and `draw` are 0 unless told, so that a short list stays short. */
function operationFrom(value: unknown, index: number): OfferedSpec {
  const what = `operations[${index}]`;
  const object = objectFrom(value, what);
  for (const field of Object.keys(object)) {
    if (operationFields.includes(field)) continue;
    throw new UsageError(`${what}: ${unknownName("field", field, operationFields)}`);
  }
  const { atMs, shard = 0, key = 0, draw = 0 } = object;
  if (typeof atMs !== "number") {
    throw new UsageError(`${what}.atMs must be a number, got ${shown(atMs)}`);
  }
  const access = accesses.find((each) => each === object["access"]);
  if (access === undefined) {
    const names = accesses.join(", ");
    throw new UsageError(`${what}.access must be one of ${names}; got ${shown(object["access"])}`);
  }
  return {
    atMs,
    shard: wholeFrom(shard, `${what}.shard`),
    workload: textFrom(object["workload"], `${what}.workload`),
    access,
    key: wholeFrom(key, `${what}.key`),
    draw: wholeFrom(draw, `${what}.draw`),
  };
}

/** Offers the operations to nobody, so that one that cannot be offered is wrong usage and not a failure of the run. */
function checkOperations(scenario: Scenario): void {
  if (scenario.operations === undefined) return;
  try {
    offersByShard(scenario.operations, Number(parametersOf(scenario)["shards"]), Infinity);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function requestFrom(value: unknown, index: number): NodeRequest {
  const what = `requests[${index}]`;
  const object = objectFrom(value, what);
  for (const field of Object.keys(object)) {
    if (requestFields.includes(field)) continue;
    throw new UsageError(`${what}: ${unknownName("field", field, requestFields)}`);
  }
  const { atMs } = object;
  if (typeof atMs !== "number") {
    throw new UsageError(`${what}.atMs must be a number, got ${shown(atMs)}`);
  }
  const words = listFrom(object["words"], `${what}.words`).map((word, place) =>
    textFrom(word, `${what}.words[${place}]`),
  );
  const why = words.length === 0 ? "words must name a command" : whyRefused(words);
  if (why !== undefined) throw new UsageError(`${what}: ${why}`);
  return { atMs, node: textFrom(object["node"], `${what}.node`), words };
}

function decisionFrom(value: unknown, index: number): DecisionEdit {
  const what = `decisions[${index}]`;
  const object = objectFrom(value, what);
  for (const field of Object.keys(object)) {
    if (decisionFields.includes(field)) continue;
    throw new UsageError(`${what}: ${unknownName("field", field, decisionFields)}`);
  }
  const stream = textFrom(object["stream"], `${what}.stream`);
  if (!decisionStreams.includes(stream)) {
    throw new UsageError(`${what}: ${unknownName("stream", stream, decisionStreams)}`);
  }
  const { entity, ordinal } = object;
  if (ordinal !== undefined && entity === undefined) {
    throw new UsageError(`${what}.ordinal needs an entity beside it`);
  }
  return {
    stream,
    ...(entity === undefined ? {} : { entity: textFrom(entity, `${what}.entity`) }),
    ...(ordinal === undefined ? {} : { ordinal: wholeFrom(ordinal, `${what}.ordinal`) }),
    value: shareFrom(object["value"], `${what}.value`),
  };
}

function wholeFrom(value: unknown, what: string): number {
  const most = 4_294_967_295;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) {
    return value;
  }
  throw new UsageError(`${what} must be a whole number from 0 to ${most}, got ${shown(value)}`);
}

function shareFrom(value: unknown, what: string): number {
  if (typeof value === "number" && value >= 0 && value < 1) return value;
  throw new UsageError(`${what} must be a number from 0 to below 1, got ${shown(value)}`);
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
