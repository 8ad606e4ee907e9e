import { expect, it } from "vitest";
import { quoted } from "./quoted.ts";

it("a quoted byte string is one line of printable ASCII, with C's escapes", () => {
  expect(quoted("")).toBe('""');
  expect(quoted("SET k{1} ~")).toBe('"SET k{1} ~"');
  expect(quoted('a\\b"c')).toBe('"a\\\\b\\"c"');
  expect(quoted("\n\r\t\x07\b")).toBe('"\\n\\r\\t\\a\\b"');
  expect(quoted("\0\x1b\x7f\xe9\xff")).toBe('"\\x00\\x1b\\x7f\\xe9\\xff"');
});
