/**
 * A log node and its disk: reading it at the start, making it ready, and the rhythm of batch and sync after that.
 * Nothing that needs durability leaves the node before the step that learns of the completed sync (PROTOCOL rule 8).
 */
import { must } from "../assert.ts";
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
  sectorBytes,
  walFile,
} from "./diskFormat.ts";
import { type Recovered, recoverWal } from "./recovery.ts";
import { startRepair } from "./repair.ts";
import { quiet } from "./roles.ts";
import { type LogNode, type Replica, touch, walOf } from "./state.ts";
import { Wal } from "./wal.ts";

const readChunkBytes: number = 1 << 20;
/** A log's file that is this many times larger than what is alive in it, and large at all, is rewritten at the start. */
const rewriteRatio = 4;

export function startReading(node: LogNode, effects: Effects): void {
  node.ticket += 1;
  effects.read(node.ticket, formatFile, 0, 2 * sectorBytes);
}

export function handleDiskRead(
  node: LogNode,
  input: { readonly ticket: number; readonly ok: boolean; readonly bytes: Uint8Array },
  effects: Effects,
): void {
  if (input.ticket !== node.ticket || node.phase !== "starting") return;
  if (node.marker === undefined) {
    // An error may pass; only a marker that is not there makes a disk blank.
    if (!input.ok) return effects.exit("the disk's format marker cannot be read");
    return handleMarker(node, decodeMarker(input.bytes), effects);
  }
  node.readParts.push(input.bytes);
  node.readBytes += input.bytes.length;
  if (!input.ok || input.bytes.length < readChunkBytes) {
    return recover(node, node.marker, input.ok, effects);
  }
  readMore(node, node.marker, effects);
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
  readMore(node, marker, effects);
}

function readMore(node: LogNode, marker: DiskMarker, effects: Effects): void {
  node.ticket += 1;
  effects.read(node.ticket, walFile(marker.generation), node.readBytes, readChunkBytes);
}

function recover(node: LogNode, marker: DiskMarker, isReadable: boolean, effects: Effects): void {
  const file = joined(node.readParts, node.readBytes);
  node.readParts = [];
  const recovered = recoverWal(file, marker, node.slots.length);
  adopt(node, recovered, marker);
  if (recovered.tornBytes > 0) {
    effects.mark("torn final batch dropped");
    effects.trace("log.torn", -1, -1, recovered.tornBytes, "");
  }
  const isDamaged = !isReadable || recovered.damagedOffset >= 0;
  if (isDamaged) {
    effects.mark("damage below the final batch found");
    effects.trace("log.damaged", -1, -1, recovered.damagedOffset, "");
    if (node.peers.length === 0) return effects.exit(damagedOnlyCopy(recovered.damagedOffset));
  }
  const { rewriteBytes } = node.config.timing;
  const isBloated = file.length > rewriteBytes && file.length > rewriteRatio * liveBytes(node);
  node.phase = "preparing";
  if (isDamaged || isBloated) return rewrite(node, marker, isDamaged, effects);
  const { nextOffset, nextSequence } = recovered;
  node.wal = new Wal(marker.diskIncarnation, marker.generation, nextOffset, nextSequence);
  // What was read may have been written by a process that died before its sync: this batch's sync covers it, and
  // only then may anything be promised on it.
  node.wal.writeBatch(effects);
  node.preparing = "batch";
  sync(node, effects);
}

/** Nobody could repair it, and what lies behind the damage was promised. */
function damagedOnlyCopy(offset: number): string {
  const where = offset < 0 ? "it cannot be read" : `at byte ${offset}`;
  return `the only copy of the log is damaged: ${where}`;
}

/** Takes over what the disk holds. */
function adopt(node: LogNode, recovered: Recovered, marker: DiskMarker): void {
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

function liveBytes(node: LogNode): number {
  let bytes = 0;
  for (const { log } of node.replicas)
    bytes += log.last.bytesUpTo - log.at(log.baseIndex).bytesUpTo;
  return bytes;
}

/** Writes the state into a file of the next generation; the marker that names it follows when that is synced. */
function rewrite(node: LogNode, marker: DiskMarker, isDamaged: boolean, effects: Effects): void {
  const generation = marker.generation + 1;
  const wal = new Wal(marker.diskIncarnation, generation, 0, 1);
  for (const slot of node.peers) wal.addPeer(slot, node.incarnations[slot] ?? 0);
  for (const { shard, log, term, vote } of node.replicas) {
    wal.addHardState(shard, term, vote + 1);
    wal.addBase(shard, log.base, true);
    for (let index = log.baseIndex + 1; index <= log.lastIndex; index++) {
      wal.addEntry(shard, index, log.at(index).term, log.at(index).bytes);
    }
  }
  // A marker that rots gives way to the one before it: a file of this generation may be there, with batches that look sound.
  effects.remove(walFile(generation));
  wal.writeBatch(effects);
  node.wal = wal;
  const isRepairing = isDamaged || marker.isRepairing;
  node.nextMarker = { ...marker, sequence: marker.sequence + 1, generation, isRepairing };
  node.preparing = "marker";
  sync(node, effects);
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
  };
  node.wal = new Wal(diskIncarnation, 1, sectorBytes, 2);
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
  // A rotten generation is kept until the repair is done; one that was only bloated goes now.
  else if (marker.generation > 1) effects.remove(walFile(marker.generation - 1));
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
  if (wal.hasRecords) wal.writeBatch(effects);
  if (hasMarker) {
    writeMarker(node, effects);
    // Repaired: the rotten generation, if there was one, is of no more use.
    if (wal.generation > 1) effects.remove(walFile(wal.generation - 1));
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

function joined(parts: readonly Uint8Array[], totalBytes: number): Uint8Array {
  const whole = new Uint8Array(totalBytes);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
