/**
 * Asks for the newest committed point of a shard's log, linearizably: whatever had committed when `ask` was called is at
 * or below the answer (PROTOCOL rule 17). One request at a time, asked again until answered.
 */
import type { ByteReader } from "../../bytes/reader.ts";
import { ByteWriter } from "../../bytes/writer.ts";
import type { Effects, NodeId, Now } from "../../contract.ts";
import type { LogPoint } from "../entry.ts";
import { decodeTailReply, encodeTail } from "../messages.ts";
import { LeaderSearch, type LogClientConfig } from "./leaderSearch.ts";

export class TailReader {
  private readonly config: LogClientConfig;
  private readonly search: LeaderSearch;
  private readonly writer: ByteWriter = new ByteWriter(64);
  /** Names the request in flight; 0 if there is none. An answer to an older request would be an older tail. */
  private nonce = 0;
  private resendAtUs = Infinity;
  /** The search has moved on already since the last request. */
  private wasRefused = false;

  constructor(config: LogClientConfig) {
    this.config = config;
    this.search = new LeaderSearch(config);
  }

  get deadlineUs(): number {
    return this.resendAtUs;
  }

  /** Starts a request; one still unanswered is forgotten. */
  ask(now: Now, effects: Effects): void {
    // Random, so that no answer to an earlier process of this name can match.
    this.nonce = 1 + Math.floor(this.config.random() * 2 ** 52);
    this.send(now, effects);
  }

  cancel(): void {
    this.nonce = 0;
    this.resendAtUs = Infinity;
  }

  /** Feeds the body of a logTailReply; returns the tail if it answers the request in flight. */
  onReply(now: Now, from: NodeId, body: ByteReader, effects: Effects): LogPoint | undefined {
    const reply = decodeTailReply(body);
    if (reply === undefined) return undefined;
    if (this.nonce === 0 || reply.nonce !== this.nonce) {
      effects.mark("tail of an older question");
      return undefined;
    }
    if (reply.shard !== this.config.shard) return undefined;
    if (!reply.isLeader) {
      if (from !== this.search.target) return undefined;
      if (this.search.onRefused(from, reply.hint)) this.send(now, effects);
      else this.resendSoon(now);
      return undefined;
    }
    this.search.target = from;
    this.cancel();
    return reply.tail;
  }

  onPeerLost(now: Now, peer: NodeId, _effects: Effects): void {
    if (peer !== this.search.target) return;
    this.search.advance();
    if (this.nonce !== 0) this.resendSoon(now);
  }

  onWake(now: Now, effects: Effects): void {
    if (now.monotonicUs < this.resendAtUs) return;
    effects.mark("tail asked for again");
    if (!this.wasRefused) this.search.advance();
    this.send(now, effects);
  }

  private send(now: Now, effects: Effects): void {
    this.wasRefused = false;
    const { timing, random, shard } = this.config;
    this.resendAtUs = now.monotonicUs + Math.floor(timing.retryMs * 1000 * (1 + random()));
    effects.send(this.search.target, encodeTail(this.writer, shard, this.nonce));
  }

  private resendSoon(now: Now): void {
    this.wasRefused = true;
    const { timing, random } = this.config;
    this.resendAtUs = now.monotonicUs + Math.floor(timing.retryMs * 1000 * (0.1 + 0.1 * random()));
  }
}
