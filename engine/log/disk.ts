/**
 * A log node and its disk: reading it at the start, making it ready, and the rhythm of batch and sync after that.
 * Nothing that needs durability leaves the node before the step that learns of the completed sync (PROTOCOL rule 8).
 */
import { assert, must } from "../assert.ts";
import type { Effects } from "../contract.ts";
import type { FormatDisk } from "../control/messages.ts";
import { advanceLeaderCommit } from "./commit.ts";
import {
  decodeMarker,
  type DiskMarker,
  encodeMarker,
  formatFile,
  formatLogDisk,
  markerOffset,
  mostPieces,
  sectorBytes,
  segmentOf,
} from "./diskFormat.ts";
import { handleFetched } from "./fetch.ts";
import { Recovery } from "./recovery.ts";
import { startRepair } from "./repair.ts";
import { quiet } from "./roles.ts";
import { type LogNode, type Replica, tailBytesOf, touch, walOf } from "./state.ts";
import { Wal } from "./wal.ts";

export function startReading(node: LogNode, effects: Effects): void {
  node.ticket += 1;
  effects.read(node.ticket, formatFile, 0, 2 * sectorBytes);
}

export function handleDiskRead(
  node: LogNode,
  input: { readonly ticket: number; readonly ok: boolean; readonly bytes: Uint8Array },
  effects: Effects,
): void {
  if (node.phase === "running") return handleFetched(node, input, effects);
  if (input.ticket !== node.ticket || node.phase !== "starting") return;
  if (node.marker === undefined) {
    // An error may pass; only a marker that is not there makes a disk blank.
    if (!input.ok) return effects.exit("the disk's format marker cannot be read");
    return handleMarker(node, decodeMarker(input.bytes), effects);
  }
  const recovery = must(node.recovery, "recovery");
  recovery.take(input.bytes, input.ok);
  readMore(node, node.marker, recovery, effects);
}

function handleMarker(node: LogNode, marker: DiskMarker | undefined, effects: Effects): void {
  const { nodeId, layout } = node.config;
  if (marker === undefined) {
    node.phase = "blank";
    effects.mark("blank disk waits for the control plane");
    effects.trace("log.blank", -1, -1, -1, "");
    return;
  }
  if (marker.nodeId !== nodeId || marker.clusterId !== layout.clusterId) {
    effects.mark("foreign disk refused");
    return effects.exit(`the disk belongs to ${marker.nodeId} of cluster ${marker.clusterId}`);
  }
  if (marker.shardCount !== layout.shardCount) {
    return effects.exit(`the disk was formatted for ${marker.shardCount} shards`);
  }
  node.marker = marker;
  const { messageBytes } = node.config.timing;
  node.recovery = new Recovery(marker, {
    slots: node.slots.length,
    tailBytes: tailBytesOf(node),
    stretchBytes: messageBytes,
  });
  readMore(node, marker, node.recovery, effects);
}

function readMore(node: LogNode, marker: DiskMarker, recovery: Recovery, effects: Effects): void {
  const { order } = recovery;
  if (order === undefined) return recover(node, marker, recovery, effects);
  node.ticket += 1;
  effects.read(node.ticket, order.file, order.offset, order.lengthBytes);
}

function recover(node: LogNode, marker: DiskMarker, recovery: Recovery, effects: Effects): void {
  node.recovery = undefined;
  adopt(node, recovery, marker);
  node.phase = "preparing";
  const { segment, offset, sequence } = recovery;
  if (recovery.isDamaged) {
    effects.mark("damage below the final batch found");
    effects.trace("log.damaged", -1, -1, offset, segment.file);
    if (node.peers.length === 0) return effects.exit(damagedOnlyCopy(segment.file, offset));
    return goOnBehindDamage(node, marker, recovery, effects);
  }
  if (recovery.tornBytes > 0) {
    effects.mark("torn final batch dropped");
    effects.trace("log.torn", -1, -1, recovery.tornBytes, "");
  }
  node.wal = new Wal(marker.diskIncarnation, { segment, offset, sequence });
  // What was read may have been written by a process that died before its sync: this batch's sync covers it, and
  // only then may anything be promised on it.
  node.wal.writeBatch(effects);
  node.preparing = "batch";
  sync(node, effects);
}

