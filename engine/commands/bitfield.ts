/** BITFIELD: integers of any width in a string. */
import { latin1Of } from "../bytes/latin1.ts";
import type { StringValue } from "../keyspace/value.ts";
import { isShared } from "../keyspace/values/byteString.ts";
import { errors, printed } from "../resp/replies.ts";
import {
  FIELD_BYTES,
  fitted,
  given,
  readField,
  writeField,
  type FieldType,
  type Overflow,
} from "../structures/bitField.ts";
import { parseBigInteger, parseInteger } from "../structures/integerText.ts";
import { bitOffset, byteOf } from "./bitmap.ts";
import { WRONG_TYPE, type CommandContext } from "./context.ts";
import { notice } from "./notices.ts";

const badType =
  "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";

/** One operation on one field. */
interface Operation {
  readonly kind: "get" | "set" | "incrby";
  readonly type: FieldType;
  readonly offset: number;
  /** What is set, or added. */
  readonly operand: bigint;
  readonly overflow: Overflow;
}

/**
 * BITFIELD key [GET encoding offset | SET encoding offset value | INCRBY encoding offset increment | OVERFLOW WRAP|SAT|FAIL] …
 * Replies: array of integers, in the order of the operations: what was read, the value before a SET, the result of an INCRBY;
 * null where OVERFLOW FAIL forbade it; -ERR syntax error, -ERR for types, offsets and integers, -WRONGTYPE. Record: setRange of
 * the bytes of each field that changes, and of zeros up to the farthest field written.
 * @see https://redis.io/docs/latest/commands/bitfield/
 */
export function bitfield(context: CommandContext, argv: readonly string[]): void {
  const operations = parseOperations(context, argv);
  if (operations !== undefined) run(context, argv[1] ?? "", operations);
}

/**
 * BITFIELD_RO key [GET encoding offset …]
 * Replies: array of integers; -ERR for other operations; -ERR syntax error, -ERR for types and offsets, -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/bitfield_ro/
 */
export function bitfieldRo(context: CommandContext, argv: readonly string[]): void {
  const operations = parseOperations(context, argv);
  if (operations === undefined) return;
  if (operations.some(({ kind }) => kind !== "get")) {
    return context.fail("ERR BITFIELD_RO only supports the GET subcommand");
  }
  run(context, argv[1] ?? "", operations);
}

/** The request is one that may change fields, as far as COMMAND GETKEYSANDFLAGS looks. */
export function changesFields(argv: readonly string[]): boolean {
  let index = 2;
  while (index < argv.length) {
    const word = (argv[index] ?? "").toLowerCase();
    const left = argv.length - index - 1;
    if (word === "get" && left >= 2) index += 3;
    else if (word === "overflow" && left >= 1) index += 2;
    else return true;
  }
  return false;
}

function parseOperations(
  context: CommandContext,
  argv: readonly string[],
): readonly Operation[] | undefined {
  const operations: Operation[] = [];
  let overflow: Overflow = "wrap";
  let index = 2;
  while (index < argv.length) {
    const word = (argv[index] ?? "").toLowerCase();
    const left = argv.length - index - 1;
    if (word === "overflow" && left >= 1) {
      const named = overflowNamed(argv[index + 1] ?? "");
      if (named === undefined) return refuse(context, "ERR Invalid OVERFLOW type specified");
      overflow = named;
      index += 2;
    } else if ((word === "get" && left >= 2) || (isWriting(word) && left >= 3)) {
      const operation = parseOperation(context, word, argv, index + 1, overflow);
      if (operation === undefined) return undefined;
      operations.push(operation);
      index += word === "get" ? 3 : 4;
    } else {
      return refuse(context, errors.syntax);
    }
  }
  return operations;
}

function isWriting(word: string): word is "set" | "incrby" {
  return word === "set" || word === "incrby";
}

