/**
 * From a failing run to a small one that fails in the same way: the main path. Each pass takes one kind of thing away; passes
 * come again, since what could not go at first may go once other things have gone.
 */
import type { Parameters, Scenario } from "../scenario.ts";
import { explicitScenario } from "./explicit.ts";
import { dropFaults, dropPeculiarities, dropStubbornFaults, shuffled } from "./faultPass.ts";
import { dropClients, dropOperations, tidyOperations } from "./loadPass.ts";
import { Search, type Outcome, type SearchOptions, type Steps } from "./search.ts";
import { dropExpectations, dropNodes, dropParameters, fixDecisions } from "./settingsPass.ts";
import {
  beginSooner,
  cutHorizon,
  roundTimes,
  shortenDurations,
  shortenHorizon,
} from "./timePass.ts";

/** What becomes of the minimal run without one of its faults. */
export interface FaultNeed {
  /** The fault in the words of the run. */
  readonly text: string;
  /** When it began, from the start of the load. */
  readonly atUs: number;
  /** "" if the run passes without it; else the signature of what fails then. */
  readonly without: string;
}

export interface Shrunk {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly signature: string;
  readonly outcome: Outcome;
  /** Whether the result failed twice in the same way, with the same digest. */
  readonly isVerified: boolean;
  readonly needs: readonly FaultNeed[];
  readonly runs: number;
  readonly before: { readonly faults: number; readonly operations: number };
}

/** Undefined if the run does not fail. */
export function* shrink(
  scenario: Scenario,
  overrides: Parameters,
  seed: number,
  options: SearchOptions,
): Steps<Shrunk | undefined> {
  const found = yield { scenario: withParameters(scenario, overrides), seed, giveUpAtUs: Infinity };
  if (found.signature === "") return undefined;
  const search = new Search(withParameters(scenario, overrides), seed, found, options);
  search.runs = 1;
  search.begin("the run itself");
  yield* search.accept(explicitScenario(scenario, overrides, found.load), 0);
  yield* cutHorizon(search);
  const whole = search.save();
  yield* reduce(search, 0);
  yield* tidy(search);
  // Which faults stay depends on which were tried first: a schedule that is still long is worth another order.
  for (let attempt = 1; attempt <= moreAttempts && isLong(search); attempt++) {
    const best = search.save();
    search.restore(whole);
    yield* reduce(search, attempt);
    if (search.best.nemesis.length < best.scenario.nemesis.length) yield* tidy(search);
    else search.restore(best);
  }
  const shrunk = yield* verified(search);
  return { ...shrunk, before: { faults: scenario.nemesis.length, operations: found.load.length } };
}

const smallSchedule = 3;
const moreAttempts = 4;

function isLong(search: Search): boolean {
  return search.best.nemesis.length > smallSchedule && search.hasBudget;
}

/** Fewer of everything. */
function* reduce(search: Search, attempt: number): Steps<void> {
  yield* dropFaults(search, 2, attempt === 0 ? undefined : shuffled(attempt));
  yield* cutHorizon(search);
  yield* beginSooner(search);
  yield* dropOperations(search, false);
  yield* dropExpectations(search);
  yield* dropParameters(search);
  yield* dropNodes(search);
  yield* dropFaults(search, 4);
  yield* dropClients(search);
  yield* shortenHorizon(search);
  yield* cutHorizon(search);
  yield* dropOperations(search, true);
  yield* dropFaults(search, 8);
  // Runs are short by now: the time for what takes many of them.
  yield* dropStubbornFaults(search);
  search.begin("");
}

/** What is left shorter, rounder and less left to chance. */
function* tidy(search: Search): Steps<void> {
  yield* shortenDurations(search);
  yield* fixDecisions(search);
  yield* dropOperations(search, true);
  yield* dropFaults(search, 2);
  yield* tidyOperations(search);
  yield* dropPeculiarities(search);
  yield* roundTimes(search);
  yield* cutHorizon(search);
}

/** For a system whose load no scenario lists: fewer faults, shorter and rounder ones, and nothing else. */
export function* shrinkFaults(
  scenario: Scenario,
  seed: number,
  options: SearchOptions,
): Steps<Shrunk | undefined> {
  const found = yield { scenario, seed, giveUpAtUs: Infinity };
  if (found.signature === "") return undefined;
  const search = new Search(scenario, seed, found, options);
  search.runs = 1;
  yield* dropFaults(search, 4);
  yield* shortenHorizon(search);
  yield* shortenDurations(search);
  yield* dropFaults(search, 8);
  yield* roundTimes(search);
  const shrunk = yield* verified(search);
  return { ...shrunk, before: { faults: scenario.nemesis.length, operations: 0 } };
}

function withParameters(scenario: Scenario, overrides: Parameters): Scenario {
  return { ...scenario, parameters: { ...scenario.parameters, ...overrides } };
}

/** Runs the result twice, and once without each of its faults. A fault without which it fails in the same way goes after all. */
function* verified(search: Search): Steps<Omit<Shrunk, "before">> {
  search.begin("verification");
  const { best: scenario, seed, signature } = search;
  const trial = { scenario, seed, giveUpAtUs: Infinity };
  const once = yield* search.run(trial);
  const again = yield* search.run(trial);
  const isVerified =
    once.signature === signature && again.signature === signature && once.digest === again.digest;
  const needs: FaultNeed[] = [];
  for (let index = 0; index < scenario.nemesis.length; index++) {
    const nemesis = scenario.nemesis.filter((_, each) => each !== index);
    const without = yield* search.run({ ...trial, scenario: { ...scenario, nemesis } });
    if (without.signature === signature && search.hasBudget) {
      search.best = { ...scenario, nemesis };
      return yield* verified(search);
    }
    const { text = "", fromUs = 0 } = once.faults[index] ?? {};
    needs.push({ text, atUs: fromUs - once.loadedUs, without: without.signature });
  }
  return { scenario, seed, signature, outcome: once, isVerified, needs, runs: search.runs };
}
