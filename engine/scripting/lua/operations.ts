/** What operators mean beyond the plain case: conversions, metamethods, errors. */
import { LuaError } from "./errors.ts";
import { numberText, parseNumber } from "./numbers.ts";
import * as op from "./prototype.ts";
import { LuaTable } from "./table.ts";
import { Thread } from "./thread.ts";
import { Closure, Native, Userdata, isTrue, type LuaValue } from "./values.ts";
import type { LuaMachine } from "./machine.ts";

/** Longest chain of __index or __newindex. */
const MAX_CHAIN = 100;
/** Longest string, in bytes: what the database itself can hold. */
export const MAX_STRING_BYTES: number = 512 * 1024 * 1024 - 24;

const EVENTS: Readonly<Record<number, string>> = {
  [op.ADD]: "__add",
  [op.SUBTRACT]: "__sub",
  [op.MULTIPLY]: "__mul",
  [op.DIVIDE]: "__div",
  [op.MODULO]: "__mod",
  [op.POWER]: "__pow",
  [op.NEGATE]: "__unm",
};

export function typeOf(value: LuaValue): string {
  if (value === undefined) return "nil";
  if (typeof value !== "object") return typeof value;
  if (value instanceof LuaTable) return "table";
  if (value instanceof Userdata) return "userdata";
  return value instanceof Thread ? "thread" : "function";
}

/** The number that a value is or reads as; undefined if none. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" ? parseNumber(value) : undefined;
}

/** A string or a number as text; undefined for all else. */
export function toText(value: LuaValue): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" ? numberText(value) : undefined;
}

export function calculate(operation: number, left: number, right: number): number {
  switch (operation) {
    case op.ADD:
      return left + right;
    case op.SUBTRACT:
      return left - right;
    case op.MULTIPLY:
      return left * right;
    case op.DIVIDE:
      return left / right;
    case op.MODULO:
      return left - Math.floor(left / right) * right;
    case op.POWER:
      return left ** right;
    default:
      return -left;
  }
}

export function metamethod(machine: LuaMachine, value: LuaValue, event: string): LuaValue {
  return machine.metatableOf(value)?.get(event);
}

/** left op right, where one of them is no number. */
export function arithmetic(
  machine: LuaMachine,
  operation: number,
  left: LuaValue,
  right: LuaValue,
  names: readonly [string | undefined, string | undefined],
): LuaValue {
  const leftNumber = toNumber(left);
  const rightNumber = toNumber(right);
  if (leftNumber !== undefined && rightNumber !== undefined) {
    return calculate(operation, leftNumber, rightNumber);
  }
  const event = EVENTS[operation] as string;
  const handler = metamethod(machine, left, event) ?? metamethod(machine, right, event);
  if (handler !== undefined) return machine.call(handler, [left, right])[0];
  // The second one is to blame if the first is a number.
  const blamed = leftNumber === undefined ? 0 : 1;
  return machine.raise(
    `attempt to perform arithmetic on ${named(blamed === 0 ? left : right, names[blamed])}`,
  );
}

export function concatenate(
  machine: LuaMachine,
  left: LuaValue,
  right: LuaValue,
  names: readonly [string | undefined, string | undefined],
): LuaValue {
  const leftText = toText(left);
  const rightText = toText(right);
  if (leftText !== undefined && rightText !== undefined) {
    if (leftText.length + rightText.length > MAX_STRING_BYTES)
      machine.raise("string length overflow");
    return leftText + rightText;
  }
  const handler = metamethod(machine, left, "__concat") ?? metamethod(machine, right, "__concat");
  if (handler !== undefined) return machine.call(handler, [left, right])[0];
  const blamed = leftText === undefined ? 0 : 1;
  return machine.raise(
    `attempt to concatenate ${named(blamed === 0 ? left : right, names[blamed])}`,
  );
}

export function lengthOf(machine: LuaMachine, value: LuaValue, name: string | undefined): LuaValue {
  if (typeof value === "string") return value.length;
  if (value instanceof LuaTable) return value.length;
  const handler = metamethod(machine, value, "__len");
  if (handler !== undefined) return machine.call(handler, [value])[0];
  return machine.raise(`attempt to get length of ${named(value, name)}`);
}

export function index(
  machine: LuaMachine,
  object: LuaValue,
  key: LuaValue,
  name?: string,
): LuaValue {
  let current = object;
  for (let link = 0; link < MAX_CHAIN; link++) {
    let handler: LuaValue;
    if (current instanceof LuaTable) {
      const value = current.get(key);
      if (value !== undefined) return value;
      handler = current.metatable?.get("__index");
      if (handler === undefined) return undefined;
    } else {
      handler = metamethod(machine, current, "__index");
      if (handler === undefined)
        machine.raise(`attempt to index ${named(current, link === 0 ? name : undefined)}`);
    }
    if (isFunction(handler)) return machine.call(handler, [current, key])[0];
    current = handler;
  }
  return machine.raise("loop in gettable");
}

