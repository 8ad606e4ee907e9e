import { describe, expect, it } from "vitest";
import { defaultReplyBufferRules, ReplyBuffer } from "./replyBuffer.ts";

describe("the reply buffer of Redis", () => {
  it("shrinks to what is answered once the peak of its beginning is forgotten", () => {
    const buffer = new ReplyBuffer(0);
    buffer.advance(4900, defaultReplyBufferRules);
    expect([buffer.sizeBytes, buffer.peakBytes]).toEqual([16_384, 16_384]);
    buffer.advance(5000, defaultReplyBufferRules);
    expect([buffer.sizeBytes, buffer.peakBytes]).toEqual([16_384, 0]);
    buffer.answered(3000);
    buffer.advance(5100, defaultReplyBufferRules);
    expect([buffer.sizeBytes, buffer.peakBytes]).toEqual([3001, 3000]);
    buffer.advance(1_000_000, defaultReplyBufferRules);
    expect([buffer.sizeBytes, buffer.peakBytes]).toEqual([1024, 0]);
  });

  it("doubles ten times a second while replies fill it, up to 16 KiB", () => {
    const rules = { peakResetMs: 100, isResizing: true };
    const buffer = new ReplyBuffer(0);
    buffer.advance(1000, rules);
    expect(buffer.sizeBytes).toBe(1024);
    const sizes = [1, 2, 3, 4, 5].map((tick) => {
      buffer.answered(32_768);
      buffer.advance(1000 + tick * 100, { peakResetMs: Infinity, isResizing: true });
      return buffer.sizeBytes;
    });
    expect(sizes).toEqual([2048, 4096, 8192, 16_384, 16_384]);
  });

  it("stays as it is where it is told to", () => {
    const buffer = new ReplyBuffer(0);
    buffer.advance(60_000, { peakResetMs: 100, isResizing: false });
    expect(buffer.sizeBytes).toBe(16_384);
  });
});
