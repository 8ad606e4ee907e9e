/**
 * The library "cjson".
 * @see https://kyne.au/~mark/software/lua-cjson-manual.html
 */
import { Arguments, library } from "../lua/lib/arguments.ts";
import { general, numberText } from "../lua/numbers.ts";
import { typeOf } from "../lua/operations.ts";
import { LuaTable } from "../lua/table.ts";
import { Userdata, isTrue, type LuaValue } from "../lua/values.ts";
import { JsonReader, type DecodeOptions } from "./jsonReader.ts";

/** What stands for null in tables, where nil would be no entry. */
const JSON_NULL: Userdata = new Userdata("(nil)");

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
      return new JsonReader(args, options, JSON_NULL).read();
    },
    encode: (args) => {
      if (args.count !== 1) args.refuse(1, "expected 1 argument");
      return new Encoder(args, options).encode(args.at(1), 0);
    },
    encode_sparse_array: (args) => {
      if (args.at(1) !== undefined) options.convertsSparse = flag(args, 1);
      options.sparseRatio = limit(args, 2, options.sparseRatio, 0);
      options.sparseSafe = limit(args, 3, options.sparseSafe, 0);
      return [options.convertsSparse, options.sparseRatio, options.sparseSafe];
    },
    encode_max_depth: (args) => (options.encodeDepth = limit(args, 1, options.encodeDepth, 1)),
    decode_max_depth: (args) => (options.decodeDepth = limit(args, 1, options.decodeDepth, 1)),
    encode_number_precision: (args) =>
      (options.precision = limit(args, 1, options.precision, 1, 17)),
    encode_keep_buffer: (args) => {
      // There is no buffer to keep; the switch is told back.
      if (args.at(1) !== undefined) options.keepsBuffer = flag(args, 1);
      return options.keepsBuffer;
    },
    encode_invalid_numbers: (args) => {
      const value = args.at(1);
      if (value === "null") options.invalidNumbers = "null";
      else if (value !== undefined) options.invalidNumbers = flag(args, 1) ? "on" : "off";
      return options.invalidNumbers === "null" ? "null" : options.invalidNumbers === "on";
    },
    decode_invalid_numbers: (args) => {
      if (args.at(1) !== undefined) options.allowsInvalidNumbers = flag(args, 1);
      return options.allowsInvalidNumbers;
    },
    new: () => jsonLibrary(),
  });
  table.set("null", JSON_NULL);
  table.set("_NAME", "cjson");
  table.set("_VERSION", "2.1.0");
  return table;
}

function flag(args: Arguments, place: number): boolean {
  const value = args.at(place);
  if (value === "on" || value === "off") return value === "on";
  if (typeof value === "string") args.refuse(place, `invalid option '${value}'`);
  return isTrue(value);
}

function limit(
  args: Arguments,
  place: number,
  otherwise: number,
  least: number,
  most: number = 2 ** 31 - 1,
): number {
  if (args.at(place) === undefined) return otherwise;
  const value = args.integer(place);
  if (value < least || value > most)
    args.refuse(place, `expected integer between ${least} and ${most}`);
  return value;
}

class Encoder {
  private readonly args: Arguments;
  private readonly options: Options;

  constructor(args: Arguments, options: Options) {
    this.args = args;
    this.options = options;
  }

  encode(value: LuaValue, depth: number): string {
    if (typeof value === "string") return quoted(value);
    if (typeof value === "number") return this.number(value);
    if (typeof value === "boolean") return String(value);
    if (value === undefined || value === JSON_NULL) return "null";
    if (!(value instanceof LuaTable)) return this.refuse(value, "type not supported");
    if (depth + 1 > this.options.encodeDepth) {
      this.args.machine.fail(`Cannot serialise, excessive nesting (${depth + 1})`);
    }
    const length = this.arrayLength(value);
    const items: string[] = [];
    if (length > 0) {
      for (let place = 1; place <= length; place++)
        items.push(this.encode(value.get(place), depth + 1));
      return `[${items.join(",")}]`;
    }
    for (const [key, item] of value.entries()) {
      let name: string;
      if (typeof key === "number") name = `"${this.number(key)}"`;
      else if (typeof key === "string") name = quoted(key);
      else return this.refuse(key, "table key must be a number or string");
      items.push(`${name}:${this.encode(item, depth + 1)}`);
    }
    return `{${items.join(",")}}`;
  }

  /** -1 for a table that is no array, or one with too many holes. */
  private arrayLength(table: LuaTable): number {
    const { convertsSparse, sparseRatio, sparseSafe } = this.options;
    let largest = 0;
    let count = 0;
    for (const [key] of table.entries()) {
      if (typeof key !== "number" || !Number.isInteger(key) || key < 1) return -1;
      largest = Math.max(largest, key);
      count++;
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
      return invalidNumbers === "null" ? "null" : numberText(value);
    }
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

function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex -- JSON escapes control characters
  const escaped = text.replaceAll(/[\u0000-\u001f"/\\\u007f]/g, (letter) => {
    return ESCAPES[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
