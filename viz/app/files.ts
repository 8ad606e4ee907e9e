/** What a dropped file is, told by its content: its name may be anything. */
import type { RunSpec } from "../../sim/live/runSpec.ts";
import type { Parameters } from "../../sim/scenario.ts";

export type OpenedFile =
  /** A run that was written down: it is executed again. `digest` undefined: the file does not say it. */
  | { readonly kind: "run"; readonly spec: RunSpec; readonly digest: string | undefined }
  /** Its text is to be read by the simulator, which knows the rules. */
  | { readonly kind: "scenario" }
  | { readonly kind: "campaign" }
  | { readonly kind: "wrong"; readonly sentence: string };

const expectedFiles =
  "Expected: report.json, trace.jsonl or history.jsonl of a run, a scenario file, or results.jsonl or summary.json of a campaign.";

const runSchemas = ["azimuth-report/1", "azimuth-trace/1", "azimuth-history/1"];
const campaignSchemas = ["azimuth-results/1", "azimuth-sweep/2"];

/** `text` is the whole file. */
export function recogniseFile(name: string, text: string): OpenedFile {
  const head = readHead(text);
  if (head === undefined) return wrong(`${name} is not JSON.`);
  const { schema } = head;
  if (typeof schema !== "string") {
    return "nemesis" in head ? { kind: "scenario" } : wrong(`${name} says no schema.`);
  }
  if (runSchemas.includes(schema)) return openRun(name, head);
  if (campaignSchemas.includes(schema)) return { kind: "campaign" };
  if (schema === "azimuth-recording/1") {
    return wrong(`${name} is a recording: it is replayed by "npm run sim -- replay ${name}".`);
  }
  return wrong(`${name} has the schema "${schema}", which this page does not read.`);
}

type Fields = Readonly<Record<string, unknown>>;

function wrong(sentence: string): OpenedFile {
  return { kind: "wrong", sentence: `${sentence} ${expectedFiles}` };
}

/** The whole file as one value, or the first of its lines. */
function readHead(text: string): Fields | undefined {
  const end = text.indexOf("\n");
  return fieldsOf(text) ?? (end < 0 ? undefined : fieldsOf(text.slice(0, end)));
}

function fieldsOf(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function openRun(name: string, head: Fields): OpenedFile {
  const { scenario, seed, digest, overrides = {} } = head;
  if (typeof scenario !== "string" || typeof seed !== "number" || !isFields(overrides)) {
    return wrong(`${name} does not say which scenario and seed it was made with.`);
  }
  return {
    kind: "run",
    spec: { scenario, seed, overrides: overrides as Parameters, edits: [] },
    digest: typeof digest === "string" ? digest : undefined,
  };
}
