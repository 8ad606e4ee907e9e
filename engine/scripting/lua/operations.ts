/** What operators mean beyond the plain case: conversions, metamethods, errors. */
import { TEXT_BYTES } from "../text.ts";
import { numberText, parseNumber } from "./numbers.ts";
import * as op from "./prototype.ts";
import { LuaTable } from "./table.ts";
import { Thread } from "./thread.ts";
import { Closure, HostCall, Native, Userdata, type LuaValue } from "./values.ts";
import type { LuaMachine } from "./machine.ts";

/** Longest chain of __index or __newindex. */
const MAX_CHAIN = 100;
/** Longest string, in bytes: what the database itself can hold. */
export const MAX_STRING_BYTES: number = 512 * 1024 * 1024 - 24;

/** Stands for what is to be left to a call, or an error. */
export const NEEDS_CALL: HostCall = new HostCall(undefined, []);

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
      return modulo(left, right);
    case op.POWER:
      return power(left, right);
    default:
      return -left;
  }
}

/** Arithmetic of texts that read as numbers; undefined if it is more than that. */
export function reckoned(operation: number, left: LuaValue, right: LuaValue): number | undefined {
  const leftNumber = toNumber(left);
  const rightNumber = toNumber(right);
  if (leftNumber === undefined || rightNumber === undefined) return undefined;
  return calculate(operation, leftNumber, rightNumber);
}

/** As C's pow, for which 1 to whatever power, and -1 to an infinite one, is 1. */
export function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

export function modulo(left: number, right: number): number {
  // Small integers stay such.
  if (left >= 0 && right > 0 && left === (left | 0) && right === (right | 0)) {
    return (left % right) + 0;
  }
  return left - Math.floor(left / right) * right;
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
): LuaValue | HostCall {
  const leftNumber = toNumber(left);
  const rightNumber = toNumber(right);
  if (leftNumber !== undefined && rightNumber !== undefined) {
    return calculate(operation, leftNumber, rightNumber);
  }
  const event = EVENTS[operation] as string;
  const handler = metamethod(machine, left, event) ?? metamethod(machine, right, event);
  if (handler !== undefined) return new HostCall(handler, [left, right]);
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
): LuaValue | HostCall {
  const leftText = toText(left);
  const rightText = toText(right);
  if (leftText !== undefined && rightText !== undefined) {
    if (leftText.length + rightText.length > MAX_STRING_BYTES)
      machine.raise("string length overflow");
    machine.charge(TEXT_BYTES + leftText.length + rightText.length);
    return leftText + rightText;
  }
  const handler = metamethod(machine, left, "__concat") ?? metamethod(machine, right, "__concat");
  if (handler !== undefined) return new HostCall(handler, [left, right]);
  const blamed = leftText === undefined ? 0 : 1;
  return machine.raise(
    `attempt to concatenate ${named(blamed === 0 ? left : right, names[blamed])}`,
  );
}

/** The length of what is neither a string nor a table. */
export function lengthOf(machine: LuaMachine, value: LuaValue, name: string | undefined): HostCall {
  const handler = metamethod(machine, value, "__len");
  if (handler !== undefined) return new HostCall(handler, [value]);
  return machine.raise(`attempt to get length of ${named(value, name)}`);
}

export function index(
  machine: LuaMachine,
  object: LuaValue,
  key: LuaValue,
  name?: string,
): LuaValue | HostCall {
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
    if (isFunction(handler)) return new HostCall(handler, [current, key]);
    current = handler;
  }
  return machine.raise("loop in gettable");
}

/** What an index gives, where no call is needed for that, and it is no error. */
export function found(
  machine: LuaMachine,
  object: LuaValue,
  key: LuaValue,
): LuaValue | typeof NEEDS_CALL {
  let current = object;
  for (let link = 0; link < MAX_CHAIN; link++) {
    if (current instanceof LuaTable) {
      const value = current.get(key);
      if (value !== undefined || current.metatable === undefined) return value;
      current = current.metatable.get("__index");
      if (current === undefined) return undefined;
    } else {
      current = metamethod(machine, current, "__index");
      if (current === undefined) return NEEDS_CALL;
    }
    if (isFunction(current)) return NEEDS_CALL;
  }
  return NEEDS_CALL;
}

export function setIndex(
  machine: LuaMachine,
  object: LuaValue,
  key: LuaValue,
  value: LuaValue,
  name?: string,
): HostCall | undefined {
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
    if (isFunction(handler)) return new HostCall(handler, [current, key, value]);
    current = handler;
  }
  return machine.raise("loop in settable");
}

export function rawSet(
  machine: LuaMachine,
  table: LuaTable,
  key: LuaValue,
  value: LuaValue,
): undefined {
  if (table.isReadOnly) machine.raise("Attempt to modify a readonly table");
  if (key === undefined) return machine.raise("table index is nil");
  if (typeof key === "number" && Number.isNaN(key)) return machine.raise("table index is NaN");
  const grown = table.set(key, value);
  if (grown > 0) machine.charge(grown);
  return undefined;
}

/** Whether a metamethod may say that the value is equal to another one. */
export function mayEqual(value: LuaValue): value is LuaTable | Userdata {
  return (value instanceof LuaTable || value instanceof Userdata) && value.metatable !== undefined;
}

export function equals(left: LuaValue, right: LuaValue): boolean | HostCall {
  if (left === right) return true;
  if (!mayEqual(left) || !mayEqual(right) || typeOf(left) !== typeOf(right)) return false;
  const handler = left.metatable?.get("__eq");
  if (handler === undefined || handler !== right.metatable?.get("__eq")) return false;
  return new HostCall(handler, [left, right]);
}

export function isLess(machine: LuaMachine, left: LuaValue, right: LuaValue): boolean | HostCall {
  if (typeof left === "number" && typeof right === "number") return left < right;
  if (typeof left === "string" && typeof right === "string") return left < right;
  const handler = comparer(machine, left, right, "__lt");
  if (handler === undefined) return cannotCompare(machine, left, right);
  return new HostCall(handler, [left, right]);
}

/** Whether left <= right; "not" if the opposite of the answer of the call is meant. */
export function isLessOrEqual(
  machine: LuaMachine,
  left: LuaValue,
  right: LuaValue,
): boolean | HostCall | readonly ["not", HostCall] {
  if (typeof left === "number" && typeof right === "number") return left <= right;
  if (typeof left === "string" && typeof right === "string") return left <= right;
  const handler = comparer(machine, left, right, "__le");
  if (handler !== undefined) return new HostCall(handler, [left, right]);
  const opposite = comparer(machine, left, right, "__lt");
  if (opposite === undefined) return cannotCompare(machine, left, right);
  return ["not", new HostCall(opposite, [right, left])];
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

/** tostring, but for a metamethod's answer. */
export function shown(machine: LuaMachine, value: LuaValue): string {
  if (value === undefined) return "nil";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" || typeof value === "string") return toText(value) ?? "";
  if (value instanceof Userdata) {
    return `userdata: ${value.shown ?? machine.addressOf(value)}`;
  }
  return `${typeOf(value)}: ${machine.addressOf(value)}`;
}
