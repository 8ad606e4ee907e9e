import { describe, expect, it } from "vitest";
import { openFrame } from "../bytes/frame.ts";
import { ByteReader } from "../bytes/reader.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Announcement } from "../commands/messages.ts";
import { decodePublish, encodePublish, MessageBus } from "./messageBus.ts";

function said(message: string): Announcement {
  return { isSharded: false, channel: "c", message };
}

function due(bus: MessageBus): string[] {
  return bus.takeDue().map(({ message }) => message);
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
    const long = "x".repeat((64 << 20) - 2);
    bus.announce(said(long), 1);
    bus.announce(said("y"), 2);
    bus.committed(2);
    expect(bus.takeDue()).toHaveLength(1);
    bus.announce(said("z"), 3);
    bus.committed(3);
    expect(due(bus)).toEqual(["z"]);
  });

  it("carries messages byte for byte, and no half of a frame", () => {
    const announcements = [
      { isSharded: true, channel: "\0\xff", message: "" },
      { isSharded: false, channel: "", message: "a\r\nb" },
    ];
    const frame = encodePublish(new ByteWriter(), announcements);
    const { kind, body } = openFrame(frame);
    expect(kind).toBe("publish");
    expect(decodePublish(body)).toEqual(announcements);
    const cut = new ByteReader(frame, 12, frame.length - 1);
    expect(decodePublish(cut)).toBeUndefined();
    const longer = Uint8Array.of(...frame, 0);
    expect(decodePublish(new ByteReader(longer, 12))).toBeUndefined();
  });
});
