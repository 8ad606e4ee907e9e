/**
 * The writer's side of the log (PROTOCOL rules 2 to 5): gives entries their positions and ids, keeps them until they are
 * committed, and sends them again, the same bytes behind the same predecessor, until the log has answered for good.
 *
 * Pending entries form one chain, so the log answers cumulatively. While the leader is unknown only the head of the
 * chain is sent to the nodes in turn; once one has committed something, the rest follows, as far as a window has room.
 *
 * Silence does not tell what was lost from what is slow, and sending all again would make slow slower. So a retry is one
 * message, the head of the chain, and its answer shows what else the log lacks: only that is sent again.
 */
import { assert, must } from "../../assert.ts";
import type { ByteReader } from "../../bytes/reader.ts";
import { ByteWriter } from "../../bytes/writer.ts";
import type { Effects, NodeId, Now } from "../../contract.ts";
import {
  chainNext,
  encodeEntry,
  entryCrc,
  entryHeaderBytes,
  type EntryKind,
  type LogPoint,
  logStart,
  sameId,
} from "../entry.ts";
import type { Timing } from "../../timing.ts";
import {
  type AppendReply,
  decodeAppendReply,
  encodeAppend,
  windowInMessages,
} from "../messages.ts";
import { LeaderSearch, type LogClientConfig } from "./leaderSearch.ts";

export type AppendProgress = "committed" | "conflict" | "none";

interface Pending {
  readonly point: LogPoint;
  readonly bytes: Uint8Array;
  /** Of all entries ever appended, this one included. */
  readonly bytesUpTo: number;
}

/** Something to be done between two chunks of a long record, as often as so many bytes have been cut off it. */
export interface Interlude {
  readonly everyBytes: number;
  run(): void;
}

/**
 * What is on the way to the log before an answer; a message more at most. Twice what its leader has on the way to a peer, so that one
 * window is received while the other is synced; no more, since a renewal waits for all that was sent before it.
 */
export function appendWindowBytes(timing: Timing): number {
  return 2 * windowInMessages * timing.messageBytes;
}

export class LogAppender {
  /** Running checksum of the chain up to `lastPoint`, continued from the one given to `reset`. */
  chain: number = 0;
  /** What the log said last: its disks are nearly full, and no command that appends should be executed. */
  isLogLow: boolean = false;
  /** Of all entries ever appended. */
  appendedBytes = 0;
  private readonly config: LogClientConfig;
  private readonly incarnation: number;
  private readonly engineVersion: number;
  private readonly search: LeaderSearch;
  private readonly writer: ByteWriter = new ByteWriter(1024);
  private sequence = 0;
  /** What precedes the first pending entry. */
  private committed: LogPoint = logStart;
  /** The newest entry appended; that of the reset's tail if there is none. */
  private last: LogPoint = logStart;
  /** Appended and not yet known to be committed, from `head` on; the places before it are free. */
  private pending: Pending[] = [];
  private head = 0;
  /** Index in `pending` of the first entry that was never sent. */
  private unsent = 0;
  private committedBytes = 0;
  /** Whether the target has shown that it leads: only then more than the head of the chain is sent. */
  private isLeaderKnown = false;
  private resendAtUs = Infinity;
  private lastResendUs = -Infinity;
  private lastHeardUs = -Infinity;
  /** The search has moved on already since the last resend. */
  private wasRefused = false;
  /** What was sent before this position may be lost: the log's next answer shows it. 0: there is no doubt. */
  private doubtedPosition = 0;
  /** Position of the last entry of the newest retry. */
  private retriedPosition = 0;
  /** Refused for good: silent until the next reset. */
  private isFenced = false;
  /** Position of the newest append answered "unknown", 0 if none since the reset. */
  private unknownPosition = 0;

  constructor(config: LogClientConfig, incarnation: number, engineVersion: number) {
    this.config = config;
    this.incarnation = incarnation;
    this.engineVersion = engineVersion;
    this.search = new LeaderSearch(config);
  }

  get lastPosition(): number {
    return this.last.position;
  }

