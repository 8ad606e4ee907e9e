/** Reads JSON as cjson does: byte strings, its leniency and its errors. */
import type { Arguments } from "../lua/lib/arguments.ts";
import { parseNumber } from "../lua/numbers.ts";
import { LuaTable, TABLE_BYTES } from "../lua/table.ts";
import type { LuaValue, TaskSteps, Userdata } from "../lua/values.ts";
import { cut, TEXT_BYTES } from "../text.ts";

export interface DecodeOptions {
  decodeDepth: number;
  /** NaN, infinities and hexadecimal numbers are read. */
  allowsInvalidNumbers: boolean;
}

type Token =
  | { readonly kind: "value"; readonly value: LuaValue; readonly name: string; readonly at: number }
  | { readonly kind: "sign"; readonly sign: string; readonly at: number }
  | { readonly kind: "end"; readonly at: number }
  | { readonly kind: "error"; readonly error: string; readonly at: number };

const SIGN_NAMES: Readonly<Record<string, string>> = {
  "{": "T_OBJ_BEGIN",
  "}": "T_OBJ_END",
  "[": "T_ARR_BEGIN",
  "]": "T_ARR_END",
  ":": "T_COLON",
  ",": "T_COMMA",
};

const ESCAPED: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
};

const NUMBER = /^-?(?:0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)/i;

/** What may pause between its parts. */
type Steps<Result> = Generator<undefined, Result>;

const DIGIT_0 = 48;
/** Digits of numbers that are added up without loss. */
const EXACT_DIGITS = 15;

/** Bytes that are read in the time of a loop of a script. */
const BYTES_OF_LOOP = 16;

export class JsonReader {
  private readonly args: Arguments;
  private readonly options: DecodeOptions;
  private readonly nothing: Userdata;
  private readonly text: string;
  private at = 0;
  private depth = 0;
  /** The next backslash and the next zero byte, where they are known. */
  private nextEscape = -1;
  private nextZero = -1;
  /** What was made so far. */
  private madeBytes = 0;
  private spentAt = 0;

  /** @param nothing - what stands for null */
  constructor(args: Arguments, options: DecodeOptions, nothing: Userdata) {
    this.args = args;
    this.options = options;
    this.nothing = nothing;
    this.text = args.text(1);
  }

  *read(): TaskSteps {
    if (this.text.length >= 2 && (this.text[0] === "\0" || this.text[1] === "\0")) {
      this.args.machine.fail("JSON parser does not support UTF-16 or UTF-32");
    }
    const value = yield* this.value(this.next());
    const token = this.next();
    return token.kind === "end" ? [value] : this.refuse("the end", token);
  }

  private *value(token: Token): Steps<LuaValue> {
    if (token.kind === "value") {
      this.count(typeof token.value === "string" ? TEXT_BYTES + token.value.length : 0);
      return token.value;
    }
    if (token.kind !== "sign" || (token.sign !== "{" && token.sign !== "["))
      return this.refuse("value", token);
    this.count(TABLE_BYTES);
    this.depth++;
    if (this.depth > this.options.decodeDepth) {
      this.args.machine.fail(
        `Found too many nested data structures (${this.depth}) at character ${this.at}`,
      );
    }
    const table = yield* token.sign === "{" ? this.object() : this.array();
    this.depth--;
    return table;
  }

  private count(bytes: number): void {
    this.madeBytes += bytes;
    this.args.machine.charge(bytes, this.madeBytes);
  }

  /** Whether it is time to pause. */
  private isLate(): boolean {
    const { machine } = this.args;
    machine.budget -= 1 + Math.floor((this.at - this.spentAt) / BYTES_OF_LOOP);
    this.spentAt = this.at;
    return machine.budget < 0;
  }

  private *object(): Steps<LuaTable> {
    const table = new LuaTable();
    let token = this.next();
    if (isSign(token, "}")) return table;
    for (;;) {
      if (token.kind !== "value" || typeof token.value !== "string")
        return this.refuse("object key string", token);
      const key = token.value;
      token = this.next();
      if (!isSign(token, ":")) this.refuse("colon", token);
      const value = yield* this.value(this.next());
      this.count(table.set(key, value) + TEXT_BYTES + key.length);
      if (this.isLate()) yield undefined;
      token = this.next();
      if (isSign(token, "}")) return table;
      if (!isSign(token, ",")) this.refuse("comma or object end", token);
      token = this.next();
    }
  }

  private *array(): Steps<LuaTable> {
    const table = new LuaTable();
    let count = 0;
    let token = this.next();
    if (isSign(token, "]")) return table;
    for (;;) {
      const value = yield* this.value(token);
      this.count(table.set(++count, value));
      if (this.isLate()) yield undefined;
      token = this.next();
      if (isSign(token, "]")) return table;
      if (!isSign(token, ",")) this.refuse("comma or array end", token);
      token = this.next();
    }
  }

  private refuse(expected: string, token: Token): never {
    let found = "T_END";
    if (token.kind === "error") found = token.error;
    else if (token.kind === "value") found = token.name;
    else if (token.kind === "sign") found = SIGN_NAMES[token.sign] ?? token.sign;
    return this.args.machine.fail(
      `Expected ${expected} but found ${found} at character ${token.at + 1}`,
    );
  }

