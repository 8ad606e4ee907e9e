/**
 * The library "cjson".
 * @see https://kyne.au/~mark/software/lua-cjson-manual.html
 */
import { Arguments, library } from "../lua/lib/arguments.ts";
import { general, numberText, SHOWN_DIGITS } from "../lua/numbers.ts";
import { typeOf } from "../lua/operations.ts";
import { LuaTable } from "../lua/table.ts";
import { Userdata, started, type LuaValue, type TaskSteps } from "../lua/values.ts";
import { TextBuilder } from "../text.ts";
import { JsonReader, type DecodeOptions } from "./jsonReader.ts";

/** What stands for null in tables, where nil would be no entry. */
const JSON_NULL: Userdata = new Userdata("(nil)");

/** Bytes that are escaped, and entries that are counted, between two looks at the budget. */
const PIECE_BYTES = 8192;
const PIECE_ENTRIES = 1024;

interface Options extends DecodeOptions {
  convertsSparse: boolean;
  sparseRatio: number;
  sparseSafe: number;
  encodeDepth: number;
  precision: number;
  /** Whether NaN and the infinities are written: not at all, by their names, or as null. */
  invalidNumbers: "off" | "on" | "null";
  keepsBuffer: boolean;
}

export function jsonLibrary(): LuaTable {
  const options: Options = {
    convertsSparse: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeDepth: 1000,
    decodeDepth: 1000,
    precision: 14,
    invalidNumbers: "off",
    allowsInvalidNumbers: true,
    keepsBuffer: true,
  };
  const table = library({
    decode: (args) => {
      if (args.count !== 1) args.refuse(1, "expected 1 argument");
      return started(new JsonReader(args, options, JSON_NULL).read());
    },
    encode: (args) => {
      if (args.count !== 1) args.refuse(1, "expected 1 argument");
      return started(new Encoder(args, options).run());
    },
    encode_sparse_array: (args) => {
      refuseMoreThan(args, 3);
      options.convertsSparse =
        option(args, ["off", "on"], options.convertsSparse ? "on" : "off") === "on";
      options.sparseRatio = limit(args, 2, options.sparseRatio, 0);
      options.sparseSafe = limit(args, 3, options.sparseSafe, 0);
      return [options.convertsSparse, options.sparseRatio, options.sparseSafe];
    },
    encode_max_depth: (args) => (options.encodeDepth = onlyLimit(args, options.encodeDepth)),
    decode_max_depth: (args) => (options.decodeDepth = onlyLimit(args, options.decodeDepth)),
    encode_number_precision: (args) => (options.precision = onlyLimit(args, options.precision, 14)),
    // There is no buffer to keep; the switch is told back.
    encode_keep_buffer: (args) => (options.keepsBuffer = onlyFlag(args, options.keepsBuffer)),
    encode_invalid_numbers: (args) => {
      refuseMoreThan(args, 1);
      options.invalidNumbers = option(args, ["off", "on", "null"], options.invalidNumbers);
      return options.invalidNumbers === "null" ? "null" : options.invalidNumbers === "on";
    },
    decode_invalid_numbers: (args) =>
      (options.allowsInvalidNumbers = onlyFlag(args, options.allowsInvalidNumbers)),
    new: () => jsonLibrary(),
  });
  table.set("null", JSON_NULL);
  table.set("_NAME", "cjson");
  table.set("_VERSION", "2.1.0");
  return table;
}

function refuseMoreThan(args: Arguments, most: number): void {
  if (args.count > most) args.refuse(most + 1, "found too many arguments");
}

/** The first argument as one of some words, or as a boolean; without one it stays as it is. */
function option<Word extends string>(
  args: Arguments,
  words: readonly Word[],
  present: Word | "on" | "off",
): Word | "on" | "off" {
  const value = args.at(1);
  if (value === undefined) return present;
  if (typeof value === "boolean") return value ? "on" : "off";
  const text = args.text(1);
  return words.find((word) => word === text) ?? args.refuse(1, `invalid option '${text}'`);
}

function onlyFlag(args: Arguments, present: boolean): boolean {
  refuseMoreThan(args, 1);
  return option(args, ["off", "on"], present ? "on" : "off") === "on";
}

function onlyLimit(args: Arguments, present: number, most?: number): number {
  refuseMoreThan(args, 1);
  return limit(args, 1, present, 1, most);
}

/** Redis tells of the first argument whichever is wrong. */
function limit(
  args: Arguments,
  place: number,
  otherwise: number,
  least: number,
  most: number = 2 ** 31 - 1,
): number {
  if (args.at(place) === undefined) return otherwise;
  const value = args.int(place);
  if (value < least || value > most)
    args.refuse(1, `expected integer between ${least} and ${most}`);
  return value;
}

