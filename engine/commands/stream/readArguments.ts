/** The arguments of XREAD and XREADGROUP. */
import { errors } from "../../resp/replies.ts";
import { parseBigInteger } from "../../structures/integerText.ts";
import type { CommandContext } from "../context.ts";
import { integerArgument } from "../numbers.ts";

const MOST_MS: bigint = 2n ** 63n - 1n;

export interface ReadRequest {
  /** Entries of each stream at most; 0: all. */
  count: number;
  /** How long to wait; 0: for ever, undefined: not at all. */
  timeoutMs: number | undefined;
  /** Of XREADGROUP. */
  group: string | undefined;
  consumer: string;
  noAck: boolean;
  keys: readonly string[];
  ids: readonly string[];
}

/** Undefined if something is wrong, which was answered. */
export function parseRead(
  context: CommandContext,
  argv: readonly string[],
  command: "XREAD" | "XREADGROUP",
): ReadRequest | undefined {
  const request: ReadRequest = {
    count: 0,
    timeoutMs: undefined,
    group: undefined,
    consumer: "",
    noAck: false,
    keys: [],
    ids: [],
  };
  for (let index = 1; index < argv.length;) {
    const next = parseOption(context, argv, index, command, request);
    if (next === undefined) return undefined;
    index = next;
  }
  if (request.keys.length === 0) {
    context.fail(errors.syntax);
    return undefined;
  }
  if (command === "XREADGROUP" && request.group === undefined) {
    context.fail("ERR Missing GROUP option for XREADGROUP");
    return undefined;
  }
  return request;
}

/** The option at `index`; returns where the next stands. */
function parseOption(
  context: CommandContext,
  argv: readonly string[],
  index: number,
  command: "XREAD" | "XREADGROUP",
  request: ReadRequest,
): number | undefined {
  const word = (argv[index] ?? "").toUpperCase();
  const more = argv.length - index - 1;
  if (word === "BLOCK" && more > 0) {
    const timeoutMs = blockArgument(context, argv, index);
    if (timeoutMs === undefined) return undefined;
    request.timeoutMs = timeoutMs;
    return index + 2;
  }
  if (word === "COUNT" && more > 0) {
    const count = integerArgument(context, argv[index + 1] ?? "");
    if (count === undefined) return undefined;
    request.count = Math.max(count, 0);
    return index + 2;
  }
  if (word === "STREAMS" && more > 0) return parseStreams(context, argv, index + 1, request);
  const isGroupOption = word === "NOACK" || (word === "GROUP" && more > 1);
  if (!isGroupOption) {
    context.fail(errors.syntax);
    return undefined;
  }
  if (command === "XREAD") {
    context.fail(
      `ERR The ${word} option is only supported by XREADGROUP. You called XREAD instead.`,
    );
    return undefined;
  }
  if (word === "NOACK") {
    request.noAck = true;
    return index + 1;
  }
  request.group = argv[index + 1] ?? "";
  request.consumer = argv[index + 2] ?? "";
  return index + 3;
}

function blockArgument(
  context: CommandContext,
  argv: readonly string[],
  index: number,
): number | undefined {
  if (!context.isScript) return timeoutArgument(context, argv[index + 1] ?? "");
  const behind = " command is not allowed with BLOCK option from scripts";
  context.failQuoting("ERR ", argv[0] ?? "", behind);
  return undefined;
}

/** Keys, then as many ids, up to the end. */
function parseStreams(
  context: CommandContext,
  argv: readonly string[],
  from: number,
  request: ReadRequest,
): number | undefined {
  const words = argv.length - from;
  if (words % 2 !== 0) {
    context.fail(
      "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
    );
    return undefined;
  }
  request.keys = argv.slice(from, from + words / 2);
  request.ids = argv.slice(from + words / 2);
  return argv.length;
}

/** Milliseconds; those that C's clock cannot add up are over at once. */
function timeoutArgument(context: CommandContext, text: string): number | undefined {
  const value = parseBigInteger(text);
  if (value === undefined) {
    context.fail("ERR timeout is not an integer or out of range");
    return undefined;
  }
  if (value < 0n) {
    context.fail("ERR timeout is negative");
    return undefined;
  }
  return value > MOST_MS - BigInt(context.unixMs) ? 1 : Number(value);
}
