/** Places: searches within a circle or a box. */
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { isInt64 } from "../structures/integerText.ts";
import { partialSort } from "../structures/partialSort.ts";
import { type CommandContext, WRONG_TYPE } from "./context.ts";
import { distanceText, replyPoint } from "./geo.ts";
import { searchArguments, type SearchForm, type SearchRequest } from "./geoSearchArguments.ts";
import { placesWithin, type FoundPlace } from "./geoShape.ts";
import { putZset } from "./zsetReply.ts";

/**
 * GEORADIUS key longitude latitude radius M|KM|FT|MI [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC|DESC]
 * [STORE key|STOREDIST key]
 * Replies: array of members, or of arrays of a member and what was asked for; with STORE integer, places stored; -WRONGTYPE,
 * -ERR for bad arguments. Record: with STORE delete of what was there, put. O(n + m log m), n places in the cells about the
 * circle, m in it.
 * @see https://redis.io/docs/latest/commands/georadius/
 */
export function georadius(context: CommandContext, argv: readonly string[]): void {
  search(context, argv, { by: "point", keyAt: 1, stores: "option" });
}

/**
 * GEORADIUS_RO key longitude latitude radius M|KM|FT|MI [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC|DESC]
 * Replies: as GEORADIUS. Record: none.
 * @see https://redis.io/docs/latest/commands/georadius_ro/
 */
export function georadiusRo(context: CommandContext, argv: readonly string[]): void {
  search(context, argv, { by: "point", keyAt: 1, stores: "never" });
}

/**
 * GEORADIUSBYMEMBER key member radius M|KM|FT|MI [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC|DESC]
 * [STORE key|STOREDIST key]
 * Replies: as GEORADIUS; -ERR could not decode requested zset member. Record: as GEORADIUS.
 * @see https://redis.io/docs/latest/commands/georadiusbymember/
 */
export function georadiusbymember(context: CommandContext, argv: readonly string[]): void {
  search(context, argv, { by: "member", keyAt: 1, stores: "option" });
}

/**
 * GEORADIUSBYMEMBER_RO key member radius M|KM|FT|MI [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC|DESC]
 * Replies: as GEORADIUSBYMEMBER. Record: none.
 * @see https://redis.io/docs/latest/commands/georadiusbymember_ro/
 */
export function georadiusbymemberRo(context: CommandContext, argv: readonly string[]): void {
  search(context, argv, { by: "member", keyAt: 1, stores: "never" });
}

/**
 * GEOSEARCH key FROMMEMBER member|FROMLONLAT longitude latitude BYRADIUS radius M|KM|FT|MI|BYBOX width height M|KM|FT|MI
 * [ASC|DESC] [COUNT count [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]
 * Replies: as GEORADIUS. Record: none.
 * @see https://redis.io/docs/latest/commands/geosearch/
 */
export function geosearch(context: CommandContext, argv: readonly string[]): void {
  search(context, argv, { by: "options", keyAt: 1, stores: "never" });
}

/**
 * GEOSEARCHSTORE destination source FROMMEMBER member|FROMLONLAT longitude latitude
 * BYRADIUS radius M|KM|FT|MI|BYBOX width height M|KM|FT|MI [ASC|DESC] [COUNT count [ANY]] [STOREDIST]
 * Replies: integer, places stored; errors as GEOSEARCH. Record: delete of what was there, put.
 * @see https://redis.io/docs/latest/commands/geosearchstore/
 */
export function geosearchstore(context: CommandContext, argv: readonly string[]): void {
  search(context, argv, { by: "options", keyAt: 2, stores: "always" });
}

function search(context: CommandContext, argv: readonly string[], form: SearchForm): void {
  const zset = context.typed(argv[form.keyAt] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  const request = searchArguments(context, argv, zset, form);
  if (request === undefined) return;
  const found = zset === undefined ? [] : placesFound(zset, request);
  if (request.storeKey === undefined) replyPlaces(context, found, request);
  else storePlaces(context, request.storeKey, found, request, form);
}

/** Sorted as asked, and no more than asked for. */
function placesFound(zset: ZsetValue, request: SearchRequest): FoundPlace[] {
  const { shape, count, isAny, order } = request;
  const found = placesWithin(zset, shape, isAny ? count : 0);
  const length = count === 0 ? found.length : Math.min(found.length, count);
  // The nearest ones are meant where only some are asked for.
  const sorted = order ?? (count > 0 && !isAny ? "ascending" : undefined);
  if (sorted !== undefined) {
    const compare =
      sorted === "ascending" ? byDistance : (a: FoundPlace, b: FoundPlace) => -byDistance(a, b);
    if (length === found.length) found.sort(compare);
    else partialSort(found, compare, 0, length - 1);
  }
  found.length = length;
  return found;
}

function byDistance(a: FoundPlace, b: FoundPlace): number {
  if (a.metres > b.metres) return 1;
  return a.metres === b.metres ? 0 : -1;
}

function replyPlaces(
  context: CommandContext,
  found: readonly FoundPlace[],
  { shape, withDistance, withNumber, withPoint }: SearchRequest,
): void {
  const extras = Number(withDistance) + Number(withNumber) + Number(withPoint);
  context.reply.array(found.length);
  for (const { member, metres, score, point } of found) {
    if (extras > 0) context.reply.array(extras + 1);
    context.reply.bulk(member);
    if (withDistance) context.reply.bulk(distanceText(metres / shape.unitMetres));
    if (withNumber) context.reply.integerText(integerOf(score));
    if (withPoint) replyPoint(context, point);
  }
}

const LEAST_INT64: bigint = -(2n ** 63n);

/** A score as C turns it into a 64-bit integer: what does not fit becomes the least of them. */
function integerOf(score: number): string {
  const integer = Number.isFinite(score) ? BigInt(Math.trunc(score)) : LEAST_INT64;
  return String(isInt64(integer) ? integer : LEAST_INT64);
}

function storePlaces(
  context: CommandContext,
  key: string,
  found: readonly FoundPlace[],
  { shape, storesDistance }: SearchRequest,
  form: SearchForm,
): void {
  const members = found.map(({ member }) => member);
  const scores = found.map(({ metres, score }) =>
    storesDistance ? metres / shape.unitMetres : score,
  );
  const event = form.by === "options" ? "geosearchstore" : "georadiusstore";
  putZset(context, key, { members, scores }, event, () => {});
  context.reply.integer(members.length);
}
