/**
 * Published messages on their way to the other nodes, whose clients may listen too. A message leaves once the position that
 * it waits for is committed (it may tell of a change that could still be lost), all that leave in one step as one
 * frame. The bus is lossy, as Redis's is: nothing is repeated, and what a fenced primary held is dropped.
 *
 *     publish   u32 n, n × (u8 1 for a shard channel, else 0; latin1 channel, latin1 message)
 */
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import type { Announcement } from "../commands/messages.ts";

/** Bytes of messages that wait for the log, above which further ones are lost. */
const heldBytesLimit: number = 64 << 20;

export class MessageBus {
  private committedPosition = 0;
  /** What waits, by the position that it waits for. */
  private readonly held = new Map<number, Announcement[]>();
  private heldBytes = 0;
  /** What leaves at the end of this step. */
  private due: Announcement[] = [];

  /** Takes a message that may leave once `position` is committed. */
  announce(announcement: Announcement, position: number): void {
    if (position <= this.committedPosition) {
      this.due.push(announcement);
      return;
    }
    const moreBytes = sizeOf(announcement);
    if (this.heldBytes + moreBytes > heldBytesLimit) return;
    this.heldBytes += moreBytes;
    const others = this.held.get(position);
    if (others === undefined) this.held.set(position, [announcement]);
    else others.push(announcement);
  }

  /** Messages that waited for one position after the other leave in that order: one publisher's stay in theirs. */
  committed(position: number): void {
    const from = this.committedPosition + 1;
    this.committedPosition = position;
    if (this.held.size === 0) return;
    for (let at = from; at <= position; at++) {
      const due = this.held.get(at);
      if (due === undefined) continue;
      this.held.delete(at);
      for (const announcement of due) {
        this.heldBytes -= sizeOf(announcement);
        this.due.push(announcement);
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
  takeDue(): readonly Announcement[] {
    if (this.due.length === 0) return NOTHING;
    const taken = this.due;
    this.due = [];
    return taken;
  }
}

const NOTHING: readonly Announcement[] = [];

function sizeOf({ channel, message }: Announcement): number {
  return channel.length + message.length;
}

export function encodePublish(
  writer: ByteWriter,
  announcements: readonly Announcement[],
): Uint8Array {
  beginFrame(writer, "publish").u32(announcements.length);
  for (const { isSharded, channel, message } of announcements) {
    writer.u8(isSharded ? 1 : 0);
    writer.latin1(channel);
    writer.latin1(message);
  }
  return finishFrame(writer);
}

/** Undefined if the body is damaged. */
export function decodePublish(body: ByteReader): readonly Announcement[] | undefined {
  const announcements: Announcement[] = [];
  for (let left = body.u32(); left > 0; left--) {
    const isSharded = body.u8() === 1;
    const channel = body.latin1();
    const message = body.latin1();
    if (body.failed) return undefined;
    announcements.push({ isSharded, channel, message });
  }
  return body.isComplete ? announcements : undefined;
}
