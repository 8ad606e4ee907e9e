/**
 * The library "cmsgpack".
 * @see https://github.com/msgpack/msgpack/blob/master/spec.md
 */
import { library, type Arguments } from "../lua/lib/arguments.ts";
import { MAX_VALUES } from "../lua/instructions.ts";
import type { LuaMachine } from "../lua/machine.ts";
import { LuaTable, TABLE_BYTES } from "../lua/table.ts";
import { started, type LuaValue, type TaskSteps } from "../lua/values.ts";
import { cut, TEXT_BYTES, TextBuilder } from "../text.ts";
import { floatBytes } from "./floatBytes.ts";

/** Tables nested more deeply are packed as nil, so that one that holds itself has an end. */
const MAX_NESTING = 16;
/** Entries that are counted between two looks at the budget. */
const PIECE_ENTRIES = 1024;

export function messagePackLibrary(): LuaTable {
  const table = library({
    pack: (args) => {
      if (args.count === 0) args.refuse(0, "MessagePack pack needs input.");
      return started(packAll(args));
    },
    unpack: (args) => started(unpackValues(args, 0, 0)),
    unpack_one: (args) => started(unpackValues(args, 1, args.integerOr(2, 0))),
    unpack_limit: (args) => started(unpackValues(args, args.integer(2), args.integerOr(3, 0))),
  });
  table.set("_NAME", "cmsgpack");
  table.set("_VERSION", "lua-cmsgpack 0.4.0");
  table.set("_DESCRIPTION", "MessagePack C implementation for Lua");
  return table;
}

/** What may pause between its parts. */
type Steps<Result> = Generator<undefined, Result>;

function* packAll(args: Arguments): TaskSteps {
  const packer = new Packer(args.machine);
  for (const value of args.values) yield* packer.pack(value, 0);
  return [packer.result.text];
}

class Packer {
  readonly result: TextBuilder;
  private readonly machine: LuaMachine;

  constructor(machine: LuaMachine) {
    this.machine = machine;
    this.result = new TextBuilder(machine);
  }

  *pack(value: LuaValue, level: number): Steps<void> {
    if (value instanceof LuaTable && level < MAX_NESTING) yield* this.table(value, level);
    else this.result.add(packScalar(value));
  }

  private *table(table: LuaTable, level: number): Steps<void> {
    let largest = 0;
    let count = 0;
    let isArray = true;
    for (const [key] of table.entries()) {
      count++;
      if (typeof key !== "number" || key <= 0 || !Number.isInteger(key)) isArray = false;
      else largest = Math.max(largest, key);
      if (count % PIECE_ENTRIES === 0 && (this.machine.budget -= PIECE_ENTRIES) < 0) {
        yield undefined;
      }
    }
    if (isArray && largest === count) {
      this.result.add(head(largest, [0x90, 15], [undefined, 0xdc, 0xdd]));
      for (let place = 1; place <= largest; place++) {
        const item = table.get(place);
        if (item instanceof LuaTable) yield* this.pack(item, level + 1);
        else this.result.add(packScalar(item));
        if (--this.machine.budget < 0) yield undefined;
      }
      return;
    }
    this.result.add(head(count, [0x80, 15], [undefined, 0xde, 0xdf]));
    for (const [key, item] of table.entries()) {
      yield* this.pack(key, level + 1);
      yield* this.pack(item, level + 1);
      if (--this.machine.budget < 0) yield undefined;
    }
  }
}

function packScalar(value: LuaValue): string {
  if (typeof value === "string") return head(value.length, [0xa0, 31], [0xd9, 0xda, 0xdb]) + value;
  if (typeof value === "boolean") return value ? "\u00c3" : "\u00c2";
  return typeof value === "number" ? packNumber(value) : "\u00c0";
}

/** A count in the shortest form: in the mark itself up to a limit, else behind a mark for 8, 16 or 32 bits. */
function head(
  count: number,
  [fixed, most]: readonly [number, number],
  [in8, in16, in32]: readonly [number | undefined, number, number],
): string {
  if (count <= most) return big(fixed | count, 1);
  if (count <= 0xff && in8 !== undefined) return big(in8, 1) + big(count, 1);
  return count <= 0xffff ? big(in16, 1) + big(count, 2) : big(in32, 1) + big(count, 4);
}

/** The lowest `bytes` bytes of a whole number, the highest of them first. */
function big(value: number, bytes: 1 | 2 | 4): string {
  let text = "";
  for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    text += String.fromCharCode((value >>> shift) & 255);
  }
  return text;
}

function packNumber(value: number): string {
  if (!Number.isInteger(value) || value >= 2 ** 63 || value < -(2 ** 63)) {
    // Redis asks whether a float is equal to the number, which NaN is to nothing.
    const isShort = Math.fround(value) === value;
    return big(isShort ? 0xca : 0xcb, 1) + floatBytes(value, isShort ? 4 : 8, true);
  }
  if (value >= 0) {
    if (value <= 0x7f) return big(value, 1);
    if (value <= 0xff) return big(0xcc, 1) + big(value, 1);
    if (value <= 0xffff) return big(0xcd, 1) + big(value, 2);
    return value <= 0xffffffff ? big(0xce, 1) + big(value, 4) : big(0xcf, 1) + wide(value);
  }
  if (value >= -32) return big(value, 1);
  if (value >= -0x80) return big(0xd0, 1) + big(value, 1);
  if (value >= -0x8000) return big(0xd1, 1) + big(value, 2);
  return value >= -0x80000000 ? big(0xd2, 1) + big(value, 4) : big(0xd3, 1) + wide(value);
}

