import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Listpack } from "./listpack.ts";

function packOf(texts: readonly string[]): Listpack {
  const pack = new Listpack();
  for (const text of texts) pack.append(text);
  return pack;
}

function textsOf(pack: Listpack): string[] {
  const found: string[] = [];
  for (let at = pack.first; at < pack.end; at = pack.next(at)) found.push(pack.textAt(at));
  return found;
}

function textsBackwards(pack: Listpack): string[] {
  const found: string[] = [];
  for (let at = pack.end; at > pack.first;) {
    at = pack.previous(at);
    found.push(pack.textAt(at));
  }
  return found;
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The numbers on both sides of every limit of an encoding. */
const limits = [0n, 127n, 4095n, -4096n, 32767n, -32768n, 8388607n, -8388608n, 2147483647n];
const edges = [...limits, -2147483648n, 2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]
  .flatMap((edge) => [edge - 1n, edge, edge + 1n])
  .filter((edge) => BigInt.asIntN(64, edge) === edge);

describe("Listpack", () => {
  it("has the bytes that Redis gives these elements", () => {
    expect(hexOf(packOf(["hello", "1", "-1", "+1", "007", "4096"]).image())).toBe(
      "20 00 00 00 06 00 85 68 65 6c 6c 6f 06 01 01 df ff 02 82 2b 31 03 83 30 30 37 04 f1 00 10 03 ff",
    );
    expect(hexOf(new Listpack().image())).toBe("07 00 00 00 00 00 ff");
  });

  it("keeps every integer of 64 bits, whole and in halves", () => {
    const pack = packOf(edges.map(String));
    expect(textsOf(pack)).toEqual(edges.map(String));
    const halves: bigint[] = [];
    for (let at = pack.first; at < pack.end; at = pack.next(at))
      halves.push((BigInt(pack.highAt(at)) << 32n) + BigInt(pack.lowAt(at)));
    expect(halves).toEqual(edges);
  });

  it("packs the halves of an integer as the integer", () => {
    const pack = new Listpack();
    for (const edge of edges)
      pack.appendWords(Number(BigInt.asIntN(32, edge >> 32n)), Number(BigInt.asUintN(32, edge)));
    expect(pack.image()).toEqual(packOf(edges.map(String)).image());
  });

  it("keeps strings of every length around the limits of an encoding and of the length behind", () => {
    const lengths = [0, 1, 62, 63, 64, 126, 4095, 4096, 16377, 16378, 16379, 2097145, 2097146];
    const texts = lengths.map((length) => "\xff".repeat(length));
    const pack = packOf(texts);
    expect(textsOf(pack).map((text) => text.length)).toEqual(lengths);
    expect(textsBackwards(pack).map((text) => text.length)).toEqual(lengths.toReversed());
    // One byte behind up to 127, two below 16383, three below 2097151.
    const bytes = [2, 3, 64, 65, 67, 130, 4099, 4103, 16384, 16386, 16387, 2097153, 2097155];
    const held: number[] = [];
    for (let at = pack.first; at < pack.end; at = pack.next(at)) held.push(pack.next(at) - at);
    expect(held).toEqual(bytes);
  });

  it("reads forwards and backwards what was appended, and again from its image", () => {
    const text = fc.oneof(
      fc.string({
        unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      fc.integer({ min: -5000, max: 5000 }).map(String),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 40 }), (texts) => {
        const pack = packOf(texts);
        expect(textsOf(pack)).toEqual(texts);
        expect(textsBackwards(pack)).toEqual(texts.toReversed());
        const image = pack.image();
        expect(image.length).toBe(pack.lengthBytes);
        const again = Listpack.of(image);
        expect(textsOf(again)).toEqual(texts);
        again.append("more");
        expect(textsOf(again)).toEqual([...texts, "more"]);
        expect(pack.image()).toEqual(image);
      }),
      { seed: 1 },
    );
  });

  it("puts an integer of another width in the place of one", () => {
    const integer = fc.constantFrom(0, 127, 128, -1, 4096, 40_000, 9_000_000, 2 ** 31, -(2 ** 40));
    fc.assert(
      fc.property(integer, integer, (before, after) => {
        const pack = packOf(["left", String(before), "right"]);
        pack.replaceInteger(pack.next(pack.first), after);
        expect(pack.image()).toEqual(packOf(["left", String(after), "right"]).image());
      }),
      { seed: 1 },
    );
  });

  it("counts up to 65535 elements in its head, and says of more that they must be counted", () => {
    const pack = new Listpack();
    for (let count = 0; count < 65536; count++) pack.appendInteger(1);
    expect([...pack.image().subarray(4, 6)]).toEqual([0xff, 0xff]);
    expect(Listpack.of(pack.image()).image()).toEqual(pack.image());
  });

  it("gives back what it does not need, and shares nothing with its copy", () => {
    const pack = packOf(["a", "b".repeat(200)]);
    expect(pack.capacityBytes).toBeGreaterThan(pack.lengthBytes - 1);
    const copy = pack.copy();
    pack.shrink();
    expect(pack.capacityBytes).toBe(pack.lengthBytes - 1);
    pack.append("c");
    expect(textsOf(copy)).toEqual(["a", "b".repeat(200)]);
    expect(textsOf(pack)).toEqual(["a", "b".repeat(200), "c"]);
  });
});
