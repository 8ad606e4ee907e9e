/**
 * How users spread to the other shards. The bus tells primaries what others have logged; a primary that hears a newer change logs it,
 * and so every shard's log holds all users (decision 12). A change is told once it is committed, at once and whole; now and then
 * primaries compare what they know, so that nothing that was lost stays so.
 *
 *     usersNews     u32 n, n × change of a user (access/userRecord.ts)
 *     usersDigest   u8 1 if it answers another, u32 CRC-32C of all names with their versions
 */
import { readUserChange, writeUserChange, type UserChange } from "../access/userRecord.ts";
import { crc32c } from "../bytes/crc32c.ts";
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { commandTable } from "../commands/table.ts";
import type { Effects, NodeId, Now } from "../contract.ts";
import { isLogFull } from "../failover/appendEntry.ts";
import type { DatabaseNode } from "../failover/databaseNode.ts";
import { logExecution } from "../failover/logExecution.ts";

/** Tells the other primaries of changes that are committed since the last time. */
export function tellUsers(node: DatabaseNode, effects: Effects): void {
  if (node.usersPosition <= node.usersToldPosition || !mayTell(node)) return;
  node.usersToldPosition = node.usersPosition;
  const frame = encodeNews(node);
  for (const leader of otherLeaders(node)) effects.send(leader, frame);
}

/** Lets the other primaries compare; nothing is said where the log says nothing of users. */
export function compareUsers(node: DatabaseNode, effects: Effects): void {
  if (!mayTell(node) || node.executor.users.allChanges().length === 0) return;
  const frame = encodeDigest(node, false);
  for (const leader of otherLeaders(node)) effects.send(leader, frame);
}

/** False if the body is damaged. What this node may not log it ignores: it will be told again. */
export function hearUsersNews(node: DatabaseNode, now: Now, body: ByteReader): boolean {
  const changes: UserChange[] = [];
  for (let left = body.u32(); left > 0; left--) {
    const change = readUserChange(body, commandTable);
    if (change === undefined) return false;
    changes.push(change);
  }
  if (!body.isComplete) return false;
  if (node.role !== "primary" || !node.lease.isServing(now.monotonicUs) || isLogFull(node))
    return true;
  const logged = logExecution(node, node.executor.learnUsers(changes, node.shardUnixUs));
  if (logged > 0) node.usersPosition = logged;
  return true;
}

export function hearUsersDigest(
  node: DatabaseNode,
  from: NodeId,
  body: ByteReader,
  effects: Effects,
): boolean {
  const isAnswer = body.u8() === 1;
  const digest = body.u32();
  if (!body.isComplete) return false;
  if (!mayTell(node) || digest === digestOf(node)) return true;
  effects.send(from, encodeNews(node));
  if (!isAnswer) effects.send(from, encodeDigest(node, true));
  return true;
}

/** A primary, with nothing in its memory that could still be lost. */
function mayTell(node: DatabaseNode): boolean {
  return node.role === "primary" && node.usersPosition <= node.committedPosition;
}

function otherLeaders({ config, topology }: DatabaseNode): readonly NodeId[] {
  const leaders: NodeId[] = [];
  for (let shard = 0; shard < config.layout.shardCount; shard++) {
    const leader = shard === config.shard ? undefined : topology.leaderOf(shard);
    if (leader !== undefined) leaders.push(leader.nodeId);
  }
  return leaders;
}

function encodeNews({ executor, writer }: DatabaseNode): Uint8Array {
  const changes = executor.users.allChanges();
  beginFrame(writer, "usersNews").u32(changes.length);
  for (const change of changes) writeUserChange(writer, change, commandTable);
  return finishFrame(writer);
}

function encodeDigest(node: DatabaseNode, isAnswer: boolean): Uint8Array {
  const digest = digestOf(node);
  beginFrame(node.writer, "usersDigest").u8(isAnswer ? 1 : 0);
  node.writer.u32(digest);
  return finishFrame(node.writer);
}

function digestOf({ executor }: DatabaseNode): number {
  const told = new ByteWriter();
  for (const { name, version, shard } of executor.users.allChanges()) {
    told.latin1(name);
    told.u53(version);
    told.u32(shard);
  }
  return crc32c(told.take());
}
