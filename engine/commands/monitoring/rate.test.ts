import { expect, it } from "vitest";
import { Rate } from "./rate.ts";

it("a rate is what grew over the last second and a half, and falls when nothing does", () => {
  const rate = new Rate();
  for (let tenth = 0; tenth <= 50; tenth++) rate.look(tenth * 100_000, tenth * 7);
  expect(rate.perSecond(5_000_000, 350)).toBeCloseTo(70, 5);
  expect(rate.perSecond(5_800_000, 350)).toBeCloseTo(70 / 2, 0);
  expect(rate.perSecond(9_000_000, 350)).toBe(0);
  expect(new Rate().perSecond(1, 1)).toBe(0);
});
