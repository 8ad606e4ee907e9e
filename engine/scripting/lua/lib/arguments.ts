/** What functions of the host are given: checked as Lua's own libraries check it. */
import type { LuaMachine } from "../machine.ts";
import { toNumber, toText, typeOf } from "../operations.ts";
import { LuaTable } from "../table.ts";
import { Native, type LuaFunction, type LuaValue, type Results } from "../values.ts";

/** The arguments of one call of a function of the host. Places count from 1. */
export class Arguments {
  readonly values: readonly LuaValue[];
  readonly machine: LuaMachine;

  constructor(values: readonly LuaValue[], machine: LuaMachine) {
    this.values = values;
    this.machine = machine;
  }

  get count(): number {
    return this.values.length;
  }

  at(place: number): LuaValue {
    return this.values[place - 1];
  }

  /** "bad argument #1 to 'insert' (table expected, got nil)" */
  refuse(place: number, why: string): never {
    return this.machine.refuseArgument(place, why);
  }

  any(place: number): LuaValue {
    if (place > this.count) this.refuse(place, "value expected");
    return this.at(place);
  }

  table(place: number): LuaTable {
    const value = this.at(place);
    return value instanceof LuaTable ? value : this.refuseType(place, "table");
  }

  function(place: number): LuaFunction {
    const value = this.at(place);
    if (typeOf(value) !== "function") this.refuseType(place, "function");
    return value as LuaFunction;
  }

  number(place: number): number {
    return toNumber(this.at(place)) ?? this.refuseType(place, "number");
  }

  numberOr(place: number, otherwise: number): number {
    return this.at(place) === undefined ? otherwise : this.number(place);
  }

  /** A whole number of 64 bits: the fraction is cut off. */
  integer(place: number): number {
    return cut(this.number(place));
  }

  /** The lowest 32 bits of one, with their sign: what C's Lua keeps where it declares an int. */
  int(place: number): number {
    const value = this.integer(place);
    return value === -TWO_TO_63 ? 0 : value | 0;
  }

  intOr(place: number, otherwise: number): number {
    return this.at(place) === undefined ? otherwise : this.int(place);
  }

  integerOr(place: number, otherwise: number): number {
    return this.at(place) === undefined ? otherwise : this.integer(place);
  }

  text(place: number): string {
    return toText(this.at(place)) ?? this.refuseType(place, "string");
  }

  textOr(place: number, otherwise: string): string {
    return this.at(place) === undefined ? otherwise : this.text(place);
  }

  /** As C's Lua takes what need not be a number (lua_tonumber) and casts it to an int: what does not fit is the lowest there is. */
  castInt(place: number): number {
    const value = Math.trunc(toNumber(this.at(place)) ?? 0);
    return value === (value | 0) ? value | 0 : -(2 ** 31);
  }

  private refuseType(place: number, expected: string): never {
    const got = place > this.count ? "no value" : typeOf(this.at(place));
    return this.refuse(place, `${expected} expected, got ${got}`);
  }
}

/** A function of the host whose arguments are checked. */
export function native(name: string, body: (args: Arguments) => Results): Native {
  return new Native(name, (values, machine) => body(new Arguments(values, machine)));
}

/** A library: its functions by name. */
export function library(
  functions: Readonly<Record<string, (args: Arguments) => Results>>,
): LuaTable {
  const table = new LuaTable();
  for (const [name, body] of Object.entries(functions)) table.set(name, native(name, body));
  return table;
}

const TWO_TO_63 = 2 ** 63;

/** As C casts a double to a 64-bit integer on x86: what does not fit is the lowest there is. */
function cut(value: number): number {
  return Math.abs(value) < TWO_TO_63 ? Math.trunc(value) + 0 : -TWO_TO_63;
}
