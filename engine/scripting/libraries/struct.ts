/**
 * The library "struct": binary layouts as C has them.
 * @see https://www.inf.puc-rio.br/~roberto/struct/
 */
import { Arguments, library } from "../lua/lib/arguments.ts";
import { MAX_VALUES } from "../lua/instructions.ts";
import { uint64Of } from "../lua/numbers.ts";
import { MAX_STRING_BYTES, toNumber } from "../lua/operations.ts";
import type { LuaTable } from "../lua/table.ts";
import { started, type LuaValue, type TaskSteps } from "../lua/values.ts";
import { cut, TextBuilder } from "../text.ts";
import { floatBytes } from "./floatBytes.ts";

const MAX_INTEGER_BYTES = 32;
const MAX_ALIGNMENT = 8;
const LARGEST_NUMBER = 2 ** 31 - 1;
const INTEGER_OPTIONS = "bBhHlLTiI";
/** Bytes of options of one size. */
const SIZES: Readonly<Record<string, number>> = {
  b: 1,
  B: 1,
  h: 2,
  H: 2,
  l: 8,
  L: 8,
  T: 8,
  f: 4,
  d: 8,
  x: 1,
};

export function structLibrary(): LuaTable {
  return library({ pack: (args) => started(pack(args)), size: sizeOf, unpack });
}

/** A walk over a format: one option after another, its bytes and what comes before it. */
class Format {
  isBigEndian = false;
  option = "";
  /** Bytes of the option; 0 for c0, s and options that take none. */
  sizeBytes = 0;
  private readonly args: Arguments;
  private readonly text: string;
  private at = 0;
  private alignment = 1;

  constructor(args: Arguments) {
    this.args = args;
    this.text = args.text(1);
  }

  /** Turns to the next option. False at the end, which a zero byte is too. */
  advance(): boolean {
    const option = this.text[this.at++];
    if (option === undefined || option === "\0") return false;
    this.option = option;
    this.sizeBytes = this.sizeOf(option);
    return true;
  }

  /** Bytes to skip, so that the option stands where it is aligned. */
  paddingAt(position: number): number {
    const size = Math.min(this.sizeBytes, this.alignment);
    if (this.sizeBytes === 0 || this.option === "c") return 0;
    return (size - (position & (size - 1))) & (size - 1);
  }

  /** Carries out an option that changes how others are read. */
  control(): void {
    const { machine } = this.args;
    switch (this.option) {
      case " ":
        return;
      case ">":
      case "<":
        this.isBigEndian = this.option === ">";
        return;
      case "!": {
        const alignment = this.number(MAX_ALIGNMENT);
        if (alignment <= 0 || (alignment & (alignment - 1)) !== 0) {
          machine.fail(`alignment ${alignment} is not a power of 2`);
        }
        this.alignment = alignment;
        return;
      }
      default:
        this.args.refuse(1, `invalid format option '${this.option}'`);
    }
  }

  private sizeOf(option: string): number {
    if (option === "c") return this.number(1);
    if (option === "i" || option === "I") {
      const bytes = this.number(4);
      if (bytes > MAX_INTEGER_BYTES) {
        this.args.machine.fail(
          `integral size ${bytes} is larger than limit of ${MAX_INTEGER_BYTES}`,
        );
      }
      return bytes;
    }
    return SIZES[option] ?? 0;
  }

  private number(otherwise: number): number {
    const digits = /^\d+/.exec(this.text.slice(this.at))?.[0];
    if (digits === undefined) return otherwise;
    const value = Number(digits);
    if (value > LARGEST_NUMBER) this.args.machine.fail("integral size overflow");
    this.at += digits.length;
    return value;
  }
}

