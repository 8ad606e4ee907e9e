import { describe, expect, it } from "vitest";
import { longestOf } from "./distributions.ts";

describe("the longest durations", () => {
  it("are the longest few with their seeds, of equals the first", () => {
    const durations = { seed: [1, 2, 3, 4, 5], us: [30, 90, 10, 90, 50] };
    expect(longestOf(durations, 3)).toEqual([
      { us: 90, seed: 2 },
      { us: 90, seed: 4 },
      { us: 50, seed: 5 },
    ]);
    expect(longestOf({ seed: [7], us: [4] }, 3)).toEqual([{ us: 4, seed: 7 }]);
    expect(longestOf({ seed: [], us: [] }, 3)).toEqual([]);
  });
});
