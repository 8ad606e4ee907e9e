import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1Bytes, latin1Of } from "../../bytes/latin1.ts";
import { ByteString } from "./byteString.ts";

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength }).map((bytes) => latin1Of(bytes));

function wholeOf(value: ByteString): string {
  return value.slice(0, value.length);
}

describe("a byte string", () => {
  it("holds what a plain string would hold, short and long, through every change", () => {
    const change = fc.oneof(
      fc.record({ at: fc.constant(-1), text: text(400) }),
      fc.record({ at: fc.nat(700), text: text(90) }),
    );
    fc.assert(
      fc.property(text(300), fc.array(change, { maxLength: 20 }), (initial, changes) => {
        const value = new ByteString(initial);
        let expected = initial;
        for (const { at, text: bytes } of changes) {
          if (at < 0) {
            value.append(bytes);
            expected += bytes;
          } else {
            value.setRange(at, bytes);
            const padded = expected.padEnd(at, "\0");
            expected = padded.slice(0, at) + bytes + padded.slice(at + bytes.length);
          }
          expect(wholeOf(value)).toBe(expected);
        }
        expect(value.length).toBe(expected.length);
        expect(wholeOf(value.copy())).toBe(expected);
        expect(latin1Of(value.bytes(3, 290))).toBe(expected.slice(3, 290));
        expect(value.slice(3, 290)).toBe(expected.slice(3, 290));
        const bytes = [0, 5, 255, 256, 257, 4000].map((index) => value.byteAt(index));
        expect(bytes).toEqual(
          [0, 5, 255, 256, 257, 4000].map((index) => expected.charCodeAt(index) || 0),
        );
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("shares nothing with its copy", () => {
    for (const length of [10, 1000]) {
      const value = new ByteString("a".repeat(length));
      const copy = value.copy();
      value.setRange(0, "b");
      expect([copy.slice(0, 2), value.slice(0, 2)]).toEqual(["aa", "ba"]);
    }
  });

  it("is changed in place between open and close, and leaves nothing behind its end", () => {
    const value = new ByteString("abc");
    const memory = value.open(3);
    memory.set(latin1Bytes("xyz"), 3);
    value.close(memory, 5);
    expect(wholeOf(value)).toBe("abcxy");
    value.setRange(7, "!");
    expect(wholeOf(value)).toBe("abcxy\0\0!");
    const long = new ByteString("a".repeat(1000));
    long.close(long.open(0).fill(98, 0, 1000), 999);
    long.setRange(1001, "!");
    expect(wholeOf(long)).toBe(`${"b".repeat(999)}\0\0!`);
    long.open(0);
    long.close(latin1Bytes("other"), 3);
    expect(wholeOf(long)).toBe("oth");
  });

  it("grows an array ahead of its content, and tells the memory that it holds", () => {
    const value = new ByteString("");
    let arrays = 0;
    let before = 0;
    for (let index = 0; index < 100_000; index++) {
      value.append("x");
      if (value.sizeBytes > before && value.length > 256) arrays++;
      before = value.sizeBytes;
    }
    expect(arrays).toBeLessThan(12);
    expect(value.sizeBytes).toBeGreaterThanOrEqual(value.length);
    expect(value.sizeBytes).toBeLessThan(value.length * 2.1);
  });

  it("is raw, but for a result of INCRBYFLOAT until it is changed", () => {
    expect(new ByteString("5").encoding).toBe("raw");
    const result = ByteString.embedded("5");
    expect([result.encoding, result.copy().encoding]).toEqual(["embstr", "embstr"]);
    result.append("");
    expect([result.encoding, result.copy().encoding]).toEqual(["raw", "raw"]);
  });
});
