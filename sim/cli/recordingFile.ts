/** A run written down with everything it decided: schema azimuth-recording/1, of which docs/shrinking.md tells every field. */
import type { DrawnDecisions } from "../decisions.ts";
import type { DigestCheckpoint, Run } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import { readJsonFile } from "./jsonFile.ts";
import { scenarioFrom } from "../input/scenarioFrom.ts";
import { UsageError } from "../input/usageError.ts";

const recordingSchema = "azimuth-recording/1";
/** A decision is a 32-bit fraction: it is written as its numerator. */
const DENOMINATOR = 4_294_967_296;

export interface Recording {
  /** `codeVersion()` of the code that ran. */
  readonly code: string;
  /** With everything written out: parameters, faults, offered operations. */
  readonly scenario: Scenario;
  readonly seed: number;
  readonly verdict: string;
  readonly signature: string;
  readonly events: number;
  readonly digest: string;
  readonly checkpoints: readonly DigestCheckpoint[];
  readonly decisions: DrawnDecisions;
}

/** Compact, a line a source, so that a person finds the one to edit. */
export function recordingText(
  scenario: Scenario,
  run: Run,
  decisions: DrawnDecisions,
  code: string,
): string {
  const { seed, verdict, signature, events, digest } = run;
  const head = { schema: recordingSchema, code, seed, verdict, signature };
  const lines = Object.entries({ ...head, events, digest, scenario }).map(
    ([name, value]) => `"${name}": ${JSON.stringify(value)}`,
  );
  const checkpoints = run.checkpoints.map((each) =>
    JSON.stringify([each.timeUs, each.events, each.digest]),
  );
  lines.push(`"checkpoints": [\n  ${checkpoints.join(",\n  ")}\n ]`);
  const sources = [...decisions].map(
    ([name, values]) => `${JSON.stringify(name)}: [${values.map(decisionText).join(",")}]`,
  );
  lines.push(`"decisions": {\n  ${sources.join(",\n  ")}\n }`);
  return `{\n ${lines.join(",\n ")}\n}\n`;
}

/** 0.5 is 0.5, and what the seed drew the numerator. */
function decisionText(value: number): string {
  const short = String(value);
  return short.length < 6 && value > 0 ? short : String(Math.round(value * DENOMINATOR));
}

/** Whether a JSON file calls itself a recording, of whatever schema. */
export function isRecording(path: string): boolean {
  const value = readJsonFile(path, "the file");
  const schema = typeof value === "object" && value !== null && "schema" in value && value.schema;
  return typeof schema === "string" && schema.startsWith("azimuth-recording/");
}

/** Throws UsageError that names the file and the field or line at fault, and what was expected there. */
export function readRecording(path: string): Recording {
  const value = readJsonFile(path, "the recording");
  try {
    return recordingFrom(value);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${path}: ${error.message}`);
    throw error;
  }
}

function recordingFrom(value: unknown): Recording {
  const object = objectFrom(value, "the recording");
  if (object["schema"] !== recordingSchema) {
    const got = JSON.stringify(object["schema"]) ?? "nothing";
    throw new UsageError(`schema must be "${recordingSchema}", got ${got}`);
  }
  const checkpoints = object["checkpoints"];
  if (!Array.isArray(checkpoints)) throw new UsageError("checkpoints must be a list […]");
  return {
    code: textFrom(object, "code"),
    scenario: scenarioFrom(object["scenario"]),
    seed: numberFrom(object, "seed"),
    verdict: textFrom(object, "verdict"),
    signature: textFrom(object, "signature"),
    events: numberFrom(object, "events"),
    digest: textFrom(object, "digest"),
    checkpoints: checkpoints.map(checkpointFrom),
    decisions: decisionsFrom(object["decisions"]),
  };
}

function objectFrom(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new UsageError(`${what} must be an object {…}, got ${JSON.stringify(value) ?? "nothing"}`);
}

function textFrom(object: Readonly<Record<string, unknown>>, name: string): string {
  const value = object[name];
  if (typeof value === "string") return value;
  throw new UsageError(`${name} must be a text, got ${JSON.stringify(value) ?? "nothing"}`);
}

function numberFrom(object: Readonly<Record<string, unknown>>, name: string): number {
  const value = object[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  const got = JSON.stringify(value) ?? "nothing";
  throw new UsageError(`${name} must be a whole number from 0 on, got ${got}`);
}

function checkpointFrom(value: unknown, index: number): DigestCheckpoint {
  const [timeUs, events, digest] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof timeUs === "number" && typeof events === "number" && typeof digest === "string") {
    return { timeUs, events, digest };
  }
  throw new UsageError(`checkpoints[${index}] must be [microseconds, events, "digest"]`);
}

function decisionsFrom(value: unknown): DrawnDecisions {
  const sources = objectFrom(value, "decisions");
  const decisions = new Map<string, readonly number[]>();
  for (const [name, values] of Object.entries(sources)) {
    if (!Array.isArray(values)) {
      throw new UsageError(`decisions["${name}"] must be a list of numbers`);
    }
    decisions.set(
      name,
      (values as unknown[]).map((each, ordinal) => decisionFrom(each, name, ordinal)),
    );
  }
  return decisions;
}

function decisionFrom(value: unknown, name: string, ordinal: number): number {
  if (typeof value === "number" && value >= 0 && value < 1) return value;
  if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < DENOMINATOR) {
    return value / DENOMINATOR;
  }
  throw new UsageError(
    `decisions["${name}"][${ordinal}] must be a fraction below 1, or its numerator over 2^32; got ${JSON.stringify(value)}`,
  );
}