function parseOperation(
  context: CommandContext,
  kind: Operation["kind"],
  argv: readonly string[],
  from: number,
  overflow: Overflow,
): Operation | undefined {
  const type = typeNamed(argv[from] ?? "");
  if (type === undefined) return refuse(context, badType);
  const offset = bitOffset(context, argv[from + 1] ?? "", type.bits);
  if (offset === undefined) return undefined;
  const operand = kind === "get" ? 0n : parseBigInteger(argv[from + 2] ?? "");
  if (operand === undefined) return refuse(context, errors.notInteger);
  return { kind, type, offset, operand, overflow };
}

function refuse(context: CommandContext, error: string): undefined {
  context.fail(error);
  return undefined;
}

/** "i1" to "i64", "u1" to "u63". */
function typeNamed(text: string): FieldType | undefined {
  const isSigned = text.startsWith("i");
  if (!isSigned && !text.startsWith("u")) return undefined;
  const bits = parseInteger(printed(text.slice(1), Infinity));
  if (bits === undefined || bits < 1 || bits > (isSigned ? 64 : 63)) return undefined;
  return { isSigned, bits };
}

function overflowNamed(word: string): Overflow | undefined {
  switch (word.toLowerCase()) {
    case "wrap":
      return "wrap";
    case "sat":
      return "saturate";
    case "fail":
      return "fail";
    default:
      return undefined;
  }
}

function run(context: CommandContext, key: string, operations: readonly Operation[]): void {
  const isWriter = operations.some(({ kind }) => kind !== "get");
  context.looksToRead = !isWriter;
  const present = context.typed(key, "string");
  if (present === WRONG_TYPE) return;
  const lengthBefore = present?.length ?? 0;
  const neededBytes = isWriter ? Math.floor(lastBitOf(operations) / 8) + 1 : 0;
  const grows = neededBytes > lengthBefore;
  let hasChanged = false;
  // That a key is new is told before the reply, as Redis does, which makes the key first.
  const answers: (string | undefined)[] = [];
  for (const operation of operations) {
    // The first write may make another object of the value.
    const value = (context.keyspace.get(key) ?? "") as StringValue;
    const result = perform(context, key, value, operation);
    answers.push(result === undefined ? undefined : String(result.answer));
    if (result !== undefined && operation.kind !== "get") hasChanged ||= grows || result.hasChanged;
  }
  if (isWriter) makeRoom(context, key, neededBytes);
  const { reply } = context;
  reply.array(answers.length);
  for (const answer of answers) {
    if (answer === undefined) reply.null();
    else reply.integerText(answer);
  }
  if (hasChanged) context.notify(notice.string, "setbit", key);
}

/** The last bit that is written. */
function lastBitOf(operations: readonly Operation[]): number {
  let last = 0;
  for (const { kind, offset, type } of operations) {
    if (kind !== "get") last = Math.max(last, offset + type.bits - 1);
  }
  return last;
}

/** What is written makes a string so long, and one that can be changed in place, even if no bit is another than before. */
function makeRoom(context: CommandContext, key: string, neededBytes: number): void {
  const value = (context.keyspace.get(key) ?? "") as StringValue;
  if (value.length < neededBytes) context.setRange(key, neededBytes - 1, "\0");
  else if (isShared(value)) context.unshare(key);
}

/** Undefined: OVERFLOW FAIL forbade it. `value` is changed in place if the operation writes. */
function perform(
  context: CommandContext,
  key: string,
  value: StringValue,
  { kind, type, offset, operand, overflow }: Operation,
): { readonly answer: bigint; readonly hasChanged: boolean } | undefined {
  const start = Math.floor(offset / 8);
  const shift = offset & 7;
  const window = new Uint8Array(FIELD_BYTES);
  for (let index = 0; index < FIELD_BYTES; index++) window[index] = byteOf(value, start + index);
  const before = readField(window, shift, type);
  if (kind === "get") return { answer: before, hasChanged: false };
  const isSet = kind === "set";
  const after = isSet ? given(operand, type, overflow) : fitted(before + operand, type, overflow);
  if (after === undefined) return undefined;
  const hasChanged = after !== before;
  if (hasChanged) {
    writeField(window, shift, type.bits, after);
    const touchedBytes = Math.ceil((shift + type.bits) / 8);
    context.setRange(key, start, latin1Of(window, 0, touchedBytes));
  }
  return { answer: isSet ? before : after, hasChanged };
}
