/**
 * What a system other than Azimuth says of itself, to be put into the same world: its machines, the roles they play, its clients,
 * and what must hold. One value of `System` lives for one run; whatever its machines know is inside it.
 */
import type { NodeId, Random } from "../../engine/contract.ts";
import type { Specification } from "../checker/specification.ts";
import type { Program } from "../machine.ts";
import type { Parameters } from "../scenario.ts";

export interface SystemMachine {
  readonly name: NodeId;
  /** Machines of one zone share their power, and are nearer to each other. */
  readonly zone: string;
}

/** What a new process is given besides its disk. */
export interface ProcessStart {
  readonly name: NodeId;
  /** Grows with every start of any machine: never the same twice. */
  readonly incarnation: number;
  readonly random: Random;
}

/** What a client asks. */
export interface Question<I> {
  readonly node: NodeId;
  /** What it means: this enters the history. Plain data. */
  readonly input: I;
  readonly bytes: Uint8Array;
}

/**
 * What a client was told. ok: done, with this output. fail: surely not done. unknown: it may have been done.
 */
export type Answer<A> =
  | { readonly outcome: "ok"; readonly output: A }
  | { readonly outcome: "fail" | "unknown" };

export interface SystemClients<I, A> {
  /** The next question of a client. */
  ask(client: number, random: Random, parameters: Parameters): Question<I>;
  /** Reads the answer from all bytes that came since the question; undefined until it is complete. */
  hear(input: I, bytes: Uint8Array): Answer<A> | undefined;
}

/** I, A, S: inputs, answers, and the states of the specification. */
export interface System<I, A, S> {
  readonly machines: readonly SystemMachine[];
  /** A new process. What an earlier one of that name knew is gone, save for its disk. */
  boot(start: ProcessStart): Program;
  /** Who plays a role now, by the role's name: faults aim at these words. Undefined while nobody does. */
  readonly roles: Readonly<Record<string, () => NodeId | undefined>>;
  /** Whether it is in the midst of something now, by the name of the moment: faults wait for these words (`when`). */
  readonly moments?: Readonly<Record<string, () => boolean>>;
  readonly clients: SystemClients<I, A>;
  /** What clients must believe to talk to. */
  readonly specification: Specification<I, A, S>;
  /** Asked after every step: a sentence if something holds that never may. */
  readonly broken?: () => string | undefined;
}
