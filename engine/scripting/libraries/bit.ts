/**
 * The library "bit": operations on 32 bits.
 * @see https://bitop.luajit.org/api.html
 */
import { library, type Arguments } from "../lua/lib/arguments.ts";
import type { LuaTable } from "../lua/table.ts";

/** Added to a number it leaves the number's whole part in the lowest bits, rounded to the nearest, an even one in the middle. */
const SHIFT = 2 ** 52 + 2 ** 51;

/** One double, and the 32-bit words that it is made of. */
const double = new DataView(new ArrayBuffer(8));

export function bitLibrary(): LuaTable {
  return library({
    tobit: (args) => bits(args, 1),
    bnot: (args) => ~bits(args, 1),
    band: (args) => folded(args, (left, right) => left & right),
    bor: (args) => folded(args, (left, right) => left | right),
    bxor: (args) => folded(args, (left, right) => left ^ right),
    lshift: (args) => bits(args, 1) << (bits(args, 2) & 31),
    rshift: (args) => (bits(args, 1) >>> (bits(args, 2) & 31)) | 0,
    arshift: (args) => bits(args, 1) >> (bits(args, 2) & 31),
    rol: (args) => rotated(bits(args, 1), bits(args, 2) & 31),
    ror: (args) => rotated(bits(args, 1), -bits(args, 2) & 31),
    bswap: (args) => {
      const value = bits(args, 1);
      return (value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);
    },
    tohex: (args) => {
      const value = bits(args, 1);
      const count = args.count < 2 ? 8 : bits(args, 2);
      const digits = Math.min(8, Math.abs(count));
      const text = (value >>> 0)
        .toString(16)
        .padStart(8, "0")
        .slice(8 - digits);
      return count < 0 ? text.toUpperCase() : text;
    },
  });
}

/** The lowest 32 bits; of a number beyond 2^51 those that its sum with `SHIFT` happens to have. */
function bits(args: Arguments, place: number): number {
  double.setFloat64(0, args.number(place) + SHIFT);
  return double.getInt32(4);
}

function folded(args: Arguments, combine: (left: number, right: number) => number): number {
  let value = bits(args, 1);
  for (let place = args.count; place > 1; place--) value = combine(value, bits(args, place));
  return value;
}

function rotated(value: number, by: number): number {
  return (value << by) | (value >>> (-by & 31));
}
