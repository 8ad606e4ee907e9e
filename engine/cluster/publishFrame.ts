/**
 * What one step of a node says to the clients of another.
 *
 *     publish   u53 incarnation of the sender, u53 number of the frame, u32 n, then n ×
 *               u8 0 message, latin1 channel, latin1 message
 *                  1 message of a shard channel, the same
 *                  2 notice, latin1 event, latin1 key, u32 class, u32 database, u53 position: told once that is applied
 */
import { beginFrame, finishFrame } from "../bytes/frame.ts";
import type { ByteReader } from "../bytes/reader.ts";
import type { ByteWriter } from "../bytes/writer.ts";
import { announcementKinds } from "../commands/messages.ts";
import type { Dispatch, FrameOrder } from "./messageBus.ts";

export interface PublishFrame {
  readonly order: FrameOrder;
  readonly dispatches: readonly Dispatch[];
}

export function encodePublish(writer: ByteWriter, { order, dispatches }: PublishFrame): Uint8Array {
  beginFrame(writer, "publish").u53(order.incarnation);
  writer.u53(order.number);
  writer.u32(dispatches.length);
  for (const { announcement, position } of dispatches) {
    const { kind, topic, text, noticeClass, database } = announcement;
    writer.u8(announcementKinds.indexOf(kind));
    writer.latin1(topic);
    writer.latin1(text);
    if (kind !== "notice") continue;
    writer.u32(noticeClass);
    writer.u32(database);
    writer.u53(position);
  }
  return finishFrame(writer);
}

/** Undefined if the body is damaged. */
export function decodePublish(body: ByteReader): PublishFrame | undefined {
  const order = { incarnation: body.u53(), number: body.u53() };
  const dispatches: Dispatch[] = [];
  for (let left = body.u32(); left > 0; left--) {
    const kind = announcementKinds[body.u8()];
    const topic = body.latin1();
    const text = body.latin1();
    const isNotice = kind === "notice";
    const noticeClass = isNotice ? body.u32() : 0;
    const database = isNotice ? body.u32() : 0;
    const position = isNotice ? body.u53() : 0;
    if (body.failed || kind === undefined) return undefined;
    dispatches.push({ announcement: { kind, topic, text, noticeClass, database }, position });
  }
  return body.isComplete ? { order, dispatches } : undefined;
}
