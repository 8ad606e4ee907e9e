/**
 * Heartbeats: one message a peer for all shards that this node leads. They keep elections quiet, spread commit indexes,
 * confirm leadership for reads and for check-quorum, and show what was lost on the way (PROTOCOL rule 10).
 *
 * A shard whose appends have reached the peer lately is left out; a reply is asked for only when somebody needs it.
 */
import { must } from "../assert.ts";
import type { Effects } from "../contract.ts";
import { advanceFollowerCommit } from "./commit.ts";
import { majorityOf } from "./quorum.ts";
import {
  type Beat,
  type BeatReply,
  encodeHeartbeat,
  encodeHeartbeatReply,
  type Heartbeat,
  type HeartbeatReply,
} from "./raftMessages.ts";
import { ackIndexOf, goBack, noteMatch } from "./replication.ts";
import { adoptTerm, followLeader, leaveRole } from "./roles.ts";
import {
  incarnationOf,
  type LogNode,
  progressOf,
  type Replica,
  replicaOf,
  slotName,
  touch,
} from "./state.ts";
import { answerReads, confirmReads } from "./tail.ts";

/** In heartbeat intervals: silence after which a reply is asked for, and after which a leader without a majority resigns. */
const askAfterBeats = 2.5;
const resignAfterBeats = 6;
/** Commits that no append carries to the peers are told them at most this often. */
const spreadEveryUs = 2000;

/** What a leader does every heartbeat interval. */
export function beat(node: LogNode, effects: Effects): void {
  checkQuorum(node, effects);
  const intervalUs = node.config.timing.raftHeartbeatMs * 1000;
  node.round += 1;
  let quietestUs = node.nowUs;
  for (const slot of node.peers) {
    const due: Replica[] = [];
    let wantsReply = false;
    for (const replica of node.led) {
      const progress = progressOf(replica, slot);
      const sinceSentUs = node.nowUs - progress.lastSentUs;
      const needsReply =
        (progress.onTheWay.count > 0 && sinceSentUs > 0.5 * intervalUs) ||
        replica.reads.length > 0 ||
        node.nowUs - progress.heardUs > askAfterBeats * intervalUs;
      if (!needsReply && sinceSentUs < 0.75 * intervalUs) {
        quietestUs = Math.min(quietestUs, progress.lastSentUs);
        continue;
      }
      wantsReply ||= needsReply;
      due.push(replica);
    }
    if (due.length > 0) sendHeartbeat(node, slot, due, wantsReply, effects);
  }
  node.heartbeatAtUs = node.led.length > 0 ? quietestUs + intervalUs : Infinity;
}

/** Raft §6.2: a leader that hears no majority stops being one, so that its clients look elsewhere. */
function checkQuorum(node: LogNode, effects: Effects): void {
  const limitUs = resignAfterBeats * node.config.timing.raftHeartbeatMs * 1000;
  for (let at = node.led.length - 1; at >= 0; at--) {
    const replica = must(node.led[at], "replica");
    let heard = 1;
    for (const slot of node.peers) {
      if (node.nowUs - progressOf(replica, slot).heardUs < limitUs) heard += 1;
    }
    if (heard >= majorityOf(node.slots.length)) continue;
    effects.mark("log leader resigned without a majority");
    leaveRole(node, replica, "no quorum", effects);
  }
}

/** At the end of a step: asks for confirmation if reads wait, and spreads new commits soon. */
export function settleHeartbeats(node: LogNode, effects: Effects): void {
  if (node.readsWaiting) {
    node.readsWaiting = false;
    const asked = node.led.filter((replica) => replica.reads.length > 0);
    node.round += 1;
    if (asked.length > 0) {
      for (const slot of node.peers) sendHeartbeat(node, slot, asked, true, effects);
    }
    // Without peers nobody has to confirm.
    if (node.peers.length === 0) for (const replica of asked) answerReads(node, replica, effects);
  }
  if (node.spreading.length === 0) return;
  if (node.nowUs < node.lastSpreadUs + spreadEveryUs) {
    node.spreadAtUs = node.lastSpreadUs + spreadEveryUs;
    return;
  }
  spreadCommits(node, effects);
}