  get lastPoint(): LogPoint {
    return this.last;
  }

  get committedPosition(): number {
    return this.committed.position;
  }

  get pendingCount(): number {
    return this.pending.length - this.head;
  }

  /** Bytes of entries that are not known to be committed; `append` itself never refuses. */
  get inFlightBytes(): number {
    return this.appendedBytes - this.committedBytes;
  }

  /** Position of the newest entry that was ever sent. */
  get sentPosition(): number {
    return this.positionBefore(this.unsent);
  }

  /** The log node that answers as leader; undefined while it is searched for. */
  get leader(): NodeId | undefined {
    return this.isLeaderKnown ? this.search.target : undefined;
  }

  /** Monotonic microseconds at which onWake has something to do; Infinity if nothing is pending. */
  get deadlineUs(): number {
    return this.resendAtUs;
  }

  /**
   * Forgets everything pending and continues behind `tail`, up to which the running checksum is `chain`. Sequence numbers
   * go on: an id is never used twice.
   */
  reset(tail: LogPoint, chain: number = 0): void {
    this.committed = tail;
    this.last = tail;
    this.chain = chain;
    this.pending = [];
    this.head = 0;
    this.unsent = 0;
    this.committedBytes = this.appendedBytes;
    this.doubtedPosition = 0;
    this.retriedPosition = 0;
    this.resendAtUs = Infinity;
    this.isFenced = false;
    this.unknownPosition = 0;
  }

  /** Queues a record, cut into chunks if it is larger than an entry may be. Returns the position of its last entry. */
  // oxlint-disable-next-line max-params -- one call an entry, on the path of every write
  append(
    kind: EntryKind,
    epoch: number,
    unixMs: number,
    payload: Uint8Array,
    interlude?: Interlude,
  ): number {
    const chunkBytes = this.config.timing.entryBytes - entryHeaderBytes;
    let start = 0;
    let interludeAt = interlude?.everyBytes ?? Infinity;
    do {
      if (interlude !== undefined && start >= interludeAt) {
        interlude.run();
        interludeAt = start + interlude.everyBytes;
      }
      const end = Math.min(start + chunkBytes, payload.length);
      this.sequence += 1;
      const point = {
        position: this.lastPosition + 1,
        id: { incarnation: this.incarnation, sequence: this.sequence },
      };
      const header = {
        position: point.position,
        id: point.id,
        epoch,
        engineVersion: this.engineVersion,
        kind,
        isFirstChunk: start === 0,
        isLastChunk: end === payload.length,
        unixMs,
      };
      const bytes = encodeEntry(this.writer, header, payload.subarray(start, end));
      this.appendedBytes += bytes.length;
      this.pending.push({ point, bytes, bytesUpTo: this.appendedBytes });
      this.last = point;
      this.chain = chainNext(this.chain, entryCrc(bytes));
      start = end;
    } while (start < payload.length);
    return this.lastPosition;
  }

  /** Sends what was appended since the last flush. To be called at the end of a step. */
  flush(now: Now, effects: Effects): void {
    if (this.unsent === this.pending.length || this.isFenced) return;
    // Behind a head that nobody has taken yet, the rest waits for the answer.
    if (!this.isLeaderKnown && this.unsent > this.head) return;
    if (this.resendAtUs === Infinity) this.arm(now.monotonicUs);
    this.sendNew(effects);
  }

