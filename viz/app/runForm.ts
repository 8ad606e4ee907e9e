/** What a person has typed into the bar: texts, and the run that they name. */
import type { RunEdit, RunSpec } from "../../sim/live/runSpec.ts";
import type { ParameterValue, Scenario } from "../../sim/scenario.ts";
import type { ScenarioInfo } from "../protocol.ts";

export interface RunForm {
  readonly scenario: string;
  /** A scenario from a file, whose name is `scenario`. */
  readonly file: Scenario | undefined;
  readonly seed: string;
  /** Only what was typed: parameters by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly edits: readonly RunEdit[];
  /** A bug that is planted in the engine; undefined: none. */
  readonly mutant: string | undefined;
}

export type ReadForm =
  | { readonly kind: "run"; readonly spec: RunSpec }
  /** A sentence for each field that is wrong; "seed" and "scenario" are fields too. */
  | { readonly kind: "wrong"; readonly errors: Readonly<Record<string, string>> };

export const emptyForm: RunForm = {
  scenario: "az-outage",
  file: undefined,
  seed: "1",
  values: {},
  edits: [],
  mutant: undefined,
};

const largestSeed = 0xffffffff;

/** The run that a form names. `info` is its scenario; undefined: no such scenario, unless it comes from a file. */
export function readForm(form: RunForm, info: ScenarioInfo | undefined): ReadForm {
  const errors: Record<string, string> = {};
  if (info === undefined && form.file === undefined) {
    errors["scenario"] = `There is no scenario "${form.scenario}": choose one of the list.`;
  }
  const seed = Number(form.seed);
  if (!/^\d+$/.test(form.seed.trim()) || seed > largestSeed) {
    errors["seed"] = `A seed is a whole number from 0 to ${largestSeed}.`;
  }
  const overrides: Record<string, ParameterValue> = {};
  for (const [name, text] of Object.entries(form.values)) {
    const standard = standardOf(form, info, name);
    const value = readValue(text, standard);
    if (value === undefined) errors[name] = wrongValue(name, standard);
    else if (value !== standard) overrides[name] = value;
  }
  if (Object.keys(errors).length > 0) return { kind: "wrong", errors };
  const { scenario, file, edits, mutant } = form;
  return {
    kind: "run",
    spec: {
      scenario,
      ...(file === undefined ? {} : { file }),
      seed,
      overrides,
      edits,
      ...(mutant === undefined ? {} : { mutant }),
    },
  };
}

/** The form that names a run: the opposite of readForm. */
export function formOf(spec: RunSpec): RunForm {
  return {
    scenario: spec.scenario,
    file: spec.file,
    seed: String(spec.seed),
    values: Object.fromEntries(
      Object.entries(spec.overrides).map(([name, value]) => [name, String(value)]),
    ),
    edits: spec.edits,
    mutant: spec.mutant,
  };
}

/** What a parameter is unless it is changed; undefined: nothing is known of it. */
export function standardOf(
  form: RunForm,
  info: ScenarioInfo | undefined,
  name: string,
): ParameterValue | undefined {
  return form.file?.parameters[name] ?? info?.parameters[name];
}

/** A number where the standard is one, a word where it is a word; undefined: it is neither. */
export function readValue(
  text: string,
  standard: ParameterValue | undefined,
): ParameterValue | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const number = Number(trimmed);
  if (typeof standard === "string") return trimmed;
  if (Number.isFinite(number)) return number;
  return standard === undefined ? trimmed : undefined;
}

function wrongValue(name: string, standard: ParameterValue | undefined): string {
  return typeof standard === "number"
    ? `${name} is a number, such as ${standard}.`
    : `${name} needs a value${standard === undefined ? "" : `, such as "${standard}"`}.`;
}
