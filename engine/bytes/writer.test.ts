import { describe, expect, it } from "vitest";
import { ByteWriter } from "./writer.ts";

describe("ByteWriter", () => {
  it("writes again where what was cleared stood, and pads with zeros there too", () => {
    const writer = new ByteWriter(64);
    writer.u8(1);
    expect([...writer.take()]).toEqual([1]);
    writer.u32(0xffffffff);
    expect([...writer.peek()]).toEqual([255, 255, 255, 255]);
    writer.clear();
    expect(writer.lengthBytes).toBe(0);
    writer.u8(2);
    writer.padTo(3);
    expect([...writer.take()]).toEqual([2, 0, 0]);
  });
});
