/**
 * string.format.
 * @see https://www.lua.org/manual/5.1/manual.html#pdf-string.format
 */
import { TextBuilder } from "../../text.ts";
import type { LuaMachine } from "../machine.ts";
import { exponential, fixed, general, int64Of, uint64Of } from "../numbers.ts";
import type { TaskSteps } from "../values.ts";
import type { Arguments } from "./arguments.ts";

/** Longest width and precision, in digits. */
const MAX_DIGITS = 2;
/** A text of so many bytes is taken as it is. */
const LONG_TEXT = 100;
const TWO_TO_31 = 2 ** 31;
/** Bytes that are quoted between two looks at the budget. */
const PIECE_BYTES = 8192;

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

export function* format(args: Arguments): TaskSteps {
  const pattern = args.text(1);
  const result = new TextBuilder(args.machine);
  let place = 1;
  let at = 0;
  while (at < pattern.length) {
    const mark = pattern.indexOf("%", at);
    if (mark < 0) break;
    result.add(pattern.slice(at, mark));
    if (--args.machine.budget < 0) yield undefined;
    if (pattern[mark + 1] === "%") {
      result.add("%");
      at = mark + 2;
      continue;
    }
    const widthAt = behind(pattern, mark + 1, isFlag);
    let end = behind(pattern, widthAt, isDigit);
    const flags = pattern.slice(mark + 1, widthAt);
    const width = pattern.slice(widthAt, end);
    let precision: string | undefined;
    if (pattern[end] === ".") {
      const precisionAt = end + 1;
      end = behind(pattern, precisionAt, isDigit);
      precision = pattern.slice(precisionAt, end);
    }
    const letter = pattern.charAt(end);
    if (flags.length > 5) args.machine.fail("invalid format (repeated flags)");
    if (width.length > MAX_DIGITS || (precision ?? "").length > MAX_DIGITS) {
      args.machine.fail("invalid format (width or precision too long)");
    }
    const directive: Directive = {
      flags,
      width: Number(width),
      precision: precision === undefined ? undefined : Number(precision),
    };
    if (++place > args.count) args.refuse(place, "no value");
    if (letter === "q") yield* quote(args.text(place), result, args.machine);
    else result.add(formatted(args, place, letter, directive));
    at = end + 1;
  }
  result.add(pattern.slice(at));
  return [result.text];
}

/** Behind the characters of this kind that stand there. */
function behind(text: string, from: number, isOfKind: (code: number) => boolean): number {
  let end = from;
  while (isOfKind(text.charCodeAt(end))) end++;
  return end;
}

function isFlag(code: number): boolean {
  return code === 48 || code === 45 || code === 32 || code === 43 || code === 35;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

// oxlint-disable-next-line complexity -- one case a letter
function formatted(args: Arguments, place: number, letter: string, directive: Directive): string {
  const { flags, precision } = directive;
  switch (letter) {
    case "c":
      return untilZero(padded(String.fromCharCode(byteOf(args.number(place))), directive));
    case "d":
    case "i":
      return integer(args.number(place), directive);
    case "u":
      return digits(uint64Of(args.number(place)).toString(), "", directive);
    case "o": {
      const value = uint64Of(args.number(place));
      const prefix = flags.includes("#") && value !== 0n ? "0" : "";
      return digits(value.toString(8), prefix, directive);
    }
    case "x":
    case "X": {
      const value = uint64Of(args.number(place));
      const text = digits(
        value.toString(16),
        flags.includes("#") && value !== 0n ? "0x" : "",
        directive,
      );
      return letter === "X" ? text.toUpperCase() : text;
    }
    case "e":
    case "E":
    case "f":
    case "g":
    case "G": {
      const text = floating(args.number(place), letter.toLowerCase(), directive);
      return letter === "E" || letter === "G" ? text.toUpperCase() : text;
    }
    case "s": {
      const text = args.text(place);
      if (precision === undefined && text.length >= LONG_TEXT) return text;
      return padded(untilZero(text).slice(0, precision), directive);
    }
    default:
      return args.machine.fail(`invalid option '%${letter}' to 'format'`);
  }
}

/** C's printf ends at a zero byte. */
function untilZero(text: string): string {
  const zero = text.indexOf("\0");
  return zero < 0 ? text : text.slice(0, zero);
}

/** The lowest byte of what C makes of a double as an int; of what is too large that is zero. */
function byteOf(value: number): number {
  return Math.abs(value) < TWO_TO_31 ? Math.trunc(value) & 255 : 0;
}

function signOf(isNegative: boolean, flags: string): string {
  if (isNegative) return "-";
  if (flags.includes("+")) return "+";
  return flags.includes(" ") ? " " : "";
}

function integer(value: number, directive: Directive): string {
  const whole = Math.trunc(value);
  const text = String(Number.isSafeInteger(whole) ? whole : int64Of(value));
  const isNegative = text.startsWith("-");
  const magnitude = isNegative ? text.slice(1) : text;
  return digits(magnitude, signOf(isNegative, directive.flags), directive);
}

/** Digits of an integer: the precision is the least count of them. */
function digits(text: string, prefix: string, directive: Directive): string {
  const { precision, width, flags } = directive;
  if (precision === 0 && text === "0") return padded(prefix, directive);
  let body = text.padStart(precision ?? 0, "0");
  if (precision === undefined && flags.includes("0") && !flags.includes("-")) {
    body = body.padStart(width - prefix.length, "0");
  }
  return padded(prefix + body, directive);
}

function floating(value: number, letter: string, directive: Directive): string {
  const { precision = 6, flags, width } = directive;
  const magnitude = Math.abs(value);
  let body: string;
  if (letter === "e") body = exponential(magnitude, precision);
  else if (letter === "f") body = fixed(magnitude, precision);
  else body = general(magnitude, precision, flags.includes("#"));
  const isNegative = value < 0 || Object.is(value, -0);
  // C's printf writes the sign of a NaN that a division made.
  const sign = signOf(isNegative || Number.isNaN(value), flags);
  if (Number.isFinite(value) && flags.includes("0") && !flags.includes("-")) {
    body = body.padStart(width - sign.length, "0");
  }
  return padded(sign + body, directive);
}

function padded(text: string, { flags, width }: Directive): string {
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

const QUOTED: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\\n",
  "\r": "\\r",
  "\0": "\\000",
};

/** A text that Lua reads back. */
function* quote(
  text: string,
  result: TextBuilder,
  machine: LuaMachine,
): Generator<undefined, void> {
  result.add('"');
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    const piece = text.slice(at, at + PIECE_BYTES);
    // oxlint-disable-next-line no-control-regex -- a zero byte is written out
    result.add(piece.replaceAll(/["\\\n\r\0]/g, (letter) => QUOTED[letter] ?? letter));
    if ((machine.budget -= piece.length >> 3) < 0) yield undefined;
  }
  result.add('"');
}