/** 64 bits. */
function wide(value: number): string {
  const bits = BigInt.asUintN(64, BigInt(value));
  return big(Number(bits >> 32n), 4) + big(Number(bits & 0xffffffffn), 4);
}

/** Of a 64-bit number Redis shows 32 bits here. */
function lowestBits(value: number): number {
  return Number(BigInt.asIntN(32, BigInt(value)));
}

function* unpackValues(args: Arguments, limit: number, offset: number): TaskSteps {
  const text = args.text(1);
  const { machine } = args;
  if (offset < 0 || limit < 0) {
    machine.fail(
      `Invalid request to unpack with offset of ${lowestBits(offset)} and limit of ${text.length}.`,
    );
  }
  if (offset > text.length) {
    machine.fail(`Start offset ${lowestBits(offset)} greater than input length ${text.length}.`);
  }
  const most = limit === 0 && offset === 0 ? Infinity : limit;
  const reader = new Reader(args, text, offset);
  const values: LuaValue[] = [];
  while (!reader.isAtEnd && values.length < most) {
    if (values.length >= MAX_VALUES)
      machine.fail("too many return values at once; use unpack_one or unpack_limit instead.");
    values.push(yield* reader.value(0));
  }
  return most === Infinity ? values : [reader.isAtEnd ? -1 : reader.at, ...values];
}

/** Deepest nesting of what is unpacked: the stack of C bears about as much. */
const MAX_UNPACKED_NESTING = 4000;

class Reader {
  at: number;
  private readonly args: Arguments;
  private readonly text: string;
  /** What was made so far. */
  private madeBytes = 0;

  constructor(args: Arguments, text: string, at: number) {
    this.args = args;
    this.text = text;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  // oxlint-disable-next-line complexity -- one case a format
  *value(depth: number): Steps<LuaValue> {
    if (--this.args.machine.budget < 0) yield undefined;
    if (depth > MAX_UNPACKED_NESTING) this.args.machine.fail("stack overflow");
    const mark = this.number(1);
    if (mark < 0x80) return mark;
    if (mark >= 0xe0) return mark - 0x100;
    if ((mark & 0xe0) === 0xa0) return this.bytes(mark & 0x1f);
    if ((mark & 0xf0) === 0x90) return yield* this.array(mark & 0xf, depth);
    if ((mark & 0xf0) === 0x80) return yield* this.map(mark & 0xf, depth);
    switch (mark) {
      case 0xc0:
        return undefined;
      case 0xc2:
      case 0xc3:
        return mark === 0xc3;
      case 0xca:
        return this.float(4);
      case 0xcb:
        return this.float(8);
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.number(2 ** (mark - 0xcc));
      case 0xcf:
        return Number((BigInt(this.number(4)) << 32n) | BigInt(this.number(4)));
      case 0xd0:
        return (this.number(1) << 24) >> 24;
      case 0xd1:
        return (this.number(2) << 16) >> 16;
      case 0xd2:
        return this.number(4) | 0;
      case 0xd3:
        return Number(BigInt.asIntN(64, (BigInt(this.number(4)) << 32n) | BigInt(this.number(4))));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.bytes(this.number(2 ** (mark - 0xd9)));
      case 0xdc:
      case 0xdd:
        return yield* this.array(this.number(mark === 0xdc ? 2 : 4), depth);
      case 0xde:
      case 0xdf:
        return yield* this.map(this.number(mark === 0xde ? 2 : 4), depth);
      default:
        return this.args.machine.fail("Bad data format in input.");
    }
  }

  private *array(count: number, depth: number): Steps<LuaTable> {
    const table = new LuaTable();
    this.count(TABLE_BYTES);
    for (let place = 1; place <= count; place++) {
      const value = yield* this.value(depth + 1);
      this.count(table.set(place, value));
    }
    return table;
  }

  private *map(count: number, depth: number): Steps<LuaTable> {
    const table = new LuaTable();
    this.count(TABLE_BYTES);
    for (let index = 0; index < count; index++) {
      const key = yield* this.value(depth + 1);
      const value = yield* this.value(depth + 1);
      if (key === undefined) this.args.machine.fail("table index is nil");
      if (typeof key === "number" && Number.isNaN(key))
        this.args.machine.fail("table index is NaN");
      this.count(table.set(key, value));
    }
    return table;
  }

  private count(bytes: number): void {
    this.madeBytes += bytes;
    this.args.machine.charge(bytes, this.madeBytes);
  }

  private bytes(count: number): string {
    const text = cut(this.text, this.at, this.need(count));
    this.at += count;
    this.count(TEXT_BYTES + count);
    return text;
  }

  /** An unsigned number of `count` bytes, the highest first. */
  private number(count: number): number {
    const end = this.need(count);
    let value = 0;
    for (; this.at < end; this.at++) value = value * 256 + this.text.charCodeAt(this.at);
    return value;
  }

  private float(count: 4 | 8): number {
    const view = new DataView(new ArrayBuffer(count));
    const bytes = this.bytes(count);
    for (let index = 0; index < count; index++) view.setUint8(index, bytes.charCodeAt(index));
    return count === 4 ? view.getFloat32(0) : view.getFloat64(0);
  }

  /** Where `count` more bytes end. */
  private need(count: number): number {
    if (this.at + count > this.text.length) this.args.machine.fail("Missing bytes in input.");
    return this.at + count;
  }
}