/** What may pause between its parts. */
type Steps<Result> = Generator<undefined, Result>;

class Encoder {
  private readonly args: Arguments;
  private readonly options: Options;
  private readonly result: TextBuilder;

  constructor(args: Arguments, options: Options) {
    this.args = args;
    this.options = options;
    this.result = new TextBuilder(args.machine);
  }

  *run(): TaskSteps {
    yield* this.encode(this.args.at(1), 0);
    return [this.result.text];
  }

  /** A value that takes no time; false for any other. */
  private scalar(value: LuaValue): boolean {
    const { result } = this;
    if (typeof value === "number") result.add(this.number(value));
    else if (typeof value === "boolean") result.add(String(value));
    else if (value === undefined || value === JSON_NULL) result.add("null");
    else if (typeof value === "string" && value.length <= PIECE_BYTES)
      result.add(`"${escaped(value)}"`);
    else return false;
    return true;
  }

  private *encode(value: LuaValue, depth: number): Steps<void> {
    const { result } = this;
    if (this.scalar(value)) return undefined;
    if (typeof value === "string") return yield* this.quote(value);
    if (!(value instanceof LuaTable)) return this.refuse(value, "type not supported");
    if (depth + 1 > this.options.encodeDepth) {
      this.args.machine.fail(`Cannot serialise, excessive nesting (${depth + 1})`);
    }
    const length = yield* this.arrayLength(value);
    if (length > 0) {
      for (let place = 1; place <= length; place++) {
        result.add(place === 1 ? "[" : ",");
        const item = value.get(place);
        if (!this.scalar(item)) yield* this.encode(item, depth + 1);
        if (--this.args.machine.budget < 0) yield undefined;
      }
      return result.add("]");
    }
    let separator = "{";
    for (const [key, item] of value.entries()) {
      result.add(separator);
      separator = ",";
      if (typeof key === "number") result.add(`"${this.number(key)}"`);
      else if (typeof key === "string") {
        if (!this.scalar(key)) yield* this.quote(key);
      } else return this.refuse(key, "table key must be a number or string");
      result.add(":");
      if (!this.scalar(item)) yield* this.encode(item, depth + 1);
      if (--this.args.machine.budget < 0) yield undefined;
    }
    return result.add(separator === "{" ? "{}" : "}");
  }

  private *quote(text: string): Steps<void> {
    const { result } = this;
    if (text.length <= PIECE_BYTES) return result.add(`"${escaped(text)}"`);
    result.add('"');
    for (let at = 0; at < text.length; at += PIECE_BYTES) {
      result.add(escaped(text.slice(at, at + PIECE_BYTES)));
      if ((this.args.machine.budget -= PIECE_BYTES >> 4) < 0) yield undefined;
    }
    return result.add('"');
  }

  /** -1 for a table that is no array, or one with too many holes. */
  private *arrayLength(table: LuaTable): Steps<number> {
    const { convertsSparse, sparseRatio, sparseSafe } = this.options;
    let largest = 0;
    let count = 0;
    for (const [key] of table.entries()) {
      if (typeof key !== "number" || !Number.isInteger(key) || key < 1) return -1;
      largest = Math.max(largest, key);
      count++;
      if (count % PIECE_ENTRIES === 0 && (this.args.machine.budget -= PIECE_ENTRIES) < 0) {
        yield undefined;
      }
    }
    if (sparseRatio > 0 && largest > count * sparseRatio && largest > sparseSafe) {
      if (!convertsSparse) this.refuse(table, "excessively sparse array");
      return -1;
    }
    return largest;
  }

  private number(value: number): string {
    const { invalidNumbers, precision } = this.options;
    if (!Number.isFinite(value)) {
      if (invalidNumbers === "off") return this.refuse(value, "must not be NaN or Inf");
      if (invalidNumbers === "null") return "null";
      return Number.isNaN(value) ? "nan" : numberText(value);
    }
    if (precision === SHOWN_DIGITS) return numberText(value);
    return general(value, precision, false);
  }

  private refuse(value: LuaValue, why: string): never {
    return this.args.machine.fail(`Cannot serialise ${typeOf(value)}: ${why}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "/": "\\/",
  "\\": "\\\\",
};

// oxlint-disable-next-line no-control-regex -- JSON escapes control characters
const SPECIAL = /[\u0000-\u001f"/\\\u007f]/;

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  // oxlint-disable-next-line no-control-regex -- JSON escapes control characters
  return text.replaceAll(/[\u0000-\u001f"/\\\u007f]/g, (letter) => {
    return ESCAPES[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
