/** What the mutants' command and its child processes say to each other. */
import type { RunVerdict } from "../../run.ts";
import type { Parameters, Scenario } from "../../scenario.ts";
import type { Planted } from "./plant.ts";

/** First message to a child: what to plant, before anything of the engine is loaded. */
export interface PlantOrder {
  readonly planted: readonly Planted[];
  readonly scenario: Scenario;
  readonly overrides: Parameters;
}

/** Then one seed at a time. */
export interface SeedOrder {
  readonly seed: number;
  /** Run it a second time and compare the digests. */
  readonly isTwice: boolean;
}

/** Or one search for a failing run with many faults, which is then shrunk. */
export interface ShrinkOrder {
  readonly firstSeed: number;
  readonly seeds: number;
  /** The first failing run in which so many faults mattered is taken; if none is, the richest. */
  readonly leastFaults: number;
  /** Names of the checks that may notice the mutant. */
  readonly expect: readonly string[];
  /** Of processor time. */
  readonly seconds: number;
  readonly mostRuns: number;
}

export interface ShrinkAnswer {
  readonly seed: number;
  /** Faults that mattered in the run as it was found. */
  readonly mattered: number;
  readonly signature: string;
  /** What is left of them, in words. */
  readonly faults: readonly string[];
  /** Those without which the run passes. */
  readonly needed: number;
  readonly operations: number;
  readonly isVerified: boolean;
  readonly runs: number;
  /** Of the process that shrank. */
  readonly cpuMs: number;
}

export interface Finding {
  /** Name of the check, or of the guard, that noticed something. */
  readonly notice: string;
  readonly signature: string;
  readonly sentence: string;
}

/** The child's answer to a seed. */
export interface SeedAnswer {
  readonly seed: number;
  readonly verdict: RunVerdict;
  /** What noticed something; empty if all held. */
  readonly findings: readonly Finding[];
  /** How often the changed line ran in this run. */
  readonly ran: number;
  /** Faults that mattered. */
  readonly faults: number;
  readonly operations: number;
  readonly wallMs: number;
}
