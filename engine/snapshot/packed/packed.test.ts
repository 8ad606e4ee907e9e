/** Packed values of all ages: images made by hand are read, and no damaged one is, or makes a reader fail. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1Bytes, latin1Of } from "../../bytes/latin1.ts";
import { Listpack } from "../../structures/listpack.ts";
import { intsetOf, readIntset } from "./intset.ts";
import { readListpack } from "./readListpack.ts";
import { readZiplist } from "./readZiplist.ts";
import { readZipmap } from "./readZipmap.ts";

const text = fc.oneof(
  fc.uint8Array({ maxLength: 70 }).map((bytes) => latin1Of(bytes)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.integer({ min: -70_000, max: 70_000 }).map(String),
  fc.constantFrom("x".repeat(300), "y".repeat(5000)),
);

function u16(value: number): string {
  return String.fromCharCode(value & 255, value >> 8);
}

function u32(value: number): string {
  return u16(value & 0xffff) + u16(value >>> 16);
}

/** A ziplist of strings and integers that are given in their encoding. */
function ziplistOf(entries: readonly string[]): Uint8Array {
  let body = "";
  let before = 0;
  let lastAt = 10;
  for (const entry of entries) {
    lastAt = 10 + body.length;
    const front = before < 254 ? String.fromCharCode(before) : `\xfe${u32(before)}`;
    before = front.length + entry.length;
    body += front + entry;
  }
  const bytes = body.length + 11;
  return latin1Bytes(`${u32(bytes)}${u32(lastAt)}${u16(entries.length)}${body}\xff`);
}

const ziplistEntries: readonly (readonly [string, string])[] = [
  ["\x02ab", "ab"],
  ["\xf1", "0"],
  ["\xfd", "12"],
  ["\xfe\xff", "-1"],
  ["\xc0\x2c\x01", "300"],
  ["\xf0\x00\x00\x80", "-8388608"],
  ["\xd0\x00\x00\x00\x80", "-2147483648"],
  ["\xe0\xff\xff\xff\xff\xff\xff\xff\x7f", "9223372036854775807"],
  [`\x41\x2c${"x".repeat(300)}`, "x".repeat(300)],
  [`\x80\x00\x00\x40\x00${"y".repeat(16384)}`, "y".repeat(16384)],
  ["\x00", ""],
];

/** Every image that differs in one byte, is cut off, or goes on. */
function damagedFrom(image: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < Math.min(image.length, 60); at++) {
    for (const value of [0, 1, 0x7f, 0x80, 0xc0, 0xf0, 0xfe, 0xff, image[at] ?? 0 ^ 1]) {
      const copy = image.slice();
      copy[at] = value;
      found.push(copy);
    }
    found.push(image.slice(0, at), image.slice(at + 1));
  }
  return found;
}

describe("listpacks", () => {
  it("are read as they are written", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (elements) => {
        const pack = new Listpack();
        for (const element of elements) pack.append(element);
        expect(readListpack(pack.image())).toEqual(elements);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("that are damaged are refused, or hold something else", () => {
    const pack = new Listpack();
    for (const element of ["ab", "5", "-300", "z".repeat(70), ""]) pack.append(element);
    const image = pack.image();
    for (const damaged of damagedFrom(image)) {
      const read = readListpack(damaged);
      const again = new Listpack();
      for (const element of read ?? []) again.append(element);
      // An integer that was written as a string is the one thing that is read but not written again.
      expect(read === undefined || again.lengthBytes <= damaged.length).toBe(true);
    }
    expect(readListpack(image.subarray(0, image.length - 1))).toBe(undefined);
    expect(readListpack(new Uint8Array(0))).toBe(undefined);
  });
});

describe("ziplists", () => {
  it("are read in every encoding", () => {
    const image = ziplistOf(ziplistEntries.map(([encoded]) => encoded));
    expect(readZiplist(image)).toEqual(ziplistEntries.map(([, plain]) => plain));
    expect(readZiplist(ziplistOf([]))).toEqual([]);
  });

  it("that are damaged make no reader fail", () => {
    const image = ziplistOf(["\x02ab", "\xfe\xff", "\xc0\x2c\x01", "\x03xyz"]);
    const refused = damagedFrom(image).filter((one) => readZiplist(one) === undefined);
    expect(refused.length).toBeGreaterThan(100);
    expect(readZiplist(latin1Bytes(latin1Of(image).replace("\x02ab", "\x3fab")))).toBe(undefined);
    const wrongTail = image.slice();
    wrongTail[4] = 10;
    expect(readZiplist(wrongTail)).toBe(undefined);
    const wrongCount = image.slice();
    wrongCount[8] = 5;
    expect(readZiplist(wrongCount)).toBe(undefined);
    wrongCount.set([0xff, 0xff], 8);
    expect(readZiplist(wrongCount)).toEqual(["ab", "-1", "300", "xyz"]);
  });
});

describe("zipmaps", () => {
  const long = "v".repeat(300);
  const image = latin1Bytes(`\x02\x01a\x03\x02xyz..\x02bc\xfe${u32(300)}\0${long}\xff`);

  it("are read with their unused bytes", () => {
    expect(readZipmap(image)).toEqual(["a", "xyz", "bc", long]);
  });

  it("that are damaged or empty are refused", () => {
    expect(readZipmap(latin1Bytes("\0\xff"))).toBe(undefined);
    expect(readZipmap(image.subarray(0, image.length - 1))).toBe(undefined);
    expect(readZipmap(latin1Bytes("\x01\x01a\x03\x02xyz.\xff"))).toBe(undefined);
    expect(readZipmap(latin1Bytes(`\x01\x01a\xfe${u32(3)}\0xyz\xff`))).toBe(undefined);
    expect(readZipmap(latin1Bytes("\x02\x01a\x01\0x\xff"))).toBe(undefined);
    expect(readZipmap(latin1Bytes("\x01\x01a\x01\0x\xff"))).toEqual(["a", "x"]);
    expect(
      damagedFrom(image).filter((one) => readZipmap(one) === undefined).length,
    ).toBeGreaterThan(50);
  });
});

describe("integer sets", () => {
  it("take as few bytes as their largest integer needs", () => {
    expect([...intsetOf(["-32768", "32767"])]).toEqual([2, 0, 0, 0, 2, 0, 0, 0, 0, 128, 255, 127]);
    expect(intsetOf(["1", "32768"]).length).toBe(16);
    expect(intsetOf(["-2147483648", "2147483647"]).length).toBe(16);
    expect(intsetOf(["-2147483649"]).length).toBe(16);
  });

  it("are read as they are written", () => {
    const integers = fc.uniqueArray(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(integers, (values) => {
        const ascending = values.toSorted((a, b) => (a < b ? -1 : 1)).map(String);
        expect(readIntset(intsetOf(ascending))).toEqual(ascending);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("that are empty, out of order, or of another length are refused", () => {
    const image = intsetOf(["1", "2", "3"]);
    expect(readIntset(intsetOf([]))).toBe(undefined);
    expect(readIntset(intsetOf(["2", "1"]))).toBe(undefined);
    expect(readIntset(intsetOf(["1", "1"]))).toBe(undefined);
    expect(readIntset(image.subarray(0, image.length - 1))).toBe(undefined);
    expect(readIntset(image.with(0, 3))).toBe(undefined);
    expect(readIntset(image.with(4, 2))).toBe(undefined);
    expect(readIntset(new Uint8Array(7))).toBe(undefined);
  });
});
