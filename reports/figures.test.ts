import { describe, expect, it } from "vitest";
import { countText, durationText, listText, momentText, percentText, plural } from "./figures.ts";

describe("figures as text", () => {
  it("groups thousands", () => {
    expect([0, 999, 1000, 1_234_567, -1500].map(countText)).toEqual([
      "0",
      "999",
      "1,000",
      "1,234,567",
      "-1,500",
    ]);
  });

  it("gives durations three digits and the unit that suits", () => {
    expect(
      [0, 812, 999.6, 1420, 99_960, 999_400, 999_600, 3_154_000, 61_000_000].map(durationText),
    ).toEqual([
      "0 µs",
      "812 µs",
      "1.00 ms",
      "1.42 ms",
      "100 ms",
      "999 ms",
      "1.00 s",
      "3.15 s",
      "61.0 s",
    ]);
    expect(durationText(Number.NaN)).toBe("–");
  });

  it("counts moments in seconds", () => {
    expect(momentText(-3_400_000)).toBe("-3.400 s");
  });

  it("never rounds a share up to 100 %", () => {
    expect(percentText(0.99996)).toBe("99.9 %");
    expect(percentText(1)).toBe("100 %");
  });

  it("lists names and counts the rest", () => {
    expect(listText(["a", "b", "c"])).toBe("a, b and c");
    expect(listText(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
    expect(plural(2, "primary", "primaries")).toBe("2 primaries");
  });
});