  /**
   * Feeds the body of a logAppendReply. "committed": committedPosition has advanced. "conflict": this writer is fenced,
   * or its entries were trimmed away before it heard of them; nothing pending will ever be known to have committed
   * through it, and reset is due.
   */
  onReply(now: Now, from: NodeId, body: ByteReader, effects: Effects): AppendProgress {
    const reply = decodeAppendReply(body);
    if (reply === undefined || reply.shard !== this.config.shard || this.isFenced) return "none";
    if (reply.outcome === "committed") return this.onCommitted(now, from, reply, effects);
    // Answers to what is no longer pending (an earlier life of the chain) say nothing.
    if (!this.isPending(reply)) {
      effects.mark("answer to what is no longer pending");
      return "none";
    }
    switch (reply.outcome) {
      case "conflict":
      case "trimmed":
        effects.trace("append.conflict", reply.shard, reply.position, -1, reply.outcome);
        if (reply.outcome === "trimmed") effects.mark("writer behind the trim point");
        else if (reply.position <= this.unknownPosition) effects.mark("unknown, then conflict");
        this.isFenced = true;
        this.resendAtUs = Infinity;
        return "conflict";
      case "behind":
        this.learnLeader(now, from);
        // Every message behind the lost one is answered so: one repetition serves them all.
        if (now.monotonicUs - this.lastResendUs >= this.config.timing.retryMs * 100) {
          effects.mark("append answered behind is sent again");
          this.resend(now, effects);
          this.sendAgain(this.retriedPosition, effects);
        }
        return "none";
      case "held":
        this.unknownPosition = Math.max(this.unknownPosition, reply.position);
        this.learnLeader(now, from);
        this.sendAgain(reply.position, effects);
        return "none";
      case "notLeader":
        this.onNotLeader(now, from, reply.hint, effects);
        return "none";
      case "unknown":
        this.unknownPosition = Math.max(this.unknownPosition, reply.position);
        this.learnLeader(now, from);
        return "none"; // the timer tries again
      case "overloaded":
        this.learnLeader(now, from);
        return "none";
    }
  }

  onPeerLost(now: Now, peer: NodeId, effects: Effects): void {
    if (peer !== this.search.target) return;
    if (this.pendingCount > 0) effects.mark("connection to the log broke with appends pending");
    this.search.advance();
    this.isLeaderKnown = false;
    this.wasRefused = true;
    if (this.pendingCount > 0 && !this.isFenced)
      this.resendAtUs = now.monotonicUs + this.searchPauseUs();
  }

  /** Sends again what is due; to be called on any wake. */
  onWake(now: Now, effects: Effects): void {
    if (now.monotonicUs < this.resendAtUs) return;
    // Silence: the target is cut off, or leads no more and cannot say so.
    const isSilent = now.monotonicUs - this.lastHeardUs > this.config.timing.retryMs * 1000;
    if (isSilent && !this.wasRefused) {
      effects.mark("silent log node left for the next");
      this.search.advance();
      this.isLeaderKnown = false;
    }
    this.resend(now, effects);
  }

  private onCommitted(
    now: Now,
    from: NodeId,
    reply: AppendReply,
    effects: Effects,
  ): AppendProgress {
    if (!this.isPending(reply)) return "none";
    this.isLogLow = reply.isLow;
    const upTo = this.indexOf(reply.position) + 1;
    this.head = upTo;
    const { point, bytesUpTo } = must(this.pending[this.head - 1], "pending entry");
    this.committed = point;
    this.committedBytes = bytesUpTo;
    if (this.unknownPosition > 0 && this.committed.position >= this.unknownPosition) {
      effects.mark("unknown, then committed");
      this.unknownPosition = 0;
    }
    this.unsent = Math.max(this.unsent, this.head);
    this.compact();
    this.learnLeader(now, from);
    if (this.pendingCount === 0) this.resendAtUs = Infinity;
    else this.arm(now.monotonicUs);
    if (this.committed.position >= this.doubtedPosition) this.doubtedPosition = 0;
    // That the retry committed does not tell whether it or what it repeats had arrived.
    else if (this.committed.position >= this.retriedPosition) this.retry(now, effects);
    this.sendNew(effects);
    return "committed";
  }

  private isPending(reply: AppendReply): boolean {
    const at = this.indexOf(reply.position);
    const pending = at >= this.head ? this.pending[at] : undefined;
    return pending !== undefined && sameId(pending.point.id, reply.id);
  }

