/**
 * The writer's side of the log (PROTOCOL rules 2 to 5): gives entries their positions and ids, keeps them until they are
 * committed, and sends them again, the same bytes behind the same predecessor, until the log has answered for good.
 *
 * Pending entries form one chain, so the log answers cumulatively. While the leader is unknown only the head of the
 * chain is sent to the nodes in turn; once one has committed something, everything follows.
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
import { type AppendReply, decodeAppendReply, encodeAppend } from "../messages.ts";
import { LeaderSearch, type LogClientConfig } from "./leaderSearch.ts";

export type AppendProgress = "committed" | "conflict" | "none";

interface Pending {
  readonly point: LogPoint;
  readonly bytes: Uint8Array;
}

export class LogAppender {
  /** Running checksum of the chain up to `lastPoint`, continued from the one given to `reset`. */
  chain: number = 0;
  /** What the log said last: its disks are nearly full, and no command that appends should be executed. */
  isLogLow: boolean = false;
  private readonly config: LogClientConfig;
  private readonly incarnation: number;
  private readonly engineVersion: number;
  private readonly search: LeaderSearch;
  private readonly writer: ByteWriter = new ByteWriter(1024);
  private sequence = 0;
  /** What precedes the first pending entry. */
  private committed: LogPoint = logStart;
  /** Appended and not yet known to be committed, from `head` on; the places before it are free. */
  private pending: Pending[] = [];
  private head = 0;
  /** Index in `pending` of the first entry that was never sent. */
  private unsent = 0;
  private pendingBytes = 0;
  /** Whether the target has shown that it leads: only then more than the head of the chain is sent. */
  private isLeaderKnown = false;
  private resendAtUs = Infinity;
  private lastResendUs = -Infinity;
  private lastHeardUs = -Infinity;
  /** The search has moved on already since the last resend. */
  private wasRefused = false;
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

  /** Position of the newest entry appended; that of the reset's tail if there is none. */
  get lastPosition(): number {
    return this.lastPoint.position;
  }

  get lastPoint(): LogPoint {
    const last = this.pending[this.pending.length - 1];
    return last === undefined ? this.committed : last.point;
  }

  get committedPosition(): number {
    return this.committed.position;
  }

  get pendingCount(): number {
    return this.pending.length - this.head;
  }

  /** Bytes of entries that are not known to be committed; `append` itself never refuses. */
  get inFlightBytes(): number {
    return this.pendingBytes;
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
    this.chain = chain;
    this.pending = [];
    this.head = 0;
    this.unsent = 0;
    this.pendingBytes = 0;
    this.resendAtUs = Infinity;
    this.isFenced = false;
    this.unknownPosition = 0;
  }

  /** Queues a record, cut into chunks if it is larger than an entry may be. Returns the position of its last entry. */
  append(kind: EntryKind, epoch: number, unixMs: number, payload: Uint8Array): number {
    const chunkBytes = this.config.timing.entryBytes - entryHeaderBytes;
    let start = 0;
    do {
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
      this.pending.push({ point, bytes });
      this.chain = chainNext(this.chain, entryCrc(bytes));
      this.pendingBytes += bytes.length;
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
    this.sendFrom(this.unsent, effects);
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
        }
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
    const upTo = this.head + (reply.position - this.committed.position);
    for (; this.head < upTo; this.head++) {
      this.pendingBytes -= must(this.pending[this.head], "pending entry").bytes.length;
    }
    this.committed = must(this.pending[this.head - 1], "pending entry").point;
    if (this.unknownPosition > 0 && this.committed.position >= this.unknownPosition) {
      effects.mark("unknown, then committed");
      this.unknownPosition = 0;
    }
    this.unsent = Math.max(this.unsent, this.head);
    this.compact();
    this.learnLeader(now, from);
    if (this.pendingCount === 0) this.resendAtUs = Infinity;
    else this.arm(now.monotonicUs);
    if (this.unsent < this.pending.length) this.sendFrom(this.unsent, effects);
    return "committed";
  }

  private isPending(reply: AppendReply): boolean {
    const at = this.head + (reply.position - this.committed.position) - 1;
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
    this.lastResendUs = now.monotonicUs;
    const first = must(this.pending[this.head], "pending entry").point;
    const count = this.pendingCount;
    effects.trace("append.retried", this.config.shard, first.position, count, this.search.target);
    this.sendFrom(this.head, effects);
  }

  /** Sends pending entries from an index on: all of them to a leader, one message to a node that may be none. */
  private sendFrom(start: number, effects: Effects): void {
    const { messageBytes } = this.config.timing;
    let at = start;
    while (at < this.pending.length) {
      const entries: Uint8Array[] = [];
      const before = at === this.head ? this.committed : must(this.pending[at - 1], "entry").point;
      let bytes = 0;
      do {
        const entry = must(this.pending[at], "pending entry").bytes;
        if (bytes > 0 && bytes + entry.length > messageBytes) break;
        entries.push(entry);
        bytes += entry.length;
        at += 1;
      } while (at < this.pending.length);
      assert(entries.length > 0, "an append without entries");
      const frame = encodeAppend(this.writer, this.config.shard, before, entries);
      effects.send(this.search.target, frame);
      if (!this.isLeaderKnown) break;
    }
    this.unsent = Math.max(this.unsent, at);
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
