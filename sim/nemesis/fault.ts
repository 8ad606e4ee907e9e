/** What a kind of fault is: data about its fields, and what it does to a running world. */
import { AssertionError } from "../../engine/assert.ts";
import type { Cluster } from "../cluster.ts";
import type { DecisionSource } from "../decisions.ts";
import type { Infrastructure } from "../infrastructure.ts";
import type { Kernel } from "../kernel.ts";
import type { FaultCounter } from "../place.ts";
import type { ParameterValue } from "../scenario.ts";

/** The world as a fault sees it. */
export interface FaultContext {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
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

export interface FaultKind {
  readonly kind: string;
  readonly help: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
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
  help: "primary, replica, logLeader, logFollower, monitor, both, zone:a or node:db-0-a",
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

export const never = (): boolean => false;
export const always = (): boolean => true;
