/** What commands that wait ask for, and what an answer took: read out of requests and replies, as a client knows them. */
import { bulksOf } from "./models/executorAnswers.ts";

/** Who waits for the same kind of thing at the same key stands in one line. */
export interface Wish {
  /** Lists, sorted sets, or new entries of a stream for one group; readers of a stream take nothing from each other. */
  readonly kind: string;
  readonly keys: readonly string[];
}

type Words = readonly string[];

/** Words between the command's name and its time-out. */
const allBetween = (words: Words): Words => words.slice(1, -1);
const first = (words: Words): Words => words.slice(1, 2);
/** Behind a count of keys, which stands at this index. */
const counted =
  (at: number) =>
  (words: Words): Words =>
    words.slice(at + 1, at + 1 + Number(words[at]));

interface Taking {
  readonly kind: "list" | "sorted set";
  readonly waits: boolean;
  readonly keysOf: (words: Words) => Words;
  /** The reply names the key first; else it is the only one. */
  readonly namesKey: boolean;
}

// oxlint-disable-next-line max-params -- reads as a table
function taking(
  kind: Taking["kind"],
  waits: boolean,
  keysOf: Taking["keysOf"],
  namesKey: boolean,
): Taking {
  return { kind, waits, keysOf, namesKey };
}

const takers: ReadonlyMap<string, Taking> = new Map([
  ["BLPOP", taking("list", true, allBetween, true)],
  ["BRPOP", taking("list", true, allBetween, true)],
  ["BLMPOP", taking("list", true, counted(2), true)],
  ["BLMOVE", taking("list", true, first, false)],
  ["BRPOPLPUSH", taking("list", true, first, false)],
  ["LPOP", taking("list", false, first, false)],
  ["RPOP", taking("list", false, first, false)],
  ["LMPOP", taking("list", false, counted(1), true)],
  ["LMOVE", taking("list", false, first, false)],
  ["RPOPLPUSH", taking("list", false, first, false)],
  ["BZPOPMIN", taking("sorted set", true, allBetween, true)],
  ["BZPOPMAX", taking("sorted set", true, allBetween, true)],
  ["BZMPOP", taking("sorted set", true, counted(2), true)],
  ["ZPOPMIN", taking("sorted set", false, first, false)],
  ["ZPOPMAX", taking("sorted set", false, first, false)],
  ["ZMPOP", taking("sorted set", false, counted(1), true)],
]);

/** Undefined of commands whose clients do not stand in line. */
export function wishOf(request: Words): Wish | undefined {
  const name = (request[0] ?? "").toUpperCase();
  const taker = takers.get(name);
  if (taker !== undefined)
    return taker.waits ? { kind: taker.kind, keys: taker.keysOf(request) } : undefined;
  if (name !== "XREADGROUP") return undefined;
  const streams = request.slice(request.findIndex((word) => word.toUpperCase() === "STREAMS") + 1);
  return { kind: `group ${request[2]}`, keys: streams.slice(0, streams.length / 2) };
}

/** The key from which this answer took something, and what it was; undefined if it took nothing. */
export function takenBy(
  request: Words,
  reply: string,
): { readonly kind: string; readonly key: string } | undefined {
  const taker = takers.get((request[0] ?? "").toUpperCase());
  if (taker === undefined || reply.startsWith("-")) return undefined;
  const [named] = bulksOf(reply);
  if (named === undefined) return undefined;
  const key = taker.namesKey ? named : taker.keysOf(request)[0];
  return key === undefined ? undefined : { kind: taker.kind, key };
}
