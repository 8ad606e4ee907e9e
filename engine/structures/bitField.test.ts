import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FIELD_BYTES, fitted, given, readField, writeField } from "./bitField.ts";

function bitsOf(window: Uint8Array): string {
  return Array.from(window, (byte) => byte.toString(2).padStart(8, "0")).join("");
}

describe("bit fields", () => {
  it("are read and written among the bits around them", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: FIELD_BYTES, maxLength: FIELD_BYTES }),
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 1, max: 64 }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        (window, shift, bits, value) => {
          const before = bitsOf(window);
          const raw = BigInt(`0b${before.slice(shift, shift + bits)}`);
          expect(readField(window, shift, { isSigned: false, bits })).toBe(raw);
          const signed = raw >= 1n << BigInt(bits - 1) ? raw - (1n << BigInt(bits)) : raw;
          expect(readField(window, shift, { isSigned: true, bits })).toBe(signed);
          writeField(window, shift, bits, value);
          const written = BigInt.asUintN(bits, value).toString(2).padStart(bits, "0");
          expect(bitsOf(window)).toBe(
            before.slice(0, shift) + written + before.slice(shift + bits),
          );
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it("wrap around, saturate or refuse what is too large", () => {
    const u8 = { isSigned: false, bits: 8 };
    const i8 = { isSigned: true, bits: 8 };
    const i64 = { isSigned: true, bits: 64 };
    expect([fitted(255n, u8, "fail"), fitted(256n, u8, "fail"), fitted(-1n, u8, "fail")]).toEqual([
      255n,
      undefined,
      undefined,
    ]);
    expect([fitted(257n, u8, "wrap"), fitted(-1n, u8, "wrap")]).toEqual([1n, 255n]);
    expect([fitted(257n, u8, "saturate"), fitted(-1n, u8, "saturate")]).toEqual([255n, 0n]);
    expect([fitted(128n, i8, "wrap"), fitted(-129n, i8, "wrap")]).toEqual([-128n, 127n]);
    expect([fitted(128n, i8, "saturate"), fitted(-129n, i8, "saturate")]).toEqual([127n, -128n]);
    expect(fitted(2n ** 63n, i64, "saturate")).toBe(2n ** 63n - 1n);
    expect(fitted(-(2n ** 63n), i64, "fail")).toBe(-(2n ** 63n));
  });

  it("compare a given value as redis-server 7.0.15 does", () => {
    const least = -(2n ** 63n);
    expect(given(-1n, { isSigned: false, bits: 8 }, "saturate")).toBe(255n);
    expect(given(-1n, { isSigned: false, bits: 8 }, "wrap")).toBe(255n);
    expect(given(least, { isSigned: true, bits: 8 }, "saturate")).toBe(127n);
    expect(given(least + 128n, { isSigned: true, bits: 8 }, "saturate")).toBe(-128n);
    expect(given(least, { isSigned: true, bits: 64 }, "saturate")).toBe(least);
    expect(given(least, { isSigned: true, bits: 8 }, "fail")).toBe(undefined);
  });
});
