/** For tests only: a writer and a reader of a shard's log, on the real client classes. */
import { assert, must } from "../assert.ts";
import { openFrame } from "../bytes/frame.ts";
import type { Effects, Input, NodeId, Now } from "../contract.ts";
import { LogAppender } from "./client/appender.ts";
import { LogFollower } from "./client/follower.ts";
import { TailReader } from "./client/tailReader.ts";
import type { LogPoint } from "./entry.ts";
import { decodeAppendReply } from "./messages.ts";
import type { TestCluster } from "./testCluster.ts";

/** A writer as a primary would be: learns the tail, appends behind it, and begins anew when it is fenced. */
export class TestWriter {
  readonly name: NodeId;
  appender: LogAppender;
  tailReader: TailReader;
  isReady = false;
  conflicts = 0;
  private readonly cluster: TestCluster;
  private readonly zone: string;
  private readonly effects: Effects;
  private incarnation: number;
  private pendingIds: string[] = [];
  private sequence = 0;

  constructor(cluster: TestCluster, name: NodeId, zone: string) {
    this.cluster = cluster;
    this.name = name;
    this.zone = zone;
    this.effects = cluster.clientEffects(name);
    this.incarnation = cluster.nextIncarnation();
    this.appender = new LogAppender(cluster.clientConfig(zone), this.incarnation, 1);
    this.tailReader = new TailReader(cluster.clientConfig(zone));
  }

  get deadlineUs(): number {
    return Math.min(this.appender.deadlineUs, this.tailReader.deadlineUs);
  }

  get pendingCount(): number {
    return this.pendingIds.length;
  }

  restart(): void {
    this.incarnation = this.cluster.nextIncarnation();
    this.appender = new LogAppender(this.cluster.clientConfig(this.zone), this.incarnation, 1);
    this.tailReader = new TailReader(this.cluster.clientConfig(this.zone));
    this.sequence = 0;
    this.pendingIds = [];
    this.isReady = false;
    this.recover();
  }

  /** Asks for the tail; ready once it is known. */
  recover(): void {
    this.isReady = false;
    this.pendingIds = [];
    this.tailReader.ask(this.cluster.clock(), this.effects);
  }

  /** Starts behind a known point without asking. */
  begin(tail: LogPoint): void {
    this.appender.reset(tail);
    this.isReady = true;
  }

  /** Appends a record; ids are noted so that the world can judge them. */
  write(payload: string): void {
    if (!this.isReady) return;
    const before = this.appender.pendingCount;
    const bytes = Uint8Array.from(payload, (char) => char.charCodeAt(0));
    this.appender.append("effects", 1, 1000, bytes);
    for (let chunk = before; chunk < this.appender.pendingCount; chunk++) {
      this.sequence += 1;
      this.pendingIds.push(`${this.incarnation}/${this.sequence}`);
    }
    this.appender.flush(this.cluster.clock(), this.effects);
  }

  step(input: Input): void {
    const now = this.cluster.clock();
    if (input.kind === "wake") {
      this.appender.onWake(now, this.effects);
      this.tailReader.onWake(now, this.effects);
    } else if (input.kind === "peerLost") {
      this.appender.onPeerLost(now, input.from, this.effects);
      this.tailReader.onPeerLost(now, input.from, this.effects);
    } else if (input.kind === "peerMessage") {
      this.onMessage(now, input);
    }
  }

  private onMessage(now: Now, input: Input): void {
    const { kind, body } = openFrame(input.bytes);
    if (kind === "logTailReply") {
      const tail = this.tailReader.onReply(now, input.from, body, this.effects);
      if (tail !== undefined) {
        assert(
          tail.position <= this.cluster.committed.length,
          "a tail beyond what is committed anywhere",
        );
        this.begin(tail);
      }
    } else if (kind === "logAppendReply") {
      const before = this.appender.committedPosition;
      const progress = this.appender.onReply(now, input.from, body, this.effects);
      if (progress === "conflict") {
        this.conflicts += 1;
        this.noteConflict(input);
        this.recover();
      } else if (progress === "committed") {
        for (let at = before + 1; at <= this.appender.committedPosition; at++) {
          this.cluster.noteAcknowledged(must(this.pendingIds.shift(), "pending id"), at);
        }
      }
    }
  }

  /** The entry that a conflict names, and all behind it, can never land. */
  private noteConflict(input: Input): void {
    const reply = must(decodeAppendReply(openFrame(input.bytes).body), "reply");
    if (reply.outcome !== "conflict") return;
    const from = this.pendingIds.indexOf(`${reply.id.incarnation}/${reply.id.sequence}`);
    assert(from >= 0, "a conflict for what is not pending");
    for (const id of this.pendingIds.slice(from)) this.cluster.noteRefused(id);
  }
}

/** Follows the log and compares every entry with what is committed. */
export class TestReader {
  readonly name: NodeId;
  readonly follower: LogFollower;
  isTrimmed = false;
  private readonly cluster: TestCluster;
  private readonly effects: Effects;

  constructor(cluster: TestCluster, name: NodeId, zone: string) {
    this.cluster = cluster;
    this.name = name;
    this.effects = cluster.clientEffects(name);
    this.follower = new LogFollower(cluster.clientConfig(zone));
    this.follower.start(cluster.clock(), 1, this.effects);
  }

  get deadlineUs(): number {
    return this.follower.deadlineUs;
  }

  step(input: Input): void {
    const now = this.cluster.clock();
    if (input.kind === "wake") this.follower.onWake(now, this.effects);
    else if (input.kind === "peerLost") this.follower.onPeerLost(now, input.from, this.effects);
    else if (input.kind === "peerMessage") this.onMessage(now, input);
  }

  private onMessage(now: Now, input: Input): void {
    const { kind, body } = openFrame(input.bytes);
    if (kind !== "logEntries") return;
    let expected = this.follower.nextPosition;
    const entries = this.follower.onEntries(now, input.from, body, this.effects);
    if (entries === "trimmed") {
      this.isTrimmed = true;
      return;
    }
    for (const entry of entries) {
      this.cluster.examined.reads += 1;
      assert(entry.position === expected, "a reader saw a gap");
      const id = `${entry.id.incarnation}/${entry.id.sequence}`;
      assert(this.cluster.committed[expected - 1]?.id === id, `a reader saw ${id} at ${expected}`);
      expected += 1;
    }
  }
}
