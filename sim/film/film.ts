/**
 * A film: everything of a run that can be drawn, in columns. Typed arrays pass between threads without a copy and hold a million rows in
 * a few dozen megabytes. The arrays of one table are of one length. Times are true virtual microseconds since the run began, as in
 * the trace. Places are indexes into `places`, texts into `texts`.
 */

/** Events of the trace (sim/trace/vocabulary.ts) but those that only a full trace has; ascending by time. */
export interface FilmEvents {
  readonly timeUs: Float64Array;
  /** Index into `eventKinds`. */
  readonly kind: Uint8Array;
  /** NOWHERE for the world itself. */
  readonly place: Uint16Array;
  /** -1 where the event gives none; so with the two below. */
  readonly shard: Int16Array;
  readonly position: Float64Array;
  readonly value: Float64Array;
  readonly text: Uint32Array;
}

/** Peer frames, ascending by the time at which their fate was known. */
export interface FilmMessages {
  readonly sentUs: Float64Array;
  readonly endUs: Float64Array;
  readonly from: Uint16Array;
  readonly to: Uint16Array;
  /** Index into `frameKinds`. */
  readonly kind: Uint8Array;
  readonly bytes: Uint32Array;
  /** Index into `messageFates`. */
  readonly fate: Uint8Array;
}

/** refused: it met no process, or another than the one that its connection was made with. */
export const messageFates = ["delivered", "cut", "refused"] as const;

/** Attempts of clients, ascending by completion; those still open come with the last chunk. */
export interface FilmOperations {
  readonly id: Int32Array;
  /** The offered operation that it is an attempt of. */
  readonly offered: Int32Array;
  readonly dueUs: Float64Array;
  readonly invokedUs: Float64Array;
  /** -1 while open. */
  readonly completedUs: Float64Array;
  /** When the answer left the node; -1 without one. */
  readonly repliedUs: Float64Array;
  /** Index into `accessNames`. */
  readonly access: Uint8Array;
  /** Index into `outcomeNames`. */
  readonly outcome: Uint8Array;
  readonly shard: Int16Array;
  readonly process: Int32Array;
  /** The node that it was sent to. */
  readonly place: Uint16Array;
  readonly command: Uint32Array;
  readonly answer: Uint32Array;
}

export const accessNames = ["read", "write", "replica read"] as const;
/** Worse ones higher. */
export const outcomeNames = ["ok", "fail", "open", "unknown"] as const;

/** What each database node knew of itself, a row a change; ascending by time. */
export interface FilmDatabases {
  readonly timeUs: Float64Array;
  readonly place: Uint16Array;
  /** Index into `databaseRoles`. */
  readonly role: Uint8Array;
  readonly epoch: Int32Array;
  /** Newest entry in memory: executed on a primary, applied elsewhere. */
  readonly appliedPosition: Float64Array;
  /** Newest entry that the node knows to be committed. */
  readonly committedPosition: Float64Array;
  /** When the lease ends by the node's own clock, mapped to true time; -Infinity: it may serve nothing. */
  readonly believedUntilUs: Float64Array;
  /** When it ends on a perfect clock: the renewal's first sending and one lease. -Infinity: none runs. */
  readonly trueUntilUs: Float64Array;
}

export const databaseRoles = [
  "down",
  "recovering",
  "replica",
  "candidate",
  "primary",
  "lapsed",
  "handover",
] as const;

/** Each shard's replica on each log node, a row a change; ascending by time. */
export interface FilmLogs {
  readonly timeUs: Float64Array;
  readonly place: Uint16Array;
  readonly shard: Int16Array;
  /** Index into `logRoles`. */
  readonly role: Uint8Array;
  readonly term: Int32Array;
  /** Newest position in its log, and the newest that it knows to be committed. */
  readonly lastPosition: Float64Array;
  readonly commitPosition: Float64Array;
}

export const logRoles = ["down", "follower", "candidate", "leader", "repairing", "blank"] as const;

/** Syncs of disks, ascending by their end. */
export interface FilmSyncs {
  readonly fromUs: Float64Array;
  readonly untilUs: Float64Array;
  readonly place: Uint16Array;
  readonly bytes: Uint32Array;
  /** 0: answered with an error. */
  readonly ok: Uint8Array;
}

export interface FilmTables {
  readonly events: FilmEvents;
  readonly messages: FilmMessages;
  readonly operations: FilmOperations;
  readonly databases: FilmDatabases;
  readonly logs: FilmLogs;
  readonly syncs: FilmSyncs;
}

/** The rows that came since the chunk before. */
export interface FilmChunk extends FilmTables {
  /** New texts: the first has the index that `texts` had as length before. */
  readonly texts: readonly string[];
}

/** No machine. */
export const NOWHERE = 0xffff;
