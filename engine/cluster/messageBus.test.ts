import { describe, expect, it } from "vitest";
import { openFrame } from "../bytes/frame.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Announcement } from "../commands/messages.ts";
import { MessageBus } from "./messageBus.ts";
import { decodePublish, encodePublish } from "./publishFrame.ts";

function said(text: string): Announcement {
  return { kind: "message", topic: "c", text, noticeClass: 0, database: 0 };
}

function due(bus: MessageBus): string[] {
  return bus.takeDue().map(({ announcement }) => announcement.text);
}

describe("the message bus", () => {
  it("holds what waits for the log, and lets go in the order of the positions", () => {
    const bus = new MessageBus();
    bus.announce(said("at 7"), 7);
    bus.announce(said("at 5"), 5);
    bus.announce(said("at once"), 0);
    bus.announce(said("at 7 too"), 7);
    bus.announce(said("at 9"), 9);
    expect(due(bus)).toEqual(["at once"]);
    expect(due(bus)).toEqual([]);
    bus.committed(4);
    expect(due(bus)).toEqual([]);
    bus.committed(8);
    bus.announce(said("behind 8"), 8);
    expect(due(bus)).toEqual(["at 5", "at 7", "at 7 too", "behind 8"]);
  });

  it("forgets what it held when memory is discarded", () => {
    const bus = new MessageBus();
    bus.committed(10);
    bus.announce(said("lost"), 12);
    bus.reset(0);
    bus.committed(20);
    expect(due(bus)).toEqual([]);
  });

  it("loses what goes beyond 64 MiB, and takes messages again when the log has moved on", () => {
    const bus = new MessageBus();
    const long = "x".repeat((64 << 20) - 1);
    bus.announce(said(long), 1);
    bus.announce(said("y"), 2);
    bus.committed(2);
    expect(bus.takeDue()).toHaveLength(1);
    bus.announce(said("z"), 3);
    bus.committed(3);
    expect(due(bus)).toEqual(["z"]);
  });

  it("hears every frame once, none behind a later one, and a sender anew when it has restarted", () => {
    const bus = new MessageBus();
    const isNews = (from: string, incarnation: number, number: number): boolean =>
      bus.isNews(from, { incarnation, number });
    expect([isNews("a", 3, 1), isNews("a", 3, 1), isNews("a", 3, 4)]).toEqual([true, false, true]);
    expect([isNews("a", 3, 2), isNews("b", 1, 2)]).toEqual([false, true]);
    expect([isNews("a", 5, 1), isNews("a", 3, 9), isNews("a", 5, 2)]).toEqual([true, false, true]);
  });

  it("carries what is said byte for byte, and no half of a frame", () => {
    const none = { noticeClass: 0, database: 0 };
    const sent = {
      order: { incarnation: 7, number: 2 },
      dispatches: [
        { announcement: { kind: "shardMessage", topic: "\0\xff", text: "", ...none }, position: 0 },
        { announcement: { kind: "message", topic: "", text: "a\r\nb", ...none }, position: 0 },
        {
          announcement: {
            kind: "notice",
            topic: "set",
            text: "k",
            noticeClass: 0x4000,
            database: 3,
          },
          position: 99,
        },
      ],
    } as const;
    const frame = encodePublish(new ByteWriter(), sent);
    const { kind, body } = openFrame(frame);
    expect(kind).toBe("publish");
    expect(decodePublish(body)).toEqual(sent);
    expect(decodePublish(new ByteReader(frame, 12, frame.length - 1))).toBeUndefined();
    expect(decodePublish(new ByteReader(Uint8Array.of(...frame, 0), 12))).toBeUndefined();
    const unknown = frame.slice();
    unknown[12 + 20] = 3;
    expect(decodePublish(new ByteReader(unknown, 12))).toBeUndefined();
  });
});
