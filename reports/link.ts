/**
 * A run as the part of an address behind "#": which run, in which version of the code, at which moment, with what selected.
 * `scenario=az-outage&seed=1&leaseMs=1000&v=0.1.0-3f2a9c1b7e55&t=15.2s&sel=operation:412&view=12s..18s`. Every key that is not the link's own
 * is a parameter; what cannot be read so stands in `z` (reports/linkBundle.ts).
 */
import type { RunSpec } from "../sim/live/runSpec.ts";
import type { ParameterValue } from "../sim/scenario.ts";
import { packBundle, unpackBundle, type LinkBundle } from "./linkBundle.ts";

export interface Link {
  readonly spec: RunSpec;
  /** Of the code that made the link; "" if nobody says. */
  readonly version: string;
  /** Microseconds since the load began, as all times of a link and of a report; below 0 while the cluster comes up. */
  readonly atUs?: number;
  readonly selection?: LinkSelection;
  /** What of the run is on screen. */
  readonly view?: readonly [fromUs: number, untilUs: number];
}

/** What is selected. Rows are those of the run's film. */
export type LinkSelection =
  | { readonly kind: "operation"; readonly id: number }
  | { readonly kind: "event"; readonly row: number }
  | { readonly kind: "message"; readonly row: number }
  | { readonly kind: "fault"; readonly id: string }
  | { readonly kind: "node"; readonly node: string };

const ownKeys: readonly string[] = ["scenario", "seed", "mutant", "v", "t", "sel", "view", "z"];
const mostCharacters = 256 << 10;
const highestSeed = 4_294_967_295;

/** The text behind "#". Throws an Error if the run is too large for a link. */
export function encodeLink(link: Link): string {
  const { spec, version, atUs, selection, view } = link;
  const overrides = Object.entries(spec.overrides);
  const readable = overrides.filter(([name, value]) => isReadable(name, value));
  const odd = overrides.filter(([name, value]) => !isReadable(name, value));
  const bundle: LinkBundle = {
    ...(spec.file === undefined ? {} : { file: spec.file }),
    ...(odd.length === 0 ? {} : { overrides: Object.fromEntries(odd) }),
    ...(spec.edits.length === 0 ? {} : { edits: spec.edits }),
  };
  const pairs: (readonly [key: string, text: string])[] = [
    ["scenario", escaped(spec.scenario)],
    ["seed", String(spec.seed)],
    ...(spec.mutant === undefined ? [] : [["mutant", escaped(spec.mutant)] as const]),
    ...readable.map(([name, value]) => [name, String(value)] as const),
  ];
  if (version !== "") pairs.push(["v", escaped(version)]);
  if (atUs !== undefined) pairs.push(["t", timeText(atUs)]);
  if (selection !== undefined) pairs.push(["sel", escaped(selectionText(selection))]);
  if (view !== undefined) pairs.push(["view", view.map(timeText).join("..")]);
  if (Object.keys(bundle).length > 0) pairs.push(["z", packBundle(bundle)]);
  const text = pairs.map(([key, value]) => `${key}=${value}`).join("&");
  if (text.length <= mostCharacters) return text;
  throw new Error(
    `the run is too large for a link: ${text.length} characters, expected at most ${mostCharacters}; hand on its file instead`,
  );
}

/** With or without the "#". Throws an Error whose sentence says what was expected. */
export function decodeLink(hash: string): Link {
  const text = hash.replace(/^#/, "");
  if (text.length > mostCharacters) {
    throw new Error(
      `the link is too long: ${text.length} characters, expected at most ${mostCharacters}`,
    );
  }
  const pairs = pairsOf(text);
  const scenario = pairs.get("scenario");
  if (scenario === undefined || scenario === "") {
    throw new Error("the link names no scenario: expected scenario=NAME&seed=N");
  }
  const seed = seedFrom(pairs.get("seed"));
  const z = pairs.get("z");
  const { file, overrides, edits = [] } = z === undefined ? {} : unpackBundle(z);
  const mutant = pairs.get("mutant");
  const readable = [...pairs].filter(([key]) => !ownKeys.includes(key));
  const named = Object.fromEntries(readable.map(([name, value]) => [name, valueFrom(value)]));
  const spec: RunSpec = {
    scenario,
    ...(file === undefined ? {} : { file }),
    seed,
    overrides: { ...named, ...overrides },
    edits,
    ...(mutant === undefined ? {} : { mutant: mutantFrom(mutant) }),
  };
  const at = pairs.get("t");
  const selection = pairs.get("sel");
  const view = pairs.get("view");
  return {
    spec,
    version: pairs.get("v") ?? "",
    ...(at === undefined ? {} : { atUs: timeFrom(at, "t") }),
    ...(selection === undefined ? {} : { selection: selectionFrom(selection) }),
    ...(view === undefined ? {} : { view: viewFrom(view) }),
  };
}

function pairsOf(text: string): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const part of text.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const key = part.slice(0, Math.max(equals, 0));
    if (!/^[a-z]\w*$/i.test(key)) {
      throw new Error(`the link has "${part.slice(0, 40)}" in it: expected key=value`);
    }
    if (pairs.has(key)) throw new Error(`the link gives ${key} twice: expected it once`);
    pairs.set(key, unescaped(part.slice(equals + 1), key));
  }
  return pairs;
}

