/**
 * Sine, cosine and arc sine, rounded correctly but for one case in a million or so. The functions of Math are allowed to
 * differ between JavaScript engines, and V8's differ from those of C's library in the last bit of every tenth result: here
 * distances come out digit by digit as Redis computes them, and everywhere the same.
 *
 * Numbers are carried as unevaluated sums of two doubles, which doubles their precision. The sums and products are Knuth's and
 * Dekker's; series are Taylor's, whose later terms need but one double each.
 *
 * @see T. J. Dekker, A Floating-Point Technique for Extending the Available Precision, 1971
 */
interface Pair {
  readonly high: number;
  /** At most half a unit in the last place of `high`. */
  readonly low: number;
}

/** Half of pi in three parts, each what the ones before leave. */
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
const HALF_PI_LEAST = -1.4973849048591698e-33;
/** Beyond this many quarter turns three parts of pi are too few. */
const MOST_QUARTERS = 2 ** 20;
/** 2^27 + 1: splits a double in two halves of 26 bits. */
const SPLITTER = 134217729;

/** The inverses of factorials as pairs. */
const OVER_6: Pair = { high: 0.16666666666666666, low: 9.25185853854297e-18 };
const OVER_24: Pair = { high: 0.041666666666666664, low: 2.3129646346357427e-18 };
const OVER_120: Pair = { high: 0.008333333333333333, low: 1.1564823173178714e-19 };
const OVER_720: Pair = { high: 0.001388888888888889, low: -5.300543954373577e-20 };
const OVER_5040: Pair = { high: 0.0001984126984126984, low: 1.7209558293420705e-22 };

/** The inverses of the factorials of 9, 11 … 21 and of 8, 10 … 22. */
const SINE_TAIL: readonly number[] = inverseFactorials(9, 21);
const COSINE_TAIL: readonly number[] = inverseFactorials(8, 22);

export function sine(angle: number): number {
  if (angle === 0) return angle;
  if (!(Math.abs(angle) < MOST_QUARTERS)) return Math.sin(angle);
  return total(sineOf(angle));
}

export function cosine(angle: number): number {
  if (!(Math.abs(angle) < MOST_QUARTERS)) return Math.cos(angle);
  const quarters = Math.round(angle / HALF_PI);
  return total(quarterSine(reduced(angle, quarters), quarters + 1));
}

/** NaN outside of [-1, 1]. */
export function arcsine(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude > 1 || Number.isNaN(value)) return NaN;
  if (magnitude <= 0.5) return value === 0 ? value : total(arcsineOf({ high: value, low: 0 }));
  // asin x = pi/2 - 2 asin(sqrt((1 - x) / 2)): near 1 the sine is too flat to be turned around.
  const half = arcsineOf(squareRoot((1 - magnitude) / 2));
  const turned = sum(
    { high: HALF_PI, low: HALF_PI_LOW },
    { high: -2 * half.high, low: -2 * half.low },
  );
  return value < 0 ? -total(turned) : total(turned);
}

function sineOf(angle: number): Pair {
  const quarters = Math.round(angle / HALF_PI);
  return quarterSine(reduced(angle, quarters), quarters);
}

/** The sine of an angle that lies so many quarter turns behind a small one. */
function quarterSine(rest: Pair, quarters: number): Pair {
  const turned = (quarters & 1) === 0 ? smallSine(rest) : smallCosine(rest);
  return (quarters & 2) === 0 ? turned : { high: -turned.high, low: -turned.low };
}

/** angle - quarters · pi/2 */
function reduced(angle: number, quarters: number): Pair {
  if (quarters === 0) return { high: angle, low: 0 };
  const first = product(quarters, HALF_PI);
  const second = product(quarters, HALF_PI_LOW);
  const difference = twoSum(angle, -first.high);
  const middle = twoSum(-first.low, -second.high);
  const upper = sum(difference, middle);
  return sum(upper, { high: -second.low - quarters * HALF_PI_LEAST, low: 0 });
}

/** Of an angle of at most an eighth turn: r - r^3/6 + r^5/120 - … */
function smallSine(rest: Pair): Pair {
  const square = times(rest, rest);
  const z = square.high;
  const tail = alternating(z, SINE_TAIL);
  let series = sum(OVER_5040, { high: -z * tail, low: 0 });
  series = sum(OVER_120, negative(times(square, series)));
  series = sum(OVER_6, negative(times(square, series)));
  return sum(rest, negative(times(times(rest, square), series)));
}

/** Of an angle of at most an eighth turn: 1 - r^2/2 + r^4/24 - … */
function smallCosine(rest: Pair): Pair {
  const square = times(rest, rest);
  const z = square.high;
  const tail = alternating(z, COSINE_TAIL);
  let series = sum(OVER_720, { high: -z * tail, low: 0 });
  series = sum(OVER_24, negative(times(square, series)));
  series = sum({ high: 0.5, low: 0 }, negative(times(square, series)));
  return sum({ high: 1, low: 0 }, negative(times(square, series)));
}

/** first - z · (second - z · (third - …)) */
function alternating(z: number, coefficients: readonly number[]): number {
  let value = 0;
  for (let index = coefficients.length - 1; index >= 0; index--)
    value = (coefficients[index] as number) - z * value;
  return value;
}

/** 1/first!, 1/(first + 2)! and so on. */
function inverseFactorials(first: number, last: number): number[] {
  const found: number[] = [];
  let factorial = 1;
  for (let factor = 2; factor <= last; factor++) {
    factorial *= factor;
    if (factor >= first && (factor - first) % 2 === 0) found.push(1 / factorial);
  }
  return found;
}

/** Of at most 0.5: what Math.asin leaves is mended by one step of Newton's. */
function arcsineOf(value: Pair): Pair {
  const guess = Math.asin(value.high);
  const { high, low } = sineOf(guess);
  const missing = value.high - high + (value.low - low);
  return twoSum(guess, missing / Math.cos(guess));
}

function squareRoot(value: number): Pair {
  const root = Math.sqrt(value);
  if (root === 0) return { high: 0, low: 0 };
  const square = product(root, root);
  return { high: root, low: (value - square.high - square.low) / (2 * root) };
}

function total({ high, low }: Pair): number {
  return high + low;
}

function negative({ high, low }: Pair): Pair {
  return { high: -high, low: -low };
}

function twoSum(a: number, b: number): Pair {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

function sum(a: Pair, b: Pair): Pair {
  const upper = twoSum(a.high, b.high);
  const low = upper.low + (a.low + b.low);
  const high = upper.high + low;
  return { high, low: low - (high - upper.high) };
}

function product(a: number, b: number): Pair {
  const high = a * b;
  const aSplit = SPLITTER * a;
  const aHigh = aSplit - (aSplit - a);
  const aLow = a - aHigh;
  const bSplit = SPLITTER * b;
  const bHigh = bSplit - (bSplit - b);
  const bLow = b - bHigh;
  return { high, low: aLow * bLow - (high - aHigh * bHigh - aLow * bHigh - aHigh * bLow) };
}

function times(a: Pair, b: Pair): Pair {
  const upper = product(a.high, b.high);
  const low = upper.low + (a.high * b.low + a.low * b.high);
  const high = upper.high + low;
  return { high, low: low - (high - upper.high) };
}
