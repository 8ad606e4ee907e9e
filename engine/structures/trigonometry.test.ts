import { describe, expect, it } from "vitest";
import { arcsine, cosine, sine } from "./trigonometry.ts";

const BITS = 220n;
const ONE: bigint = 1n << BITS;

/** A double in units of 2^-220, exactly. */
function exact(value: number): bigint {
  const [bits] = new BigUint64Array(new Float64Array([Math.abs(value)]).buffer);
  const exponent = (bits ?? 0n) >> 52n;
  const mantissa = ((bits ?? 0n) & ((1n << 52n) - 1n)) | (exponent === 0n ? 0n : 1n << 52n);
  const shift = BITS - 1075n + (exponent === 0n ? 1n : exponent);
  const magnitude = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return value < 0 ? -magnitude : magnitude;
}

/** The dumb version: Taylor's series in whole numbers, from its term of the power `first` on. */
function series(angle: bigint, first: bigint): bigint {
  let term = first === 0n ? ONE : angle;
  let sum = 0n;
  for (let power = first; term !== 0n; power += 2n) {
    sum += term;
    term = (-((term * angle) >> BITS) * angle) / ONE / ((power + 1n) * (power + 2n));
  }
  return sum;
}

/** Rounds once. */
function rounded(value: bigint): number {
  return Number(value) / Number(ONE);
}

/** Half of what the last bit of a double stands for. */
function halfUnit(value: number): bigint {
  const [bits = 0n] = new BigUint64Array(new Float64Array([Math.abs(value)]).buffer);
  const [next = 0] = new Float64Array(new BigUint64Array([bits + 1n]).buffer);
  return (exact(next) - exact(Math.abs(value))) / 2n;
}

/** Doubles that lie everywhere in (-1, 1), the same ones each time. */
function* draws(count: number): Generator<number> {
  let state = 1;
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield ((state / 4294967296) * 2 - 1 + index * 1e-15) * (index % 7 === 0 ? 1e-6 : 0.99);
  }
}

describe("sine, cosine and arc sine", () => {
  it("are rounded correctly", () => {
    const wrong: string[] = [];
    let differentInV8 = 0;
    for (const draw of draws(4000)) {
      const angle = draw * Math.PI;
      const expected = [rounded(series(exact(angle), 1n)), rounded(series(exact(angle), 0n))];
      if (sine(angle) !== expected[0]) wrong.push(`sine of ${angle}`);
      if (cosine(angle) !== expected[1]) wrong.push(`cosine of ${angle}`);
      if (Math.sin(angle) !== expected[0]) differentInV8++;
      // The sines of what lies half way to the next doubles are on both sides of the value.
      const found = exact(arcsine(draw));
      const bit = halfUnit(arcsine(draw));
      const below = series(found - bit, 1n);
      const above = series(found + bit, 1n);
      if (!(below <= exact(draw) && exact(draw) <= above)) wrong.push(`arc sine of ${draw}`);
    }
    expect(wrong).toEqual([]);
    expect(differentInV8).toBeGreaterThan(50);
  });

  it("are those of the angles that everybody knows", () => {
    expect([sine(0), sine(-0), sine(Math.PI / 2), sine(-Math.PI / 2)]).toEqual([0, -0, 1, -1]);
    expect(sine(Math.PI)).toBe(1.2246467991473532e-16);
    expect([cosine(0), cosine(Math.PI)]).toEqual([1, -1]);
    expect(cosine(Math.PI / 2)).toBe(6.123233995736766e-17);
    expect([arcsine(1), arcsine(-1), arcsine(0)]).toEqual([Math.PI / 2, -Math.PI / 2, 0]);
    expect([sine(1e-300), arcsine(1e-300)]).toEqual([1e-300, 1e-300]);
    expect([cosine(Infinity), sine(NaN), arcsine(1.0000000000000002)]).toEqual([NaN, NaN, NaN]);
    expect(cosine(2 ** 30)).toBe(Math.cos(2 ** 30));
  });
});
