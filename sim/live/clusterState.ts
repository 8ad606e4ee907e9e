/** All machines of a world at one instant, as plain data. */
import {
  inspectDirtyKeys,
  inspectNode,
  inspectSessions,
  type SessionView,
} from "../../engine/inspect.ts";
import { decodeEntry } from "../../engine/log/entry.ts";
import {
  inspectLog,
  inspectLogTail,
  type LogEntryView,
  type LogView,
} from "../../engine/log/inspectLog.ts";
import { type Change, readRecords } from "../checker/log/effectsRecord.ts";
import type { Cluster, DatabaseHost, LogHost } from "../cluster.ts";
import { worldBeginsUnixUs } from "../clock.ts";
import type { Machine } from "../machine.ts";
import type { World } from "../world.ts";

/** Entries of each log that a state shows. */
const TAIL_ENTRIES = 24;
const MOST_DIRTY_KEYS = 200;
const MOST_SESSIONS = 100;

export interface ClusterState {
  /** True virtual microseconds since the run began; so all times here but those of clocks. */
  readonly atUs: number;
  /** The digest of the run up to here, and how many events have happened. */
  readonly digest: string;
  readonly events: number;
  readonly databases: readonly DatabaseState[];
  readonly logs: readonly LogState[];
}

export type MachineStatus = "running" | "paused" | "down";

export interface DatabaseState {
  readonly node: string;
  readonly zone: string;
  readonly shard: number;
  readonly machine: MachineStatus;
  /** "down" without a process. */
  readonly role: string;
  readonly epoch: number;
  readonly lease: {
    /** When it ends by the node's own clock, mapped to true time; undefined: it takes itself to have none. */
    readonly believedUntilUs: number | undefined;
    /** When it ends on a perfect clock. */
    readonly trueUntilUs: number | undefined;
  };
  readonly clock: {
    readonly monotonicUs: number;
    readonly unixUs: number;
    /** How far the wall clock is ahead of true time. */
    readonly wallOffsetUs: number;
    /** Parts in a million that the monotonic clock gains. */
    readonly ratePpm: number;
  };
  readonly appliedPosition: number;
  readonly committedPosition: number;
  readonly keyCount: number;
  /** Keys with undurable changes, and the position that each waits for; the first 200. */
  readonly tracker: readonly { readonly key: string; readonly position: number }[];
  readonly parkedReplies: number;
  readonly waitingConnections: number;
  /** Oldest first; the first 100. */
  readonly sessions: readonly SessionView[];
}

export interface LogState {
  readonly node: string;
  readonly zone: string;
  readonly machine: MachineStatus;
  /** Empty without a process, and before it has read its disk. */
  readonly shards: readonly LogReplicaState[];
}

export interface LogReplicaState extends Pick<
  LogView,
  "role" | "term" | "lastIndex" | "commitIndex" | "durableIndex"
> {
  readonly shard: number;
  /** The newest entries, oldest first. */
  readonly tail: readonly LogEntryState[];
}

export interface LogEntryState {
  readonly index: number;
  readonly term: number;
  readonly position: number;
  /** A kind of entry, or "term start": Raft's own, which has no position. */
  readonly kind: string;
  readonly epoch: number;
  readonly bytes: number;
  readonly isCommitted: boolean;
  readonly isDurable: boolean;
  /** What it changes: "SET k v"; "" if it is no change. */
  readonly text: string;
}

export function stateOf({ kernel, cluster }: World): ClusterState {
  const { recorder, nowUs } = kernel;
  return {
    atUs: nowUs,
    digest: recorder.digest.toString(),
    events: recorder.count,
    databases: cluster.databases.map((host) => databaseState(cluster, host, nowUs)),
    logs: cluster.logs.map((host) => logState(host)),
  };
}

export function statusOf({ isRunning, isPaused }: Machine): MachineStatus {
  if (!isRunning) return "down";
  return isPaused ? "paused" : "running";
}