/** Nobody could repair it, and what lies behind the damage was promised. */
function damagedOnlyCopy(file: string, offset: number): string {
  return `the only copy of the log is damaged: ${file} cannot be read from byte ${offset} on, and more was written behind it; put a sound copy of the file in its place`;
}

/** Takes over what the disk holds. */
function adopt(node: LogNode, recovered: Recovery, marker: DiskMarker): void {
  for (const replica of node.replicas) {
    const found = must(recovered.shards[replica.shard], "recovered shard");
    replica.log = found.log;
    replica.term = found.term;
    replica.vote = found.vote - 1;
    replica.commitIndex = found.log.baseIndex;
    replica.durableIndex = found.log.lastIndex;
    replica.durableTerm = replica.term;
    replica.durableVote = replica.vote;
  }
  for (let slot = 0; slot < node.slots.length; slot++) {
    const incarnation = slot === node.self ? marker.diskIncarnation : recovered.incarnations[slot];
    node.incarnations[slot] = incarnation ?? 0;
    node.durableIncarnations[slot] = incarnation ?? 0;
  }
}

/**
 * What lies before the damage stays, and the log goes on in a segment of the next generation; the marker that says so follows when that
 * is synced.
 */
function goOnBehindDamage(
  node: LogNode,
  marker: DiskMarker,
  recovery: Recovery,
  effects: Effects,
): void {
  const generation = marker.generation + 1;
  const { pieces } = recovery;
  assert(pieces.length <= mostPieces, "a disk that is damaged again and again: replace it");
  const segment = segmentOf(generation, recovery.segment.number + 1);
  // A marker that rots gives way to the one before it: a file of this generation may be there, with batches that look sound.
  effects.remove(segment.file);
  node.wal = new Wal(marker.diskIncarnation, { segment, offset: 0, sequence: recovery.sequence });
  addOpening(node, node.wal);
  node.wal.writeBatch(effects);
  node.deadFiles = recovery.deadFiles;
  const sequence = marker.sequence + 1;
  node.nextMarker = { ...marker, sequence, generation, pieces, isRepairing: true };
  node.preparing = "marker";
  sync(node, effects);
}

/** The state with which a segment begins. */
function addOpening(node: LogNode, wal: Wal): void {
  for (const slot of node.peers) wal.addPeer(slot, node.incarnations[slot] ?? 0);
  for (const { shard, log, term, vote } of node.replicas) {
    wal.addHardState(shard, term, vote + 1);
    const { position, incarnation, sequence, chain, term: lastTerm } = log.last;
    const index = log.lastIndex;
    wal.addOpening(shard, { index, term: lastTerm, position, incarnation, sequence, chain });
  }
}

/** The control plane gives a blank disk its identity (PROTOCOL rule 7). */
export function handleFormatDisk(node: LogNode, order: FormatDisk, effects: Effects): void {
  if (node.phase !== "blank" || order.boot !== node.boot) {
    return effects.mark("order to format came too late");
  }
  const { clusterId, shardCount } = node.config.layout;
  const { diskIncarnation } = order;
  const { nodeId } = node.config;
  const options = { clusterId, nodeId, diskIncarnation, shardCount, fresh: false };
  for (const { file, bytes } of formatLogDisk(options)) effects.write(file, 0, bytes);
  effects.trace("log.formatted", -1, -1, diskIncarnation, "");
  node.marker = {
    sequence: 1,
    diskIncarnation,
    generation: 1,
    shardCount,
    isRepairing: true,
    clusterId,
    nodeId,
    pieces: [],
  };
  const place = { segment: segmentOf(1, 0), offset: sectorBytes, sequence: 2 };
  node.wal = new Wal(diskIncarnation, place);
  node.incarnations[node.self] = diskIncarnation;
  node.durableIncarnations[node.self] = diskIncarnation;
  node.phase = "preparing";
  node.preparing = "batch";
  sync(node, effects);
}

