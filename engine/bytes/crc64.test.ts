import { describe, expect, it } from "vitest";
import { crc64 } from "./crc64.ts";
import { latin1Bytes } from "./latin1.ts";

/** Bit by bit, as the polynomial says. */
function slowly(bytes: Uint8Array): bigint {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc & 1n) === 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
    }
  }
  return crc;
}

describe("crc64", () => {
  it("gives Redis's check value", () => {
    expect(crc64(latin1Bytes("123456789"))).toBe(0xe9c6d914c4b8d9can);
    expect(crc64(latin1Bytes("x123456789y"), 1, 10)).toBe(0xe9c6d914c4b8d9can);
  });

  it("agrees with the polynomial at every length around its rounds of eight", () => {
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => index * 151 + length * 7 + 3);
      expect(crc64(bytes)).toBe(slowly(bytes));
    }
  });
});
