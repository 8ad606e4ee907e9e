/**
 * Discarding memory and building it anew (PROTOCOL rule 17): from the newest verified snapshot, then the log, never from a
 * peer. Nothing is served until a linearizable tail, asked for after recovery began, is applied: a node that trusted its
 * log node's last known commit instead could show a state older than what its clients have already seen.
 */
import type { Effects, Now } from "../contract.ts";
import type { Databases } from "../keyspace/databases.ts";
import { type EntryId, genesisId, logStart } from "../log/entry.ts";
import type { DatabaseNode } from "./databaseNode.ts";
import { endForks } from "./forks.ts";
import { discardScript } from "./runScript.ts";
import { unblockAll } from "./serveBlocked.ts";

/** Where replay begins. Snapshots come with an issue of their own; until then it is always the empty start of the log. */
interface RecoveryBase {
  readonly position: number;
  readonly id: EntryId;
  readonly chain: number;
  readonly epoch: number;
  load(databases: Databases): void;
}

const emptyBase: RecoveryBase = {
  position: 0,
  id: genesisId,
  chain: 0,
  epoch: 0,
  load(): void {},
};

export function recover(node: DatabaseNode, now: Now, why: string, effects: Effects): void {
  const { shard } = node.config;
  effects.trace("node.recovering", shard, node.appliedPosition, -1, why);
  const replies = node.connections.abandonParked();
  if (replies > 0) effects.mark("parked replies given up");
  if (replies > 0) effects.trace("reply.abandoned", shard, -1, replies, why);
  discardScript(node, effects);
  endForks(node);
  unblockAll(node, effects);
  node.role = "recovering";
  node.lease.end();
  node.backoff.cancel();
  node.appender.reset(logStart);
  node.candidacyPosition = 0;
  node.standBeyond = 0;
  node.releasePosition = 0;
  node.handover.releasePosition = 0;
  node.refusedVersion = 0;
  forget(node, emptyBase);
  node.recoveryTail = -1;
  node.follower.start(now, node.appliedPosition + 1, effects);
  node.tailReader.ask(now, effects);
}

function forget(node: DatabaseNode, base: RecoveryBase): void {
  node.databases.discard();
  node.executor.users.beginAnew();
  node.usersPosition = 0;
  node.usersToldPosition = 0;
  base.load(node.databases);
  node.assembler.void();
  node.tracker.reset(base.position);
  node.connections.reset(base.position);
  node.executor.statistics.commitTimes.forget();
  node.bus.reset(base.position);
  node.earlyNotices.length = 0;
  node.epoch = base.epoch;
  node.appliedPosition = base.position;
  node.appliedId = base.id;
  node.chain = base.chain;
  node.committedPosition = base.position;
}
