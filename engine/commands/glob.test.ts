import { describe, expect, it } from "vitest";
import { matchesGlob } from "./glob.ts";

describe("matchesGlob", () => {
  const matching: readonly (readonly [string, string])[] = [
    ["*", "a"],
    ["h?llo", "hello"],
    ["h*llo", "heeeello"],
    ["h[ae]llo", "hallo"],
    ["h[^e]llo", "hallo"],
    ["h[a-b]llo", "hbllo"],
    ["h[b-a]llo", "hallo"],
    ["h\\*llo", "h*llo"],
    ["[\\]]", "]"],
    ["a[b", "ab"],
    ["a\\", "a\\"],
    ["*a*b*c", "xxaxxbxxbc"],
  ];
  for (const [pattern, text] of matching) {
    it(`matches ${JSON.stringify(text)} with ${JSON.stringify(pattern)}`, () => {
      expect(matchesGlob(pattern, text)).toBe(true);
    });
  }

  const different: readonly (readonly [string, string])[] = [
    ["", "a"],
    ["a", ""],
    ["h?llo", "hllo"],
    ["h[^e]llo", "hello"],
    ["[]a]", "]"],
    ["h\\*llo", "hello"],
    ["*a", "ab"],
  ];
  for (const [pattern, text] of different) {
    it(`does not match ${JSON.stringify(text)} with ${JSON.stringify(pattern)}`, () => {
      expect(matchesGlob(pattern, text)).toBe(false);
    });
  }

  it("finds the empty text by the empty pattern alone", () => {
    expect(["", "*", "**", "?", "[a]"].map((pattern) => matchesGlob(pattern, ""))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("gives up behind a thousand stars, as Redis does", () => {
    const text = "a".repeat(2000);
    expect(matchesGlob("*?".repeat(1000), text)).toBe(true);
    expect(matchesGlob("*?".repeat(1001), text)).toBe(false);
    expect(matchesGlob(`${"*?".repeat(1000)}*`, text)).toBe(true);
    expect(matchesGlob("*".repeat(5000), text)).toBe(true);
  });

  it("takes no exponential time", () => {
    expect(matchesGlob(`${"a*".repeat(40)}b`, "a".repeat(5000))).toBe(false);
  });
});
