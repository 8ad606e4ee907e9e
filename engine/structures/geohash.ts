/**
 * Points of the earth as numbers of 52 bits, so that points whose numbers are close are close. Longitude and latitude are cut
 * in halves again and again, each cut gives one bit, and the bits take turns, the longitude's first. A cell is what is left
 * after some cuts of each; all points of a cell have numbers that follow each other.
 *
 *     latitude  0   1 | 01  11        bits: longitude latitude longitude latitude …
 *     longitude       | 00  10
 *
 * Latitudes end at 85.05112878°, where the square map of the world ends.
 *
 * @see https://en.wikipedia.org/wiki/Geohash
 */
export const MOST_LONGITUDE = 180;
export const MOST_LATITUDE = 85.05112878;
/** Cuts of longitude and of latitude in a whole number. */
export const MOST_STEPS = 26;

export interface Point {
  readonly longitude: number;
  readonly latitude: number;
}

/** Indexes from the west and from the south, below 2^steps; at the end of the map one is 2^steps. */
export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly steps: number;
}

export interface Area {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** The number of a point on the map, a double: at the map's end it has more than 53 bits and is rounded. */
export function numberOf(point: Point): number {
  return firstNumber(cellOf(point, MOST_STEPS));
}

/** The cell of a point on the map. */
export function cellOf({ longitude, latitude }: Point, steps: number): Cell {
  const x = indexOf(longitude, MOST_LONGITUDE, steps);
  return { x, y: indexOf(latitude, MOST_LATITUDE, steps), steps };
}

/** The first number of a cell. */
export function firstNumber(cell: Cell): number {
  return aligned(cell, 0);
}

/** The number behind the last of a cell. */
export function numberBehind(cell: Cell): number {
  return aligned(cell, 1);
}

/** The middle of the smallest cell of a number. Any double is one: bits beyond the 52 lead off the map, to its edge. */
export function pointOf(number: number): Point {
  const { high, low } = wordsOf(number);
  const y = (squeezed(high) << 16) | squeezed(low);
  const x = (squeezed(high >>> 1) << 16) | squeezed(low >>> 1);
  const area = areaOf({ x: x >>> 0, y: y >>> 0, steps: MOST_STEPS });
  return {
    longitude: clamped((area.west + area.east) / 2, MOST_LONGITUDE),
    latitude: clamped((area.south + area.north) / 2, MOST_LATITUDE),
  };
}

export function areaOf({ x, y, steps }: Cell): Area {
  return {
    west: degreesOf(x, MOST_LONGITUDE, steps),
    east: degreesOf((x + 1) >>> 0, MOST_LONGITUDE, steps),
    south: degreesOf(y, MOST_LATITUDE, steps),
    north: degreesOf((y + 1) >>> 0, MOST_LATITUDE, steps),
  };
}

/** The cell so many cells to the east and to the north, round the map's edges. */
export function neighbour({ x, y, steps }: Cell, east: number, north: number): Cell {
  const mask = 2 ** steps - 1;
  return {
    x: east === 0 ? x : (x + east) & mask,
    y: north === 0 ? y : (y + north) & mask,
    steps,
  };
}

const ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz";
const TEXT_CHARS = 11;

/**
 * The geohash that is usual on the web: 5 bits a char, and latitudes up to the poles. It has 11 chars, for whose last the
 * bits do not suffice: it is always 0.
 */
export function geohashText({ longitude, latitude }: Point): string {
  const x = indexOf(longitude, MOST_LONGITUDE, MOST_STEPS);
  const y = indexOf(latitude, 90, MOST_STEPS);
  const { high, low } = interleaved(x, y);
  let text = "";
  for (let index = 0; index < TEXT_CHARS - 1; index++) {
    const shift = 47 - 5 * index;
    const bits = shift >= 32 ? high >>> (shift - 32) : low >>> shift;
    text += ALPHABET.charAt(bits & 31);
  }
  return `${text}${ALPHABET.charAt(0)}`;
}

function indexOf(degrees: number, most: number, steps: number): number {
  return Math.trunc(((degrees + most) / (most - -most)) * 2 ** steps);
}

function degreesOf(index: number, most: number, steps: number): number {
  return -most + (index / 2 ** steps) * (most - -most);
}

function clamped(degrees: number, most: number): number {
  return Math.max(-most, Math.min(degrees, most));
}

/** The bits of a cell, and `more`, as a number of 52 bits whose last ones are 0. */
function aligned({ x, y, steps }: Cell, more: number): number {
  const { high, low } = interleaved(x, y);
  const sum = low + more;
  const carried = sum > 0xffffffff ? high + 1 : high;
  return (carried * 2 ** 32 + (sum >>> 0)) * 2 ** (2 * (MOST_STEPS - steps));
}

interface Words {
  readonly high: number;
  readonly low: number;
}

/** Takes bits of y and of x in turns, y's lowest first. */
function interleaved(x: number, y: number): Words {
  return {
    high: (spread(y >>> 16) | (spread(x >>> 16) << 1)) >>> 0,
    low: (spread(y & 0xffff) | (spread(x & 0xffff) << 1)) >>> 0,
  };
}

/** Puts a zero in front of each of 16 bits. */
function spread(bits: number): number {
  let spaced = (bits | (bits << 8)) & 0x00ff00ff;
  spaced = (spaced | (spaced << 4)) & 0x0f0f0f0f;
  spaced = (spaced | (spaced << 2)) & 0x33333333;
  return (spaced | (spaced << 1)) & 0x55555555;
}

/** Every second bit of 32, from the lowest on. */
function squeezed(bits: number): number {
  let joined = bits & 0x55555555;
  joined = (joined | (joined >>> 1)) & 0x33333333;
  joined = (joined | (joined >>> 2)) & 0x0f0f0f0f;
  joined = (joined | (joined >>> 4)) & 0x00ff00ff;
  return (joined | (joined >>> 8)) & 0xffff;
}

const SIGN: bigint = 2n ** 63n;

/** A double as an unsigned integer of 64 bits, in the way of x86: negative ones wrap, what is far too large is 0 or 2^63. */
function wordsOf(number: number): Words {
  if (number >= 0 && number < 2 ** 53)
    return { high: Math.floor(number / 2 ** 32), low: Math.trunc(number) >>> 0 };
  let integer = 0n;
  if (number < -(2 ** 63)) integer = SIGN;
  else if (number < 2 ** 64) integer = BigInt.asUintN(64, BigInt(Math.trunc(number)));
  return { high: Number(integer >> 32n), low: Number(integer & 0xffffffffn) };
}
