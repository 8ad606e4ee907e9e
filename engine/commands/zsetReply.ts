/** What commands on sorted sets have in common: replies of entries, and results that are stored. */
import type { RankWindow, ZsetValue } from "../keyspace/values/zsetValue.ts";
import type { ScoredMembers } from "../replication/effects/zset.ts";
import type { CommandContext } from "./context.ts";
import { notice } from "./notices.ts";

/** Begins an array of members, each with its score if `withScores`: flat in RESP2, of pairs in RESP3. */
export function beginEntries(context: CommandContext, count: number, withScores: boolean): void {
  context.reply.array(withScores && context.reply.version === 2 ? count * 2 : count);
}

/** One entry of such an array. */
export function replyEntry(
  context: CommandContext,
  member: string,
  score: number,
  withScores: boolean,
): void {
  if (!withScores) return context.reply.bulk(member);
  if (context.reply.version === 3) context.reply.array(2);
  context.reply.bulk(member);
  context.reply.double(score);
}

/** Answers with the entries of a window, the last one first if `isReverse`. */
export function replyEntries(
  context: CommandContext,
  zset: ZsetValue,
  { first, count }: RankWindow,
  { isReverse, withScores }: { readonly isReverse: boolean; readonly withScores: boolean },
): void {
  beginEntries(context, count, withScores);
  if (count === 0) return;
  const visitor = (member: string, score: number): void =>
    replyEntry(context, member, score, withScores);
  if (isReverse) zset.visitDown(first + count - 1, count, visitor);
  else zset.visit(first, count, visitor);
}

/** Makes a key hold what a command found, or nothing if it found nothing, and answers with its size: before watchers are told. */
export function storeZset(
  context: CommandContext,
  key: string,
  found: ScoredMembers,
  event: string,
): void {
  putZset(context, key, found, event, () => context.reply.integer(found.members.length));
}

/** The same; `answer` is called between the change and its notification. */
export function putZset(
  context: CommandContext,
  key: string,
  found: ScoredMembers,
  event: string,
  answer: () => void,
): void {
  const isFound = found.members.length > 0;
  if (isFound) context.expireDue(key);
  const wasThere = context.deleteToReplace(key);
  if (isFound) context.zsets.fill(key, found);
  answer();
  if (isFound) context.notify(notice.zset, event, key);
  else if (wasThere) context.notify(notice.generic, "del", key);
}
