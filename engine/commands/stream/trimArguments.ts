/** The options that XADD and XTRIM share: MAXLEN and MINID with "=", "~" and LIMIT. */
import { LEAST_ID } from "../../keyspace/values/streamId.ts";
import type { TrimTarget } from "../../keyspace/values/streamValue.ts";
import { errors } from "../../resp/replies.ts";
import type { CommandContext } from "../context.ts";
import { integerArgument } from "../numbers.ts";
import { askedIdArgument, idArgument, type AskedId } from "./ids.ts";

/** Entries that an approximate trim removes at most if no LIMIT is given: those of so many nodes, or this many. */
const LIMIT_NODES = 100;
const LIMIT_WITHOUT_NODES = 10_000;
const LIMIT_MOST = 1_000_000;

export interface AddOrTrim {
  target: TrimTarget | undefined;
  noMakeStream: boolean;
  /** The id that XADD was asked for; undefined for "*". */
  id: AskedId | undefined;
  /** Where XADD's id stands; behind the end if there is none. */
  idIndex: number;
}

interface Parsed extends AddOrTrim {
  limit: number | undefined;
}

/** Undefined if something is wrong, which was answered. */
export function parseAddOrTrim(
  context: CommandContext,
  argv: readonly string[],
  command: "xadd" | "xtrim",
): AddOrTrim | undefined {
  const parsed: Parsed = {
    target: undefined,
    noMakeStream: false,
    id: undefined,
    idIndex: argv.length,
    limit: undefined,
  };
  const isAdd = command === "xadd";
  for (let index = 2; index < argv.length;) {
    const text = argv[index] ?? "";
    const word = text.toLowerCase();
    const hasMore = index + 1 < argv.length;
    if (isAdd && text === "*") {
      parsed.idIndex = index;
      break;
    } else if (hasMore && (word === "maxlen" || word === "minid")) {
      const next = parseTarget(context, argv, index, parsed);
      if (next === undefined) return undefined;
      index = next;
    } else if (hasMore && word === "limit") {
      parsed.limit = notNegative(context, argv[index + 1] ?? "", "LIMIT");
      if (parsed.limit === undefined) return undefined;
      index += 2;
    } else if (isAdd && word === "nomkstream") {
      parsed.noMakeStream = true;
      index++;
    } else if (isAdd) {
      parsed.id = askedIdArgument(context, text);
      if (parsed.id === undefined) return undefined;
      parsed.idIndex = index;
      break;
    } else {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return withLimit(context, parsed, command) ? parsed : undefined;
}

/** MAXLEN or MINID at `index`; returns where the next argument stands. */
function parseTarget(
  context: CommandContext,
  argv: readonly string[],
  index: number,
  parsed: Parsed,
): number | undefined {
  if (parsed.target !== undefined) {
    context.fail("ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
    return undefined;
  }
  const next = argv[index + 1];
  const hasSign = (next === "~" || next === "=") && index + 2 < argv.length;
  const valueAt = hasSign ? index + 2 : index + 1;
  const value = argv[valueAt] ?? "";
  const isByLength = (argv[index] ?? "").toLowerCase() === "maxlen";
  const maxLength = isByLength ? notNegative(context, value, "MAXLEN") : 0;
  if (maxLength === undefined) return undefined;
  const minId = isByLength ? LEAST_ID : idArgument(context, value);
  if (minId === undefined) return undefined;
  parsed.target = {
    strategy: isByLength ? "maxLength" : "minId",
    maxLength,
    minId,
    isApproximate: hasSign && next === "~",
    limit: 0,
  };
  return valueAt + 1;
}

function notNegative(context: CommandContext, text: string, name: string): number | undefined {
  const value = integerArgument(context, text);
  if (value === undefined || value >= 0) return value;
  context.fail(`ERR The ${name} argument must be >= 0.`);
  return undefined;
}

/** Gives the target its limit; false if the options do not go together. */
function withLimit(context: CommandContext, parsed: Parsed, command: "xadd" | "xtrim"): boolean {
  const { target, limit } = parsed;
  if (target === undefined) {
    if (limit !== undefined && limit > 0) {
      context.fail("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
      return false;
    }
    if (command === "xtrim") {
      context.fail("ERR syntax error, XTRIM must be called with a trimming strategy");
      return false;
    }
  }
  if (limit !== undefined && target?.isApproximate !== true) {
    context.fail("ERR syntax error, LIMIT cannot be used without the special ~ option");
    return false;
  }
  if (target?.isApproximate === true) {
    parsed.target = { ...target, limit: limit ?? usualLimit(context) };
  }
  return true;
}

function usualLimit(context: CommandContext): number {
  const entries = LIMIT_NODES * context.keyspace.limits.streamNodeMaxEntries;
  return entries <= 0 ? LIMIT_WITHOUT_NODES : Math.min(entries, LIMIT_MOST);
}
