/**
 * The basic functions that a sandbox may have.
 * @see https://www.lua.org/manual/5.1/manual.html#5.1
 */
import { TextBuilder } from "../../text.ts";
import { LuaError, LuaSyntaxError } from "../errors.ts";
import { MAX_VALUES } from "../instructions.ts";
import type { LuaMachine } from "../machine.ts";
import { THREAD_BYTES } from "../memory.ts";
import { isFunction, metamethod, rawSet, shown, toNumber, toText, typeOf } from "../operations.ts";
import { LuaTable } from "../table.ts";
import { Thread } from "../thread.ts";
import {
  Closure,
  HostCall,
  Native,
  isTrue,
  started,
  type LuaFunction,
  type LuaValue,
  type TaskSteps,
} from "../values.ts";
import { Arguments, library } from "./arguments.ts";

const DIGITS = /^[ \t\n\v\f\r]*([+-]?)(?:0[xX](?=[\da-zA-Z]))?([\da-zA-Z]+)[ \t\n\v\f\r]*$/;
const PLAIN_DIGITS = /^[ \t\n\v\f\r]*([+-]?)([\da-zA-Z]+)[ \t\n\v\f\r]*$/;

export function openBase(machine: LuaMachine): void {
  const { globals } = machine;
  for (const [name, value] of functions().entries()) globals.set(name, value);
  globals.set("_G", globals);
  globals.set("_VERSION", "Lua 5.1");
  for (const control of ["pcall", "xpcall"] as const) {
    globals.set(control, new Native(control, controlled, control));
  }
  globals.set("coroutine", coroutines());
}

/** The machine carries these out itself. */
function controlled(): never {
  throw new Error("a function that controls what runs was called as a plain one");
}

function functions(): LuaTable {
  const next = new Native("next", nextEntry, "next");
  const step = new Native("ipairs", nextPlace, "ipairs");
  const table = library({
    assert: (args) => {
      if (isTrue(args.any(1))) return args.values;
      return args.machine.fail(args.textOr(2, "assertion failed!"));
    },
    collectgarbage,
    error: raise,
    gcinfo: () => 0,
    getmetatable: (args) => {
      const metatable = args.machine.metatableOf(args.any(1));
      return metatable === undefined ? undefined : (metatable.get("__metatable") ?? metatable);
    },
    ipairs: (args) => [step, args.table(1), 0],
    load: (args) => {
      const name = args.textOr(2, "=(load)");
      return started(loadPieces(args, args.function(1), name));
    },
    loadstring: (args) => load(args, args.text(1), args.textOr(2, args.text(1))),
    pairs: (args) => [next, args.table(1), undefined],
    rawequal: (args) => {
      const value = args.any(1);
      return value === args.any(2);
    },
    rawget: (args) => args.table(1).get(args.any(2)),
    rawset: (args) => {
      rawSet(args.machine, args.table(1), args.any(2), args.any(3));
      return args.at(1);
    },
    select,
    setmetatable: setMetatable,
    tonumber: numberOf,
    tostring: (args) => {
      const value = args.any(1);
      const handler = metamethod(args.machine, value, "__tostring");
      if (handler === undefined) return shown(args.machine, value);
      return started(shownBy(args.machine, handler, value));
    },
    type: (args) => typeOf(args.any(1)),
    unpack,
  });
  table.set("next", next);
  return table;
}

function nextEntry(values: readonly LuaValue[], machine: LuaMachine): readonly LuaValue[] {
  const args = new Arguments(values, machine);
  const table = args.table(1);
  const key = args.at(2);
  if (!table.knows(key)) machine.raise("invalid key to 'next'");
  const entry: LuaValue[] = [];
  table.next(key, entry, 0);
  return entry[0] === undefined ? [undefined] : entry;
}

function nextPlace(values: readonly LuaValue[], machine: LuaMachine): readonly LuaValue[] {
  const args = new Arguments(values, machine);
  const place = args.integer(2) + 1;
  const value = args.table(1).get(place);
  return value === undefined ? [undefined] : [place, value];
}

/** There is nothing to tell of the host's memory: it would differ from run to run. */
function collectgarbage(args: Arguments): LuaValue {
  const options = ["stop", "restart", "collect", "count", "step", "setpause", "setstepmul"];
  const option = args.textOr(1, "collect");
  if (!options.includes(option)) args.refuse(1, `invalid option '${option}'`);
  return option === "step" ? true : 0;
}

function raise(args: Arguments): never {
  const value = args.at(1);
  const level = args.intOr(2, 1);
  const text = toText(value);
  throw new LuaError(text === undefined || level <= 0 ? value : args.machine.where(level) + text);
}

