/**
 * What the monitor and the operators say to machines, and what these answer. Bodies of frames (bytes/frame.ts):
 *
 *     statusAsk       u53 nonce
 *     statusReply     u53 nonce, u8 machine (1 database node, 2 log node), then
 *       database      u32 shard, u8 role (index in databaseRoles), u32 epoch, u53 position, u53 incarnation
 *       log           u8 state (index in logStates), u53 boot, u53 own disk incarnation (0 if blank),
 *                     u8 n, n × (latin1 slot, u53 highest incarnation seen there),
 *                     u16 n, n × (u8 role (index in logRoles), u53 term, u53 last position, u53 commit position), by shard
 *     formatDisk      u53 boot (as the blank node reported it), u53 disk incarnation
 *     failoverAsk     u32 shard, latin1 target ("" = any replica)
 *     logTransferAsk  u32 shard, latin1 target
 *
 * `boot` is drawn by a log node at its start: an order to format that was meant for an earlier blank disk of the same
 * slot names another boot and is ignored.
 */
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { NodeId } from "../contract.ts";

const databaseRoles = [
  "recovering",
  "replica",
  "candidate",
  "primary",
  "lapsed",
  "handover",
] as const;
export type DatabaseRole = (typeof databaseRoles)[number];

const logStates = ["blank", "repairing", "ready"] as const;
type LogState = (typeof logStates)[number];

const logRoles = ["follower", "candidate", "leader"] as const;
export type LogRole = (typeof logRoles)[number];

interface DatabaseStatus {
  readonly machine: "database";
  readonly nonce: number;
  readonly shard: number;
  readonly role: DatabaseRole;
  readonly epoch: number;
  /** Newest entry executed or applied. */
  readonly position: number;
  readonly incarnation: number;
}

interface SlotIncarnation {
  readonly slot: NodeId;
  readonly diskIncarnation: number;
}

interface LogShardStatus {
  readonly role: LogRole;
  readonly term: number;
  readonly lastPosition: number;
  readonly commitPosition: number;
}

export interface LogStatus {
  readonly machine: "log";
  readonly nonce: number;
  readonly state: LogState;
  /** A number drawn at this start of the process; an order to format names it. */
  readonly boot: number;
  /** 0 while the disk is blank. */
  readonly diskIncarnation: number;
  /** The highest disk incarnation seen of each slot, its own included. */
  readonly seen: readonly SlotIncarnation[];
  /** By shard number. */
  readonly shards: readonly LogShardStatus[];
}

export type Status = DatabaseStatus | LogStatus;

export interface FormatDisk {
  readonly boot: number;
  readonly diskIncarnation: number;
}

/** An order that names a shard and a machine: failoverAsk, logTransferAsk. */
export interface ShardOrder {
  readonly shard: number;
  readonly target: NodeId;
}

export function encodeStatusAsk(writer: ByteWriter, nonce: number): Uint8Array {
  beginFrame(writer, "statusAsk").u53(nonce);
  return finishFrame(writer);
}

/** Returns the nonce; look at `body.isComplete` before believing it. */
export function decodeStatusAsk(body: ByteReader): number {
  return body.u53();
}

export function encodeStatusReply(writer: ByteWriter, status: Status): Uint8Array {
  beginFrame(writer, "statusReply").u53(status.nonce);
  if (status.machine === "database") {
    writer.u8(1);
    writer.u32(status.shard);
    writer.u8(databaseRoles.indexOf(status.role));
    writer.u32(status.epoch);
    writer.u53(status.position);
    writer.u53(status.incarnation);
    return finishFrame(writer);
  }
  writer.u8(2);
  writer.u8(logStates.indexOf(status.state));
  writer.u53(status.boot);
  writer.u53(status.diskIncarnation);
  writer.u8(status.seen.length);
  for (const slot of status.seen) {
    writer.latin1(slot.slot);
    writer.u53(slot.diskIncarnation);
  }
  writer.u16(status.shards.length);
  for (const shard of status.shards) {
    writer.u8(logRoles.indexOf(shard.role));
    writer.u53(shard.term);
    writer.u53(shard.lastPosition);
    writer.u53(shard.commitPosition);
  }
  return finishFrame(writer);
}

/** Undefined if the body is damaged. */
export function decodeStatusReply(body: ByteReader): Status | undefined {
  const nonce = body.u53();
  switch (body.u8()) {
    case 1:
      return decodeDatabaseStatus(body, nonce);
    case 2:
      return decodeLogStatus(body, nonce);
    default:
      return undefined;
  }
}

export function encodeFormatDisk(writer: ByteWriter, order: FormatDisk): Uint8Array {
  beginFrame(writer, "formatDisk");
  writer.u53(order.boot);
  writer.u53(order.diskIncarnation);
  return finishFrame(writer);
}

export function decodeFormatDisk(body: ByteReader): FormatDisk | undefined {
  const order = { boot: body.u53(), diskIncarnation: body.u53() };
  return body.isComplete ? order : undefined;
}

export function encodeFailoverAsk(shard: number, target: NodeId): Uint8Array {
  return encodeShardOrder("failoverAsk", shard, target);
}

export function encodeLogTransferAsk(shard: number, target: NodeId): Uint8Array {
  return encodeShardOrder("logTransferAsk", shard, target);
}

/** The body of failoverAsk and logTransferAsk. Undefined if it is damaged. */
export function decodeShardOrder(body: ByteReader): ShardOrder | undefined {
  const order = { shard: body.u32(), target: body.latin1() };
  return body.isComplete ? order : undefined;
}

function encodeShardOrder(
  kind: "failoverAsk" | "logTransferAsk",
  shard: number,
  target: NodeId,
): Uint8Array {
  const writer = new ByteWriter(64);
  beginFrame(writer, kind).u32(shard);
  writer.latin1(target);
  return finishFrame(writer);
}

function decodeDatabaseStatus(body: ByteReader, nonce: number): DatabaseStatus | undefined {
  const shard = body.u32();
  const role = databaseRoles[body.u8()];
  const epoch = body.u32();
  const position = body.u53();
  const incarnation = body.u53();
  if (!body.isComplete || role === undefined) return undefined;
  return { machine: "database", nonce, shard, role, epoch, position, incarnation };
}

function decodeLogStatus(body: ByteReader, nonce: number): LogStatus | undefined {
  const state = logStates[body.u8()];
  const boot = body.u53();
  const diskIncarnation = body.u53();
  const seen: SlotIncarnation[] = [];
  for (let left = body.u8(); left > 0; left--) {
    seen.push({ slot: body.latin1(), diskIncarnation: body.u53() });
  }
  const shards: LogShardStatus[] = [];
  for (let left = body.u16(); left > 0 && !body.failed; left--) {
    const role = logRoles[body.u8()];
    if (role === undefined) return undefined;
    const term = body.u53();
    shards.push({ role, term, lastPosition: body.u53(), commitPosition: body.u53() });
  }
  if (!body.isComplete || state === undefined) return undefined;
  return { machine: "log", nonce, state, boot, diskIncarnation, seen, shards };
}