  private next(): Token {
    const { text } = this;
    while (isBlank(text.charCodeAt(this.at))) this.at++;
    const { at } = this;
    const letter = text[at];
    // A zero byte ends it, as it ends a string of C.
    if (letter === undefined || letter === "\0") return { kind: "end", at };
    if (isSignCode(text.charCodeAt(at))) {
      this.at++;
      return { kind: "sign", sign: letter, at };
    }
    if (letter === '"') return this.string(at);
    if (letter === "-" || (letter >= "0" && letter <= "9")) return this.number(at);
    if (text.startsWith("true", at)) return this.word("true", true, "T_BOOLEAN");
    if (text.startsWith("false", at)) return this.word("false", false, "T_BOOLEAN");
    if (text.startsWith("null", at)) return this.word("null", this.nothing, "T_NULL");
    if (this.options.allowsInvalidNumbers && /^(?:\+|inf|nan)/i.test(text.slice(at, at + 3))) {
      return this.number(at);
    }
    return { kind: "error", error: "invalid token", at };
  }

  private word(text: string, value: LuaValue, name: string): Token {
    const { at } = this;
    this.at += text.length;
    return { kind: "value", value, name, at };
  }

  private number(at: number): Token {
    return this.shortInteger(at) ?? this.anyNumber(at);
  }

  /** What most numbers are: digits, without a zero before others, and nothing behind them that may belong to a number. */
  private shortInteger(at: number): Token | undefined {
    const { text } = this;
    const first = text[at] === "-" ? at + 1 : at;
    let value = 0;
    let end = first;
    for (; end - first <= EXACT_DIGITS; end++) {
      const digit = text.charCodeAt(end) - DIGIT_0;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
    }
    const count = end - first;
    const startsWithZero = text[first] === "0" && count > 1;
    if (count === 0 || count > EXACT_DIGITS || startsWithZero) return undefined;
    if (".eExX".includes(text[end] ?? " ")) return undefined;
    this.at = end;
    return { kind: "value", value: first === at ? value : -value, name: "T_NUMBER", at };
  }

  private anyNumber(at: number): Token {
    const rest = this.text.slice(at, at + 400);
    const isStrict = !/^(?:\+|-?(?:0[xX]|0\d|inf|nan))/i.test(rest);
    const match = NUMBER.exec(rest.startsWith("+") ? rest.slice(1) : rest);
    const value = match === null ? undefined : parseNumber(match[0]);
    if (
      match === null ||
      value === undefined ||
      (!isStrict && !this.options.allowsInvalidNumbers)
    ) {
      return { kind: "error", error: "invalid number", at };
    }
    this.at += match[0].length + (rest.startsWith("+") ? 1 : 0);
    return { kind: "value", value, name: "T_NUMBER", at };
  }

  private string(start: number): Token {
    const { text } = this;
    this.at++;
    // Mostly nothing in it is escaped.
    const end = this.nextSpecial();
    if (text[end] === '"') {
      const value = cut(text, this.at, end);
      this.at = end + 1;
      return { kind: "value", value, name: "T_STRING", at: start };
    }
    const parts: string[] = [];
    for (;;) {
      const at = this.nextSpecial();
      parts.push(text.slice(this.at, at));
      const letter = text[at];
      if (letter === undefined || letter === "\0") {
        return { kind: "error", error: "unexpected end of string", at };
      }
      this.at = at + 1;
      if (letter === '"') {
        return { kind: "value", value: parts.join(""), name: "T_STRING", at: start };
      }
      const name = text[this.at] ?? "";
      if (name === "u") {
        const code = this.unicode();
        if (code === undefined) return { kind: "error", error: "invalid unicode escape code", at };
        parts.push(utf8(code));
        continue;
      }
      const plain = ESCAPED[name];
      if (plain === undefined) return { kind: "error", error: "invalid escape code", at };
      parts.push(plain);
      this.at++;
    }
  }

  /** Where the next quote, backslash or zero byte stands, or the text ends. */
  private nextSpecial(): number {
    const { text, at } = this;
    if (this.nextEscape < at) this.nextEscape = placeOf(text, "\\", at);
    if (this.nextZero < at) this.nextZero = placeOf(text, "\0", at);
    return Math.min(placeOf(text, '"', at), this.nextEscape, this.nextZero);
  }

  /** The code point of \uXXXX, or of a pair of them; undefined if it is none. */
  private unicode(): number | undefined {
    const first = this.hexadecimal(this.at + 1);
    if (first === undefined) return undefined;
    if ((first & 0xf800) !== 0xd800) {
      this.at += 5;
      return first;
    }
    if ((first & 0x400) !== 0 || !this.text.startsWith("\\u", this.at + 5)) return undefined;
    const second = this.hexadecimal(this.at + 7);
    if (second === undefined || (second & 0xfc00) !== 0xdc00) return undefined;
    this.at += 11;
    return (((first & 0x3ff) << 10) | (second & 0x3ff)) + 0x10000;
  }

  private hexadecimal(at: number): number | undefined {
    const digits = this.text.slice(at, at + 4);
    return /^[\da-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
  }
}

/** NaN stands for the text's end. */
function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function isSignCode(code: number): boolean {
  return code === 44 || code === 58 || code === 123 || code === 125 || code === 91 || code === 93;
}

/** The end of the text if the letter does not come any more. */
function placeOf(text: string, letter: string, from: number): number {
  const at = text.indexOf(letter, from);
  return at < 0 ? text.length : at;
}

function isSign(token: Token, sign: string): boolean {
  return token.kind === "sign" && token.sign === sign;
}

/** The bytes of a code point, one a character. */
function utf8(code: number): string {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) {
    return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return String.fromCharCode(
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  );
}
