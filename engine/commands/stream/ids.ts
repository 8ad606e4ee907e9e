/** Arguments that are ids of stream entries, read as Redis reads them. Failures are answered and come back as undefined. */
import {
  GREATEST_ID,
  LEAST_ID,
  idAfter,
  idBefore,
  idOfWords,
  type StreamId,
} from "../../keyspace/values/streamId.ts";
import { parseBigInteger } from "../../structures/integerText.ts";
import type { CommandContext } from "../context.ts";

const WORD = 4294967296;
const MOST: bigint = 2n ** 64n - 1n;
/** Up to so many digits a number is exact as a double. */
const SAFE_DIGITS = 15;
const LONGEST_ID = 127;

/** An unsigned number of 64 bits in two halves. */
interface Number64 {
  readonly high: number;
  readonly low: number;
}

/** The id that XADD is asked to give, which may leave the sequence number open ("5-*"): `id` then has sequence 0. */
export interface AskedId {
  readonly id: StreamId;
  readonly hasSequence: boolean;
}

/** What stands behind milliseconds that are given alone. */
type Missing = "least" | "greatest";

/** "ms" or "ms-sequence". */
export function idArgument(context: CommandContext, text: string): StreamId | undefined {
  return asked(context, parseStrictId(text, "least"));
}

/** As `idArgument`, and "-" and "+" for the least and the greatest. */
export function anyIdArgument(context: CommandContext, text: string): StreamId | undefined {
  return asked(context, parseAnyId(text, "least"));
}

/** All of them, or nothing if one is wrong. */
export function idArguments(
  context: CommandContext,
  texts: readonly string[],
): StreamId[] | undefined {
  const ids: StreamId[] = [];
  for (const text of texts) {
    const id = idArgument(context, text);
    if (id === undefined) return undefined;
    ids.push(id);
  }
  return ids;
}

/** The id of XADD; "*" is not among them. */
export function askedIdArgument(context: CommandContext, text: string): AskedId | undefined {
  const shown = cString(text);
  const dash = shown.indexOf("-");
  if (text.length <= LONGEST_ID && dash > 0 && shown.slice(dash) === "-*") {
    const ms = parseNumber(shown.slice(0, dash));
    if (ms !== undefined) return { id: idOfWords(ms.high, ms.low, 0, 0), hasSequence: false };
  }
  const id = idArgument(context, text);
  return id === undefined ? undefined : { id, hasSequence: true };
}

/** The first id of an interval: "-", an id, or "(" and an id that is not in it. */
export function intervalStart(context: CommandContext, text: string): StreamId | undefined {
  if (!isExclusive(text)) return asked(context, parseAnyId(text, "least"));
  const id = asked(context, parseStrictId(text.slice(1), "least"));
  if (id === undefined) return undefined;
  const start = idAfter(id);
  if (start === undefined) context.fail("ERR invalid start ID for the interval");
  return start;
}

/** The last id of an interval. */
export function intervalEnd(context: CommandContext, text: string): StreamId | undefined {
  if (!isExclusive(text)) return asked(context, parseAnyId(text, "greatest"));
  const id = asked(context, parseStrictId(text.slice(1), "greatest"));
  if (id === undefined) return undefined;
  const end = idBefore(id);
  if (end === undefined) context.fail("ERR invalid end ID for the interval");
  return end;
}

/** An id that is not answered if it is wrong, and neither "-" nor "+". */
export function parseStrictId(text: string, missing: Missing): StreamId | undefined {
  const shown = cString(text);
  return shown === "-" || shown === "+" ? undefined : parseAnyId(text, missing);
}

function parseAnyId(text: string, missing: Missing): StreamId | undefined {
  if (text.length > LONGEST_ID) return undefined;
  const shown = cString(text);
  if (shown === "-") return LEAST_ID;
  if (shown === "+") return GREATEST_ID;
  const dash = shown.indexOf("-");
  const ms = parseNumber(dash < 0 ? shown : shown.slice(0, dash));
  if (ms === undefined) return undefined;
  if (dash < 0) {
    const word = missing === "least" ? 0 : WORD - 1;
    return idOfWords(ms.high, ms.low, word, word);
  }
  const sequence = parseNumber(shown.slice(dash + 1));
  if (sequence === undefined) return undefined;
  return idOfWords(ms.high, ms.low, sequence.high, sequence.low);
}

function asked(context: CommandContext, id: StreamId | undefined): StreamId | undefined {
  if (id === undefined) {
    context.fail("ERR Invalid stream ID specified as stream command argument");
  }
  return id;
}

function isExclusive(text: string): boolean {
  return text.length > 1 && text.startsWith("(");
}

/** What C sees of a string. */
function cString(text: string): string {
  const zero = text.indexOf("\0");
  return zero < 0 ? text : text.slice(0, zero);
}

/**
 * As C's strtoull reads a number: blanks in front, a sign (minus counts down from 2^64) and leading zeros are fine, but a
 * negative number in its usual form is none.
 */
function parseNumber(text: string): Number64 | undefined {
  if (text.length <= SAFE_DIGITS && /^\d+$/.test(text)) {
    const value = Number(text);
    return { high: Math.floor(value / WORD), low: value >>> 0 };
  }
  const signed = parseBigInteger(text);
  const found = /^[\t-\r ]*([+-]?)(\d+)$/.exec(text);
  if (found === null || (signed !== undefined && signed < 0n)) return undefined;
  const magnitude = BigInt(found[2] ?? "");
  if (magnitude > MOST) return undefined;
  const value = BigInt.asUintN(64, found[1] === "-" ? -magnitude : magnitude);
  return { high: Number(value >> 32n), low: Number(BigInt.asUintN(32, value)) };
}
