import { describe, expect, it } from "vitest";
import {
  decimalText,
  doubleText,
  fixedText,
  parseDouble,
  parseDoubleLoosely,
} from "./doubleText.ts";

/** What printf("%.17g") of glibc writes. */
const printed: readonly (readonly [number, string])[] = [
  [0, "0"],
  [-0, "-0"],
  [3, "3"],
  [-17.5, "-17.5"],
  [0.1, "0.10000000000000001"],
  [1.1, "1.1000000000000001"],
  [1 / 3, "0.33333333333333331"],
  [0.0001, "0.0001"],
  [0.00001, "1.0000000000000001e-05"],
  [1e16, "10000000000000000"],
  [1e17, "1e+17"],
  [2 ** 56, "72057594037927936"],
  [123_456_789_012_345_680, "1.2345678901234568e+17"],
  [1e21, "1e+21"],
  [1e100, "1e+100"],
  [Number.MAX_VALUE, "1.7976931348623157e+308"],
  [5e-324, "4.9406564584124654e-324"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [NaN, "nan"],
  // Half way between two decimals of 17 digits: the even one.
  [12_345_678 + 1 / 1024, "12345678.000976562"],
  [12_345_678 + 3 / 1024, "12345678.002929688"],
];

describe("doubles as text", () => {
  it("are printed as C prints them", () => {
    expect(printed.map(([value]) => doubleText(value))).toEqual(printed.map(([, text]) => text));
  });

  it("are printed with fixed decimals as C prints them", () => {
    const fixed: readonly (readonly [number, number, string])[] = [
      [0, 6, "0.000000"],
      [-0, 6, "-0.000000"],
      [181, 6, "181.000000"],
      [-1e-9, 6, "-0.000000"],
      [0.5 ** 7, 6, "0.007812"],
      [3 * 0.5 ** 7, 6, "0.023438"],
      [0.0000015, 6, "0.000002"],
      [1e22, 6, "10000000000000000000000.000000"],
      [1e300, 1, `${BigInt(1e300)}.0`],
      [Infinity, 6, "inf"],
      [13.361389338970184, 17, "13.36138933897018433"],
      [0.5 ** 18, 17, "0.00000381469726562"],
      [3 * 0.5 ** 18, 17, "0.00001144409179688"],
    ];
    expect(fixed.map(([value, decimals]) => fixedText(value, decimals))).toEqual(
      fixed.map(([, , text]) => text),
    );
    expect([90, -0.25, -1e-30, 100, 38.115556395496299].map(decimalText)).toEqual([
      "90",
      "-0.25",
      "0",
      "100",
      "38.11555639549629859",
    ]);
  });

  it("are read as Redis reads an argument", () => {
    const read: readonly (readonly [string, number | undefined])[] = [
      ["1.5", 1.5],
      ["-0", -0],
      [".5", 0.5],
      ["5.", 5],
      ["+1e3", 1000],
      ["0x1.8p1", 3],
      ["-0X10", -16],
      ["0x1.fffffffffffff8p0", 2],
      ["0x3p-1075", 1e-323],
      ["inf", Infinity],
      ["-Infinity", -Infinity],
      ["1e-320", 1e-320],
      ["1e400", undefined],
      ["1e-400", undefined],
      ["0e400", 0],
      ["nan", undefined],
      ["", undefined],
      [" 1", undefined],
      ["1 ", undefined],
      ["1e", undefined],
      ["0x", undefined],
      ["0b1", undefined],
      ["1\u00000", undefined],
    ];
    expect(read.map(([text]) => parseDouble(text))).toEqual(read.map(([, value]) => value));
  });

  it("are read as strtod reads the bound of a range", () => {
    const read: readonly (readonly [string, number | undefined])[] = [
      ["", 0],
      ["\0abc", 0],
      [" \t7", 7],
      ["7\0abc", 7],
      ["7 ", undefined],
      [" ", undefined],
      ["1e400", Infinity],
      ["-1e400", -Infinity],
      ["1e-400", 0],
      ["0x1p-1076", 0],
      ["nan", undefined],
      ["x", undefined],
    ];
    expect(read.map(([text]) => parseDoubleLoosely(text))).toEqual(read.map(([, value]) => value));
  });
});
