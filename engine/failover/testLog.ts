/**
 * A log for tests of what stands on it: perfect, in one piece, under three names, with knobs to hold and lose. The real
 * log has its own tests.
 */
import { must } from "../assert.ts";
import { openFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { NodeId } from "../contract.ts";
import {
  decodeEntry,
  encodeEntry,
  type EntryHeader,
  type EntryKind,
  type LogEntry,
  logStart,
  sameId,
} from "../log/entry.ts";
import {
  decodeAppend,
  decodeFollow,
  decodeTail,
  decodeUnfollow,
  encodeAppendReply,
  encodeEntries,
  encodeTailReply,
} from "../log/messages.ts";

interface Held {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly frame: Uint8Array;
}

export class TestLog {
  /** Everything committed. */
  readonly entries: LogEntry[] = [];
  /** Appends arrive and wait, uncommitted. */
  holdsAppends = false;
  /** Appends commit, and their answers are lost. */
  losesReplies = false;
  /** The log says that its disks are nearly full. */
  isLow = false;
  private held: Held[] = [];
  private readonly followers = new Map<
    NodeId,
    { subscription: number; to: NodeId; next: number }
  >();
  private readonly writer = new ByteWriter();
  private readonly send: (from: NodeId, to: NodeId, frame: Uint8Array) => void;
  private readonly isReachable: (node: NodeId) => boolean;

  constructor(
    send: (from: NodeId, to: NodeId, frame: Uint8Array) => void,
    isReachable: (node: NodeId) => boolean,
  ) {
    this.send = send;
    this.isReachable = isReachable;
  }

  releaseAppends(): void {
    this.holdsAppends = false;
    const { held } = this;
    this.held = [];
    for (const { from, to, frame } of held) this.append(from, to, frame);
  }

  /** Forgets the appends that are held: as if they had been lost on the way. */
  dropHeldAppends(): void {
    this.held = [];
  }

  /** Puts an entry of a writer that is long gone into the log; returns its position. */
  plant(
    kind: EntryKind,
    epoch: number,
    payload: Uint8Array,
    changes: Partial<EntryHeader> = {},
  ): number {
    const position = this.entries.length + 1;
    const header = {
      position,
      id: { incarnation: 1_000_000, sequence: position },
      epoch,
      engineVersion: 1,
      kind,
      isFirstChunk: true,
      isLastChunk: true,
      unixMs: 0,
      ...changes,
    };
    this.entries.push(must(decodeEntry(encodeEntry(this.writer, header, payload)), "entry"));
    this.feedAll();
    return position;
  }

  /** A message from a database node to one of the three names. */
  receive(from: NodeId, to: NodeId, frame: Uint8Array): void {
    const { kind, body } = openFrame(frame);
    if (kind === "logAppend") {
      if (this.holdsAppends) this.held.push({ from, to, frame });
      else this.append(from, to, frame);
    } else if (kind === "logFollow") {
      const { subscription, fromPosition } = must(decodeFollow(body), "follow");
      this.followers.set(from, { subscription, to, next: fromPosition });
      this.feed(from);
    } else if (kind === "logUnfollow") {
      const { subscription } = must(decodeUnfollow(body), "unfollow");
      if (this.followers.get(from)?.subscription === subscription) this.followers.delete(from);
    } else if (kind === "logTail") {
      const { shard, nonce } = must(decodeTail(body), "tail");
      const tail = this.entries.at(-1) ?? logStart;
      const reply = { shard, nonce, isLeader: true, tail, hint: "" };
      this.send(to, from, encodeTailReply(this.writer, reply));
    }
  }

  private append(from: NodeId, to: NodeId, frame: Uint8Array): void {
    const { shard, precededBy, entries } = must(decodeAppend(openFrame(frame).body), "append");
    if (precededBy.position > this.entries.length) return;
    const decoded = entries.map((bytes) => must(decodeEntry(bytes), "entry"));
    const before = this.entries[precededBy.position - 1] ?? logStart;
    const isTaken = decoded.some((entry) => {
      const there = this.entries[entry.position - 1];
      return there !== undefined && !sameId(there.id, entry.id);
    });
    const isConflict = isTaken || !sameId(before.id, precededBy.id);
    if (!isConflict) {
      for (const entry of decoded) {
        if (entry.position > this.entries.length) this.entries.push(entry);
      }
    }
    const { position, id } = must(isConflict ? decoded[0] : decoded.at(-1), "entry");
    const outcome = isConflict ? "conflict" : "committed";
    const reply = { shard, outcome, position, id, hint: "", isLow: this.isLow } as const;
    if (!this.losesReplies) this.send(to, from, encodeAppendReply(this.writer, reply));
    this.feedAll();
  }

  private feedAll(): void {
    for (const follower of this.followers.keys()) this.feed(follower);
  }

  private feed(id: NodeId): void {
    const follower = must(this.followers.get(id), id);
    if (!this.isReachable(id)) return;
    const message = {
      shard: 0,
      subscription: follower.subscription,
      state: "entries" as const,
      commitPosition: this.entries.length,
      fromPosition: follower.next,
      entries: this.entries.slice(follower.next - 1).map((entry) => entry.bytes),
    };
    follower.next = this.entries.length + 1;
    this.send(follower.to, id, encodeEntries(this.writer, message));
  }
}
