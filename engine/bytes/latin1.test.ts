import { describe, expect, it } from "vitest";
import { crc16 } from "./crc16.ts";
import { latin1Bytes, latin1Of, writeLatin1 } from "./latin1.ts";

describe("latin1", () => {
  it("keeps every byte, at every length around the pieces it works in", () => {
    for (const length of [0, 1, 2, 3, 4, 5, 256, 8192, 8193, 20_000]) {
      const bytes = new Uint8Array(length);
      for (let index = 0; index < length; index++) bytes[index] = index * 7;
      expect(latin1Bytes(latin1Of(bytes))).toEqual(bytes);
    }
  });

  it("maps bytes 0x80 to 0x9f to themselves, as TextDecoder in browsers does not", () => {
    expect(latin1Of(Uint8Array.of(0x80, 0x9f)).charCodeAt(0)).toBe(0x80);
  });

  it("writes at an offset", () => {
    const target = new Uint8Array(4);
    expect(writeLatin1(target, 1, "ab")).toBe(3);
    expect([...target]).toEqual([0, 97, 98, 0]);
  });
});

describe("crc16", () => {
  it("gives the check value of CRC-16/XMODEM", () => {
    expect(crc16("123456789")).toBe(0x31c3);
    expect(crc16("x123456789y", 1, 10)).toBe(0x31c3);
    expect(crc16("foo") % 16384).toBe(12182);
  });
});
