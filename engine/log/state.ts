/**
 * What a log node and its replicas consist of. The transitions live one concern a file: election, replication, commit,
 * readIndex, repair, appendApi, readers; logNode.ts routes.
 */
import { must } from "../assert.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { ClusterLayout, Effects, NodeId, Random } from "../contract.ts";
import type { Timing } from "../timing.ts";
import type { DiskMarker } from "./diskFormat.ts";
import type { AppendRequest } from "./messages.ts";
import type { HelloReply } from "./raftMessages.ts";
import { majorityOf } from "./quorum.ts";
import type { ReadBack } from "./readBack.ts";
import type { Recovery } from "./recovery.ts";
import type { SentBytes } from "./sentBytes.ts";
import type { ShardLog } from "./shardLog.ts";
import type { Stretch } from "./stretches.ts";
import type { Wal } from "./wal.ts";

export interface LogNodeConfig {
  readonly nodeId: NodeId;
  readonly zone: string;
  readonly layout: ClusterLayout;
  readonly timing: Timing;
}

/** Votes: nobody yet; or "counts as given" (PROTOCOL rule 7); else a slot. */
export const NO_VOTE = -1;
export const VOTE_SPENT = 254;
/** No leader known. */
export const NOBODY = -1;

export type RaftRole = "follower" | "precandidate" | "candidate" | "leader";

/** What a leader knows of one peer's copy of one shard. */
export interface Progress {
  nextIndex: number;
  /** Synced at the peer, in this term's log. */
  matchIndex: number;
  /** False while the peer repairs: its copy counts for no quorum. */
  isVoter: boolean;
  /** After an election or a refusal: one message at a time until the logs are known to agree. */
  isProbing: boolean;
  /** Ask for agreement with an append that carries nothing. */
  wantsProbe: boolean;
  /** Last index of each unanswered append. */
  readonly onTheWay: SentBytes;
  /** First index of the oldest of them. */
  resendFrom: number;
  /** The newest heartbeat round begun when the newest append was sent: a reply to a later one has seen it, or it is lost. */
  sentRound: number;
  lastSentUs: number;
  heardUs: number;
  /** When the connection to the peer last broke with appends on their way. */
  brokenUs: number;
  /** The commit index that the peer was last told. */
  toldCommit: number;
}

/** A writer that waits for entries to commit. */
export interface Waiter {
  readonly writer: NodeId;
  /** Its first and last position accepted and not yet answered. */
  first: number;
  last: number;
}

export interface HeldAppend {
  readonly from: NodeId;
  readonly request: AppendRequest;
  readonly untilUs: number;
}

export interface PendingRead {
  readonly from: NodeId;
  readonly nonce: number;
  /** A heartbeat of this round or later, once confirmed, proves that this node still led when it was asked. */
  readonly round: number;
  isConfirmed: boolean;
  /** Commit index at the time of asking; -1 until an entry of the leader's own term has committed. */
  index: number;
}

export interface Subscription {
  readonly follower: NodeId;
  readonly subscription: number;
  nextPosition: number;
  readonly onTheWay: SentBytes;
}

/** One shard's Raft replica on this node. */
export interface Replica {
  readonly shard: number;
  log: ShardLog;
  role: RaftRole;
  term: number;
  vote: number;
  /** Slot of the leader of `term`, or NOBODY. */
  leader: number;
  commitIndex: number;
  /** Equal to the log of the leader of this term up to here. */
  matchedIndex: number;
  /** What is surely on this node's disk. */
  durableIndex: number;
  durableTerm: number;
  durableVote: number;
  /** The same as of the batch whose sync is under way. */
  syncingIndex: number;
  syncingIndexTerm: number;
  syncingTerm: number;
  syncingVote: number;
  /** In node.unsynced / node.syncing / node.touched. */
  isUnsynced: boolean;
  isTouched: boolean;
  /** Owed once the disk allows: a vote to this slot, an acknowledgement to the leader. */
  owedVote: number;
  owesAck: boolean;
  /** Highest index acknowledged to this term's leader. */
  ackedIndex: number;
  /** Whether the candidate's own vote is synced and the requests are out. */
  isStanding: boolean;
  isForced: boolean;
  readonly granted: boolean[];
  /** Last sign of a living leader, vote or start; elections count from here. */
  quietSinceUs: number;
  electionUs: number;
  leaderHeardUs: number;
  /** One a slot; this node's own is unused. */
  readonly progress: readonly Progress[];
  /** Slot that leadership is being handed to, NOBODY if none; appends are held meanwhile. */
  transferTo: number;
  isTransferSent: boolean;
  transferUntilUs: number;
  /** PROTOCOL rule 7: no vote, no acknowledgement, no candidacy. */
  isRepairing: boolean;
  /** The leader's term and tail as of the hello that both peers answered; -1 before. */
  repairTerm: number;
  repairIndex: number;
  hasNewCommit: boolean;
  /** Older entries have come back from the disk. */
  hasReadBack: boolean;
  waiters: Waiter[];
  held: HeldAppend[];
  reads: PendingRead[];
  subscriptions: Subscription[];
}

/** Entries that are read back from the disk. */
export interface Fetch {
  readonly shard: number;
  readonly stretch: Stretch;
  readonly lastIndex: number;
  readonly isAgain: boolean;
}

