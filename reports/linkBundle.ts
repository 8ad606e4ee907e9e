/** What of a run is too long or too odd to be read in an address: JSON, deflated, as base64url. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import type { RunEdit } from "../sim/live/runSpec.ts";
import type { Parameters, Scenario } from "../sim/scenario.ts";
import { base64urlOf, bytesOfBase64url } from "./base64url.ts";

export interface LinkBundle {
  readonly file?: Scenario;
  /** Parameters that the readable part cannot say. */
  readonly overrides?: Parameters;
  readonly edits?: readonly RunEdit[];
}

/** Whoever made a link may be no friend: a few bytes of it can stand for gigabytes. */
const mostBytes = 4 << 20;

/** Throws an Error if the bundle is so large that no link of it could be read. */
export function packBundle(bundle: LinkBundle): string {
  const bytes = strToU8(JSON.stringify(bundle));
  if (bytes.length > mostBytes) {
    throw new Error(
      `the run is too large for a link: ${bytes.length} bytes of scenario and edits, expected at most ${mostBytes}`,
    );
  }
  return base64urlOf(deflateSync(bytes, { level: 9 }));
}

/** Throws an Error that says what was expected. A scenario's inner fields are not looked at: whoever runs it checks them. */
export function unpackBundle(text: string): LinkBundle {
  const bundle = objectFrom(parsed(inflated(text)), "z");
  only(bundle, ["file", "overrides", "edits"], "z");
  const { file, overrides, edits } = bundle;
  return {
    ...(file === undefined ? {} : { file: fileFrom(file) }),
    ...(overrides === undefined ? {} : { overrides: valuesFrom(overrides, "overrides") }),
    ...(edits === undefined
      ? {}
      : { edits: listFrom(edits, "edits").map((edit, index) => editFrom(edit, index)) }),
  };
}

function inflated(text: string): Uint8Array {
  const bytes = bytesOfBase64url(text);
  if (bytes === undefined || bytes.length === 0) {
    throw new Error("z is damaged: expected letters, digits, - and _ (was the link cut off?)");
  }
  let out;
  try {
    // What is beyond the buffer is not written, so neither is it held.
    out = inflateSync(bytes, { out: new Uint8Array(mostBytes + 1) });
  } catch {
    throw new Error("z is damaged: expected deflated JSON (was the link cut off?)");
  }
  if (out.length > mostBytes) {
    throw new Error(`z is too large: expected at most ${mostBytes} bytes when inflated`);
  }
  return out;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strFromU8(bytes));
  } catch {
    throw new Error("z is damaged: expected JSON within (was the link cut off?)");
  }
}

function fileFrom(value: unknown): Scenario {
  const file = objectFrom(value, "file");
  textFrom(file["name"], "file.name");
  return file as unknown as Scenario;
}

function editFrom(value: unknown, index: number): RunEdit {
  const what = `edits[${index}]`;
  const edit = objectFrom(value, what);
  const kind = editKinds.find((each) => each === edit["kind"]);
  switch (kind) {
    case "addFault":
      only(edit, ["kind", "fault"], what);
      faultFrom(edit["fault"], `${what}.fault`);
      break;
    case "removeFault":
      only(edit, ["kind", "id"], what);
      textFrom(edit["id"], `${what}.id`);
      break;
    case "changeFault":
      only(edit, ["kind", "id", "fields"], what);
      textFrom(edit["id"], `${what}.id`);
      valuesFrom(edit["fields"], `${what}.fields`);
      break;
    case "request":
      only(edit, ["kind", "request"], what);
      requestFrom(edit["request"], `${what}.request`);
      break;
    case "decision":
      only(edit, ["kind", "decision"], what);
      decisionFrom(edit["decision"], `${what}.decision`);
      break;
    case undefined:
      throw new Error(`${what}.kind must be one of ${editKinds.join(", ")}`);
  }
  return edit as unknown as RunEdit;
}

const editKinds: readonly RunEdit["kind"][] = [
  "addFault",
  "removeFault",
  "changeFault",
  "request",
  "decision",
];

function faultFrom(value: unknown, what: string): void {
  const fields = valuesFrom(value, what);
  textFrom(fields["kind"], `${what}.kind`);
  if (fields["atMs"] === undefined) throw new Error(`${what}.atMs is missing: when does it begin?`);
}

function requestFrom(value: unknown, what: string): void {
  const request = objectFrom(value, what);
  only(request, ["atMs", "node", "words"], what);
  numberFrom(request["atMs"], `${what}.atMs`);
  textFrom(request["node"], `${what}.node`);
  for (const word of listFrom(request["words"], `${what}.words`)) textFrom(word, `${what}.words`);
}

function decisionFrom(value: unknown, what: string): void {
  const decision = objectFrom(value, what);
  only(decision, ["stream", "entity", "ordinal", "value"], what);
  textFrom(decision["stream"], `${what}.stream`);
  if (decision["entity"] !== undefined) textFrom(decision["entity"], `${what}.entity`);
  if (decision["ordinal"] !== undefined) numberFrom(decision["ordinal"], `${what}.ordinal`);
  numberFrom(decision["value"], `${what}.value`);
}

type JsonObject = Readonly<Record<string, unknown>>;

function objectFrom(value: unknown, what: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new Error(`${what} must be an object {…}`);
}

function listFrom(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`${what} must be a list […]`);
}

function textFrom(value: unknown, what: string): void {
  if (typeof value !== "string") throw new Error(`${what} must be a text`);
}

function numberFrom(value: unknown, what: string): void {
  if (typeof value !== "number") throw new Error(`${what} must be a number`);
}

function valuesFrom(value: unknown, what: string): Parameters {
  const object = objectFrom(value, what);
  for (const [name, each] of Object.entries(object)) {
    if (typeof each === "string" || typeof each === "number") continue;
    throw new Error(`${what}.${name} must be a number or a text`);
  }
  return object as Parameters;
}

function only(object: JsonObject, known: readonly string[], what: string): void {
  const stray = Object.keys(object).find((name) => !known.includes(name));
  if (stray === undefined) return;
  throw new Error(`${what} has an unknown field "${stray}": expected ${known.join(", ")}`);
}
