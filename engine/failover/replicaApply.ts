/**
 * Applying committed entries: whole records, in order, exactly once. Replicas, candidates and recovering nodes do it alike.
 */
import { assert } from "../assert.ts";
import { ByteReader } from "../bytes/reader.ts";
import { latin1Of } from "../bytes/latin1.ts";
import type { Effects, Now } from "../contract.ts";
import { chainNext, type LogEntry } from "../log/entry.ts";
import { applyRecord } from "../replication/apply.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { onCandidateApplied } from "./election.ts";
import { onReleaseApplied } from "./handover.ts";

/** Applies the next entries of the log; stops for good before one of a newer engine version. */
export function applyEntries(
  node: DatabaseNode,
  now: Now,
  entries: readonly LogEntry[],
  effects: Effects,
): void {
  for (const entry of entries) {
    if (entry.engineVersion > node.config.engineVersion) {
      refuseVersion(node, entry, effects);
      return;
    }
    applyEntry(node, now, entry, effects);
    if (node.role === "candidate") onCandidateApplied(node, entry, effects);
  }
}

function applyEntry(node: DatabaseNode, now: Now, entry: LogEntry, effects: Effects): void {
  assert(
    entry.position === node.appliedPosition + 1,
    () => `entry ${entry.position} follows ${node.appliedPosition}`,
  );
  const epoch = entry.kind === "leadership" ? node.epoch + 1 : node.epoch;
  assert(
    entry.epoch === epoch,
    () => `entry ${entry.position} (${entry.kind}) of epoch ${entry.epoch}, expected ${epoch}`,
  );
  const chainBefore = node.chain;
  node.appliedPosition = entry.position;
  node.appliedId = entry.id;
  node.chain = chainNext(chainBefore, entry.crc);
  node.committedPosition = entry.position;
  node.readUnixMs = entry.unixMs;
  if (entry.position === node.standBeyond) effects.mark("loser read what took its place");
  node.shardUnixUs = Math.max(node.shardUnixUs, entry.unixMs * 1000);
  node.databases.usage.unixSeconds = Math.floor(node.shardUnixUs / 1_000_000);
  switch (entry.kind) {
    case "effects": {
      const record = node.assembler.add(entry);
      if (record === undefined) return;
      if (!entry.isFirstChunk) effects.mark("record put together from chunks");
      applyRecord(node.databases, record, node.executor.users);
      return;
    }
    case "renewal":
      return restartBackoff(node, now);
    case "leadership":
      return applyLeadership(node, now, entry, effects);
    case "release":
      return onReleaseApplied(node, now, entry);
    case "checksum":
      effects.mark("running checksum compared");
      return assert(
        new ByteReader(entry.payload).u32() === chainBefore,
        () => `the running checksum at ${entry.position} is not the primary's`,
      );
  }
}

function applyLeadership(node: DatabaseNode, now: Now, entry: LogEntry, effects: Effects): void {
  const { shard } = node.config;
  if (!node.assembler.isEmpty) {
    effects.mark("unfinished record voided by a leadership entry");
    effects.trace("record.voided", shard, entry.position, -1, "");
  }
  node.assembler.void();
  node.epoch = entry.epoch;
  const leader = latin1Of(entry.payload);
  // A candidate's own: it leads when the log has answered, and until then who waits for a leader goes on waiting.
  if (node.role !== "candidate" || leader !== node.config.nodeId) {
    node.topology.learn(shard, entry.epoch, entry.position, leader);
  }
  restartBackoff(node, now);
}

/** Rule 12: each renewal applied restarts the backoff. A recovering node's begins when it reaches the tail. */
function restartBackoff(node: DatabaseNode, now: Now): void {
  if (node.role !== "recovering") node.backoff.restart(now.monotonicUs);
}

function refuseVersion(node: DatabaseNode, entry: LogEntry, effects: Effects): void {
  const { shard } = node.config;
  effects.mark("entry of a newer version refused");
  effects.trace("record.refused", shard, entry.position, entry.engineVersion, "");
  node.refusedVersion = entry.engineVersion;
  node.follower.stop(effects);
}
