import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  areaOf,
  cellOf,
  firstNumber,
  geohashText,
  MOST_LATITUDE,
  MOST_LONGITUDE,
  neighbour,
  numberBehind,
  numberOf,
  pointOf,
} from "./geohash.ts";

const longitudes = fc.double({ min: -MOST_LONGITUDE, max: MOST_LONGITUDE, noNaN: true });
const latitudes = fc.double({ min: -MOST_LATITUDE, max: MOST_LATITUDE, noNaN: true });
const points = fc.record({ longitude: longitudes, latitude: latitudes });

/** The dumb version: halves the map and writes a bit for each half. */
function bitsByHalving(longitude: number, latitude: number, steps: number): bigint {
  let bits = 0n;
  const halve = (value: number, range: [number, number]): void => {
    const middle = (range[0] + range[1]) / 2;
    const isUpper = value >= middle;
    range[isUpper ? 0 : 1] = middle;
    bits = bits * 2n + (isUpper ? 1n : 0n);
  };
  const x: [number, number] = [-MOST_LONGITUDE, MOST_LONGITUDE];
  const y: [number, number] = [-MOST_LATITUDE, MOST_LATITUDE];
  for (let step = 0; step < steps; step++) {
    halve(longitude, x);
    halve(latitude, y);
  }
  return bits;
}

describe("numbers of points", () => {
  it("are Redis's", () => {
    expect(numberOf({ longitude: 13.361389, latitude: 38.115556 })).toBe(3479099956230698);
    expect(numberOf({ longitude: 15.087269, latitude: 37.502669 })).toBe(3479447370796909);
    expect(numberOf({ longitude: -180, latitude: -MOST_LATITUDE })).toBe(0);
    expect(numberOf({ longitude: 180, latitude: MOST_LATITUDE })).toBe(2 ** 53 + 2 ** 52);
  });

  it("have the bits of halving the map again and again", () => {
    const drawn = fc.record({
      longitude: fc.integer({ min: -179, max: 179 }).map((degrees) => degrees + 0.123),
      latitude: fc.integer({ min: -84, max: 84 }).map((degrees) => degrees + 0.321),
    });
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 26 }), ({ longitude, latitude }, steps) => {
        const cell = cellOf({ longitude, latitude }, steps);
        const bits = bitsByHalving(longitude, latitude, steps);
        expect(BigInt(firstNumber(cell)) >> BigInt(52 - 2 * steps)).toBe(bits);
        expect(numberBehind(cell) - firstNumber(cell)).toBe(2 ** (52 - 2 * steps));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("lead back to a point less than a metre away, whose number is the same", () => {
    fc.assert(
      fc.property(points, (point) => {
        const found = pointOf(numberOf(point));
        expect(Math.abs(found.longitude - point.longitude)).toBeLessThan(6e-6);
        expect(Math.abs(found.latitude - point.latitude)).toBeLessThan(3e-6);
        fc.pre(point.longitude < 179.99 && point.latitude < 85.05);
        expect(numberOf(found)).toBe(numberOf(point));
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it("are read from any double, off the map's edge too", () => {
    const shown = [-1, 3.7, 2 ** 60, 1e19, 1e30, -Infinity].map((number) => pointOf(number));
    expect(shown[0]).toEqual({ longitude: 180, latitude: MOST_LATITUDE });
    expect(shown[1]).toEqual(pointOf(3));
    expect(shown[2]).toEqual({ longitude: -179.99999731779099, latitude: MOST_LATITUDE });
    expect(shown[4]).toEqual(pointOf(0));
    expect(shown[5]).toEqual({ longitude: 180, latitude: -85.05112751263943 });
  });
});

describe("cells", () => {
  it("lie side by side, round the map's edges", () => {
    const cell = cellOf({ longitude: 13, latitude: 38 }, 10);
    const area = areaOf(cell);
    expect(areaOf(neighbour(cell, 1, 0)).west).toBe(area.east);
    expect(areaOf(neighbour(cell, -1, 0)).east).toBe(area.west);
    expect(areaOf(neighbour(cell, 0, 1)).south).toBe(area.north);
    expect(areaOf(neighbour(cell, 0, -1)).north).toBe(area.south);
    const last = cellOf({ longitude: 179.9, latitude: 85 }, 10);
    expect(neighbour(last, 1, 1)).toEqual({ x: 0, y: 0, steps: 10 });
    expect(neighbour({ x: 0, y: 0, steps: 10 }, -1, -1)).toEqual(last);
  });
});

describe("geohashes in letters", () => {
  it("are those of the web, with a zero at their end", () => {
    expect(geohashText({ longitude: 13.361389, latitude: 38.115556 })).toBe("sqc8b49rny0");
    expect(geohashText({ longitude: -5.6, latitude: 42.6 })).toBe("ezs42e44yx0");
    expect(geohashText({ longitude: -180, latitude: -85 })).toBe("00bh2n0p050");
  });
});
