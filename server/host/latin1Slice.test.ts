import { describe, expect, it } from "vitest";
import { latin1Of } from "../../engine/bytes/latin1.ts";
import { latin1Slice } from "./latin1Slice.ts";

describe("latin1Slice", () => {
  it("gives what the engine's own way gives, of every byte and from any place", () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_value, index) => index * 7);
    for (const [start, end] of [
      [0, 0],
      [3, 16],
      [1, 257],
      [100, 20_000],
    ] as const) {
      expect(latin1Slice(bytes, start, end)).toBe(latin1Of(bytes, start, end));
    }
    expect(latin1Slice(bytes.subarray(5, 300), 2, 200)).toBe(latin1Of(bytes, 7, 205));
  });
});
