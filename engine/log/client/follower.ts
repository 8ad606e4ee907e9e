/**
 * The reader's side of the log: committed entries of one shard, decoded and verified, in order, exactly once, without a
 * gap, from whichever log node serves them. Prefers the log node of its own zone and moves on when that falls silent.
 *
 * Messages that arrive ahead of a gap are kept for a moment (reordering); if the gap stays, the subscription starts anew
 * behind the newest entry delivered. A log that is written to at least every renewEveryMs makes any loss visible as a
 * gap or as silence.
 */
import type { ByteReader } from "../../bytes/reader.ts";
import { ByteWriter } from "../../bytes/writer.ts";
import { must } from "../../assert.ts";
import type { Effects, NodeId, Now } from "../../contract.ts";
import { decodeEntry, type LogEntry } from "../entry.ts";
import {
  decodeEntries,
  encodeFollow,
  encodeFollowAck,
  encodeUnfollow,
  type EntriesMessage,
} from "../messages.ts";
import { type LogClientConfig, nodeOfZone } from "./leaderSearch.ts";

const NO_ENTRIES: readonly LogEntry[] = [];
/** Messages kept ahead of a gap. */
const heldLimit = 64;

export class LogFollower {
  private readonly config: LogClientConfig;
  private readonly writer: ByteWriter = new ByteWriter(64);
  private target: NodeId;
  private isFollowing = false;
  /** Counts up from a random number, so that nothing meant for an earlier process of this name can match. */
  private subscription: number;
  private next = 1;
  private isAnswered = false;
  private unackedBytes = 0;
  private held: EntriesMessage[] = [];
  private silenceAtUs = Infinity;
  private gapAtUs = Infinity;

  constructor(config: LogClientConfig) {
    this.config = config;
    this.target = nodeOfZone(config).nodeId;
    this.subscription = Math.floor(config.random() * 2 ** 50);
  }

  /** The first position not yet delivered. */
  get nextPosition(): number {
    return this.next;
  }

  get deadlineUs(): number {
    return Math.min(this.silenceAtUs, this.gapAtUs);
  }

  /** Begins (or begins anew) with this position. */
  start(now: Now, fromPosition: number, effects: Effects): void {
    this.next = fromPosition;
    this.isFollowing = true;
    this.subscribe(now, effects);
  }

  stop(effects: Effects): void {
    if (!this.isFollowing) return;
    const { shard } = this.config;
    effects.send(this.target, encodeUnfollow(this.writer, shard, this.subscription));
    this.isFollowing = false;
    this.held = [];
    this.silenceAtUs = Infinity;
    this.gapAtUs = Infinity;
  }

  /** Feeds the body of a logEntries. "trimmed": the log no longer holds what is wanted; the follower has stopped. */
  onEntries(
    now: Now,
    from: NodeId,
    body: ByteReader,
    effects: Effects,
  ): readonly LogEntry[] | "trimmed" {
    const message = decodeEntries(body);
    if (message === undefined || !this.isFollowing || from !== this.target) return NO_ENTRIES;
    if (message.shard !== this.config.shard || message.subscription !== this.subscription) {
      effects.mark("entries of an older subscription");
      return NO_ENTRIES;
    }
    if (message.state === "refused") {
      effects.mark("reader refused by a node in repair");
      this.leave(now, effects);
      return NO_ENTRIES;
    }
    if (message.state === "trimmed") {
      effects.mark("reader behind the trim point");
      this.isFollowing = false;
      this.silenceAtUs = Infinity;
      this.gapAtUs = Infinity;
      return "trimmed";
    }
    this.isAnswered = true;
    this.silenceAtUs = now.monotonicUs + this.silenceUs();
    if (message.fromPosition > this.next) {
      effects.mark("entries ahead of a gap");
      this.hold(now, message);
      return NO_ENTRIES;
    }
    const delivered: LogEntry[] = [];
    if (message.fromPosition < this.next && message.entries.length > 0) {
      effects.mark("entries delivered before");
    }
    this.take(message, delivered);
    const ahead = this.held.length;
    this.takeHeld(delivered);
    if (this.held.length < ahead) effects.mark("gap closed by what was held");
    if (this.silenceAtUs === -Infinity) effects.mark("damaged entry in a sound message");
    this.acknowledge(effects);
    return delivered;
  }

