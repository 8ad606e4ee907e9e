/** Values of Lua and replies of commands as the debugger shows them. */
import { latin1Of } from "../../bytes/latin1.ts";
import { quoted } from "../../resp/quoted.ts";
import type { LuaMachine } from "../lua/machine.ts";
import { general } from "../lua/numbers.ts";
import { typeOf } from "../lua/operations.ts";
import { LuaTable } from "../lua/table.ts";
import type { LuaValue } from "../lua/values.ts";

/** Tables within each other that are shown. */
const MOST_LEVELS = 10;
const SHOWN_DIGITS = 6;
const CR = 13;

/**
 * A value, tables with all that is in them: {1; 2} if it is an array, else {["key"]="value"; …}.
 * @param mostChars - what is behind them need not be right: it will be cut off
 */
export function shownValue(machine: LuaMachine, value: LuaValue, mostChars: number): string {
  return new ValueView(machine, mostChars).shown(value, 0);
}

class ValueView {
  private readonly machine: LuaMachine;
  private charsLeft: number;

  constructor(machine: LuaMachine, mostChars: number) {
    this.machine = machine;
    this.charsLeft = mostChars;
  }

  shown(value: LuaValue, level: number): string {
    if (value instanceof LuaTable && level < MOST_LEVELS) {
      return `{${this.items(value, level + 1).join("; ")}}`;
    }
    const text = this.leaf(value, level);
    this.charsLeft -= text.length;
    return text;
  }

  private items(table: LuaTable, level: number): readonly string[] {
    const items: string[] = [];
    const isArray = isList(table);
    for (const [key, value] of table.entries()) {
      if (this.charsLeft < 0) break;
      const name = isArray ? "" : `[${this.shown(key, level)}]=`;
      items.push(name + this.shown(value, level));
    }
    return items;
  }

  private leaf(value: LuaValue, level: number): string {
    if (level === MOST_LEVELS) return "<max recursion level reached! Nested table?>";
    if (value === undefined) return "nil";
    if (typeof value === "string") return quoted(value);
    if (typeof value === "boolean") return String(value);
    if (typeof value === "number") return shownNumber(value);
    return `"${typeOf(value)}@${this.machine.addressOf(value)}"`;
  }
}

/** Its keys are 1, 2, 3, …, in this order. */
function isList(table: LuaTable): boolean {
  let expected = 1;
  for (const [key] of table.entries()) if (key !== expected++) return false;
  return true;
}

/** As C prints a double with %g. */
function shownNumber(value: number): string {
  if (Number.isNaN(value)) return "-nan";
  const isNegative = value < 0 || Object.is(value, -0);
  return (isNegative ? "-" : "") + general(Math.abs(value), SHOWN_DIGITS, false);
}

/** The reply that stands at this place. */
export function shownReply(bytes: Uint8Array, at: number): string {
  return new ReplyView(bytes, at).next();
}

class ReplyView {
  private readonly bytes: Uint8Array;
  private at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  next(): string {
    const line = this.line();
    const rest = line.slice(1);
    switch (line.charAt(0)) {
      case ":":
      case "(":
        return rest;
      case "$":
      case "=":
        return rest === "-1" ? "NULL" : this.bulk(Number(rest));
      case "*":
        return rest === "-1" ? "NULL" : `[${this.list(Number(rest)).join(",")}]`;
      case "~":
        return `~(${this.list(Number(rest)).join(",")})`;
      case "%":
        return `{${this.pairs(Number(rest)).join(",")}}`;
      case "_":
        return "(null)";
      case "#":
        return rest === "t" ? "#true" : "#false";
      case ",":
        return `(double) ${rest}`;
      case "|":
        this.list(2 * Number(rest));
        return this.next();
      default:
        // A status or an error, with its mark.
        return quoted(line);
    }
  }

  private line(): string {
    const end = this.bytes.indexOf(CR, this.at);
    const line = latin1Of(this.bytes, this.at, end);
    this.at = end + 2;
    return line;
  }

  private bulk(length: number): string {
    const text = latin1Of(this.bytes, this.at, this.at + length);
    this.at += length + 2;
    return quoted(text);
  }

  private list(count: number): readonly string[] {
    return Array.from({ length: count }, () => this.next());
  }

  private pairs(count: number): readonly string[] {
    return Array.from({ length: count }, () => `${this.next()} => ${this.next()}`);
  }
}
