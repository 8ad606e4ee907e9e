/** What a person has typed to run seeds in the browser: texts, and the campaign that they name. */
import type { Parameters } from "../../sim/scenario.ts";
import type { ScenarioInfo } from "../protocol.ts";
import type { LocalPlan } from "./localCampaign.ts";

export interface LocalForm {
  readonly scenario: string;
  readonly first: string;
  readonly last: string;
  /** Counts only where the scenario can be told its budget. */
  readonly budget: string;
  readonly workers: string;
}

export type ReadLocalForm =
  | { readonly kind: "plan"; readonly plan: LocalPlan }
  | { readonly kind: "wrong"; readonly sentence: string };

/** In the order of what they allow. */
export const budgets: readonly string[] = ["within", "over", "assumption-broken"];

const highestSeed = 0xffffffff;
/** More are for the command line, which keeps each result as it comes. */
const mostSeeds = 500;

/** `info`: the form's scenario; undefined: there is none of that name. `mostWorkers`: as many as the machine has cores. */
export function readLocalForm(
  form: LocalForm,
  info: ScenarioInfo | undefined,
  mostWorkers: number,
): ReadLocalForm {
  if (info === undefined) return wrong(`There is no scenario “${form.scenario}”.`);
  const first = wholeNumber(form.first);
  const last = wholeNumber(form.last);
  const workers = wholeNumber(form.workers);
  if (first === undefined || last === undefined || last > highestSeed) {
    return wrong(`Seeds are whole numbers from 0 to ${highestSeed}.`);
  }
  if (first > last) return wrong("The first seed must not be above the last.");
  if (last - first >= mostSeeds) {
    return wrong(
      `More than ${mostSeeds} seeds are for the command line: npm run sim -- ${info.name === "swarm" ? "swarm" : `scenario=${info.name}`} seeds=${first}..${last}`,
    );
  }
  if (workers === undefined || workers < 1 || workers > mostWorkers) {
    return wrong(`Workers are 1 to ${mostWorkers}, as many as this machine has cores.`);
  }
  const seeds = { first, last };
  return {
    kind: "plan",
    plan: { scenario: info.name, overrides: overridesOf(form, info), seeds, workers },
  };
}

export function takesBudget(info: ScenarioInfo | undefined): boolean {
  return info?.parameters["budget"] !== undefined;
}

function overridesOf({ budget }: LocalForm, info: ScenarioInfo): Parameters {
  return takesBudget(info) && info.parameters["budget"] !== budget ? { budget } : {};
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,10}$/.test(text.trim()) ? Number(text) : undefined;
}

function wrong(sentence: string): ReadLocalForm {
  return { kind: "wrong", sentence };
}
