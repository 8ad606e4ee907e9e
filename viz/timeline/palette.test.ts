import { expect, it } from "vitest";
import { readableOn } from "./palette.ts";

it("words on a bar take the colour that stands out from it", () => {
  const light = { card: "#ffffff", ink: "#1a2327" };
  const dark = { card: "#1a2125", ink: "#e4eaec" };
  expect(readableOn("#1f6fb2", light)).toBe("#ffffff");
  expect(readableOn("#e0a11b", light)).toBe("#1a2327");
  expect(readableOn("#e8b04a", dark)).toBe("#1a2125");
});
