import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  GREATEST_ID,
  LEAST_ID,
  idAfter,
  idBefore,
  idOfTime,
  idOfWords,
  idText,
  isSameMs,
  wordOfId,
} from "./streamId.ts";

const MOST = 2n ** 64n - 1n;

function idOf(ms: bigint, sequence: bigint): string {
  const high = (number: bigint): number => Number(number >> 32n);
  const low = (number: bigint): number => Number(BigInt.asUintN(32, number));
  return idOfWords(high(ms), low(ms), high(sequence), low(sequence));
}

const number64 = fc.oneof(
  fc.bigInt({ min: 0n, max: MOST }),
  fc.constantFrom(0n, 1n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, MOST - 1n, MOST),
);

describe("stream ids", () => {
  it("are told as two decimals, whatever their size", () => {
    expect(idText(LEAST_ID)).toBe("0-0");
    expect(idText(GREATEST_ID)).toBe("18446744073709551615-18446744073709551615");
    expect(idText(idOfTime(1_700_000_000_123))).toBe("1700000000123-0");
    expect(idText(idOf(2n ** 53n, 2n ** 53n - 1n))).toBe("9007199254740992-9007199254740991");
    expect(wordOfId(idOf(0x100000002n, 0x300000004n), 2)).toBe(3);
  });

  it("are ordered as the numbers, and have neighbours", () => {
    fc.assert(
      fc.property(number64, number64, number64, number64, (ms, sequence, otherMs, other) => {
        const id = idOf(ms, sequence);
        const value = (ms << 64n) + sequence;
        const otherValue = (otherMs << 64n) + other;
        expect(idText(id)).toBe(`${ms}-${sequence}`);
        expect(id < idOf(otherMs, other)).toBe(value < otherValue);
        expect(isSameMs(id, idOf(otherMs, other))).toBe(ms === otherMs);
        const text = (whole: bigint): string => `${whole >> 64n}-${whole & MOST}`;
        const after = idAfter(id);
        const before = idBefore(id);
        expect(after === undefined ? undefined : idText(after)).toBe(
          value === (MOST << 64n) + MOST ? undefined : text(value + 1n),
        );
        expect(before === undefined ? undefined : idText(before)).toBe(
          value === 0n ? undefined : text(value - 1n),
        );
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
