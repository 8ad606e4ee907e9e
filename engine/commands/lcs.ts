/** LCS: the longest common subsequence of two strings. */
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { integerArgument } from "./numbers.ts";
import { isString, textOf } from "../keyspace/value.ts";

const notStrings = "ERR The specified keys must contain string values";

interface Options {
  length: boolean;
  indexes: boolean;
  matchLengths: boolean;
  leastMatch: number;
}

/** One run of equal bytes: first and last index in each string. */
interface Match {
  readonly aFirst: number;
  readonly aLast: number;
  readonly bFirst: number;
  readonly bLast: number;
}

/**
 * LCS key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]
 * Replies: bulk string; integer with LEN; a map of matches (last first) and length with IDX; -ERR for other types.
 * Record: none. O(N·M) time, 4·N·M bytes.
 * @see https://redis.io/docs/latest/commands/lcs/
 */
export function lcs(context: CommandContext, argv: readonly string[]): void {
  const first = context.value(argv[1] ?? "") ?? "";
  const second = context.value(argv[2] ?? "") ?? "";
  if (!isString(first) || !isString(second)) return context.fail(notStrings);
  const options = parseOptions(context, argv);
  if (options === undefined) return;
  if (options.indexes && options.length) {
    return context.fail("ERR If you want both the length and indexes, please just use IDX.");
  }
  if ((first.length + 1) * (second.length + 1) * 4 > context.settings.longestStringBytes) {
    return context.fail(
      "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len",
    );
  }
  const a = textOf(first);
  const b = textOf(second);
  const lengths = lengthsOf(a, b);
  const total = lengths[lengths.length - 1] ?? 0;
  if (options.indexes) replyMatches(context, trace(lengths, a, b).matches, total, options);
  else if (options.length) context.reply.integer(total);
  else context.reply.bulk(trace(lengths, a, b).text);
}

function parseOptions(context: CommandContext, argv: readonly string[]): Options | undefined {
  const options: Options = { length: false, indexes: false, matchLengths: false, leastMatch: 0 };
  for (let index = 3; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (word === "IDX") options.indexes = true;
    else if (word === "LEN") options.length = true;
    else if (word === "WITHMATCHLEN") options.matchLengths = true;
    else if (word === "MINMATCHLEN" && value !== undefined) {
      const least = integerArgument(context, value);
      if (least === undefined) return undefined;
      options.leastMatch = Math.max(least, 0);
      index++;
    } else {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return options;
}

/** Row i, column j: the length for the first i bytes of a and the first j bytes of b. */
function lengthsOf(a: string, b: string): Uint32Array {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++) {
    const code = a.charCodeAt(i - 1);
    const row = i * width;
    for (let j = 1; j <= b.length; j++) {
      const above = lengths[row - width + j] as number;
      const left = lengths[row + j - 1] as number;
      lengths[row + j] =
        code === b.charCodeAt(j - 1)
          ? (lengths[row - width + j - 1] as number) + 1
          : Math.max(above, left);
    }
  }
  return lengths;
}

/** Walks back from the end, as Redis does, so that of several longest subsequences the same one is found. */
function trace(lengths: Uint32Array, a: string, b: string): { text: string; matches: Match[] } {
  const width = b.length + 1;
  const matches: Match[] = [];
  const reversed: string[] = [];
  let run: Match | undefined;
  let i = a.length;
  let j = b.length;
  while (i > 0 && j > 0) {
    let isRunOver = false;
    if (a.charCodeAt(i - 1) === b.charCodeAt(j - 1)) {
      reversed.push(a.charAt(i - 1));
      if (run === undefined) run = { aFirst: i - 1, aLast: i - 1, bFirst: j - 1, bLast: j - 1 };
      else if (run.aFirst === i && run.bFirst === j) run = { ...run, aFirst: i - 1, bFirst: j - 1 };
      else isRunOver = true;
      if (run.aFirst === 0 || run.bFirst === 0) isRunOver = true;
      i--;
      j--;
    } else {
      const above = lengths[(i - 1) * width + j] as number;
      const left = lengths[i * width + j - 1] as number;
      if (above > left) i--;
      else j--;
      isRunOver = run !== undefined;
    }
    if (isRunOver && run !== undefined) {
      matches.push(run);
      run = undefined;
    }
  }
  return { text: reversed.toReversed().join(""), matches };
}

function replyMatches(
  context: CommandContext,
  matches: readonly Match[],
  total: number,
  options: Options,
): void {
  const { reply } = context;
  const shown = matches.filter((match) => match.aLast - match.aFirst + 1 >= options.leastMatch);
  reply.map(2);
  reply.bulk("matches");
  reply.array(shown.length);
  for (const match of shown) {
    reply.array(options.matchLengths ? 3 : 2);
    reply.array(2);
    reply.integer(match.aFirst);
    reply.integer(match.aLast);
    reply.array(2);
    reply.integer(match.bFirst);
    reply.integer(match.bLast);
    if (options.matchLengths) reply.integer(match.aLast - match.aFirst + 1);
  }
  reply.bulk("len");
  reply.integer(total);
}