function spreadCommits(node: LogNode, effects: Effects): void {
  let sent = false;
  for (const slot of node.peers) {
    const due: Replica[] = [];
    for (const replica of node.spreading) {
      if (progressOf(replica, slot).toldCommit < replica.commitIndex) due.push(replica);
    }
    if (due.length === 0) continue;
    sent = true;
    sendHeartbeat(node, slot, due, false, effects);
  }
  if (sent) node.lastSpreadUs = node.nowUs;
  node.spreading.length = 0;
  node.spreadAtUs = Infinity;
}

// oxlint-disable-next-line max-params -- the one place that sends them
function sendHeartbeat(
  node: LogNode,
  slot: number,
  replicas: readonly Replica[],
  wantsReply: boolean,
  effects: Effects,
): void {
  const beats: Beat[] = [];
  for (const replica of replicas) {
    const progress = progressOf(replica, slot);
    progress.lastSentUs = node.nowUs;
    progress.toldCommit = replica.commitIndex;
    beats.push({ shard: replica.shard, term: replica.term, commitIndex: replica.commitIndex });
  }
  const heartbeat = { round: node.round, wantsReply, beats };
  const frame = encodeHeartbeat(node.writer, incarnationOf(node), heartbeat);
  effects.send(slotName(node, slot), frame);
}

export function handleHeartbeat(
  node: LogNode,
  from: number,
  heartbeat: Heartbeat,
  effects: Effects,
): void {
  const replies: BeatReply[] = [];
  for (const one of heartbeat.beats) {
    const replica = replicaOf(node, one.shard);
    if (replica === undefined) continue;
    if (one.term > replica.term) adoptTerm(node, replica, one.term, effects);
    const isCurrent = one.term === replica.term;
    if (!isCurrent) effects.mark("heartbeat of an older term");
    if (isCurrent) {
      followLeader(node, replica, from, effects);
      advanceFollowerCommit(node, replica, one.commitIndex);
    }
    if (!heartbeat.wantsReply && isCurrent) continue;
    replies.push({
      shard: replica.shard,
      term: replica.term,
      isVoter: !replica.isRepairing,
      matchedIndex: isCurrent ? replica.matchedIndex : 0,
      ackIndex: isCurrent ? ackIndexOf(replica) : 0,
    });
  }
  if (replies.length === 0) return;
  const reply = { round: heartbeat.round, replies };
  const frame = encodeHeartbeatReply(node.writer, incarnationOf(node), reply);
  effects.send(slotName(node, from), frame);
}

export function handleHeartbeatReply(
  node: LogNode,
  from: number,
  reply: HeartbeatReply,
  effects: Effects,
): void {
  for (const one of reply.replies) {
    const replica = replicaOf(node, one.shard);
    if (replica === undefined) continue;
    if (one.term > replica.term) {
      adoptTerm(node, replica, one.term, effects);
    } else if (replica.role === "leader" && one.term === replica.term) {
      handleBeatReply(node, replica, from, { round: reply.round, one }, effects);
    }
  }
}

function handleBeatReply(
  node: LogNode,
  replica: Replica,
  from: number,
  reply: { readonly round: number; readonly one: BeatReply },
  effects: Effects,
): void {
  const { round, one } = reply;
  const progress = progressOf(replica, from);
  progress.heardUs = node.nowUs;
  if (one.ackIndex > 0) noteMatch(node, replica, from, one.ackIndex, one.isVoter, effects);
  if (one.isVoter) confirmReads(node, replica, round, effects);
  // Whatever was sent before this round has arrived by now, or never will.
  if (one.matchedIndex >= progress.nextIndex - 1 || progress.sentRound >= round) return;
  if (progress.onTheWay.count > 0) {
    effects.mark("lost log append shown by a heartbeat");
    goBack(node, replica, progress, Math.max(progress.resendFrom, one.matchedIndex + 1));
  } else {
    // A restarted peer has not compared its log yet: let it.
    effects.mark("restarted log peer asked to compare");
    progress.wantsProbe = true;
    touch(node, replica);
  }
}
