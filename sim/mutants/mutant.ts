/**
 * A bug planted on purpose, as data: one change of one source file, applied while the module is loaded and never in the
 * file itself (sim/cli/mutants/plant.ts). A check that no mutant ever trips proves nothing.
 */

/** What can notice a mutant: a check of a run by its name, or one of the guards that look at more than one run. */
export type Notice =
  | "linearizability"
  | "zero loss"
  | "no dirty reads"
  | "one leader"
  | "log safety"
  | "state equals the log"
  | "sessions"
  | "messages"
  | "cached reads"
  | "waiting clients"
  | "liveness"
  | "availability"
  | "assertions"
  /** The harness itself gave up: a check examined nothing, or the simulator failed an assertion of its own. */
  | "harness"
  /** The same seed twice gives two digests. */
  | "determinism"
  /** Another mutant, planted beside this one, is no longer noticed by the seed that is known to reveal it. */
  | "canary";

/** Values of the parameter `types` of the swarm that mutants are hunted by. */
export const loads = ["strings", "all", "evicted", "cached", "scripts", "users"] as const;
export type Load = (typeof loads)[number];

/** One piece of text in one source file, and what takes its place. */
export interface Change {
  /** The source file from the root of the project: "engine/failover/lease.ts". */
  readonly file: string;
  /** Text that occurs exactly once in the file. */
  readonly before: string;
  /** Calls `ran()`, which is true, where the bug may show: a mutant whose line never ran proves nothing. */
  readonly after: string;
}

export interface Mutant extends Change {
  /** Unique, lower case with dashes: what the command line calls it. */
  readonly name: string;
  /** What the change needs elsewhere: an import, a field, its other half. These need not say `ran()`. */
  readonly also?: readonly Change[];
  /** One sentence: what is wrong now. */
  readonly bug: string;
  /** The rule of docs/PROTOCOL.md that it breaks, or where the design says otherwise. */
  readonly rule: string;
  /** Any of these may notice it. */
  readonly expect: readonly Notice[];
  /** Where the bug was met in other systems, if it was. */
  readonly seenIn?: string;
  /** What its runs load: strings alone unless told, which change less for the rest when collections are loaded otherwise. */
  readonly load?: Load;
  /** Searched afresh in every gate. */
  readonly isSmoke?: boolean;
  /** For "canary": mutants of which at least one must pass unnoticed while this one is planted too. */
  readonly blinds?: readonly string[];
}
