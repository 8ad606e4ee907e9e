/** HyperLogLogs: strings in a layout of their own (keyspace/hyperLogLog/), byte for byte as Redis keeps them. */
import { HyperLogLog, isHyperLogLog } from "../keyspace/hyperLogLog/hyperLogLog.ts";
import {
  cardinalityOf,
  placeOf,
  REGISTER_VALUES,
  REGISTERS,
} from "../keyspace/hyperLogLog/registers.ts";
import type { StringValue } from "../keyspace/value.ts";
import { ByteString, isShared } from "../keyspace/values/byteString.ts";
import { WRONG_TYPE, type CommandContext } from "./context.ts";
import { notice } from "./notices.ts";

const notOne = "WRONGTYPE Key is not a valid HyperLogLog string value.";
const corrupt = "INVALIDOBJ Corrupted HLL object detected";

/**
 * PFADD key [element …]
 * Replies: integer, 1 if a register was raised or the key made; -WRONGTYPE, -INVALIDOBJ. Record: raise of those registers.
 * @see https://redis.io/docs/latest/commands/pfadd/
 */
export function pfadd(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const value = sketchOf(context, key);
  if (value === WRONG_TYPE) return;
  const sketch = value === undefined ? undefined : HyperLogLog.reading(value);
  const places: number[] = [];
  for (let index = 2; index < argv.length; index++) {
    const place = placeOf(argv[index] ?? "");
    const present = sketch === undefined ? 0 : sketch.register(place % REGISTERS);
    if (present === undefined && places.length === 0) {
      if (value !== undefined) unshare(context, key, value);
      return context.fail(corrupt);
    }
    if ((present ?? 0) < Math.floor(place / REGISTERS)) places.push(place);
  }
  if (value !== undefined && places.length === 0) {
    unshare(context, key, value);
    return context.reply.integer(0);
  }
  const { isCorrupt } = context.hyperLogLogs.raise(key, places);
  if (isCorrupt) return context.fail(corrupt);
  context.notify(notice.string, "pfadd", key);
  context.reply.integer(1);
}

/**
 * PFCOUNT key [key …]
 * Replies: integer, the approximate number of different elements of all; -WRONGTYPE, -INVALIDOBJ. Record: of a single key the
 * count, if it was not known, so that the next one is quick.
 * @see https://redis.io/docs/latest/commands/pfcount/
 */
export function pfcount(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 2) return countUnion(context, argv);
  const key = argv[1] ?? "";
  const value = sketchOf(context, key);
  if (value === WRONG_TYPE) return;
  if (value === undefined) return context.reply.integer(0);
  const sketch = HyperLogLog.reading(value);
  const known = sketch.countedBefore;
  if (known !== undefined) {
    unshare(context, key, value);
    return context.reply.integerText(known);
  }
  const cardinality = sketch.count();
  if (cardinality === undefined) {
    unshare(context, key, value);
    return context.fail(corrupt);
  }
  if (context.isPrimary) context.hyperLogLogs.count(key, cardinality);
  context.reply.integerText(String(cardinality));
}

/** One that a client wrote as a string shows in OBJECT ENCODING that it was touched as a HyperLogLog. */
function unshare(context: CommandContext, key: string, value: StringValue): void {
  if (context.isPrimary && isShared(value)) context.unshare(key);
}

function countUnion(context: CommandContext, argv: readonly string[]): void {
  const registers = new Uint8Array(REGISTERS);
  if (mergeAll(context, argv, registers) === undefined) return;
  const histogram = new Int32Array(REGISTER_VALUES);
  for (const value of registers) histogram[value] = (histogram[value] as number) + 1;
  context.reply.integerText(String(cardinalityOf(histogram)));
}

/**
 * PFMERGE destkey [sourcekey …]
 * Replies: OK; -WRONGTYPE, -INVALIDOBJ. Record: set of the result, deadline kept.
 * @see https://redis.io/docs/latest/commands/pfmerge/
 */
export function pfmerge(context: CommandContext, argv: readonly string[]): void {
  const key = argv[1] ?? "";
  const registers = new Uint8Array(REGISTERS);
  const isDense = mergeAll(context, argv, registers);
  if (isDense === undefined) return;
  const present = context.keyspace.get(key) as StringValue | undefined;
  const merged = present instanceof ByteString ? present.copy() : new ByteString(present ?? "");
  const limitBytes = context.keyspace.limits.hllSparseMaxBytes;
  HyperLogLog.edit(merged, (sketch) => {
    if (isDense) sketch.makeDense();
    for (const [register, rank] of registers.entries()) {
      if (rank > 0) sketch.raise(register, rank, limitBytes);
    }
    sketch.forgetCount();
  });
  context.set(key, merged, context.deadlineOf(key));
  context.notify(notice.string, "pfadd", key);
  context.ok();
}

/** Raises the registers to those of all keys. True if one of them is dense; undefined if one was refused, which was answered. */
function mergeAll(
  context: CommandContext,
  argv: readonly string[],
  registers: Uint8Array,
): boolean | undefined {
  let isDense = false;
  for (let index = 1; index < argv.length; index++) {
    const value = sketchOf(context, argv[index] ?? "");
    if (value === WRONG_TYPE) return undefined;
    if (value === undefined) continue;
    const sketch = HyperLogLog.reading(value);
    isDense ||= sketch.isDense;
    if (!sketch.mergeInto(registers)) {
      context.fail(corrupt);
      return undefined;
    }
  }
  return isDense;
}

/**
 * PFDEBUG GETREG|DECODE|ENCODING|TODENSE key
 * Replies: the registers; the runs in text; the representation's name; 1 if it was made dense; -ERR for what it is not.
 * Record: makeDense (GETREG and TODENSE).
 * @see https://redis.io/docs/latest/commands/pfdebug/
 */
export function pfdebug(context: CommandContext, argv: readonly string[]): void {
  const [, word = "", key = ""] = argv;
  const value = sketchOf(context, key);
  if (value === WRONG_TYPE) return;
  if (value === undefined) return context.fail("ERR The specified key does not exist");
  const sketch = HyperLogLog.reading(value);
  unshare(context, key, value);
  switch (word.toLowerCase()) {
    case "getreg":
      return replyRegisters(context, key, sketch);
    case "decode":
      if (sketch.isDense) return context.fail("ERR HLL encoding is not sparse");
      return context.reply.bulk(sketch.runsText());
    case "encoding":
      return context.reply.simple(sketch.isDense ? "dense" : "sparse");
    case "todense": {
      const isSparse = !sketch.isDense;
      if (isSparse && !context.hyperLogLogs.makeDense(key)) return context.fail(corrupt);
      return context.reply.integer(isSparse ? 1 : 0);
    }
    default:
      return context.failQuoting("ERR Unknown PFDEBUG subcommand '", word, "'");
  }
}

function replyRegisters(context: CommandContext, key: string, sketch: HyperLogLog): void {
  const registers = new Uint8Array(REGISTERS);
  const isWhole = sketch.mergeInto(registers);
  if (!isWhole) return context.fail(corrupt);
  if (!sketch.isDense) context.hyperLogLogs.makeDense(key);
  context.reply.array(REGISTERS);
  for (const value of registers) context.reply.integer(value);
}

/** The value of a key that holds one. Others are answered. */
function sketchOf(
  context: CommandContext,
  key: string,
): StringValue | undefined | typeof WRONG_TYPE {
  const value = context.typed(key, "string");
  if (value === undefined || value === WRONG_TYPE || isHyperLogLog(value)) return value;
  context.fail(notOne);
  return WRONG_TYPE;
}