export function setIndex(
  machine: LuaMachine,
  object: LuaValue,
  key: LuaValue,
  value: LuaValue,
  name?: string,
): void {
  let current = object;
  for (let link = 0; link < MAX_CHAIN; link++) {
    let handler: LuaValue;
    if (current instanceof LuaTable) {
      handler = current.metatable?.get("__newindex");
      if (handler === undefined || current.get(key) !== undefined)
        return rawSet(machine, current, key, value);
      if (current.isReadOnly) return rawSet(machine, current, key, value);
    } else {
      handler = metamethod(machine, current, "__newindex");
      if (handler === undefined)
        machine.raise(`attempt to index ${named(current, link === 0 ? name : undefined)}`);
    }
    if (isFunction(handler)) {
      machine.call(handler, [current, key, value]);
      return;
    }
    current = handler;
  }
  machine.raise("loop in settable");
}

export function rawSet(machine: LuaMachine, table: LuaTable, key: LuaValue, value: LuaValue): void {
  if (table.isReadOnly) machine.raise("Attempt to modify a readonly table");
  if (key === undefined) return machine.raise("table index is nil");
  if (typeof key === "number" && Number.isNaN(key)) return machine.raise("table index is NaN");
  table.set(key, value);
}

export function equals(machine: LuaMachine, left: LuaValue, right: LuaValue): boolean {
  if (left === right) return true;
  if (!(left instanceof LuaTable) || !(right instanceof LuaTable)) return false;
  const handler = left.metatable?.get("__eq");
  if (handler === undefined || handler !== right.metatable?.get("__eq")) return false;
  return isTrue(machine.call(handler, [left, right])[0]);
}

export function isLess(machine: LuaMachine, left: LuaValue, right: LuaValue): boolean {
  if (typeof left === "number" && typeof right === "number") return left < right;
  if (typeof left === "string" && typeof right === "string") return left < right;
  const handler = comparer(machine, left, right, "__lt");
  if (handler === undefined) return cannotCompare(machine, left, right);
  return isTrue(machine.call(handler, [left, right])[0]);
}

export function isLessOrEqual(machine: LuaMachine, left: LuaValue, right: LuaValue): boolean {
  if (typeof left === "number" && typeof right === "number") return left <= right;
  if (typeof left === "string" && typeof right === "string") return left <= right;
  const handler = comparer(machine, left, right, "__le");
  if (handler !== undefined) return isTrue(machine.call(handler, [left, right])[0]);
  const opposite = comparer(machine, left, right, "__lt");
  if (opposite === undefined) return cannotCompare(machine, left, right);
  return !isTrue(machine.call(opposite, [right, left])[0]);
}

/** The handler that both sides share, if they are of one type. */
function comparer(machine: LuaMachine, left: LuaValue, right: LuaValue, event: string): LuaValue {
  if (typeOf(left) !== typeOf(right)) return undefined;
  const handler = metamethod(machine, left, event);
  return handler !== undefined && handler === metamethod(machine, right, event)
    ? handler
    : undefined;
}

function cannotCompare(machine: LuaMachine, left: LuaValue, right: LuaValue): never {
  const [first, second] = [typeOf(left), typeOf(right)];
  return machine.raise(
    first === second
      ? `attempt to compare two ${first} values`
      : `attempt to compare ${first} with ${second}`,
  );
}

export function isFunction(value: LuaValue): value is Closure | Native {
  return value instanceof Closure || value instanceof Native;
}

/** "global 'x' (a nil value)", or "a nil value". */
export function named(value: LuaValue, name: string | undefined): string {
  return name === undefined ? `a ${typeOf(value)} value` : `${name} (a ${typeOf(value)} value)`;
}

/** tostring. */
export function shown(machine: LuaMachine, value: LuaValue): string {
  const handler = metamethod(machine, value, "__tostring");
  if (handler !== undefined) {
    const text = machine.call(handler, [value])[0];
    if (typeof text !== "string") throw new LuaError("'tostring' must return a string to 'print'");
    return text;
  }
  if (value === undefined) return "nil";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" || typeof value === "string") return toText(value) ?? "";
  if (value instanceof Userdata) return `userdata: ${value.shown}`;
  return `${typeOf(value)}: ${machine.addressOf(value)}`;
}
