import { describe, expect, it } from "vitest";
import { parseBigInteger, parseInteger } from "./integerText.ts";

describe("parseInteger", () => {
  it("reads 64-bit integers in their only spelling", () => {
    expect(["0", "7", "-7", "123456789012345"].map(parseInteger)).toEqual([
      0, 7, -7, 123456789012345,
    ]);
    expect(parseBigInteger("9223372036854775807")).toBe(9223372036854775807n);
    expect(parseBigInteger("-9223372036854775808")).toBe(-9223372036854775808n);
  });

  it("refuses every other spelling and what does not fit", () => {
    const refused = [
      "",
      "-",
      "+1",
      "01",
      "-0",
      "-01",
      " 1",
      "1 ",
      "1.0",
      "1e3",
      "0x1",
      "9223372036854775808",
      "-9223372036854775809",
      "123456789012345678901",
      "1234567890123456a",
    ];
    for (const text of refused) {
      expect([text, parseInteger(text)]).toEqual([text, undefined]);
      expect([text, parseBigInteger(text)]).toEqual([text, undefined]);
    }
  });
});