/** Percent signs for what an address may not hold; the signs that values often have stay readable. */
function escaped(text: string): string {
  return encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2C", ",");
}

function unescaped(text: string, key: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error(`${key} has a broken % in it: expected %XX (was the link cut off?)`);
  }
}

/** Whether key=value comes back as it is: of the same type, without a sign that needs escaping, under a key that is not the link's own. */
function isReadable(name: string, value: ParameterValue): boolean {
  const text = String(value);
  const isPlain = /^[\w.,:+-]{1,80}$/.test(text) && /^[a-z]\w{0,39}$/i.test(name);
  return isPlain && !ownKeys.includes(name) && valueFrom(text) === value;
}

/** What looks as a number does when printed is one. */
function valueFrom(text: string): ParameterValue {
  const value = Number(text);
  return Number.isFinite(value) && String(value) === text ? value : text;
}

function seedFrom(text: string | undefined): number {
  const seed = text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (seed >= 0 && seed <= highestSeed) return seed;
  throw new Error(
    `seed must be a whole number from 0 to ${highestSeed}, such as seed=1; got "${text ?? "nothing"}"`,
  );
}

function mutantFrom(text: string): string {
  if (/^[a-z][a-z-]{0,63}$/.test(text)) return text;
  throw new Error(`mutant must be the name of a planted bug, such as no-tracker; got "${text}"`);
}

/** Whole microseconds as seconds, which are exact below 10^15; what a mouse pointed at may lie between two. */
function timeText(us: number): string {
  return Number.isInteger(us) && Math.abs(us) < 1e15 ? `${us / 1_000_000}s` : `${us}us`;
}

const unitExponents: Readonly<Record<string, number>> = { s: 6, ms: 3, us: 0 };

/** Microseconds of a text such as 15.2s, 200ms or 17us. Reading the decimal point elsewhere is exact, multiplying is not. */
export function microsecondsOf(text: string): number | undefined {
  const [, digits, exponent, unit] =
    /^(-?\d+(?:\.\d+)?)(?:e([+-]?\d{1,3}))?(s|ms|us)$/.exec(text) ?? [];
  const shift = unitExponents[unit ?? ""] ?? Number.NaN;
  const us = Number(`${digits}e${Number(exponent ?? 0) + shift}`);
  return Number.isFinite(us) ? us : undefined;
}

function timeFrom(text: string, key: string): number {
  const us = microsecondsOf(text);
  if (us !== undefined) return us;
  throw new Error(
    `${key} must be a time since the load began, such as 15.2s, 200ms or 17us; got "${text}"`,
  );
}

function viewFrom(text: string): readonly [number, number] {
  const [from, until, ...more] = text.split("..");
  if (from === undefined || until === undefined || more.length > 0) {
    throw new Error(`view must be two times, such as view=12s..18s; got "${text}"`);
  }
  const view = [timeFrom(from, "view"), timeFrom(until, "view")] as const;
  if (view[0] < view[1]) return view;
  throw new Error(`view must end after it begins, such as view=12s..18s; got "${text}"`);
}

function selectionText(selection: LinkSelection): string {
  switch (selection.kind) {
    case "operation":
    case "fault":
      return `${selection.kind}:${selection.id}`;
    case "event":
    case "message":
      return `${selection.kind}:${selection.row}`;
    case "node":
      return `node:${selection.node}`;
  }
}

function selectionFrom(text: string): LinkSelection {
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(colon, 0));
  const name = text.slice(colon + 1);
  const row = /^\d{1,15}$/.test(name) ? Number(name) : undefined;
  if (kind === "operation" && row !== undefined) return { kind, id: row };
  if ((kind === "event" || kind === "message") && row !== undefined) return { kind, row };
  if (kind === "fault" && name !== "") return { kind, id: name };
  if (kind === "node" && name !== "") return { kind, node: name };
  throw new Error(
    `sel must be operation:N, event:N, message:N, fault:ID or node:NAME; got "${text}"`,
  );
}
