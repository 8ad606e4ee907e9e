import { expect, it } from "vitest";
import { counterMinus, counterOf, counterPlus } from "./counter.ts";

it("counters are exact beyond 2^53, wrap around at 2^63, and are numbers wherever they can be", () => {
  const most = Number.MAX_SAFE_INTEGER;
  expect(counterPlus(1, 2)).toBe(3);
  expect(counterPlus(most, 1)).toBe(2n ** 53n);
  expect(counterMinus(2n ** 53n, 1)).toBe(most);
  expect(counterMinus(-most, 2)).toBe(-(2n ** 53n) - 1n);
  expect(counterPlus(2n ** 63n - 1n, 1)).toBe(-(2n ** 63n));
  expect(counterMinus(-(2n ** 63n), 1)).toBe(2n ** 63n - 1n);
  expect([counterOf(7n), counterOf(-(2n ** 53n))]).toEqual([7, -(2n ** 53n)]);
});