export function handleDiskSynced(
  node: LogNode,
  ticket: number,
  ok: boolean,
  effects: Effects,
): void {
  if (ticket !== node.ticket || !node.isSyncing) return;
  // Rule 8: after an error nobody knows what the disk holds; the next process reads it.
  if (!ok) {
    effects.mark("failed sync ends the process");
    return effects.exit("a sync failed");
  }
  node.isSyncing = false;
  if (node.phase === "preparing") return prepareNext(node, effects);
  for (const replica of node.syncing) noteDurable(node, replica, effects);
  node.syncing.length = 0;
  for (const slot of node.peers) {
    node.durableIncarnations[slot] = node.syncingIncarnations[slot] ?? 0;
  }
}

function prepareNext(node: LogNode, effects: Effects): void {
  if (node.preparing === "marker") {
    node.preparing = "batch";
    writeMarker(node, effects);
    sync(node, effects);
    return;
  }
  node.phase = "running";
  const marker = must(node.marker, "disk marker");
  effects.trace("log.started", -1, -1, marker.diskIncarnation, "");
  for (const replica of node.replicas) quiet(node, replica, 1, 2);
  if (marker.isRepairing) startRepair(node, effects);
}

function noteDurable(node: LogNode, replica: Replica, effects: Effects): void {
  replica.durableTerm = replica.syncingTerm;
  replica.durableVote = replica.syncingVote;
  // If another leader's entries have taken the place since, the new ones count when they are synced.
  if (replica.log.termAt(replica.syncingIndex) === replica.syncingIndexTerm) {
    replica.durableIndex = Math.max(replica.durableIndex, replica.syncingIndex);
  } else {
    effects.mark("entries replaced while their sync was under way");
  }
  if (replica.role === "leader") advanceLeaderCommit(node, replica, effects);
  replica.log.evict(tailBytesOf(node), Math.min(replica.durableIndex, replica.commitIndex));
  touch(node, replica);
}

/** At the end of a step: puts on its way to the disk what has gathered, unless a sync is under way. */
export function flushDisk(node: LogNode, effects: Effects): void {
  if (node.phase !== "running") return;
  const wal = walOf(node);
  if (node.isSyncing) {
    if (wal.hasRecords) effects.mark("records gather while a sync is under way");
    return;
  }
  const hasMarker = node.nextMarker !== undefined;
  if (!wal.hasRecords && !hasMarker) return;
  if (wal.hasRecords) writeBatch(node, wal, effects);
  if (hasMarker) {
    writeMarker(node, effects);
    // Repaired: what lay behind the damage, if there was any, is of no more use.
    for (const file of node.deadFiles) effects.remove(file);
    node.deadFiles = [];
  }
  const { syncing } = node;
  node.syncing = node.unsynced;
  node.unsynced = syncing;
  for (const replica of node.syncing) {
    replica.isUnsynced = false;
    replica.syncingIndex = replica.log.lastIndex;
    replica.syncingIndexTerm = replica.log.last.term;
    replica.syncingTerm = replica.term;
    replica.syncingVote = replica.vote;
  }
  for (const slot of node.peers) node.syncingIncarnations[slot] = node.incarnations[slot] ?? 0;
  sync(node, effects);
}

function writeBatch(node: LogNode, wal: Wal, effects: Effects): void {
  const { messageBytes, segmentBytes } = node.config.timing;
  const span = wal.writeBatch(effects);
  for (const { log } of node.unsynced) log.noteBatch(span, messageBytes);
  if (wal.segmentBytes < segmentBytes) return;
  effects.mark("log goes on in a new segment");
  wal.beginSegment(effects);
  addOpening(node, wal);
}

function writeMarker(node: LogNode, effects: Effects): void {
  const marker = must(node.nextMarker, "next marker");
  node.nextMarker = undefined;
  node.marker = marker;
  effects.write(formatFile, markerOffset(marker.sequence), encodeMarker(marker));
}

function sync(node: LogNode, effects: Effects): void {
  node.ticket += 1;
  node.isSyncing = true;
  effects.sync(node.ticket);
}