function load(args: Arguments, source: string, name: string): readonly LuaValue[] {
  try {
    if (source.startsWith("\u001b")) throw new LuaSyntaxError("attempt to load a binary chunk");
    const { machine } = args;
    return [machine.load(source, shownName(name), machine.thread.globals)];
  } catch (error) {
    if (!(error instanceof LuaSyntaxError)) throw error;
    return [undefined, error.message];
  }
}

function* loadPieces(args: Arguments, reader: LuaFunction, name: string): TaskSteps {
  const call = new HostCall(reader, []);
  const source = new TextBuilder(args.machine);
  for (;;) {
    const [piece] = yield call;
    if (piece === undefined || piece === "") break;
    if (typeof piece !== "string") return [undefined, "reader function must return a string"];
    source.add(piece);
  }
  return load(args, source.text, name);
}

function* shownBy(machine: LuaMachine, handler: LuaValue, value: LuaValue): TaskSteps {
  const [text] = yield new HostCall(handler, [value]);
  if (typeof text !== "string") machine.raise("'tostring' must return a string to 'print'");
  return [text];
}

/** How errors call a chunk: "=name" and "@file" without their mark, source text by its first line. */
function shownName(given: string): string {
  // A string of C ends at its first zero.
  const name = given.split("\0", 1)[0] ?? "";
  if (name.startsWith("=") || name.startsWith("@")) return name.slice(1, 61);
  const line = name.split(/[\n\r]/, 1)[0] ?? "";
  const room = 60 - '[string "..."]'.length - 1;
  const isWhole = line === name && line.length <= room;
  return isWhole ? `[string "${line}"]` : `[string "${line.slice(0, room)}..."]`;
}

function select(args: Arguments): LuaValue | readonly LuaValue[] {
  if (args.at(1) === "#") return args.count - 1;
  const place = args.int(1);
  if (place < 0) {
    if (args.count + place < 1) args.refuse(1, "index out of range");
    return args.values.slice(args.count + place);
  }
  if (place === 0) args.refuse(1, "index out of range");
  return args.values.slice(place);
}

function setMetatable(args: Arguments): LuaValue {
  const table = args.table(1);
  const metatable = args.at(2);
  if (args.count < 2 || (metatable !== undefined && !(metatable instanceof LuaTable))) {
    args.refuse(2, "nil or table expected");
  }
  if (table.metatable?.get("__metatable") !== undefined)
    args.machine.fail("cannot change a protected metatable");
  if (table.isReadOnly) args.machine.raise("Attempt to modify a readonly table");
  table.metatable = metatable;
  return table;
}

function numberOf(args: Arguments): LuaValue {
  const base = args.intOr(2, 10);
  if (base === 10) return toNumber(args.any(1));
  const text = args.text(1);
  if (base < 2 || base > 36) args.refuse(2, "base out of range");
  const match = (base === 16 ? DIGITS : PLAIN_DIGITS).exec(text);
  if (match === null) return undefined;
  let value = 0;
  for (const letter of match[2] as string) {
    const digit = Number.parseInt(letter, 36);
    if (digit >= base) return undefined;
    value = value * base + digit;
  }
  return match[1] === "-" ? -value : value;
}

function unpack(args: Arguments): readonly LuaValue[] {
  const table = args.table(1);
  const first = args.intOr(2, 1);
  const last = args.intOr(3, table.length);
  if (first > last) return [];
  if (last - first >= MAX_VALUES) args.machine.fail("too many results to unpack");
  const values: LuaValue[] = [];
  for (let place = first; place <= last; place++) values.push(table.get(place));
  return values;
}

function coroutines(): LuaTable {
  const table = library({
    create: (args) => newThread(args),
    running: (args) =>
      args.machine.thread.resumer === undefined ? undefined : args.machine.thread,
    status: (args) => {
      const thread = args.at(1);
      if (!(thread instanceof Thread)) return args.refuse(1, "coroutine expected");
      return thread.status;
    },
    wrap: (args) => new Native("wrap", controlled, "wrapped", newThread(args)),
  });
  for (const control of ["resume", "yield"] as const)
    table.set(control, new Native(control, controlled, control));
  return table;
}

function newThread(args: Arguments): Thread {
  const start = args.at(1);
  if (!isFunction(start) || !(start instanceof Closure))
    return args.refuse(1, "Lua function expected");
  args.machine.charge(THREAD_BYTES);
  return new Thread(args.machine.thread.globals, start);
}
