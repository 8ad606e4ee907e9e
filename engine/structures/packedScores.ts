/**
 * A few members with scores, ascending, in one string of a char a byte: the form of small sorted sets. Every operation walks
 * it from the start, and a change makes a new string.
 *
 *     count   entry   entry   …
 *     entry:  score   length of the member   member
 *     score:  00..df                 that integer
 *             e0 and 2 bytes         a 16-bit integer, little-endian, two's complement
 *             e1 and 4 bytes         a 32-bit integer, the same
 *             e2 and 8 bytes         a double, little-endian
 *     count and length: 7 bits a byte, the lowest first; the highest bit says that more follow
 *
 * Why a string: of all objects of JavaScript it has the least beside its bytes.
 */
import { assert } from "../assert.ts";

const SMALL_INTEGERS = 0xe0;
const INT16 = 0xe0;
const INT32 = 0xe1;
const DOUBLE = 0xe2;

export const emptyPacked = "\0";

/** Walks the entries of a packed string, one `next` after the other. */
export class PackedCursor {
  /** Of the entry, counted from 0; -1 before the first. */
  rank = -1;
  /** Where the entry begins and ends in the string. */
  start: number;
  end: number;
  private memberStart = 0;
  private readonly packed: string;

  constructor(packed: string) {
    this.packed = packed;
    this.end = numberEnd(packed, 0);
    this.start = this.end;
  }

  /** Goes to the next entry; false if there is none. */
  next(): boolean {
    const { packed, end } = this;
    if (end === packed.length) return false;
    this.rank++;
    this.start = end;
    const lengthStart = end + scoreBytes(packed.charCodeAt(end));
    this.memberStart = numberEnd(packed, lengthStart);
    this.end = this.memberStart + numberAt(packed, lengthStart);
    return true;
  }

  get score(): number {
    return scoreAt(this.packed, this.start);
  }

  get member(): string {
    return this.packed.slice(this.memberStart, this.end);
  }

  isMember(member: string): boolean {
    const isSameLength = this.end - this.memberStart === member.length;
    return isSameLength && this.packed.startsWith(member, this.memberStart);
  }
}

export function packedCount(packed: string): number {
  return numberAt(packed, 0);
}

/** Adds an entry at its place in the order; caller: the member is not there. */
export function packedInsert(packed: string, member: string, score: number): string {
  const cursor = new PackedCursor(packed);
  let at = packed.length;
  while (cursor.next()) {
    const there = cursor.score;
    if (there > score || (there === score && cursor.member > member)) {
      at = cursor.start;
      break;
    }
  }
  const entry = scoreText(score) + numberText(member.length) + member;
  return replaced(packed, at, at, entry, packedCount(packed) + 1);
}

/** Takes away `count` entries that stand from `start` to `end`. */
export function packedRemove(packed: string, start: number, end: number, count: number): string {
  return replaced(packed, start, end, "", packedCount(packed) - count);
}

function replaced(
  packed: string,
  start: number,
  end: number,
  entry: string,
  count: number,
): string {
  const head = packed.slice(numberEnd(packed, 0), start);
  const made = numberText(count) + head + entry + packed.slice(end);
  // V8 joins the parts when somebody first reads the string; until then they, and what they are parts of, stay in memory.
  assert((made.charCodeAt(0) & 0x7f) === (count & 0x7f), "a packed string begins with its count");
  return made;
}

function scoreBytes(mark: number): number {
  if (mark < SMALL_INTEGERS) return 1;
  if (mark === INT16) return 3;
  return mark === INT32 ? 5 : 9;
}

function scoreAt(packed: string, at: number): number {
  const mark = packed.charCodeAt(at);
  if (mark < SMALL_INTEGERS) return mark;
  const low = packed.charCodeAt(at + 1) | (packed.charCodeAt(at + 2) << 8);
  if (mark === INT16) return (low << 16) >> 16;
  const integer = low | (packed.charCodeAt(at + 3) << 16) | (packed.charCodeAt(at + 4) << 24);
  if (mark === INT32) return integer;
  scratch.setInt32(0, integer, true);
  for (let index = 4; index < 8; index++)
    scratch.setUint8(index, packed.charCodeAt(at + 1 + index));
  return scratch.getFloat64(0, true);
}

function scoreText(score: number): string {
  if (score !== (score | 0) || Object.is(score, -0)) return doubleBytes(score);
  if (score >= 0 && score < SMALL_INTEGERS) return String.fromCharCode(score);
  const low = String.fromCharCode(score & 0xff, (score >> 8) & 0xff);
  if (score === (score << 16) >> 16) return String.fromCharCode(INT16) + low;
  const high = String.fromCharCode((score >> 16) & 0xff, (score >> 24) & 0xff);
  return String.fromCharCode(INT32) + low + high;
}

function doubleBytes(score: number): string {
  scratch.setFloat64(0, score, true);
  let text = String.fromCharCode(DOUBLE);
  for (let index = 0; index < 8; index++) text += String.fromCharCode(scratch.getUint8(index));
  return text;
}

/** Filled and read again within one call. */
const scratch: DataView = new DataView(new ArrayBuffer(8));

function numberAt(packed: string, at: number): number {
  let value = 0;
  let scale = 1;
  for (let index = at; ; index++) {
    const code = packed.charCodeAt(index);
    value += (code & 0x7f) * scale;
    if (code < 0x80) return value;
    scale *= 0x80;
  }
}

function numberEnd(packed: string, at: number): number {
  let end = at;
  while (packed.charCodeAt(end) >= 0x80) end++;
  return end + 1;
}

function numberText(value: number): string {
  let text = "";
  let left = value;
  while (left >= 0x80) {
    text += String.fromCharCode((left & 0x7f) | 0x80);
    left = Math.floor(left / 0x80);
  }
  return text + String.fromCharCode(left);
}
