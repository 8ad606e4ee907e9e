/**
 * Places: points of the earth in a sorted set, whose scores are their numbers (structures/geohash.ts). Searches are in
 * geoSearch.ts.
 */
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { errors } from "../resp/replies.ts";
import { decimalText, fixedText } from "../structures/doubleText.ts";
import {
  geohashText,
  MOST_LATITUDE,
  MOST_LONGITUDE,
  numberOf,
  pointOf,
  type Point,
} from "../structures/geohash.ts";
import { distance } from "../structures/greatCircle.ts";
import { type CommandContext, WRONG_TYPE } from "./context.ts";
import { doubleArgument } from "./numbers.ts";
import { addScores } from "./zset.ts";

/**
 * GEOADD key [NX|XX] [CH] longitude latitude member [longitude latitude member …]
 * Replies: integer, places added, with CH also those moved; -WRONGTYPE, -ERR syntax error, -ERR value is not a valid float,
 * -ERR invalid longitude,latitude pair. Record: put, as of ZADD.
 * @see https://redis.io/docs/latest/commands/geoadd/
 */
export function geoadd(context: CommandContext, argv: readonly string[]): void {
  const options = { nx: false, xx: false, gt: false, lt: false, ch: false };
  let at = 2;
  for (; at < argv.length; at++) {
    const word = (argv[at] ?? "").toLowerCase();
    if (word !== "nx" && word !== "xx" && word !== "ch") break;
    options[word] = true;
  }
  const words = argv.length - at;
  if (words % 3 !== 0 || words === 0 || (options.nx && options.xx))
    return context.fail(errors.syntax);
  const members: string[] = [];
  const scores: number[] = [];
  for (; at < argv.length; at += 3) {
    const point = pointArgument(context, argv[at] ?? "", argv[at + 1] ?? "");
    if (point === undefined) return;
    scores.push(numberOf(point));
    members.push(argv[at + 2] ?? "");
  }
  addScores(context, argv[1] ?? "", { members, scores }, options);
}

/** undefined if refused, which was answered. */
export function pointArgument(
  context: CommandContext,
  longitudeText: string,
  latitudeText: string,
): Point | undefined {
  const longitude = doubleArgument(context, longitudeText);
  if (longitude === undefined) return undefined;
  const latitude = doubleArgument(context, latitudeText);
  if (latitude === undefined) return undefined;
  if (Math.abs(longitude) <= MOST_LONGITUDE && Math.abs(latitude) <= MOST_LATITUDE)
    return { longitude, latitude };
  const shown = `${fixedText(longitude, 6)},${fixedText(latitude, 6)}`;
  context.fail(`ERR invalid longitude,latitude pair ${shown}`);
  return undefined;
}

/** How many metres a unit has; undefined if it is none, which was answered. */
export function unitArgument(context: CommandContext, text: string): number | undefined {
  switch (text.toLowerCase()) {
    case "m":
      return 1;
    case "km":
      return 1000;
    case "ft":
      return 0.3048;
    case "mi":
      return 1609.34;
    default:
      context.fail("ERR unsupported unit provided. please use M, KM, FT, MI");
      return undefined;
  }
}

/**
 * GEODIST key member1 member2 [M|KM|FT|MI]
 * Replies: bulk string, the distance with four decimals; null if a place is absent; -WRONGTYPE, -ERR unsupported unit, -ERR
 * syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/geodist/
 */
export function geodist(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", from = "", to = "", unitText] = argv;
  if (argv.length > 5) return context.fail(errors.syntax);
  const metres = unitText === undefined ? 1 : unitArgument(context, unitText);
  if (metres === undefined) return;
  const zset = context.typed(key, "zset");
  if (zset === WRONG_TYPE) return;
  const fromPoint = placeOf(zset, from);
  const toPoint = placeOf(zset, to);
  if (fromPoint === undefined || toPoint === undefined) return context.reply.null();
  context.reply.bulk(distanceText(distance(fromPoint, toPoint) / metres));
}

/** Where a member is; undefined if it is absent. */
export function placeOf(zset: ZsetValue | undefined, member: string): Point | undefined {
  const score = zset?.scoreOf(member);
  return score === undefined ? undefined : pointOf(score);
}

const DECIMALS = 4;
const SCALE: number = 10 ** DECIMALS;
const NOT_A_DISTANCE = "-922337203685477.5808";

/** With four decimals. Redis rounds the ten-thousandfold to an integer, of two that are as near the even one. */
export function distanceText(units: number): string {
  // What is no number is the least 64-bit integer to C: between two ends of the earth a sine can exceed 1.
  if (Number.isNaN(units)) return NOT_A_DISTANCE;
  const scaled = units * SCALE;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 === 1);
  const digits = String(isUp ? below + 1 : below).padStart(DECIMALS + 1, "0");
  return `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
}

/**
 * GEOHASH key [member …]
 * Replies: array of bulk strings of 11 chars, null for absent places; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/geohash/
 */
export function geohash(context: CommandContext, argv: readonly string[]): void {
  const zset = context.typed(argv[1] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++) {
    const point = placeOf(zset, argv[index] ?? "");
    context.reply.bulkOrNull(point === undefined ? undefined : geohashText(point));
  }
}

/**
 * GEOPOS key [member …]
 * Replies: array of pairs of longitude and latitude, null for absent places; -WRONGTYPE. Record: none.
 * @see https://redis.io/docs/latest/commands/geopos/
 */
export function geopos(context: CommandContext, argv: readonly string[]): void {
  const zset = context.typed(argv[1] ?? "", "zset");
  if (zset === WRONG_TYPE) return;
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++) {
    const point = placeOf(zset, argv[index] ?? "");
    if (point === undefined) context.reply.nullArray();
    else replyPoint(context, point);
  }
}

export function replyPoint(context: CommandContext, { longitude, latitude }: Point): void {
  context.reply.array(2);
  context.reply.doubleText(decimalText(longitude));
  context.reply.doubleText(decimalText(latitude));
}
