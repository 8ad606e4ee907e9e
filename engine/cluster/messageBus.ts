/**
 * Published messages and keyspace notifications on their way to the other nodes, whose clients may listen too. One leaves
 * once the position that it waits for is committed (it may tell of a change that could still be lost), all that leave in one
 * step as one frame. The bus is lossy, as Redis's is: nothing is repeated, what a fenced primary held is dropped, and so is a
 * frame that comes twice or behind a later one, so that nobody hears in another order than it was said.
 */
import type { Announcement } from "../commands/messages.ts";
import type { NodeId } from "../contract.ts";

/** Bytes of messages that wait for the log, above which further ones are lost. */
const heldBytesLimit: number = 64 << 20;

/** What is said to other nodes, and the position that it waited for here. */
export interface Dispatch {
  readonly announcement: Announcement;
  readonly position: number;
}

/** Where a frame stands among those of its sender. */
export interface FrameOrder {
  readonly incarnation: number;
  readonly number: number;
}

export class MessageBus {
  private committedPosition = 0;
  /** What waits, by the position that it waits for. */
  private readonly held = new Map<number, Dispatch[]>();
  private heldBytes = 0;
  /** What leaves at the end of this step. */
  private due: Dispatch[] = [];
  private framesSent = 0;
  private readonly heard = new Map<NodeId, FrameOrder>();

  /** Takes what may leave once `position` is committed. */
  announce(announcement: Announcement, position: number): void {
    const dispatch: Dispatch = { announcement, position };
    if (position <= this.committedPosition) {
      this.due.push(dispatch);
      return;
    }
    const moreBytes = sizeOf(announcement);
    if (this.heldBytes + moreBytes > heldBytesLimit) return;
    this.heldBytes += moreBytes;
    const others = this.held.get(position);
    if (others === undefined) this.held.set(position, [dispatch]);
    else others.push(dispatch);
  }

  /** What waited for one position after the other leaves in that order: one publisher's messages stay in theirs. */
  committed(position: number): void {
    const from = this.committedPosition + 1;
    this.committedPosition = position;
    if (this.held.size === 0) return;
    for (let at = from; at <= position; at++) {
      const due = this.held.get(at);
      if (due === undefined) continue;
      this.held.delete(at);
      for (const dispatch of due) {
        this.heldBytes -= sizeOf(dispatch.announcement);
        this.due.push(dispatch);
      }
    }
  }

  /** Drops what waits; the log is committed up to `position`, which may be lower than before. */
  reset(position: number): void {
    this.held.clear();
    this.heldBytes = 0;
    this.committedPosition = position;
  }

  /** What is to be sent now. */
  takeDue(): readonly Dispatch[] {
    if (this.due.length === 0) return NOTHING;
    const taken = this.due;
    this.due = [];
    return taken;
  }

  /** The number of the next frame of this node. */
  nextFrameNumber(): number {
    this.framesSent += 1;
    return this.framesSent;
  }

  /** True if a frame is newer than all that came from this node before. */
  isNews(from: NodeId, order: FrameOrder): boolean {
    const newest = this.heard.get(from);
    if (newest !== undefined) {
      if (order.incarnation < newest.incarnation) return false;
      if (order.incarnation === newest.incarnation && order.number <= newest.number) return false;
    }
    this.heard.set(from, order);
    return true;
  }
}

const NOTHING: readonly Dispatch[] = [];

function sizeOf({ topic, text }: Announcement): number {
  return topic.length + text.length;
}
