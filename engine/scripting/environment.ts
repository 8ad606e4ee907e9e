/** The world that scripts see: the sandbox's functions and libraries, all of it locked against change. */
import { openBase } from "./lua/lib/base.ts";
import { openDeprecated } from "./lua/lib/deprecated.ts";
import { mathLibrary } from "./lua/lib/math.ts";
import { native } from "./lua/lib/arguments.ts";
import { Random48 } from "./lua/lib/random48.ts";
import { openString } from "./lua/lib/string.ts";
import { tableLibrary } from "./lua/lib/tables.ts";
import { LuaMachine } from "./lua/machine.ts";
import { shown, toText } from "./lua/operations.ts";
import { LuaTable } from "./lua/table.ts";
import { errorOf } from "./redisApi.ts";
import { bitLibrary } from "./libraries/bit.ts";
import { jsonLibrary } from "./libraries/cjson.ts";
import { messagePackLibrary } from "./libraries/cmsgpack.ts";
import { structLibrary } from "./libraries/struct.ts";

/**
 * @param redis - the table "redis"
 * @param hasDeprecated - with setfenv, getfenv and newproxy
 */
export function makeMachine(redis: LuaTable, hasDeprecated = false): LuaMachine {
  const machine = new LuaMachine();
  const { globals } = machine;
  openBase(machine);
  if (hasDeprecated) openDeprecated(machine);
  openString(machine);
  globals.set("table", tableLibrary());
  globals.set("math", mathLibrary(new Random48()));
  globals.set("bit", bitLibrary());
  globals.set("cjson", jsonLibrary());
  globals.set("cmsgpack", messagePackLibrary());
  globals.set("struct", structLibrary());
  globals.set("redis", redis);
  // Redis's own handler of errors is a global there.
  globals.set(
    "__redis__err__handler",
    native("__redis__err__handler", (args) => {
      const value = args.at(1);
      return value instanceof LuaTable ? value : errorOf(shown(args.machine, value));
    }),
  );
  globals.metatable = missingGlobals();
  lock(globals, new Set());
  if (machine.stringMetatable !== undefined) lock(machine.stringMetatable, new Set());
  // pcall shows errors of commands as their text, as it did before they were tables; of another table Redis leaves the field behind it.
  machine.caught = (value) => {
    if (!(value instanceof LuaTable)) return [value];
    const error = value.get("err");
    return toText(error) === undefined ? [value, error] : [error];
  };
  return machine;
}

/** The metatable of a table in which nothing may be looked for that is not there. */
export function missingGlobals(): LuaTable {
  const metatable = new LuaTable();
  metatable.set(
    "__index",
    native("__index", (args) =>
      args.machine.fail(
        `Script attempted to access nonexistent global variable '${shown(args.machine, args.at(2))}'`,
      ),
    ),
  );
  metatable.isReadOnly = true;
  return metatable;
}

/** A table and all tables that it leads to. */
function lock(table: LuaTable, seen: Set<LuaTable>): void {
  if (seen.has(table)) return;
  seen.add(table);
  table.isReadOnly = true;
  if (table.metatable !== undefined) lock(table.metatable, seen);
  for (const [, value] of table.entries()) if (value instanceof LuaTable) lock(value, seen);
}
