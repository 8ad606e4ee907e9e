/**
 * The library "table".
 * @see https://www.lua.org/manual/5.1/manual.html#5.5
 */
import { isLess, rawSet, toText, typeOf } from "../operations.ts";
import type { LuaTable } from "../table.ts";
import { isTrue, type LuaValue } from "../values.ts";
import { library, type Arguments } from "./arguments.ts";

export function tableLibrary(): LuaTable {
  return library({
    concat,
    foreach: (args) => {
      const table = args.table(1);
      const visit = args.function(2);
      const entry: LuaValue[] = [];
      for (
        table.next(undefined, entry, 0);
        entry[0] !== undefined;
        table.next(entry[0], entry, 0)
      ) {
        const [result] = args.machine.call(visit, [...entry]);
        if (result !== undefined) return result;
      }
      return [];
    },
    foreachi: (args) => {
      const table = args.table(1);
      const visit = args.function(2);
      const { length } = table;
      for (let place = 1; place <= length; place++) {
        const [result] = args.machine.call(visit, [place, table.get(place)]);
        if (result !== undefined) return result;
      }
      return [];
    },
    getn: (args) => args.table(1).length,
    insert,
    maxn: (args) => {
      let largest = 0;
      for (const [key] of args.table(1).entries()) {
        if (typeof key === "number" && key > largest) largest = key;
      }
      return largest;
    },
    remove,
    setn: (args) => args.machine.fail("'setn' is obsolete"),
    sort,
  });
}

function concat(args: Arguments): LuaValue {
  const table = args.table(1);
  const separator = args.textOr(2, "");
  const first = args.intOr(3, 1);
  const last = args.intOr(4, table.length);
  const parts: string[] = [];
  for (let place = first; place <= last; place++) {
    const value = table.get(place);
    const text = toText(value);
    if (text === undefined) {
      args.machine.fail(`invalid value (${typeOf(value)}) at index ${place} in table for 'concat'`);
    }
    parts.push(text);
  }
  return parts.join(separator);
}

function insert(args: Arguments): readonly LuaValue[] {
  const table = args.table(1);
  const end = table.length + 1;
  if (args.count === 2) {
    rawSet(args.machine, table, end, args.at(2));
    return [];
  }
  if (args.count !== 3) args.machine.fail("wrong number of arguments to 'insert'");
  const place = args.int(2);
  if (table.isReadOnly) rawSet(args.machine, table, place, args.at(3));
  for (let at = Math.max(end, place); at > place; at--)
    rawSet(args.machine, table, at, table.get(at - 1));
  rawSet(args.machine, table, place, args.at(3));
  return [];
}

function remove(args: Arguments): LuaValue | readonly LuaValue[] {
  const table = args.table(1);
  const end = table.length;
  const place = args.intOr(2, end);
  if (!(place >= 1 && place <= end)) return [];
  const removed = table.get(place);
  for (let at = place; at < end; at++) rawSet(args.machine, table, at, table.get(at + 1));
  rawSet(args.machine, table, end, undefined);
  return removed;
}

/** Not stable in Lua; stable here. An order that contradicts itself gives some order, or Lua's error. */
function sort(args: Arguments): readonly LuaValue[] {
  const table = args.table(1);
  const { machine } = args;
  const compare = args.at(2) === undefined ? undefined : args.function(2);
  if (table.isReadOnly) rawSet(machine, table, 1, table.get(1));
  const values: LuaValue[] = [];
  const { length } = table;
  for (let place = 1; place <= length; place++) values.push(table.get(place));
  const less =
    compare === undefined
      ? (left: LuaValue, right: LuaValue) => isLess(machine, left, right)
      : (left: LuaValue, right: LuaValue) => isTrue(machine.call(compare, [left, right])[0]);
  // JavaScript's sort never asks about undefined: a hole is compared by hand, for Lua's error.
  if (values.includes(undefined))
    less(
      undefined,
      values.find((value) => value !== undefined),
    );
  values.sort((left, right) => {
    if (less(left, right)) return -1;
    return less(right, left) ? 1 : 0;
  });
  values.forEach((value, index) => table.set(index + 1, value));
  return [];
}
