import { expect, it } from "vitest";
import { Settings } from "../../settings/settings.ts";
import { Meter } from "./meter.ts";
import { noFigures } from "./noFigures.ts";

it("times requests that follow at once by one look at the clock each, and others by two", () => {
  let looks = 0;
  const meter = new Meter(new Settings(), { ...noFigures, stopwatchUs: () => ++looks });
  expect([meter.began(), meter.ended()]).toEqual([1, 2]);
  expect([meter.began(), meter.ended()]).toEqual([2, 3]);
  meter.pause();
  expect([meter.began(), meter.ended()]).toEqual([4, 5]);
});
