/**
 * Different 64-bit integers in ascending order, packed into one string:
 *
 *     w integer integer …      w = 2, 4 or 8 chars an integer
 *
 * An integer stands with its sign bit turned over and the highest byte first, so that the order of the chars is the order of
 * the integers. The width is that of the widest integer ever added; it never shrinks. "" holds nothing and has no width yet.
 */
import { parseBigInteger, parseInteger } from "./integerText.ts";
import { flattened } from "./packedText.ts";

type Width = 2 | 4 | 8;

const HALF_16 = 2 ** 15;
const HALF_32 = 2 ** 31;
const ALL_32 = 2 ** 32;
/** The high halves of integers that a double holds exactly lie between this and its negative. */
const SAFE_HIGH = 2 ** 21;

export function countIntegers(text: string): number {
  return text === "" ? 0 : (text.length - 1) / widthOf(text);
}

/** The index of an integer given in decimal, -1 if it is not there or none. */
export function findInteger(text: string, decimal: string): number {
  const value = parseInteger(decimal);
  if (value === undefined || text === "") return -1;
  const width = widthOf(text);
  if (widthFor(value) > width) return -1;
  const chars = charsOf(decimal, value, width);
  const index = seek(text, chars, width);
  return isAt(text, chars, width, index) ? index : -1;
}

/** The text with another integer in it: the same text if it was there; undefined if the decimal is no 64-bit integer. */
export function withInteger(text: string, decimal: string): string | undefined {
  const value = parseInteger(decimal);
  if (value === undefined) return undefined;
  const needed = widthFor(value);
  const wide = text === "" ? String.fromCharCode(needed) : widened(text, needed);
  const width = widthOf(wide);
  const chars = charsOf(decimal, value, width);
  const index = seek(wide, chars, width);
  if (isAt(wide, chars, width, index)) return text;
  const at = 1 + index * width;
  return flattened(wide.slice(0, at) + chars + wide.slice(at));
}

/** The text without the integer of an index, which is there. */
export function withoutInteger(text: string, index: number): string {
  const width = widthOf(text);
  const at = 1 + index * width;
  return flattened(text.slice(0, at) + text.slice(at + width));
}

/** The integer of an index, which is there, in decimal. */
export function integerAt(text: string, index: number): string {
  const width = widthOf(text);
  const at = 1 + index * width;
  if (width === 2) return String(u16At(text, at) - HALF_16);
  const high = u16At(text, at) * 65536 + u16At(text, at + 2) - HALF_32;
  if (width === 4) return String(high);
  const low = u16At(text, at + 4) * 65536 + u16At(text, at + 6);
  if (high >= -SAFE_HIGH && high < SAFE_HIGH) return String(high * ALL_32 + low);
  return String(BigInt(high) * BigInt(ALL_32) + BigInt(low));
}

function widthOf(text: string): Width {
  return text.charCodeAt(0) as Width;
}

function widthFor(value: number): Width {
  if (value >= -HALF_16 && value < HALF_16) return 2;
  return value >= -HALF_32 && value < HALF_32 ? 4 : 8;
}

/** The chars of an integer that fits the width. `value` is exact unless it needs eight chars. */
function charsOf(decimal: string, value: number, width: Width): string {
  if (width === 2) return u16(value + HALF_16);
  if (width === 4) return u32(value + HALF_32);
  if (Number.isSafeInteger(value)) {
    const high = Math.floor(value / ALL_32);
    return u32(high + HALF_32) + u32(value - high * ALL_32);
  }
  const shifted = (parseBigInteger(decimal) ?? 0n) + 2n ** 63n;
  return u32(Number(shifted >> 32n)) + u32(Number(shifted & 0xffffffffn));
}

/** The same integers in at least so many chars each. */
function widened(text: string, width: Width): string {
  if (widthOf(text) >= width) return text;
  let made = String.fromCharCode(width);
  const count = countIntegers(text);
  for (let index = 0; index < count; index++) {
    const decimal = integerAt(text, index);
    made += charsOf(decimal, Number(decimal), width);
  }
  return flattened(made);
}

/** The index of the first integer that is not below the given one: its own if it is there. */
function seek(text: string, chars: string, width: Width): number {
  let low = 0;
  let high = countIntegers(text);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(text, 1 + middle * width, chars)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBelow(text: string, at: number, chars: string): boolean {
  for (let index = 0; index < chars.length; index++) {
    const difference = text.charCodeAt(at + index) - chars.charCodeAt(index);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function isAt(text: string, chars: string, width: Width, index: number): boolean {
  return text.startsWith(chars, 1 + index * width);
}

function u16At(text: string, at: number): number {
  return (text.charCodeAt(at) << 8) | text.charCodeAt(at + 1);
}

function u16(value: number): string {
  return String.fromCharCode(value >> 8, value & 255);
}

function u32(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}
