/**
 * What the world tells the checkers, as it happens. sim/checker/checks.ts implements it: `createChecks(options)`.
 * All times are true virtual microseconds. After each event the world looks at `violation` and stops when it is set.
 *
 * The checkers judge facts: views are read out of the machines by the world, disk bytes are those a device would return.
 */
import type { CheckResult } from "../run.ts";
import type { TraceEvent } from "../trace/vocabulary.ts";
import type { Operation } from "./history.ts";

/** A database node as the world sees it. One object may be reused between calls. */
export interface DatabaseFacts {
  readonly role: string;
  readonly epoch: number;
  /**
   * True time until which the node's own clock lets it serve as primary, mapped through that clock as it runs now;
   * -Infinity when it may serve nothing.
   */
  readonly servingUntilUs: number;
  /** The same on the node's own monotonic clock, and what that clock shows now. Left out where nobody has such clocks. */
  readonly servingUntilLocalUs?: number;
  readonly localUs?: number;
  /** Newest entry in its keyspace: executed on a primary, applied on a replica. */
  readonly appliedPosition: number;
  /** Newest entry that it takes for committed. */
  readonly committedPosition: number;
  /** Newest entry of its own that it has sent to the log; left out where that is `appliedPosition`. */
  readonly sentPosition?: number;
}

/** One shard's replica on a log node as the world sees it. One object may be reused between calls. */
export interface LogFacts {
  readonly role: string;
  readonly term: number;
  /** Raft index that this replica takes for committed. */
  readonly commitIndex: number;
}

/** Visits every key that is stored, also one past its deadline that no logged DEL has removed yet; and every library of functions and change of a user, marked by LIBRARY_MARK and USER_MARK. */
export type VisitKeys = (
  visit: (key: string, type: string, value: string, expireAtUnixMs: number | undefined) => void,
) => void;

/** What a client that listens was told. */
export interface HeardMessage {
  /** Listeners of one node follow each other, each with a connection of its own. */
  readonly connection: number;
  readonly channel: string;
  readonly text: string;
  /** True time at which the node gave it away. */
  readonly sentUs: number;
}

/** One piece of what a client that caches was told: in order, with what tells nothing of a key left out. */
export interface CacheNews {
  readonly connection: number;
  /** It asks a replica, whose answers may be old. */
  readonly isReadonly: boolean;
  readonly items: readonly (
    | {
        readonly kind: "value";
        readonly key: string;
        readonly value: string | null;
        readonly invokedUs: number;
      }
    /** `keys` undefined: all. */
    | { readonly kind: "invalidated"; readonly keys: readonly string[] | undefined }
  )[];
  /** True time at which the node gave it away. */
  readonly sentUs: number;
}

/** A client whose request waits at a node for a key. */
export interface Waiter {
  readonly connection: number;
  /** The same object as long as it waits. */
  readonly request: readonly string[];
  /** On the node's monotonic clock; Infinity: never. */
  readonly deadlineUs: number;
}

export interface Observer {
  /** The first violation; the world stops at it. */
  readonly violation: CheckResult | undefined;

  /** An attempt was sent: outcome is "open". The same object comes back, completed, in operationCompleted. */
  operationInvoked(operation: Operation): void;
  operationCompleted(operation: Operation): void;
  /** Two replies on one connection came in another order than their requests, or one that its request never gets; the sentence says which. */
  repliesAmiss(nowUs: number, node: string, sentence: string): void;
  /** A completed operation's answer was the address of another node, or of the node that gave it. */
  redirected(nowUs: number, operation: Operation, target: string): void;
  /** A client that listens to a node was sent a message. */
  messageHeard(nowUs: number, node: string, message: HeardMessage): void;
  /** A client that caches what it reads was sent something. */
  cacheTold(nowUs: number, node: string, news: CacheNews): void;
  /** The connection of such a client is gone, and its cache with it. */
  cacheLost(connection: number): void;
  /** A pipeline of several requests was answered, in order. */
  pipelineAnswered(): void;

  /** After a step, crash, or change of clock rate in which any of these facts changed. A crashed node: role "down", servingUntilUs -Infinity. */
  databaseViewed(nowUs: number, node: string, shard: number, facts: DatabaseFacts): void;
  /**
   * After a step in which clients wait at the node for keys, and the next one. `waiters` in no order of meaning; `localUs` is what the node's
   * monotonic clock shows; `isConnected` tells of a connection whether the node still has it.
   */
  // oxlint-disable-next-line max-params -- one call a step, for which no object is made
  waitersViewed(
    nowUs: number,
    node: string,
    waiters: readonly Waiter[],
    localUs: number,
    isConnected: (connection: number) => boolean,
  ): void;
  /** After a step or crash of a log node in which any of these facts changed; may be called less often (at least every second) for many shards. A crashed node: role "down", commitIndex as before. */
  logViewed(nowUs: number, node: string, shard: number, facts: LogFacts): void;

  /**
   * These bytes of this file became durable (one call a write, in the order of the writes that the completed sync
   * covers). Bytes stay the caller's, unchanged for ever.
   */
  diskSynced(nowUs: number, node: string, file: string, offset: number, bytes: Uint8Array): void;
  /** A removal became durable. */
  diskRemoved(nowUs: number, node: string, file: string): void;
  /**
   * The durable content is not what the syncs said: initial format, after a crash (kept and torn writes), rot, or loss
   * (an empty map). The map holds every file of the machine.
   */
  diskReread(nowUs: number, node: string, files: ReadonlyMap<string, Uint8Array>): void;

  /**
   * The keyspace of a node at a committed position (replicas: always; a primary: when applied = committed). Call it
   * about every half second a node, after a recovery, before a promotion, and for all nodes at the end.
   */
  stateSampled(
    nowUs: number,
    node: string,
    shard: number,
    position: number,
    visitKeys: VisitKeys,
  ): void;

  /** Every trace event below `message.sent` in the vocabulary, the engine's and the world's. */
  traced(event: TraceEvent): void;

  /** Judges what can only be judged at the end, and returns every check with what it examined. Call once. */
  finish(nowUs: number): readonly CheckResult[];
}
