import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { latin1Bytes } from "./latin1.ts";
import { hexadecimal } from "./sha1.ts";
import { sha256 } from "./sha256.ts";

describe("sha256", () => {
  it("gives the digests of FIPS 180's examples", () => {
    const digest = (text: string): string => hexadecimal(sha256(latin1Bytes(text)));
    expect(digest("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(digest("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).toBe(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });

  it("agrees with Node's at every length around the ends of blocks", () => {
    const differing: number[] = [];
    for (let length = 0; length < 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => index * 37 + length);
      const expected = createHash("sha256").update(bytes).digest("hex");
      if (hexadecimal(sha256(bytes)) !== expected) differing.push(length);
    }
    expect(differing).toEqual([]);
  });
});