/** starting: reads its disk. blank: waits for formatDisk. preparing: makes its disk ready. */
export type LogPhase = "starting" | "blank" | "preparing" | "running";

export interface LogNode {
  readonly config: LogNodeConfig;
  readonly random: Random;
  /** This process's number, by which orders to format name it. */
  readonly boot: number;
  /** Places in layout.logNodes. */
  readonly slots: readonly NodeId[];
  readonly self: number;
  readonly peers: readonly number[];
  readonly writer: ByteWriter;
  readonly replicas: Replica[];
  phase: LogPhase;
  /** Copied from the step's reading of the clock. */
  nowUs: number;
  marker: DiskMarker | undefined;
  wal: Wal | undefined;
  /** The marker to be written with the next batch. */
  nextMarker: DiskMarker | undefined;
  /** Whose disks are nearly full, by what each slot said last. */
  readonly lowSlots: boolean[];
  ticket: number;
  isSyncing: boolean;
  /** What preparing does when its sync is done. */
  preparing: "marker" | "batch";
  /** While the log is read at the start. */
  recovery: Recovery | undefined;
  /** What lies behind damage, to be removed when the repair is done. */
  deadFiles: readonly string[];
  /** Reads of older entries under way, by ticket; what the newest of them brought. */
  readonly fetches: Map<number, Fetch>;
  fetchTicket: number;
  readonly fetched: ReadBack[];
  unsynced: Replica[];
  syncing: Replica[];
  touched: Replica[];
  led: Replica[];
  /** Led replicas whose newest commit the peers were not told. */
  spreading: Replica[];
  readsWaiting: boolean;
  /** Highest disk incarnation heard of each slot, and the part of that on disk. */
  readonly incarnations: number[];
  readonly durableIncarnations: number[];
  readonly syncingIncarnations: number[];
  /** Nonce of the repair hello to be answered to each slot once its incarnation is on disk; -1 none. */
  readonly owedHellos: number[];
  helloNonce: number;
  readonly helloReplies: (HelloReply | undefined)[];
  /** Number of the newest heartbeat round. */
  round: number;
  lastSpreadUs: number;
  heartbeatAtUs: number;
  scanAtUs: number;
  spreadAtUs: number;
  helloAtUs: number;
  alarmUs: number;
  /** Peer messages dropped because they were damaged, unknown or of a fenced disk. */
  droppedMessages: number;
  readonly matchScratch: number[];
}

export function replicaOf(node: LogNode, shard: number): Replica | undefined {
  return node.replicas[shard];
}

export function progressOf(replica: Replica, slot: number): Progress {
  return must(replica.progress[slot], "progress");
}

export function slotName(node: LogNode, slot: number): NodeId {
  return slot === NOBODY ? "" : must(node.slots[slot], "slot");
}

/** Whom a client should ask instead of this node: the leader, else who is about to lead as far as this node has a say; "" if it knows nobody. */
export function likelyLeader(node: LogNode, replica: Replica): NodeId {
  const { leader, transferTo, vote, role } = replica;
  if (leader !== NOBODY) return slotName(node, leader);
  if (transferTo !== NOBODY) return slotName(node, transferTo);
  // One that stands itself waits no longer for whom it voted for.
  const hasVoted = role === "follower" && vote !== NO_VOTE && vote !== VOTE_SPENT;
  return hasVoted && vote !== node.self ? slotName(node, vote) : "";
}

export function incarnationOf(node: LogNode): number {
  return must(node.marker, "disk marker").diskIncarnation;
}

export function walOf(node: LogNode): Wal {
  return must(node.wal, "write-ahead log");
}

/** The replica is looked at again at the end of the step. */
export function touch(node: LogNode, replica: Replica): void {
  if (replica.isTouched) return;
  replica.isTouched = true;
  node.touched.push(replica);
}

/** The replica has records in the next batch. */
export function markUnsynced(node: LogNode, replica: Replica): void {
  touch(node, replica);
  if (replica.isUnsynced) return;
  replica.isUnsynced = true;
  node.unsynced.push(replica);
}

/** Whether an entry of the leader's own term has committed: before that its commit index may lie behind. */
export function hasCommittedOwnTerm(replica: Replica): boolean {
  return replica.log.termAt(replica.commitIndex) === replica.term;
}

/** Too few disks have room for more than what keeps leases alive. */
export function isLogLow(node: LogNode): boolean {
  const { lowSlots, config } = node;
  const withRoom = lowSlots.filter((isLow) => !isLow).length;
  return (
    withRoom < (config.timing.commitRule === "all" ? lowSlots.length : majorityOf(lowSlots.length))
  );
}

export function commitPosition(replica: Replica): number {
  return replica.log.positionAt(replica.commitIndex);
}

/** Bytes of a shard's newest entries that stay in memory: a share of what the whole node may hold. */
export function tailBytesOf(node: LogNode): number {
  return node.config.timing.tailBytes / node.replicas.length;
}

export function dropMessage(node: LogNode, why: string, effects: Effects): void {
  node.droppedMessages += 1;
  effects.trace("message.dropped", -1, -1, node.droppedMessages, why);
}
