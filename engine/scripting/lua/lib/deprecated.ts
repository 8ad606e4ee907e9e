/**
 * setfenv, getfenv and newproxy, which scripts have where `lua-enable-deprecated-api` is on. What setfenv(0, …) changes ends with the script, as
 * its stack does. Nothing is collected in a way that a script could tell: __gc is never called.
 * @see https://www.lua.org/manual/5.1/manual.html#pdf-setfenv
 */
import type { LuaMachine } from "../machine.ts";
import { PROXY_BYTES } from "../memory.ts";
import { LuaTable, TABLE_BYTES } from "../table.ts";
import { Closure, isTrue, Native, Userdata } from "../values.ts";
import { type Arguments, library } from "./arguments.ts";

export function openDeprecated(machine: LuaMachine): void {
  /** Metatables that proxies may share. */
  const ofProxies = new WeakSet<LuaTable>();
  const functions = library({
    getfenv: (args) => {
      const found = given(args, (place) => args.intOr(place, 1));
      return found instanceof Closure ? found.globals : args.machine.thread.globals;
    },
    setfenv: (args) => {
      const globals = args.table(2);
      const found = given(args, (place) => args.int(place));
      if (Number(args.at(1)) === 0) {
        args.machine.thread.globals = globals;
        return [];
      }
      if (!(found instanceof Closure)) {
        return args.machine.fail("'setfenv' cannot change environment of given object");
      }
      found.globals = globals;
      return found;
    },
    newproxy: (args) => newProxy(args, ofProxies),
  });
  for (const [name, value] of functions.entries()) machine.globals.set(name, value);
}

/** The Lua function that is given, by itself or by its level; undefined for one of the host. */
function given(args: Arguments, levelAt: (place: number) => number): Closure | undefined {
  const value = args.at(1);
  if (value instanceof Closure) return value;
  if (value instanceof Native) return undefined;
  const level = levelAt(1);
  if (level < 0) args.refuse(1, "level must be non-negative");
  const found = args.machine.atLevel(level) ?? args.refuse(1, "invalid level");
  if (found === "host") return undefined;
  if (found !== "tail call") return found.closure;
  return args.machine.fail(`no function environment for tail call at level ${level}`);
}

function newProxy(args: Arguments, ofProxies: WeakSet<LuaTable>): Userdata {
  const { machine } = args;
  const like = args.at(1);
  machine.charge(PROXY_BYTES);
  if (!isTrue(like)) return new Userdata(undefined);
  if (like === true) {
    machine.charge(TABLE_BYTES);
    const metatable = new LuaTable();
    ofProxies.add(metatable);
    return new Userdata(undefined, metatable);
  }
  const metatable = machine.metatableOf(like);
  if (metatable === undefined || !ofProxies.has(metatable)) {
    return args.refuse(1, "boolean or proxy expected");
  }
  return new Userdata(undefined, metatable);
}
