/**
 * The library "math". random and randomseed are the host's: their numbers must be the same everywhere.
 * @see https://www.lua.org/manual/5.1/manual.html#5.6
 */
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
    atan2: (args) => Math.atan2(args.number(1), args.number(2)),
    fmod: (args) => args.number(1) % args.number(2),
    frexp: (args) => frexp(args.number(1)),
    ldexp: (args) => args.number(1) * 2 ** args.int(2),
    max: (args) => extreme(args, (value, best) => value > best),
    min: (args) => extreme(args, (value, best) => value < best),
    modf: (args) => {
      const value = args.number(1);
      const whole = Math.trunc(value);
      return [whole, Math.abs(value) === Infinity ? 0 : value - whole];
    },
    pow: (args) => args.number(1) ** args.number(2),
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