  onPeerLost(now: Now, peer: NodeId, effects: Effects): void {
    if (!this.isFollowing || peer !== this.target) return;
    effects.mark("connection to the reader's log node broke");
    this.leave(now, effects);
  }

  /** The target serves no more: elsewhere at once. One that never served is left when its time is up, or nobody would rest. */
  private leave(now: Now, effects: Effects): void {
    if (this.isAnswered) this.moveOn(now, effects);
  }

  onWake(now: Now, effects: Effects): void {
    if (!this.isFollowing) return;
    if (now.monotonicUs >= this.silenceAtUs) {
      effects.mark("reader leaves a silent log node");
      this.moveOn(now, effects);
    } else if (now.monotonicUs >= this.gapAtUs) {
      effects.mark("gap stays: reader starts anew");
      this.subscribe(now, effects);
    }
  }

  private hold(now: Now, message: EntriesMessage): void {
    if (this.held.length < heldLimit) this.held.push(message);
    if (this.gapAtUs === Infinity) {
      this.gapAtUs = now.monotonicUs + this.config.timing.retryMs * 200;
    }
  }

  private take(message: EntriesMessage, delivered: LogEntry[]): void {
    const skip = this.next - message.fromPosition;
    for (let index = Math.max(skip, 0); index < message.entries.length; index++) {
      const bytes = must(message.entries[index], "entry");
      const entry = decodeEntry(bytes);
      // A damaged entry inside a sound frame came from a damaged node: ask elsewhere from here on.
      if (entry === undefined || entry.position !== this.next) {
        this.silenceAtUs = -Infinity;
        return;
      }
      delivered.push(entry);
      this.next += 1;
      this.unackedBytes += bytes.length;
    }
  }

  private takeHeld(delivered: LogEntry[]): void {
    if (this.held.length === 0) return;
    this.held.sort((left, right) => left.fromPosition - right.fromPosition);
    let taken = 0;
    for (const message of this.held) {
      if (message.fromPosition > this.next) break;
      this.take(message, delivered);
      taken += 1;
    }
    this.held.splice(0, taken);
    if (this.held.length === 0) this.gapAtUs = Infinity;
  }

  /** Opens the sender's window again, a message's worth at a time. */
  private acknowledge(effects: Effects): void {
    if (this.unackedBytes < this.config.timing.messageBytes) return;
    this.unackedBytes = 0;
    const ack = {
      shard: this.config.shard,
      subscription: this.subscription,
      position: this.next - 1,
    };
    effects.send(this.target, encodeFollowAck(this.writer, ack));
  }

  private moveOn(now: Now, effects: Effects): void {
    const { logNodes, shard } = this.config;
    effects.send(this.target, encodeUnfollow(this.writer, shard, this.subscription));
    const at = logNodes.findIndex((node) => node.nodeId === this.target);
    this.target = must(logNodes[(at + 1) % logNodes.length], "log node").nodeId;
    this.subscribe(now, effects);
  }

  private subscribe(now: Now, effects: Effects): void {
    this.subscription += 1;
    this.isAnswered = false;
    this.unackedBytes = 0;
    this.held = [];
    this.gapAtUs = Infinity;
    this.silenceAtUs = now.monotonicUs + this.silenceUs();
    effects.send(
      this.target,
      encodeFollow(this.writer, {
        shard: this.config.shard,
        subscription: this.subscription,
        fromPosition: this.next,
      }),
    );
  }

  /** A subscription is answered at once; after that, a living writer renews its lease in this time. */
  private silenceUs(): number {
    const { timing, random } = this.config;
    const patienceMs = this.isAnswered ? 1.5 * timing.renewEveryMs : timing.retryMs;
    return Math.floor(patienceMs * 1000 * (1 + 0.2 * random()));
  }
}