function databaseState(cluster: Cluster, host: DatabaseHost, nowUs: number): DatabaseState {
  const { machine, node, shard, view } = host;
  const unixUs = machine.clock.unixAt(nowUs);
  const known = {
    node: machine.name,
    zone: machine.zone,
    shard,
    machine: statusOf(machine),
    clock: {
      monotonicUs: machine.clock.monotonicAt(nowUs),
      unixUs,
      wallOffsetUs: unixUs - worldBeginsUnixUs - nowUs,
      ratePpm: machine.clock.ratePpm,
    },
  };
  if (node === undefined) return { ...known, ...nothingKnown };
  inspectNode(node, view);
  const { role, epoch, appliedPosition, committedPosition, servingUntilUs } = view;
  const tracker: { key: string; position: number }[] = [];
  inspectDirtyKeys(node, (key, position) => {
    if (tracker.length < MOST_DIRTY_KEYS) tracker.push({ key, position });
  });
  const hasLease = servingUntilUs !== -Infinity;
  return {
    ...known,
    role,
    epoch,
    appliedPosition,
    committedPosition,
    tracker,
    lease: {
      believedUntilUs: hasLease ? machine.clock.trueWhen(servingUntilUs) : undefined,
      trueUntilUs: hasLease ? cluster.leaseTrulyEndsUs(host) : undefined,
    },
    keyCount: node.databases.size,
    parkedReplies: view.parkedReplies,
    waitingConnections: view.waitingConnections,
    sessions: inspectSessions(node).slice(0, MOST_SESSIONS),
  };
}

const nothingKnown = {
  role: "down",
  epoch: 0,
  lease: { believedUntilUs: undefined, trueUntilUs: undefined },
  appliedPosition: 0,
  committedPosition: 0,
  keyCount: 0,
  tracker: [],
  parkedReplies: 0,
  waitingConnections: 0,
  sessions: [],
} as const;

function logState({ machine, node, facts }: LogHost): LogState {
  const { name, zone } = machine;
  const status = statusOf(machine);
  const known = { node: name, zone, machine: status };
  if (node === undefined || node.phase !== "running") return { ...known, shards: [] };
  return {
    ...known,
    shards: facts.map((_, shard) => {
      const { role, term, lastIndex, commitIndex, durableIndex } = inspectLog(node, shard);
      const tail = inspectLogTail(node, shard, TAIL_ENTRIES).map((entry) =>
        entryState(entry, commitIndex, durableIndex),
      );
      return { shard, role, term, lastIndex, commitIndex, durableIndex, tail };
    }),
  };
}

function entryState(view: LogEntryView, commitIndex: number, durableIndex: number): LogEntryState {
  const { index, term, position, bytes } = view;
  const known = {
    index,
    term,
    position,
    bytes: bytes.length,
    isCommitted: index <= commitIndex,
    isDurable: index <= durableIndex,
  };
  const entry = decodeEntry(bytes);
  if (entry === undefined) return { ...known, kind: "term start", epoch: 0, text: "" };
  const { kind, epoch, payload, isFirstChunk, isLastChunk } = entry;
  const isWhole = isFirstChunk && isLastChunk;
  const text = kind !== "effects" ? "" : isWhole ? textOf(payload) : "a part of a long record";
  return { ...known, kind, epoch, text };
}

function textOf(payload: Uint8Array): string {
  return readRecords(payload).flat().map(changeText).join("; ");
}

/** A change as the command that would make it. */
function changeText({ operation, key, text, number }: Change): string {
  switch (operation) {
    case "set":
      return `SET ${key} ${text}${number === 0 ? "" : ` PXAT ${number}`}`;
    case "append":
      return `APPEND ${key} ${text}`;
    case "setRange":
      return `SETRANGE ${key} ${number} ${text}`;
    case "expire":
      return `PEXPIREAT ${key} ${number}`;
    case "persist":
      return `PERSIST ${key}`;
    case "delete":
      return `DEL ${key}`;
    case "rename":
      return `RENAME ${key} ${text}`;
    case "copy":
      return `COPY ${key} ${text} REPLACE`;
    case "restore":
      return `RESTORE ${key} (${text.length} bytes)${number === 0 ? "" : ` ABSTTL ${number}`}`;
    case "unshare":
      return `change ${key} in place`;
    case "library":
      return `FUNCTION LOAD ${key} (${text.length} bytes)`;
    case "dropLibrary":
      return `FUNCTION DELETE ${key}`;
    case "dropLibraries":
      return "FUNCTION FLUSH";
    case "user":
      return `user ${key}, version ${number}`;
    case "moveElement":
      return `LMOVE ${key} ${text}`;
    case "collection":
      return `${key}: ${text}`;
    case "flush":
      return "FLUSHALL";
  }
}
