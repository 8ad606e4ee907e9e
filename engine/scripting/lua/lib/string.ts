/**
 * The library "string" over byte strings.
 * @see https://www.lua.org/manual/5.1/manual.html#5.4
 */
import type { LuaMachine } from "../machine.ts";
import { MAX_STRING_BYTES, index, isFunction, toText, typeOf } from "../operations.ts";
import { LuaTable } from "../table.ts";
import { Closure, isTrue, type LuaValue } from "../values.ts";
import { library, native, type Arguments } from "./arguments.ts";
import { format } from "./format.ts";
import { Matcher } from "./patterns.ts";

const SPECIAL = /[\^$*+?.([%-]/;

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
    format,
    gmatch,
    gsub,
    len: (args) => args.text(1).length,
    lower: (args) => mapped(args.text(1), /[A-Z]/g, 32),
    match: (args) => search(args, false),
    rep: repeat,
    reverse: (args) => {
      const text = args.text(1);
      let reversed = "";
      for (let at = text.length - 1; at >= 0; at--) reversed += text[at];
      return reversed;
    },
    sub: (args) => {
      const text = args.text(1);
      const start = Math.max(1, fromEnd(args.integer(2), text.length));
      const end = Math.min(text.length, fromEnd(args.integerOr(3, -1), text.length));
      return start > end ? "" : text.slice(start - 1, end);
    },
    upper: (args) => mapped(args.text(1), /[a-z]/g, -32),
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

function mapped(text: string, letters: RegExp, by: number): string {
  return text.replaceAll(letters, (letter) => String.fromCharCode(letter.charCodeAt(0) + by));
}

function bytes(args: Arguments): readonly LuaValue[] {
  const text = args.text(1);
  const start = fromEnd(args.integerOr(2, 1), text.length);
  const end = Math.min(text.length, fromEnd(args.integerOr(3, start), text.length));
  const codes: LuaValue[] = [];
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

function search(args: Arguments, isFind: boolean): LuaValue | readonly LuaValue[] {
  const text = args.text(1);
  const pattern = args.text(2);
  const start = Math.min(text.length, Math.max(0, fromEnd(args.integerOr(3, 1), text.length) - 1));
  if (isFind && (isTrue(args.at(4)) || !SPECIAL.test(pattern))) {
    const at = text.indexOf(pattern, start);
    return at < 0 ? undefined : [at + 1, at + pattern.length];
  }
  const matcher = new Matcher(args.machine, text, pattern);
  const anchored = pattern.startsWith("^");
  for (let at = start; at <= text.length; at++) {
    const end = matcher.match(at, anchored ? 1 : 0);
    if (end >= 0) {
      if (!isFind) return matcher.captured(at, end);
      return [at + 1, end, ...(matcher.captureCount > 0 ? matcher.captured(at, end) : [])];
    }
    if (anchored) break;
  }
  return undefined;
}

function gmatch(args: Arguments): LuaValue {
  const text = args.text(1);
  const pattern = args.text(2);
  let from = 0;
  return native("gmatch", ({ machine }) => {
    const matcher = new Matcher(machine, text, pattern);
    for (let at = from; at <= text.length; at++) {
      const end = matcher.match(at, 0);
      if (end < 0) continue;
      // An empty match does not stand still.
      from = end === at ? end + 1 : end;
      return matcher.captured(at, end);
    }
    from = text.length + 1;
    return undefined;
  });
}

function gsub(args: Arguments): readonly LuaValue[] {
  const text = args.text(1);
  const pattern = args.text(2);
  const replacement = args.at(3);
  const kind = typeOf(replacement);
  if (kind !== "string" && kind !== "number" && kind !== "table" && kind !== "function") {
    args.refuse(3, "string/function/table expected");
  }
  const limit = args.intOr(4, text.length + 1);
  const anchored = pattern.startsWith("^");
  const matcher = new Matcher(args.machine, text, pattern);
  let result = "";
  let count = 0;
  let at = 0;
  while (count < limit) {
    const end = matcher.match(at, anchored ? 1 : 0);
    if (end >= 0) {
      count++;
      result += replaced(args, matcher, at, end, replacement);
    }
    if (end > at) at = end;
    else if (at < text.length) result += text[at++];
    else break;
    if (anchored) break;
  }
  return [result + text.slice(at), count];
}

function replaced(
  args: Arguments,
  matcher: Matcher,
  start: number,
  end: number,
  replacement: LuaValue,
): string {
  const { machine } = args;
  const whole = matcher.text.slice(start, end);
  let value: LuaValue;
  if (replacement instanceof LuaTable) {
    value = index(machine, replacement, matcher.capture(0, start, end));
  } else if (isFunction(replacement)) {
    value = machine.call(replacement, matcher.captured(start, end))[0];
  } else {
    return expanded(toText(replacement) ?? "", matcher, start, end);
  }
  if (!isTrue(value)) return whole;
  return toText(value) ?? machine.fail(`invalid replacement value (a ${typeOf(value)})`);
}

/** %0 to %9 in a replacement. */
function expanded(replacement: string, matcher: Matcher, start: number, end: number): string {
  let result = "";
  let at = 0;
  for (;;) {
    const mark = replacement.indexOf("%", at);
    if (mark < 0) return result + replacement.slice(at);
    result += replacement.slice(at, mark);
    at = mark + 2;
    const digit = replacement[mark + 1] ?? "";
    if (!/^\d$/.test(digit)) result += digit;
    else if (digit === "0") result += matcher.text.slice(start, end);
    else result += toText(matcher.capture(Number(digit) - 1, start, end)) ?? "";
  }
}
