/**
 * The library "string" over byte strings.
 * @see https://www.lua.org/manual/5.1/manual.html#5.4
 */
import { cut, TextBuilder } from "../../text.ts";
import { MAX_VALUES } from "../instructions.ts";
import type { LuaMachine } from "../machine.ts";
import { MAX_STRING_BYTES, index, toText, typeOf } from "../operations.ts";
import { LuaTable } from "../table.ts";
import {
  Closure,
  HostCall,
  isTrue,
  started,
  type LuaValue,
  type Task,
  type TaskSteps,
} from "../values.ts";
import { library, native, type Arguments } from "./arguments.ts";
import { format } from "./format.ts";
import { Matcher } from "./patterns.ts";
import { find } from "./plainSearch.ts";

const SPECIAL = /[\^$*+?.([%-]/;
/** Bytes that are looked at between two pauses. */
const PIECE_BYTES = 16_384;
/** Bytes that cost what a loop of a script costs. */
const BYTES_OF_LOOP = 16;

export function openString(machine: LuaMachine): void {
  const table = library({
    byte: bytes,
    char: (args) =>
      args.values
        .map((_, place) => {
          const code = args.int(place + 1);
          if (code < 0 || code > 255) args.refuse(place + 1, "invalid value");
          return String.fromCharCode(code);
        })
        .join(""),
    dump: (args) => {
      // What begins like C's byte code, which loadstring refuses: there is none here.
      if (!(args.function(1) instanceof Closure))
        args.machine.fail("unable to dump given function");
      return "\u001bLua";
    },
    find: (args) => search(args, true),
    format: (args) => started(format(args)),
    gmatch,
    gsub: (args) => started(gsub(args)),
    len: (args) => args.text(1).length,
    lower: (args) => started(mapped(args, lowered)),
    match: (args) => search(args, false),
    rep: repeat,
    reverse: (args) => started(reversed(args)),
    sub: (args) => {
      const text = args.text(1);
      const start = Math.max(1, fromEnd(args.integer(2), text.length));
      const end = Math.min(text.length, fromEnd(args.integerOr(3, -1), text.length));
      return start > end ? "" : cut(text, start - 1, end);
    },
    upper: (args) => started(mapped(args, raised)),
  });
  table.set("gfind", table.get("gmatch"));
  machine.globals.set("string", table);
  const metatable = new LuaTable();
  metatable.set("__index", table);
  machine.stringMetatable = metatable;
}

/** A place counted from the end if it is negative. */
function fromEnd(place: number, length: number): number {
  return place >= 0 ? place : Math.max(0, length + place + 1);
}

/** Only the letters of ASCII have two cases. */
const NOT_ASCII = /[\u0080-\u00ff]/;

function lowered(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function raised(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toUpperCase();
  return text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function* mapped(args: Arguments, change: (piece: string) => string): TaskSteps {
  const text = args.text(1);
  if (text.length <= PIECE_BYTES) return [change(text)];
  const result = new TextBuilder(args.machine);
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    result.add(change(text.slice(at, at + PIECE_BYTES)));
    if ((args.machine.budget -= PIECE_BYTES / BYTES_OF_LOOP) < 0) yield undefined;
  }
  return [result.text];
}

function* reversed(args: Arguments): TaskSteps {
  const text = args.text(1);
  const result = new TextBuilder(args.machine);
  for (let end = text.length; end > 0; end -= PIECE_BYTES) {
    const piece = text.slice(Math.max(0, end - PIECE_BYTES), end);
    result.add(piece.split("").toReversed().join(""));
    if ((args.machine.budget -= Math.ceil(piece.length / BYTES_OF_LOOP)) < 0) yield undefined;
  }
  return [result.text];
}

function bytes(args: Arguments): readonly LuaValue[] {
  const text = args.text(1);
  const start = fromEnd(args.integerOr(2, 1), text.length);
  const end = Math.min(text.length, fromEnd(args.integerOr(3, start), text.length));
  const codes: LuaValue[] = [];
  if (end - start >= MAX_VALUES) args.machine.fail("string slice too long");
  for (let at = Math.max(1, start); at <= end; at++) codes.push(text.charCodeAt(at - 1));
  return codes;
}

function repeat(args: Arguments): LuaValue {
  const text = args.text(1);
  const count = args.int(2);
  if (count <= 0 || text === "") return "";
  if (text.length * count > MAX_STRING_BYTES) args.machine.fail("resulting string too large");
  return text.repeat(count);
}

function search(args: Arguments, isFind: boolean): LuaValue | readonly LuaValue[] | Task {
  const text = args.text(1);
  const pattern = args.text(2);
  const start = Math.min(text.length, Math.max(0, fromEnd(args.integerOr(3, 1), text.length) - 1));
  if (isFind && (isTrue(args.at(4)) || !SPECIAL.test(pattern))) {
    return find(args.machine, text, pattern, start);
  }
  const matcher = new Matcher(args.machine, text, pattern, true);
  matcher.begin(start);
  return matcher.advance() ? foundBy(matcher, isFind) : started(searchOn(matcher, isFind));
}

function* searchOn(matcher: Matcher, isFind: boolean): TaskSteps {
  do yield undefined;
  while (!matcher.advance());
  return foundBy(matcher, isFind);
}

function foundBy(matcher: Matcher, isFind: boolean): readonly LuaValue[] {
  const { start, end } = matcher;
  if (end < 0) return NOTHING;
  if (!isFind) return matcher.captured();
  return [start + 1, end, ...(matcher.captureCount > 0 ? matcher.captured() : [])];
}

const NOTHING: readonly LuaValue[] = [undefined];

function gmatch(args: Arguments): LuaValue {
  const matcher = new Matcher(args.machine, args.text(1), args.text(2), false);
  let from = 0;
  const taken = (): readonly LuaValue[] => {
    const { start, end } = matcher;
    from = matcher.text.length + 1;
    if (end < 0) return NOTHING;
    // An empty match does not stand still.
    from = end === start ? end + 1 : end;
    return matcher.captured();
  };
  const nextOf = function* (): TaskSteps {
    do yield undefined;
    while (!matcher.advance());
    return taken();
  };
  return native("gmatch", () => {
    if (from > matcher.text.length) return NOTHING;
    matcher.begin(from);
    return matcher.advance() ? taken() : started(nextOf());
  });
}

function* gsub(args: Arguments): TaskSteps {
  const text = args.text(1);
  const pattern = args.text(2);
  const replacement = args.at(3);
  const kind = typeOf(replacement);
  if (kind !== "string" && kind !== "number" && kind !== "table" && kind !== "function") {
    args.refuse(3, "string/function/table expected");
  }
  const limit = args.intOr(4, text.length + 1);
  const matcher = new Matcher(args.machine, text, pattern, true);
  const result = new TextBuilder(args.machine);
  let count = 0;
  // What stands before is in the result.
  let done = 0;
  let from = 0;
  while (count < limit && from <= text.length) {
    matcher.begin(from);
    while (!matcher.advance()) yield undefined;
    const { start, end } = matcher;
    if (end < 0) break;
    count++;
    result.add(text.slice(done, start));
    done = end;
    from = end === start ? end + 1 : end;
    if (typeof replacement === "string" || typeof replacement === "number") {
      expand(toText(replacement) ?? "", matcher, result);
    } else {
      const given =
        replacement instanceof LuaTable
          ? index(args.machine, replacement, matcher.capture(0))
          : new HostCall(replacement, matcher.captured());
      const value = given instanceof HostCall ? (yield given)[0] : given;
      result.add(replaced(args.machine, value, matcher));
    }
    if (--args.machine.budget < 0) yield undefined;
    if (pattern.startsWith("^")) break;
  }
  result.add(text.slice(done));
  return [result.text, count];
}

function replaced(machine: LuaMachine, value: LuaValue, matcher: Matcher): string {
  if (!isTrue(value)) return matcher.whole;
  return toText(value) ?? machine.fail(`invalid replacement value (a ${typeOf(value)})`);
}

/** %0 to %9 in a replacement. */
function expand(replacement: string, matcher: Matcher, result: TextBuilder): void {
  let at = 0;
  for (;;) {
    const mark = replacement.indexOf("%", at);
    if (mark < 0) return result.add(replacement.slice(at));
    result.add(replacement.slice(at, mark));
    at = mark + 2;
    // Behind the last letter C's string has a zero byte.
    const digit = replacement[mark + 1] ?? "\0";
    if (!/^\d$/.test(digit)) result.add(digit);
    else if (digit === "0") result.add(matcher.whole);
    else result.add(toText(matcher.capture(Number(digit) - 1)) ?? "");
  }
}
