/**
 * Repair (PROTOCOL rule 7). A node whose disk cannot be trusted gives no vote, acknowledges nothing and does not stand
 * for a shard until it has heard both peers, has made the highest of their terms its own with its vote spent, and holds
 * the log of that term's leader, synced, up to the leader's tail as of the hello.
 *
 * Why the tail comes with the hello and not with any later append: an append that was delayed on its way shows an older
 * tail, and what has committed since with this node's lost acknowledgement would be missing from its vote. Why the
 * leader's term must be the highest heard: only then is no later leader at work that the hello has not seen.
 */
import type { Effects } from "../contract.ts";
import {
  encodeHello,
  encodeHelloReply,
  type HelloReplica,
  type HelloReply,
} from "./raftMessages.ts";
import { ackIndexOf } from "./replication.ts";
import { adoptTerm, quiet, spendVote } from "./roles.ts";
import {
  incarnationOf,
  type LogNode,
  progressOf,
  type Replica,
  slotName,
  touch,
  walOf,
} from "./state.ts";

/** Hellos are repeated at this many times timing.retryMs. */
const helloEveryRetries = 2;

export function startRepair(node: LogNode, effects: Effects): void {
  for (const replica of node.replicas) {
    replica.isRepairing = true;
    replica.repairTerm = -1;
    effects.trace("log.repairing", replica.shard, replica.log.last.position, replica.term, "");
  }
  sayHello(node, effects);
}

/** Asks both peers anew if a shard under repair has no target, or its leader has changed since. */
export function continueRepair(node: LogNode, effects: Effects): void {
  const isWaiting = node.replicas.some(
    (replica) => replica.isRepairing && replica.repairTerm !== replica.term,
  );
  if (isWaiting) {
    effects.mark("peers asked anew in repair");
    return sayHello(node, effects);
  }
  node.helloAtUs = node.replicas.some((replica) => replica.isRepairing)
    ? nextHelloUs(node)
    : Infinity;
}

function sayHello(node: LogNode, effects: Effects): void {
  node.helloNonce = Math.floor(node.random() * 2 ** 52);
  node.helloReplies.fill(undefined);
  for (const slot of node.peers) {
    const frame = encodeHello(node.writer, incarnationOf(node), node.helloNonce);
    effects.send(slotName(node, slot), frame);
  }
  node.helloAtUs = nextHelloUs(node);
}

function nextHelloUs(node: LogNode): number {
  return node.nowUs + node.config.timing.retryMs * 1000 * helloEveryRetries;
}

/** A peer's disk is new or was rotten: what it had acknowledged is void until it has repaired itself. */
export function handleHello(node: LogNode, from: number, nonce: number): void {
  for (const replica of node.led) forgetProgress(node, replica, from);
  node.owedHellos[from] = nonce;
}

function forgetProgress(node: LogNode, replica: Replica, slot: number): void {
  const progress = progressOf(replica, slot);
  progress.isVoter = false;
  progress.matchIndex = 0;
  progress.nextIndex = replica.log.lastIndex + 1;
  progress.onTheWay.clear();
  progress.isProbing = true;
  progress.wantsProbe = true;
  touch(node, replica);
}

/** At the end of a step: answers hellos whose sender's incarnation is on disk. */
export function settleHellos(node: LogNode, effects: Effects): void {
  for (const slot of node.peers) {
    const nonce = node.owedHellos[slot] ?? -1;
    if (nonce < 0) continue;
    if (node.durableIncarnations[slot] !== node.incarnations[slot]) {
      effects.mark("hello waits for its sender's incarnation to be synced");
      continue;
    }
    node.owedHellos[slot] = -1;
    const replicas: HelloReplica[] = [];
    for (const replica of node.replicas) {
      // What a node in repair knows of a shard is no evidence.
      if (replica.isRepairing) continue;
      replicas.push({
        shard: replica.shard,
        term: replica.term,
        isLeader: replica.role === "leader",
        lastIndex: replica.log.lastIndex,
      });
    }
    const frame = encodeHelloReply(node.writer, incarnationOf(node), { nonce, replicas });
    effects.send(slotName(node, slot), frame);
  }
}

export function handleHelloReply(
  node: LogNode,
  from: number,
  reply: HelloReply,
  effects: Effects,
): void {
  if (reply.nonce !== node.helloNonce) return effects.mark("answer to an older hello");
  node.helloReplies[from] = reply;
  for (const slot of node.peers) if (node.helloReplies[slot] === undefined) return;
  node.helloNonce = -1;
  for (const replica of node.replicas) {
    if (replica.isRepairing) aimRepair(node, replica, effects);
  }
}

/** Both peers were heard: takes over the higher term, and the tail to reach if that term's leader was among them. */
function aimRepair(node: LogNode, replica: Replica, effects: Effects): void {
  let highestTerm = -1;
  let leader: HelloReplica | undefined;
  for (const slot of node.peers) {
    const told = node.helloReplies[slot]?.replicas.find((one) => one.shard === replica.shard);
    if (told === undefined) return effects.mark("repair waits: a peer is in repair too");
    if (told.term > highestTerm) leader = undefined;
    highestTerm = Math.max(highestTerm, told.term);
    if (told.isLeader && told.term === highestTerm) leader = told;
  }
  if (highestTerm > replica.term) adoptTerm(node, replica, highestTerm, effects);
  spendVote(node, replica);
  // A higher term of our own (met since the hello) means another leader: ask again.
  if (leader === undefined || replica.term !== highestTerm) {
    return effects.mark("repair waits: the newest term has no leader");
  }
  replica.repairTerm = highestTerm;
  replica.repairIndex = leader.lastIndex;
  touch(node, replica);
}

/** At the end of a step: ends the repair of a shard whose copy is complete and on disk. */
export function settleRepair(node: LogNode, replica: Replica, effects: Effects): void {
  if (!replica.isRepairing || replica.repairTerm !== replica.term) return;
  const isTermDurable =
    replica.durableTerm === replica.term && replica.durableVote === replica.vote;
  if (!isTermDurable || ackIndexOf(replica) < replica.repairIndex) return;
  replica.isRepairing = false;
  replica.owesAck = true;
  replica.ackedIndex = 0;
  quiet(node, replica, 1, 2);
  effects.trace("log.repaired", replica.shard, replica.log.last.position, replica.term, "");
  if (node.replicas.some((one) => one.isRepairing)) return;
  const marker = node.marker;
  if (marker === undefined) return;
  // A disk that was blank is in its first generation; one that was rotten has been rewritten.
  effects.mark(marker.generation > 1 ? "damage repaired from a peer" : "blank disk filled");
  node.nextMarker = { ...marker, sequence: marker.sequence + 1, isRepairing: false };
}

/** Notes a peer's disk incarnation. False if the message comes from a disk that has been replaced since. */
export function admitIncarnation(
  node: LogNode,
  from: number,
  incarnation: number,
  effects: Effects,
): boolean {
  const known = node.incarnations[from] ?? 0;
  if (incarnation < known) return false;
  if (incarnation === known) return true;
  if (node.led.length > 0) effects.mark("what a replaced disk acknowledged is void");
  node.incarnations[from] = incarnation;
  walOf(node).addPeer(from, incarnation);
  for (const replica of node.led) forgetProgress(node, replica, from);
  return true;
}
