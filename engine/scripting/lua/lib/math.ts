/**
 * The library "math". random and randomseed are the host's: their numbers must be the same everywhere.
 * @see https://www.lua.org/manual/5.1/manual.html#5.6
 */
import { power } from "../operations.ts";
import type { LuaTable } from "../table.ts";
import type { LuaValue } from "../values.ts";
import { library, type Arguments } from "./arguments.ts";
import { Random48 } from "./random48.ts";

type Function1 = (value: number) => number;

const PLAIN: Readonly<Record<string, Function1>> = {
  abs: Math.abs,
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (value) => value / (Math.PI / 180),
  exp: Math.exp,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  rad: (value) => value * (Math.PI / 180),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

export function mathLibrary(random: Random48): LuaTable {
  const table = library({
    ...Object.fromEntries(
      Object.entries(PLAIN).map(([name, apply]) => [
        name,
        (args: Arguments) => apply(args.number(1)),
      ]),
    ),
    atan2: (args) => ofTwo(args, Math.atan2),
    fmod: (args) => ofTwo(args, (value, by) => value % by),
    frexp: (args) => frexp(args.number(1)),
    ldexp: (args) => {
      const exponent = args.int(2);
      return args.number(1) * 2 ** exponent;
    },
    max: (args) => extreme(args, (value, best) => value > best),
    min: (args) => extreme(args, (value, best) => value < best),
    modf: (args) => {
      const value = args.number(1);
      const whole = Math.trunc(value);
      const part = Math.abs(value) === Infinity ? 0 : value - whole;
      return [whole, part === 0 && (value < 0 || Object.is(value, -0)) ? -0 : part];
    },
    pow: (args) => ofTwo(args, power),
    random: (args) => drawn(args, random.next()),
    randomseed: (args) => {
      random.seed(args.int(1));
      return [];
    },
  });
  table.set("mod", table.get("fmod"));
  table.set("pi", Math.PI);
  table.set("huge", Number.POSITIVE_INFINITY);
  return table;
}

/** C looks at the second argument first. */
function ofTwo(args: Arguments, combine: (first: number, second: number) => number): number {
  const second = args.number(2);
  return combine(args.number(1), second);
}

function extreme(args: Arguments, isBetter: (value: number, best: number) => boolean): number {
  let best = args.number(1);
  for (let place = 2; place <= args.count; place++) {
    const value = args.number(place);
    if (isBetter(value, best)) best = value;
  }
  return best;
}

function frexp(value: number): readonly LuaValue[] {
  if (value === 0 || !Number.isFinite(value)) return [value, 0];
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(value))) + 1);
  let fraction = value * 2 ** -exponent;
  while (Math.abs(fraction) < 0.5) {
    fraction *= 2;
    exponent--;
  }
  while (Math.abs(fraction) >= 1) {
    fraction /= 2;
    exponent++;
  }
  return [fraction, exponent];
}

function drawn(args: Arguments, fraction: number): LuaValue {
  switch (args.count) {
    case 0:
      return fraction;
    case 1: {
      const last = args.int(1);
      if (last < 1) args.refuse(1, "interval is empty");
      return Math.floor(fraction * last) + 1;
    }
    case 2: {
      const first = args.int(1);
      const last = args.int(2);
      if (first > last) args.refuse(2, "interval is empty");
      return Math.floor(fraction * (last - first + 1)) + first;
    }
    default:
      return args.machine.fail("wrong number of arguments");
  }
}
