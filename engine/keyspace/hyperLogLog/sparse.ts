/**
 * The sparse representation: runs of equal registers, from the first to the last.
 *
 *     00llllll            ZERO   l + 1 registers are 0
 *     01llllll llllllll   XZERO  l + 1 registers are 0
 *     1vvvvvll            VAL    l + 1 registers are v + 1
 *
 * Where runs are split and merged follows Redis step by step: the bytes are the same after the same additions.
 */
import { REGISTERS } from "./registers.ts";

/** The largest value that a VAL can tell. */
const LARGEST_SPARSE_VALUE = 32;
/** A run of zeros that is split in its middle takes three bytes more, and one more if its second byte was lost. */
export const MOST_GROWTH_BYTES = 4;

/** All registers are zero: one XZERO. */
export const NO_ELEMENTS: readonly number[] = [0x7f, 0xff];

const LONGEST_VAL = 4;
const LONGEST_ZERO = 64;
/** How many runs, from the one before the change on, are looked at for merging. */
const MERGED_RUNS = 5;

function isXzero(code: number): boolean {
  return (code & 0xc0) === 0x40;
}

function isVal(code: number): boolean {
  return (code & 0x80) !== 0;
}

function valOf(code: number): number {
  return ((code >> 2) & 31) + 1;
}

function val(value: number, length: number): number {
  return 0x80 | ((value - 1) << 2) | (length - 1);
}

/** Told of each run: the value of its registers, the first of them, and how many they are. */
export type RunVisitor = (value: number, first: number, length: number) => void;

/** Visits the runs of bytes[start, end) in order; false if they do not make up all registers exactly. */
export function visitRuns(
  bytes: Uint8Array,
  start: number,
  end: number,
  visit: RunVisitor,
): boolean {
  let first = 0;
  for (let at = start; at < end;) {
    const length = lengthAt(bytes, at, end);
    if (first + length > REGISTERS) return false;
    const code = bytes[at] as number;
    visit(isVal(code) ? valOf(code) : 0, first, length);
    first += length;
    at += isXzero(code) ? 2 : 1;
  }
  return first === REGISTERS;
}

/** The runs as PFDEBUG DECODE tells them: z for ZERO, Z for XZERO, v for VAL with value and length. */
export function runsText(bytes: Uint8Array, start: number, end: number): string {
  const runs: string[] = [];
  for (let at = start; at < end;) {
    const code = bytes[at] as number;
    const length = lengthAt(bytes, at, end);
    if (isVal(code)) runs.push(`v:${valOf(code)},${length}`);
    else runs.push(`${isXzero(code) ? "Z" : "z"}:${length}`);
    at += isXzero(code) ? 2 : 1;
  }
  return runs.join(" ");
}

/** The value of a register among the runs of bytes[start, end); undefined if they end before it. */
export function sparseRegister(
  bytes: Uint8Array,
  start: number,
  end: number,
  register: number,
): number | undefined {
  let first = 0;
  for (let at = start; at < end;) {
    const code = bytes[at] as number;
    first += lengthAt(bytes, at, end);
    if (register < first) return isVal(code) ? valOf(code) : 0;
    at += isXzero(code) ? 2 : 1;
  }
  return undefined;
}

/** Registers of the run at `at`; an XZERO that was cut off counts as if a zero byte followed. */
function lengthAt(bytes: Uint8Array, at: number, end: number): number {
  const code = bytes[at] as number;
  if (isVal(code)) return (code & 3) + 1;
  if (!isXzero(code)) return (code & 63) + 1;
  const low = at + 1 < end ? (bytes[at + 1] as number) : 0;
  return (((code & 63) << 8) | low) + 1;
}

/** What became of a register: left alone, raised, no place for it here ("dense" can have it), or no such run. */
export type SparseOutcome = "unchanged" | "raised" | "dense" | "corrupt";

/** Runs in the memory of somebody else, who looks after the memory's size. */
export class SparseRuns {
  /** Has room for MOST_GROWTH_BYTES behind `end`. */
  private readonly bytes: Uint8Array;
  private readonly start: number;
  private finish: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.finish = end;
  }

  /** The end of the runs, which a change moves. */
  get end(): number {
    return this.finish;
  }

  /** Raises a register to `value`, unless it is there already, or the runs would grow and end behind `limit`. */
  raise(register: number, value: number, limit: number): SparseOutcome {
    if (value > LARGEST_SPARSE_VALUE) return "dense";
    const { bytes, start } = this;
    let at = start;
    let before = -1;
    let first = 0;
    let length = 0;
    while (at < this.finish) {
      length = lengthAt(bytes, at, this.finish);
      if (register < first + length) break;
      before = at;
      at += isXzero(bytes[at] as number) ? 2 : 1;
      first += length;
    }
    if (length === 0 || at >= this.finish) return "corrupt";
    const code = bytes[at] as number;
    if (isVal(code) && valOf(code) >= value) return "unchanged";
    if (length === 1 && !isXzero(code)) bytes[at] = val(value, 1);
    else if (!this.split(at, register - first, length, value, limit)) return "dense";
    this.merge(before < 0 ? start : before);
    return "raised";
  }

  /** Puts a register of `value` into the run at `at`, `left` registers behind its first; false if that goes past `limit`. */
  private split(at: number, left: number, length: number, value: number, limit: number): boolean {
    const code = this.bytes[at] as number;
    const parts: number[] = [];
    addRun(parts, code, left);
    parts.push(val(value, 1));
    addRun(parts, code, length - left - 1);
    const oldBytes = isXzero(code) ? 2 : 1;
    const growth = parts.length - oldBytes;
    if (growth > 0 && this.finish + growth > limit) return false;
    this.bytes.copyWithin(at + parts.length, at + oldBytes, this.finish);
    this.finish += growth;
    this.bytes.set(parts, at);
    return true;
  }

  /** Joins neighbours of one value near a change, as far as one VAL can tell them. */
  private merge(from: number): void {
    const { bytes } = this;
    let at = from;
    for (let looks = MERGED_RUNS; at < this.finish && looks > 0; looks--) {
      const code = bytes[at] as number;
      if (isXzero(code)) {
        at += 2;
        continue;
      }
      const next = at + 1 < this.finish ? (bytes[at + 1] as number) : 0;
      if (isVal(code) && isVal(next) && valOf(code) === valOf(next)) {
        const length = (code & 3) + (next & 3) + 2;
        if (length <= LONGEST_VAL) {
          bytes.copyWithin(at, at + 1, this.finish);
          this.finish--;
          bytes[at] = val(valOf(code), length);
          continue;
        }
      }
      at++;
    }
  }
}

/** The codes of a run like the one with this code, of another length, which may be none. */
function addRun(codes: number[], like: number, length: number): void {
  if (length === 0) return;
  if (isVal(like)) {
    codes.push(val(valOf(like), length));
  } else if (length > LONGEST_ZERO) {
    codes.push(0x40 | ((length - 1) >> 8), (length - 1) & 0xff);
  } else {
    codes.push(length - 1);
  }
}
