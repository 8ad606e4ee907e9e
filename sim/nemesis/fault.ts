/** What a kind of fault is: data about its fields, and what it does to a running world. */
import { AssertionError } from "../../engine/assert.ts";
import type { Cluster } from "../cluster.ts";
import type { DecisionSource } from "../decisions.ts";
import type { Infrastructure } from "../infrastructure.ts";
import type { Kernel } from "../kernel.ts";
import type { FaultCounter } from "../place.ts";
import type { ParameterValue } from "../scenario.ts";
import type { Topology } from "../topology.ts";
import type { SwarmDraws } from "./swarm.ts";

/** The world as a fault sees it. */
export interface FaultContext {
  readonly kernel: Kernel;
  readonly topology: Topology;
  /** Azimuth itself, for faults that speak its protocol; undefined when another system is under test. */
  readonly cluster: Cluster | undefined;
  readonly infrastructure: Infrastructure;
  readonly decisions: DecisionSource;
  readonly counter: FaultCounter;
}

/** A fault that has begun. */
export interface RunningFault {
  /** In words, with the names that its roles resolved to. */
  readonly text: string;
  /** Zones and machines that it touches. */
  readonly targets: readonly string[];
  /** How long until `end` is called. */
  readonly lastsUs: number;
  end(): void;
}

export interface FieldSpec {
  readonly help: string;
  /** Undefined: the field must be given. */
  readonly standard: ParameterValue | undefined;
}

export type Fields = Readonly<Record<string, ParameterValue>>;

/**
 * What a fault uses up of what the design is promised. Before a run the atlas adds these up and decides what stays within the budget.
 * A crash is none of it: what it may lose was promised to nobody.
 */
export type Damage =
  | "nothing" // availability at most, while it lasts
  | "log copy" // bytes that one log node had synced; within the budget for one of three at a time, until it has repaired itself
  | "silent loss" // a log node's disk forgets what it said it held, and nothing shows it: always over the budget
  | "clock rate"; // a monotonic clock beyond the tolerated error: the leases' assumption is broken

export interface FaultKind {
  readonly kind: string;
  readonly help: string;
  /** How a seed draws it. */
  readonly swarm: SwarmDraws;
  readonly damages: (fields: Fields) => Damage;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Its target may be a group of machines. */
  readonly takesGroups?: true;
  /** It speaks Azimuth's own protocol: no other system under test can have it. */
  readonly isForAzimuthOnly?: true;
  /** Whether the write probe runs from its beginning on, unless the field `probe` says otherwise. */
  readonly probes: (fields: Fields) => boolean;
  /** Called `prepareUs` before the fault begins. */
  readonly prepare?: (context: FaultContext, fields: Fields) => void;
  /** Undefined: its roles are held by nobody now; it is tried again a little later. */
  readonly begin: (context: FaultContext, fields: Fields) => RunningFault | undefined;
}

/** How long before its beginning a fault may move things into place. */
export const prepareUs = 1_000_000;

export const targetField: FieldSpec = {
  help: "primary, replica, logLeader, logFollower, monitor, both, candidate, handingOver, recovering, logRepairing, zone:a or node:db-0-a",
  standard: "primary",
};
export const shardField: FieldSpec = {
  help: "the shard whose roles are meant",
  standard: 0,
};
export const forField: FieldSpec = {
  help: "how long it lasts, in milliseconds",
  standard: "$faultForMs",
};
export const ratioField: FieldSpec = { help: "share of the messages it meets", standard: 0.1 };

/** Fields that every kind has. */
export const commonFields: Readonly<Record<string, FieldSpec>> = {
  atMs: { help: "when it begins, in milliseconds from the start of the load", standard: undefined },
  id: {
    help: "names its stream of decisions; unless told, its place in the list and its kind",
    standard: "",
  },
  when: {
    help: "now, or a moment of its shard to wait for from then on: appendInFlight, electing, handover, recovering, logElecting, logRepairing, leaseAboutToEnd, scriptRuns",
    standard: "now",
  },
  waitMs: { help: "how long it waits for its moment before it begins without", standard: 1000 },
  probe: { help: "1: measure the time to the next acknowledged write, 0: do not", standard: -1 },
};

export function numberOf(fields: Fields, name: string): number {
  const value = Number(fields[name]);
  if (!Number.isFinite(value)) throw new AssertionError(`field ${name} was not parsed`);
  return value;
}

export function textOf(fields: Fields, name: string): string {
  return String(fields[name]);
}

export const nothing = (): Damage => "nothing";
export const logCopy = (): Damage => "log copy";
export const never = (): boolean => false;
export const always = (): boolean => true;