  private onNotLeader(now: Now, from: NodeId, hint: NodeId, effects: Effects): void {
    if (from !== this.search.target) return effects.mark("refusal by a node no longer asked");
    this.isLeaderKnown = false;
    if (this.search.onRefused(from, hint)) {
      effects.mark("hint of the log's leader followed");
      this.resend(now, effects);
    } else {
      this.wasRefused = true;
      this.resendAtUs = Math.min(this.resendAtUs, now.monotonicUs + this.searchPauseUs());
    }
  }

  private learnLeader(now: Now, from: NodeId): void {
    this.lastHeardUs = now.monotonicUs;
    this.search.target = from;
    this.isLeaderKnown = true;
  }

  private resend(now: Now, effects: Effects): void {
    this.arm(now.monotonicUs);
    this.wasRefused = false;
    if (this.pendingCount === 0) return;
    const first = must(this.pending[this.head], "pending entry").point;
    const count = this.pendingCount;
    effects.trace("append.retried", this.config.shard, first.position, count, this.search.target);
    this.doubtedPosition = this.sentPosition;
    this.retry(now, effects);
  }

  /** Sends the head of the chain again, in one message. */
  private retry(now: Now, effects: Effects): void {
    this.lastResendUs = now.monotonicUs;
    const end = this.sendMessage(this.head, this.pending.length, effects);
    this.unsent = Math.max(this.unsent, end);
    this.retriedPosition = this.positionBefore(end);
  }

  /** Ends the doubt: the log has everything up to a position; what was sent behind it in doubt is sent again. */
  private sendAgain(afterPosition: number, effects: Effects): void {
    const end = this.indexOf(this.doubtedPosition) + 1;
    this.doubtedPosition = 0;
    let at = this.indexOf(afterPosition) + 1;
    while (at < end) at = this.sendMessage(at, end, effects);
  }

  /** Sends what never was, while the window has room; no more than the head of the chain to a node that may not lead. */
  private sendNew(effects: Effects): void {
    while (this.unsent < this.pending.length && this.hasRoom()) {
      this.unsent = this.sendMessage(this.unsent, this.pending.length, effects);
    }
  }

  private hasRoom(): boolean {
    if (this.unsent === this.head) return true;
    if (!this.isLeaderKnown) return false;
    const { bytesUpTo } = must(this.pending[this.unsent - 1], "pending entry");
    return bytesUpTo - this.committedBytes < appendWindowBytes(this.config.timing);
  }

  /** One message with entries from an index on, none from `end` on. Returns the index of the first that had no place. */
  private sendMessage(start: number, end: number, effects: Effects): number {
    const { messageBytes } = this.config.timing;
    const before =
      start === this.head ? this.committed : must(this.pending[start - 1], "pending entry").point;
    const entries: Uint8Array[] = [];
    let at = start;
    let bytes = 0;
    while (at < end) {
      const entry = must(this.pending[at], "pending entry").bytes;
      if (bytes > 0 && bytes + entry.length > messageBytes) break;
      entries.push(entry);
      bytes += entry.length;
      at += 1;
    }
    assert(entries.length > 0, "an append without entries");
    const frame = encodeAppend(this.writer, this.config.shard, before, entries);
    effects.send(this.search.target, frame);
    return at;
  }

  /** Index in `pending` of a position that is not committed; below `head` for any other. */
  private indexOf(position: number): number {
    return this.head + (position - this.committed.position) - 1;
  }

  private positionBefore(index: number): number {
    return this.committed.position + (index - this.head);
  }

  private arm(nowUs: number): void {
    const { timing, random } = this.config;
    this.resendAtUs =
      this.pendingCount === 0
        ? Infinity
        : nowUs + Math.floor(timing.retryMs * 1000 * (1 + random()));
  }

  /** Between two nodes of a search without a hint: an election is probably going on. */
  private searchPauseUs(): number {
    const { timing, random } = this.config;
    return Math.floor(timing.retryMs * 1000 * (0.1 + 0.1 * random()));
  }

  private compact(): void {
    if (this.head < this.pending.length && this.head < 256) return;
    this.pending.splice(0, this.head);
    this.unsent -= this.head;
    this.head = 0;
  }
}