function* pack(given: Arguments): TaskSteps {
  if (given.count === 0) given.text(1);
  // Behind the last one C's stack holds a nil, of which errors tell.
  const args = new Arguments([...given.values, undefined], given.machine);
  const format = new Format(args);
  let place = 2;
  const result = new TextBuilder(args.machine);
  while (format.advance()) {
    if (--args.machine.budget < 0) yield undefined;
    result.add("\0".repeat(format.paddingAt(result.lengthBytes)));
    const { option, sizeBytes, isBigEndian } = format;
    if (sizeBytes + result.lengthBytes > MAX_STRING_BYTES)
      args.machine.fail("resulting string too large");
    if (INTEGER_OPTIONS.includes(option)) {
      result.add(integerBytes(args.number(place++), sizeBytes, isBigEndian));
    } else if (option === "x") {
      result.add("\0");
    } else if (option === "f" || option === "d") {
      result.add(floatBytes(args.number(place++), sizeBytes, isBigEndian));
    } else if (option === "c" || option === "s") {
      const text = args.text(place++);
      const count = sizeBytes === 0 ? text.length : sizeBytes;
      if (text.length < count) args.refuse(place, "string too short");
      result.add(text.slice(0, count) + (option === "s" ? "\0" : ""));
    } else {
      format.control();
    }
  }
  return [result.text];
}

function unpack(args: Arguments): readonly LuaValue[] {
  const format = new Format(args);
  const data = args.text(2);
  const start = args.integerOr(3, 1);
  if (start === 0) args.refuse(3, "offset must be 1 or greater");
  // A negative one is a very large one without sign.
  let at = start < 0 ? Number.POSITIVE_INFINITY : start - 1;
  const results: LuaValue[] = [];
  const need = (count: number): void => {
    if (count > data.length || at > data.length - count) args.refuse(2, "data string too short");
  };
  while (format.advance()) {
    if (results.length >= MAX_VALUES) args.machine.fail("too many results");
    const { option, isBigEndian } = format;
    let { sizeBytes } = format;
    at += format.paddingAt(at);
    need(sizeBytes);
    if (INTEGER_OPTIONS.includes(option)) {
      results.push(integerOf(data, at, sizeBytes, isBigEndian, option === option.toLowerCase()));
    } else if (option === "f" || option === "d") {
      results.push(floatOf(data, at, sizeBytes, isBigEndian));
    } else if (option === "c") {
      if (sizeBytes === 0) {
        const length = toNumber(results.pop());
        if (length === undefined) args.machine.fail("format 'c0' needs a previous size");
        sizeBytes = length > -1 ? Math.trunc(length) : Number.MAX_SAFE_INTEGER;
        need(sizeBytes);
      }
      results.push(cut(data, at, at + sizeBytes));
    } else if (option === "s") {
      const end = data.indexOf("\0", at);
      if (end < 0) args.machine.fail("unfinished string in data");
      results.push(cut(data, at, end));
      sizeBytes = end - at + 1;
    } else if (option !== "x") {
      format.control();
    }
    at += sizeBytes;
  }
  return [...results, Number.isFinite(at) ? at + 1 : start];
}

function sizeOf(args: Arguments): LuaValue {
  const format = new Format(args);
  let at = 0;
  while (format.advance()) {
    const { option, sizeBytes } = format;
    at += format.paddingAt(at);
    if (option === "s") args.refuse(1, "option 's' has no fixed size");
    if (option === "c" && sizeBytes === 0) args.refuse(1, "option 'c0' has no fixed size");
    if (!/[a-zA-Z\d]/.test(option)) format.control();
    at += sizeBytes;
  }
  return at;
}

function integerBytes(value: number, count: number, isBigEndian: boolean): string {
  // Longer ones are filled up with zeros, as C shifts them in.
  let rest = uint64Of(value);
  let text = "";
  for (let index = 0; index < count; index++) {
    const byte = String.fromCharCode(Number(rest & 255n));
    text = isBigEndian ? byte + text : text + byte;
    rest >>= 8n;
  }
  return text;
}

function integerOf(
  data: string,
  at: number,
  count: number,
  isBigEndian: boolean,
  isSigned: boolean,
): number {
  let value = 0n;
  for (let index = 0; index < count; index++) {
    value =
      (value << 8n) | BigInt(data.charCodeAt(isBigEndian ? at + index : at + count - 1 - index));
  }
  const bits = Math.min(64, count * 8);
  return Number(isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(64, value));
}

function floatOf(data: string, at: number, count: number, isBigEndian: boolean): number {
  const view = new DataView(new ArrayBuffer(count));
  for (let index = 0; index < count; index++) view.setUint8(index, data.charCodeAt(at + index));
  return count === 4 ? view.getFloat32(0, !isBigEndian) : view.getFloat64(0, !isBigEndian);
}
