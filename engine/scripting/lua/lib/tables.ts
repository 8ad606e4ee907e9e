/**
 * The library "table".
 * @see https://www.lua.org/manual/5.1/manual.html#5.5
 */
import { TextBuilder } from "../../text.ts";
import { rawSet, toText, typeOf } from "../operations.ts";
import type { LuaTable } from "../table.ts";
import { HostCall, started, type LuaValue, type Task, type TaskSteps } from "../values.ts";
import { library, type Arguments } from "./arguments.ts";
import { sort } from "./sort.ts";

/** Entries that are moved between two looks at the budget. */
const PIECE_ENTRIES = 1024;

export function tableLibrary(): LuaTable {
  return library({
    concat: (args) => started(concat(args)),
    foreach: (args) => started(foreach(args)),
    foreachi: (args) => started(foreachi(args)),
    getn: (args) => args.table(1).length,
    insert,
    maxn: (args) => started(maxn(args)),
    remove,
    setn: (args) => {
      args.table(1);
      return args.machine.fail("'setn' is obsolete");
    },
    sort: (args) => started(sort(args)),
  });
}

function* foreach(args: Arguments): TaskSteps {
  const table = args.table(1);
  const visit = args.function(2);
  const entry: LuaValue[] = [];
  for (table.next(undefined, entry, 0); entry[0] !== undefined; table.next(entry[0], entry, 0)) {
    const [result] = yield new HostCall(visit, [...entry]);
    if (result !== undefined) return [result];
  }
  return [];
}

function* foreachi(args: Arguments): TaskSteps {
  const table = args.table(1);
  const visit = args.function(2);
  const { length } = table;
  for (let place = 1; place <= length; place++) {
    const [result] = yield new HostCall(visit, [place, table.get(place)]);
    if (result !== undefined) return [result];
  }
  return [];
}

function* maxn(args: Arguments): TaskSteps {
  let largest = 0;
  for (const [key] of args.table(1).entries()) {
    if (typeof key === "number" && key > largest) largest = key;
    if (--args.machine.budget < 0) yield undefined;
  }
  return [largest];
}

function* concat(args: Arguments): TaskSteps {
  const separator = args.textOr(2, "");
  const table = args.table(1);
  const first = args.intOr(3, 1);
  const last = args.intOr(4, table.length);
  const result = new TextBuilder(args.machine);
  for (let place = first; place <= last; place++) {
    const value = table.get(place);
    const text = toText(value);
    if (text === undefined) {
      args.machine.fail(`invalid value (${typeOf(value)}) at index ${place} in table for 'concat'`);
    }
    result.add(text);
    if (place < last && separator !== "") result.add(separator);
    if (place % PIECE_ENTRIES === 0 && (args.machine.budget -= PIECE_ENTRIES) < 0) yield undefined;
  }
  return [result.text];
}

function insert(args: Arguments): readonly LuaValue[] | Task {
  const table = args.table(1);
  const end = table.length + 1;
  if (args.count === 2) {
    rawSet(args.machine, table, end, args.at(2));
    return [];
  }
  if (args.count !== 3) args.machine.fail("wrong number of arguments to 'insert'");
  const place = args.int(2);
  if (table.isReadOnly) rawSet(args.machine, table, place, args.at(3));
  return started(shiftUp(args, table, place, Math.max(end, place)));
}

function* shiftUp(args: Arguments, table: LuaTable, place: number, end: number): TaskSteps {
  for (let at = end; at > place; at--) {
    rawSet(args.machine, table, at, table.get(at - 1));
    if (at % PIECE_ENTRIES === 0 && (args.machine.budget -= PIECE_ENTRIES) < 0) yield undefined;
  }
  rawSet(args.machine, table, place, args.at(3));
  return [];
}

function remove(args: Arguments): LuaValue | readonly LuaValue[] | Task {
  const table = args.table(1);
  const end = table.length;
  const place = args.intOr(2, end);
  if (!(place >= 1 && place <= end)) return [];
  return started(shiftDown(args, table, place, end));
}

function* shiftDown(args: Arguments, table: LuaTable, place: number, end: number): TaskSteps {
  const removed = table.get(place);
  for (let at = place; at < end; at++) {
    rawSet(args.machine, table, at, table.get(at + 1));
    if (at % PIECE_ENTRIES === 0 && (args.machine.budget -= PIECE_ENTRIES) < 0) yield undefined;
  }
  rawSet(args.machine, table, end, undefined);
  return [removed];
}
