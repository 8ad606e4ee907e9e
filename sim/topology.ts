/**
 * Who plays which part in the system under test. Faults aim at parts ("primary"), not at machines: a part is looked up at the
 * moment a fault begins. Azimuth's answers are in clusterTopology.ts; another system gives its own (see sim/system/).
 */
import type { Machine } from "./machine.ts";
import type { Place } from "./place.ts";

/** A part that leads a shard: a fault that meets its holder says so, and the write probe watches it. */
export interface LeadingRole {
  readonly role: string;
  /** In a sentence: "the primary". */
  readonly words: string;
}

export interface Topology {
  /** Groups of machines with roles of their own, numbered from 0; 1 for a system without shards. */
  readonly shardCount: number;
  /** Whether sentences say of which shard a role is. */
  readonly hasShards: boolean;
  readonly leadingRoles: readonly LeadingRole[];
  /** Words that `holderOf` knows: one machine each. */
  readonly roles: readonly string[];
  /** Words that `membersOf` knows: several machines each. */
  readonly groups: readonly string[];
  /** The machine that plays a role of a shard now; undefined while nobody does. Callers: the role is one of `roles`. */
  holderOf(role: string, shard: number): Machine | undefined;
  /** Which places a group means now. Callers: the group is one of `groups`. */
  membersOf(group: string, shard: number): (place: Place) => boolean;
  /** What the system is in the middle of at this moment, in its own words; a system that cannot say leaves it out. */
  readonly phasesAt?: (nowUs: number) => readonly string[];
  /** Words that `isMoment` knows: moments that a fault may wait for. */
  readonly moments: readonly string[];
  /** Whether a shard is in the midst of that now. Callers: the moment is one of `moments`. */
  isMoment(moment: string, shard: number): boolean;
  /** The rate of a machine's clock was changed. */
  clockChanged(machine: Machine): void;
  /** A process stands still from now on. */
  paused(machine: Machine): void;
  /** Called just before it goes on. */
  resumed(machine: Machine): void;
}
