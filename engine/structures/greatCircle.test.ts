import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance, isSurelyBeyond, latitudeDistance } from "./greatCircle.ts";

const points = fc.record({
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  latitude: fc.double({ min: -85, max: 85, noNaN: true }),
});

describe("great circles", () => {
  it("are as long as Redis says", () => {
    const palermo = { longitude: 13.361389338970184, latitude: 38.1155563954963 };
    const catania = { longitude: 15.087267458438873, latitude: 37.50266842333162 };
    expect(distance(palermo, catania)).toBe(166274.15156960033);
    expect(distance(palermo, palermo)).toBe(0);
    const origin = { longitude: 0, latitude: 0 };
    expect(distance(origin, { longitude: 90, latitude: 0 })).toBe(10010367.000000078);
    expect(latitudeDistance(0, -90)).toBe((Math.PI / 2) * 6372797.560856);
  });

  it("are never further than what is surely beyond", () => {
    const wrong: unknown[] = [];
    let beyond = 0;
    fc.assert(
      fc.property(points, points, fc.double({ min: 0.5, max: 2, noNaN: true }), (a, b, share) => {
        const metres = distance(a, b);
        if (!isSurelyBeyond(a, b, metres * share)) return;
        beyond++;
        if (metres <= metres * share) wrong.push([a, b, share]);
      }),
      { seed: 1, numRuns: 2000 },
    );
    expect(wrong).toEqual([]);
    expect(beyond).toBeGreaterThan(300);
  });
});
