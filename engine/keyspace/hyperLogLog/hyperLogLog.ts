/**
 * A HyperLogLog in a string, byte for byte as Redis lays it out:
 *
 *      0  "HYLL"
 *      4  u8 representation: 0 dense, 1 sparse
 *      5  three zero bytes
 *      8  u64 little-endian, the cardinality as counted last; its highest bit says that it is no longer true
 *     16  the registers (dense.ts, sparse.ts)
 */
import { latin1Bytes, writeLatin1 } from "../../bytes/latin1.ts";
import { u32At } from "../../bytes/reader.ts";
import type { ByteString } from "../values/byteString.ts";
import type { StringValue } from "../value.ts";
import { countDense, DENSE_BYTES, denseRegister, mergeDense, setDenseRegister } from "./dense.ts";
import { cardinalityOf, REGISTER_VALUES } from "./registers.ts";
import {
  MOST_GROWTH_BYTES,
  NO_ELEMENTS,
  SparseRuns,
  runsText,
  sparseRegister,
  visitRuns,
  type RunVisitor,
} from "./sparse.ts";

const MAGIC = "HYLL";
const REPRESENTATION_AT = 4;
const CARDINALITY_AT = 8;
const HEADER_BYTES = 16;
/** Up to this length the memory is made anew at each change (ByteString), and may as well be made large enough. */
const SHORT_BYTES = 256;
const DENSE = 0;
const SPARSE = 1;
/** Of the upper half of the cardinality. */
const STALE_BIT: number = 2 ** 31;

/** True if the string may be read as one; its runs, if it is sparse, may still be damaged. */
export function isHyperLogLog(value: StringValue): boolean {
  if (value.length < HEADER_BYTES || value.slice(0, MAGIC.length) !== MAGIC) return false;
  const representation = value.slice(REPRESENTATION_AT, REPRESENTATION_AT + 1).charCodeAt(0);
  if (representation === DENSE) return value.length === HEADER_BYTES + DENSE_BYTES;
  return representation === SPARSE;
}

/** What became of a register. Only the runs of a sparse one can be damaged. */
export type RaiseOutcome = "unchanged" | "raised" | "corrupt";

export class HyperLogLog {
  private bytes: Uint8Array;
  private length: number;

  private constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes;
    this.length = length;
  }

  /** Reads a string that is one; it must not change meanwhile. */
  static reading(value: StringValue): HyperLogLog {
    const bytes = typeof value === "string" ? latin1Bytes(value) : value.bytes(0, value.length);
    return new HyperLogLog(bytes, bytes.length);
  }

  /** Changes a string that is one, or an empty one, which becomes one without elements. */
  static edit(value: ByteString, change: (sketch: HyperLogLog) => void): void {
    const roomBytes = value.length <= SHORT_BYTES ? MOST_GROWTH_BYTES : 0;
    const sketch = new HyperLogLog(value.open(roomBytes), value.length);
    if (sketch.length === 0) sketch.clear();
    change(sketch);
    value.close(sketch.bytes, sketch.length);
  }

  get isDense(): boolean {
    return this.bytes[REPRESENTATION_AT] === DENSE;
  }

  /** The cardinality as counted last, in decimal; undefined if it is no longer true. */
  get countedBefore(): string | undefined {
    const high = u32At(this.bytes, CARDINALITY_AT + 4);
    if (high >= STALE_BIT) return undefined;
    return String((BigInt(high) << 32n) | BigInt(u32At(this.bytes, CARDINALITY_AT)));
  }

  /** Counts the elements; undefined if the runs are damaged. */
  count(): bigint | undefined {
    const histogram = new Int32Array(REGISTER_VALUES);
    if (this.isDense) {
      countDense(this.bytes, HEADER_BYTES, histogram);
      return cardinalityOf(histogram);
    }
    const isWhole = this.visitRuns((value, _first, length) => {
      histogram[value] = (histogram[value] as number) + length;
    });
    return isWhole ? cardinalityOf(histogram) : undefined;
  }

  /** The value of a register; undefined if the runs end before it. */
  register(index: number): number | undefined {
    if (this.isDense) return denseRegister(this.bytes, HEADER_BYTES, index);
    return sparseRegister(this.bytes, HEADER_BYTES, this.length, index);
  }

  /** Raises those of the 16384 registers that are lower than here; false if the runs are damaged. */
  mergeInto(registers: Uint8Array): boolean {
    if (!this.isDense) {
      return this.visitRuns((value, first, length) => {
        for (let index = first; index < first + length; index++) {
          if (value > (registers[index] as number)) registers[index] = value;
        }
      });
    }
    mergeDense(this.bytes, HEADER_BYTES, registers);
    return true;
  }

  /** The runs of a sparse one, damaged or not. */
  runsText(): string {
    return runsText(this.bytes, HEADER_BYTES, this.length);
  }

  /** Raises a register to a rank, unless it is as high. One that is sparse becomes dense rather than longer than `limitBytes`. */
  raise(register: number, rank: number, limitBytes: number): RaiseOutcome {
    if (!this.isDense) {
      this.reserve(this.length + MOST_GROWTH_BYTES);
      const runs = new SparseRuns(this.bytes, HEADER_BYTES, this.length);
      const outcome = runs.raise(register, rank, limitBytes);
      this.length = runs.end;
      if (outcome === "raised") this.forgetCount();
      if (outcome !== "dense") return outcome;
      if (!this.makeDense()) return "corrupt";
    }
    if (denseRegister(this.bytes, HEADER_BYTES, register) >= rank) return "unchanged";
    setDenseRegister(this.bytes, HEADER_BYTES, register, rank);
    return "raised";
  }

  /** False if the runs are damaged; nothing changes then. */
  makeDense(): boolean {
    if (this.isDense) return true;
    const dense = new Uint8Array(HEADER_BYTES + DENSE_BYTES);
    dense.set(this.bytes.subarray(0, HEADER_BYTES));
    dense[REPRESENTATION_AT] = DENSE;
    const isWhole = this.visitRuns((value, first, length) => {
      if (value === 0) return;
      for (let index = first; index < first + length; index++) {
        setDenseRegister(dense, HEADER_BYTES, index, value);
      }
    });
    if (!isWhole) return false;
    this.bytes = dense;
    this.length = dense.length;
    return true;
  }

  /** The cardinality that was counted last is no longer true. */
  forgetCount(): void {
    const at = CARDINALITY_AT + 7;
    this.bytes[at] = (this.bytes[at] as number) | 0x80;
  }

  rememberCount(cardinality: bigint): void {
    for (let index = 0; index < 8; index++) {
      this.bytes[CARDINALITY_AT + index] = Number((cardinality >> BigInt(8 * index)) & 0xffn);
    }
  }

  /** All registers are zero, in one run. */
  private clear(): void {
    this.reserve(HEADER_BYTES + NO_ELEMENTS.length);
    writeLatin1(this.bytes, 0, MAGIC);
    this.bytes[REPRESENTATION_AT] = SPARSE;
    this.bytes.set(NO_ELEMENTS, HEADER_BYTES);
    this.length = HEADER_BYTES + NO_ELEMENTS.length;
  }

  private visitRuns(visit: RunVisitor): boolean {
    return visitRuns(this.bytes, HEADER_BYTES, this.length, visit);
  }

  private reserve(neededBytes: number): void {
    if (neededBytes <= this.bytes.length) return;
    const grown = new Uint8Array(neededBytes + (neededBytes >> 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
