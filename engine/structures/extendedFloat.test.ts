import { describe, expect, it } from "vitest";
import { addDecimals, thousandfoldUp } from "./extendedFloat.ts";

/** Sums as redis-server 7.0.15 on x86-64 gives them. */
const sums: readonly (readonly [string, string, string])[] = [
  ["0", "0.1", "0.1"],
  ["0.1", "0.2", "0.3"],
  ["3.0e3", "200", "3200"],
  ["10.50", "0.1", "10.6"],
  ["5.0e3", "2.0e2", "5200"],
  ["1e17", "0.1", "100000000000000000.1015625"],
  ["-0.5", "0.5", "0"],
  ["0x1p4", "0x1.8", "17.5"],
  ["1e-18", "0", "0"],
  ["1e-17", "0", "0.00000000000000001"],
  ["99999999999999999999", "1", "100000000000000000000"],
  ["18446744073709551615", "1", "18446744073709551616"],
  ["18446744073709551616", "1", "18446744073709551616"],
  [".5", "5.", "5.5"],
];

describe("addDecimals", () => {
  for (const [left, right, sum] of sums) {
    it(`adds ${left} and ${right} to ${sum}`, () => {
      expect(addDecimals(left, right)).toBe(sum);
    });
  }

  it("refuses what is no number, and numbers out of range", () => {
    const texts = ["", " 1", "1 ", "abc", "1e", ".", "nan", "0x", "--1", "1e5000", "1e-5000"];
    for (const text of texts) expect([text, addDecimals(text, "1")]).toEqual([text, "invalid"]);
  });

  it("tells of infinities", () => {
    expect(addDecimals("inf", "1")).toBe("infinite");
    expect(addDecimals("1", "-Infinity")).toBe("infinite");
    expect(addDecimals("1.18e4932", "1.18e4932")).toBe("infinite");
  });
});

describe("thousandfoldUp", () => {
  it("multiplies and rounds up, never towards zero from above", () => {
    const cases: readonly (readonly [string, bigint])[] = [
      ["1", 1000n],
      ["0.1", 100n],
      ["0.0001", 1n],
      ["1e-400", 1n],
      ["1.0015", 1002n],
      ["-0.0001", 0n],
      ["-0.5", -500n],
      ["0x10", 16000n],
      ["9223372036854775807", 9223372036854775807000n - 24n],
    ];
    for (const [text, product] of cases) {
      expect([text, thousandfoldUp(text)]).toEqual([text, product]);
    }
  });

  it("tells what is no number, and what is beyond all numbers", () => {
    expect(["", "1 ", "nan", "1e-5000"].map((text) => thousandfoldUp(text))).toEqual(
      Array.from({ length: 4 }, () => "invalid"),
    );
    expect([thousandfoldUp("inf"), thousandfoldUp("1e4930")]).toEqual(["infinite", "infinite"]);
  });
});
