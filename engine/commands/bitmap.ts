/** Strings as rows of bits, the highest bit of the first byte first. BITFIELD has a file of its own. */
import { latin1Bytes } from "../bytes/latin1.ts";
import { NEVER } from "../keyspace/keyspace.ts";
import type { StringValue } from "../keyspace/value.ts";
import { ByteString, isShared } from "../keyspace/values/byteString.ts";
import { errors } from "../resp/replies.ts";
import { combineBits, countBits, findBit, type BitOperation } from "../structures/bits.ts";
import { parseBigInteger } from "../structures/integerText.ts";
import { WRONG_TYPE, type CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { integerArgument, isGreater } from "./numbers.ts";

const badOffset = "ERR bit offset is not an integer or out of range";

/**
 * SETBIT key offset value
 * Replies: integer, the bit before; -ERR bit offset or bit out of range, -WRONGTYPE. Record: setRange of the byte, if it changes.
 * @see https://redis.io/docs/latest/commands/setbit/
 */
export function setbit(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", offsetText = ""] = argv;
  const offset = bitOffset(context, offsetText, undefined);
  if (offset === undefined) return;
  const bit = integerArgument(context, argv[3] ?? "", badBit);
  if (bit === undefined) return;
  if (bit !== 0 && bit !== 1) return context.fail(badBit);
  const value = context.typed(key, "string");
  if (value === WRONG_TYPE) return;
  const at = Math.floor(offset / 8);
  const byte = value === undefined ? 0 : byteOf(value, at);
  const mask = 0x80 >> (offset & 7);
  const before = (byte & mask) === 0 ? 0 : 1;
  if (value === undefined || at >= value.length || bit !== before) {
    context.setRange(key, at, String.fromCharCode(bit === 1 ? byte | mask : byte & ~mask));
    context.notify(notice.string, "setbit", key);
  } else if (isShared(value)) {
    context.unshare(key);
  }
  context.reply.integer(before);
}

const badBit = "ERR bit is not an integer or out of range";

/**
 * GETBIT key offset
 * Replies: integer, 0 behind the end; -ERR bit offset out of range, -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/getbit/
 */
export function getbit(context: CommandContext, argv: readonly string[]): void {
  const offset = bitOffset(context, argv[2] ?? "", undefined);
  if (offset === undefined) return;
  const value = context.typed(argv[1] ?? "", "string") ?? "";
  if (value === WRONG_TYPE) return;
  const byte = byteOf(value, Math.floor(offset / 8));
  context.reply.integer((byte & (0x80 >> (offset & 7))) === 0 ? 0 : 1);
}

/**
 * BITCOUNT key [start end [BYTE|BIT]]
 * Replies: integer, the bits that are set; -ERR not an integer, -ERR syntax error, -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/bitcount/
 */
export function bitcount(context: CommandContext, argv: readonly string[]): void {
  const value = context.typed(argv[1] ?? "", "string");
  if (value === WRONG_TYPE) return;
  if (value === undefined) return context.reply.integer(0);
  if (argv.length === 3 || argv.length > 5) return context.fail(errors.syntax);
  if (argv.length === 2) return replyCount(context, value, 0, value.length * 8);
  const [, , startText = "", endText = "", unitText] = argv;
  const start = integerArgument(context, startText);
  if (start === undefined) return;
  const end = integerArgument(context, endText);
  if (end === undefined) return;
  if (start < 0 && end < 0 && isGreater(startText, endText)) return context.reply.integer(0);
  const unitBits = bitsOfUnit(unitText);
  if (unitBits === undefined) return context.fail(errors.syntax);
  const [startBit, endBit] = bitRange(value, start, end, unitBits);
  replyCount(context, value, startBit, endBit);
}

function replyCount(
  context: CommandContext,
  value: StringValue,
  startBit: number,
  endBit: number,
): void {
  if (startBit >= endBit) return context.reply.integer(0);
  const firstByte = Math.floor(startBit / 8);
  const bytes = bytesOf(value, firstByte, Math.ceil(endBit / 8));
  context.reply.integer(countBits(bytes, startBit - firstByte * 8, endBit - firstByte * 8));
}

/**
 * BITPOS key bit [start [end [BYTE|BIT]]]
 * Replies: integer, where the first bit of this value is, -1 if nowhere; behind a string without a given end lie zeros; -ERR not
 * an integer, -ERR syntax error, -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/bitpos/
 */
export function bitpos(context: CommandContext, argv: readonly string[]): void {
  const bit = integerArgument(context, argv[2] ?? "");
  if (bit === undefined) return;
  if (bit !== 0 && bit !== 1) return context.fail("ERR The bit argument must be 1 or 0.");
  const value = context.typed(argv[1] ?? "", "string");
  if (value === WRONG_TYPE) return;
  if (value === undefined) return context.reply.integer(bit === 1 ? -1 : 0);
  if (argv.length > 6) return context.fail(errors.syntax);
  const [, , , startText = "0", endText, unitText] = argv;
  const start = integerArgument(context, startText);
  if (start === undefined) return;
  const unitBits = bitsOfUnit(unitText);
  if (unitBits === undefined) return context.fail(errors.syntax);
  const end = endText === undefined ? value.length : integerArgument(context, endText);
  if (end === undefined) return;
  const [startBit, endBit] = bitRange(value, start, end, unitBits);
  if (startBit >= endBit) return context.reply.integer(-1);
  const firstByte = Math.floor(startBit / 8);
  const bytes = bytesOf(value, firstByte, Math.ceil(endBit / 8));
  const found = findBit(bytes, bit, startBit - firstByte * 8, endBit - firstByte * 8);
  if (found >= 0) return context.reply.integer(firstByte * 8 + found);
  context.reply.integer(bit === 0 && endText === undefined ? value.length * 8 : -1);
}

/**
 * BITOP AND|OR|XOR|NOT destkey key [key …]
 * Replies: integer, the length of the result, that of the longest source; -ERR syntax error, -WRONGTYPE. Record: set of the
 * result without deadline, or delete of what was there if all sources are empty.
 * @see https://redis.io/docs/latest/commands/bitop/
 */
export function bitop(context: CommandContext, argv: readonly string[]): void {
  const [, word = "", destination = ""] = argv;
  const operation = operationNamed(word);
  if (operation === undefined) return context.fail(errors.syntax);
  if (operation === "not" && argv.length !== 4) {
    return context.fail("ERR BITOP NOT must be called with a single source key.");
  }
  const sources: Uint8Array[] = [];
  for (let index = 3; index < argv.length; index++) {
    const value = context.typed(argv[index] ?? "", "string") ?? "";
    if (value === WRONG_TYPE) return;
    sources.push(bytesOf(value, 0, value.length));
  }
  const result = combineBits(operation, sources);
  if (result.length > 0) {
    context.expireDue(destination);
    context.set(destination, ByteString.of(result), NEVER);
    context.notify(notice.string, "set", destination);
  } else if (context.delete(destination)) {
    context.notify(notice.generic, "del", destination);
  }
  context.reply.integer(result.length);
}

function operationNamed(word: string): BitOperation | undefined {
  const name = word.toLowerCase();
  return name === "and" || name === "or" || name === "xor" || name === "not" ? name : undefined;
}

/**
 * An offset in bits, which must lie in a string that may be. With `fieldBits`, "#3" means the fourth field of so many bits.
 * Failures are answered.
 */
export function bitOffset(
  context: CommandContext,
  text: string,
  fieldBits: number | undefined,
): number | undefined {
  const counts = fieldBits !== undefined && text.startsWith("#");
  const exact = parseBigInteger(counts ? text.slice(1) : text);
  const offset =
    exact === undefined || !counts ? exact : BigInt.asIntN(64, exact * BigInt(fieldBits));
  if (offset !== undefined && offset >= 0n && offset >> 3n < context.settings.longestStringBytes) {
    return Number(offset);
  }
  context.fail(badOffset);
  return undefined;
}

/** Bits a unit of a range: of BYTE, which is meant if none is given, or BIT; undefined if it is neither. */
function bitsOfUnit(word: string | undefined): 8 | 1 | undefined {
  if (word === undefined) return 8;
  const name = word.toLowerCase();
  if (name === "byte") return 8;
  return name === "bit" ? 1 : undefined;
}

/** From a range that may count from the end, and includes it: where it begins and where it has ended, in bits. */
function bitRange(
  value: StringValue,
  start: number,
  end: number,
  unitBits: 8 | 1,
): [startBit: number, endBit: number] {
  const units = (value.length * 8) / unitBits;
  const first = Math.max(start < 0 ? units + start : start, 0);
  const last = Math.max(end < 0 ? units + end : end, 0);
  return [first * unitBits, (Math.min(last, units - 1) + 1) * unitBits];
}

/** 0 behind the end. */
export function byteOf(value: StringValue, at: number): number {
  if (typeof value !== "string") return value.byteAt(at);
  return at < value.length ? value.charCodeAt(at) : 0;
}

function bytesOf(value: StringValue, start: number, end: number): Uint8Array {
  if (typeof value !== "string") return value.bytes(start, end);
  return latin1Bytes(value.slice(start, end));
}
