import { describe, expect, it } from "vitest";
import { createHash } from "node:crypto";
import { latin1Bytes } from "./latin1.ts";
import { sha1 } from "./sha1.ts";

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

describe("sha1", () => {
  it("gives the digests of FIPS 180's examples", () => {
    expect(hex(sha1(latin1Bytes("abc")))).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
    expect(hex(sha1(latin1Bytes("")))).toBe("da39a3ee5e6b4b0d3255bfef95601890afd80709");
  });

  it("agrees with Node's at every length around the ends of blocks", () => {
    const differing: number[] = [];
    for (let length = 0; length < 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => index * 37 + length);
      if (hex(sha1(bytes)) !== createHash("sha1").update(bytes).digest("hex"))
        differing.push(length);
    }
    expect(differing).toEqual([]);
  });
});
