/**
 * Replies of commands as values of Lua, and values of Lua as replies.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#data-type-conversion
 */
import { latin1Of } from "../bytes/latin1.ts";
import { oneLine, printed } from "../resp/replies.ts";
import type { ReplyWriter } from "../resp/replyWriter.ts";
import { int64Of } from "./lua/numbers.ts";
import { LuaTable } from "./lua/table.ts";
import type { LuaValue } from "./lua/values.ts";

const CR = 13;
const ZERO = 48;
const [LETTER_O, LETTER_K] = [79, 75];
const STATUS = 43;
const ERROR = 45;
const INTEGER = 58;
const BULK = 36;
const ARRAY = 42;
/** Digits of numbers that are added up without loss. */
const EXACT_DIGITS = 15;

/** Deepest nesting of a reply (Lua's C stack, in Redis). */
const MAX_DEPTH = 1000;

/** What a command answered. */
export interface CommandReply {
  readonly value: LuaValue;
  readonly isError: boolean;
}

/** A table with one field: how Lua is given statuses, errors, doubles, maps, … */
export function tagged(name: string, value: LuaValue): LuaTable {
  const table = new LuaTable();
  table.set(name, value);
  return table;
}

/** Reads one reply, RESP2 or RESP3, from bytes in which others may stand around it. */
export class ReplyReader {
  private readonly bytes: Uint8Array;
  private at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  reply(): CommandReply {
    const isError = this.bytes[this.at] === ERROR;
    return { value: this.read(), isError };
  }

  private read(): LuaValue {
    const mark = this.bytes[this.at++] ?? 0;
    switch (mark) {
      case BULK: {
        const length = this.integer();
        return length < 0 ? false : this.text(length);
      }
      case INTEGER:
        return this.integer();
      case STATUS:
        return tagged("ok", this.isOk() ? "OK" : this.line());
      case ERROR:
        return tagged("err", this.line());
      case ARRAY: {
        const length = this.integer();
        return length < 0 ? false : LuaTable.ofList(this.list(length));
      }
      default:
        return this.readNew(String.fromCharCode(mark));
    }
  }

  /** What RESP3 alone has. */
  private readNew(mark: string): LuaValue {
    switch (mark) {
      case "_":
        this.line();
        return undefined;
      case "#":
        return this.line() === "t";
      case ",":
        return tagged("double", doubleOf(this.line()));
      case "(":
        return tagged("big_number", this.line());
      case "=": {
        const text = this.text(this.integer());
        const parts = new LuaTable();
        parts.set("format", text.slice(0, 3));
        parts.set("string", text.slice(4));
        return tagged("verbatim_string", parts);
      }
      case "%": {
        const items = this.list(2 * this.integer());
        const map = new LuaTable();
        for (let index = 0; index < items.length; index += 2)
          setKnown(map, items[index], items[index + 1]);
        return tagged("map", map);
      }
      case "~": {
        const set = new LuaTable();
        for (const item of this.list(this.integer())) setKnown(set, item, true);
        return tagged("set", set);
      }
      case "|":
        // Attributes are not for scripts.
        this.list(2 * this.integer());
        return this.read();
      default:
        throw new Error(`no reply begins with ${mark}`);
    }
  }

  private list(count: number): LuaValue[] {
    return Array.from({ length: count }, () => this.read());
  }

  /** The commonest line, without a look for its end. */
  private isOk(): boolean {
    const { bytes, at } = this;
    if (bytes[at] !== LETTER_O || bytes[at + 1] !== LETTER_K || bytes[at + 2] !== CR) return false;
    this.at = at + 4;
    return true;
  }

  /** Up to the end of the line. */
  private line(): string {
    const end = this.bytes.indexOf(CR, this.at);
    const text = latin1Of(this.bytes, this.at, end);
    this.at = end + 2;
    return text;
  }

  /** A line that is a whole number. */
  private integer(): number {
    const { bytes, at } = this;
    let value = 0;
    let end = at;
    for (; end < at + EXACT_DIGITS; end++) {
      const digit = (bytes[end] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (end === at || bytes[end] !== CR) return Number(this.line());
    this.at = end + 2;
    return value;
  }

  private text(count: number): string {
    const text = latin1Of(this.bytes, this.at, this.at + count);
    this.at += count + 2;
    return text;
  }
}

function setKnown(table: LuaTable, key: LuaValue, value: LuaValue): void {
  if (key !== undefined) table.set(key, value);
}

function doubleOf(text: string): number {
  if (text === "inf") return Number.POSITIVE_INFINITY;
  return text === "-inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

/**
 * Writes what a script returns.
 * @param resp - what the script has chosen by redis.setresp
 * @param fail - answers an error line with its code
 */
export function writeReply(
  reply: ReplyWriter,
  value: LuaValue,
  resp: 2 | 3,
  fail: (error: string) => void,
  depth: number = 0,
): void {
  if (depth > MAX_DEPTH) return fail("ERR reached lua stack limit");
  if (typeof value === "string") return reply.bulk(value);
  if (typeof value === "number") return reply.integerText(integerText(value));
  if (typeof value === "boolean") return writeBoolean(reply, value, resp);
  if (!(value instanceof LuaTable)) return reply.null();
  if (writeTagged(reply, value, fail)) return;
  const write = (item: LuaValue): void => writeReply(reply, item, resp, fail, depth + 1);
  const map = value.get("map");
  if (map instanceof LuaTable) {
    const entries = [...map.entries()];
    reply.map(entries.length);
    for (const entry of entries) entry.forEach(write);
    return;
  }
  const set = value.get("set");
  if (set instanceof LuaTable) {
    const entries = [...set.entries()];
    reply.set(entries.length);
    for (const [item] of entries) write(item);
    return;
  }
  // Up to the first nil.
  let count = 0;
  while (value.get(count + 1) !== undefined) count++;
  reply.array(count);
  for (let place = 1; place <= count; place++) write(value.get(place));
}

function writeBoolean(reply: ReplyWriter, value: boolean, resp: 2 | 3): void {
  if (resp === 3) reply.boolean(value);
  else if (value) reply.integer(1);
  else reply.null();
}

/** Writes a table that stands for an error, a status, a double, a big number or a verbatim string. False for any other. */
function writeTagged(reply: ReplyWriter, table: LuaTable, fail: (error: string) => void): boolean {
  const error = table.get("err");
  const ok = table.get("ok");
  const double = table.get("double");
  const big = table.get("big_number");
  const verbatim = table.get("verbatim_string");
  const format = verbatim instanceof LuaTable ? verbatim.get("format") : undefined;
  const text = verbatim instanceof LuaTable ? verbatim.get("string") : undefined;
  if (typeof error === "string") fail(oneLine(printed(error, Infinity)));
  else if (typeof ok === "string") reply.simple(oneLine(printed(ok, Infinity)));
  else if (typeof double === "number") reply.double(double);
  else if (typeof big === "string") reply.bigNumber(oneLine(big));
  else if (typeof format === "string" && typeof text === "string") {
    reply.verbatim(format.slice(0, 3).padEnd(3, "\0"), text);
  } else return false;
  return true;
}

/** As C casts a double to a long long. */
function integerText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : int64Of(value).toString();
}
