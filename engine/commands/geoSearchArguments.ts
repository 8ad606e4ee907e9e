/** The arguments of searches for places: GEORADIUS, GEOSEARCH and their kin. */
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { errors } from "../resp/replies.ts";
import type { Point } from "../structures/geohash.ts";
import type { CommandContext } from "./context.ts";
import { placeOf, pointArgument, unitArgument } from "./geo.ts";
import type { Shape } from "./geoShape.ts";
import { doubleArgument, integerArgument } from "./numbers.ts";

/** What a command's name fixes. */
export interface SearchForm {
  /** Centre and circle stand behind the key ("point", "member"), or are options. */
  readonly by: "point" | "member" | "options";
  readonly keyAt: number;
  /** Stores what it finds: always (into argv[1]), if told by an option, or never. */
  readonly stores: "always" | "option" | "never";
}

export interface SearchRequest {
  readonly shape: Shape;
  /** 0: no limit. */
  readonly count: number;
  /** The first that are found will do. */
  readonly isAny: boolean;
  readonly order: "ascending" | "descending" | undefined;
  readonly withDistance: boolean;
  readonly withNumber: boolean;
  readonly withPoint: boolean;
  readonly storeKey: string | undefined;
  readonly storesDistance: boolean;
}

/** What has been read so far. */
interface Reading {
  /** Undefined: the place of a member of a sorted set that is absent. */
  centre: Point | undefined;
  centreBy: "member" | "point" | undefined;
  extent: Extent | undefined;
  count: number;
  isAny: boolean;
  order: SearchRequest["order"];
  withDistance: boolean;
  withNumber: boolean;
  withPoint: boolean;
  storeKey: string | undefined;
  storesDistance: boolean;
}

/** Where the arguments stand. */
interface Words {
  readonly argv: readonly string[];
  readonly zset: ZsetValue | undefined;
  readonly form: SearchForm;
}

/** What is said behind BYRADIUS and BYBOX. */
type Extent = Pick<Shape, "kind" | "width" | "height" | "unitMetres">;

const NOWHERE: Point = { longitude: 0, latitude: 0 };
const NOTHING: Extent = { kind: "circle", width: 0, height: 0, unitMetres: 1 };

/** undefined if refused, which was answered. `zset` is the sorted set of argv[form.keyAt]. */
export function searchArguments(
  context: CommandContext,
  argv: readonly string[],
  zset: ZsetValue | undefined,
  form: SearchForm,
): SearchRequest | undefined {
  const reading: Reading = {
    centre: undefined,
    centreBy: undefined,
    extent: undefined,
    count: 0,
    isAny: false,
    order: undefined,
    withDistance: false,
    withNumber: false,
    withPoint: false,
    storeKey: form.stores === "always" ? argv[1] : undefined,
    storesDistance: false,
  };
  const words = { argv, zset, form };
  let at = readCentre(context, reading, words);
  while (at !== undefined && at < argv.length) at = readOption(context, reading, words, at);
  if (at === undefined || !isComplete(context, reading, words)) return undefined;
  const { centre, extent, ...rest } = reading;
  return { ...rest, shape: { ...(extent ?? NOTHING), centre: centre ?? NOWHERE } };
}

/** Centre and circle that stand behind the key; returns where options begin, undefined if they were refused. */
function readCentre(context: CommandContext, reading: Reading, words: Words): number | undefined {
  const { argv, zset, form } = words;
  switch (form.by) {
    case "options":
      return form.keyAt + 1;
    case "point":
      reading.centre = pointAt(context, argv, 2);
      if (reading.centre === undefined) return undefined;
      reading.extent = circleArgument(context, argv, 4);
      return reading.extent && 6;
    case "member":
      // Redis does not look at the radius if there is no sorted set.
      if (zset === undefined) return 5;
      reading.centre = memberArgument(context, zset, argv[2] ?? "");
      if (reading.centre === undefined) return undefined;
      reading.extent = circleArgument(context, argv, 3);
      return reading.extent && 5;
  }
}

/** Returns where the next option begins, undefined if this one was refused. */
function readOption(
  context: CommandContext,
  reading: Reading,
  words: Words,
  at: number,
): number | undefined {
  const { argv, form } = words;
  const left = argv.length - at - 1;
  switch (wordAt(argv, at)) {
    case "withdist":
      reading.withDistance = true;
      return at + 1;
    case "withhash":
      reading.withNumber = true;
      return at + 1;
    case "withcoord":
      reading.withPoint = true;
      return at + 1;
    case "any":
      reading.isAny = true;
      return at + 1;
    case "asc":
      reading.order = "ascending";
      return at + 1;
    case "desc":
      reading.order = "descending";
      return at + 1;
    case "count":
      if (left < 1) return refused(context, errors.syntax);
      return readCount(context, reading, argv[at + 1] ?? "") ? at + 2 : undefined;
    case "store":
    case "storedist":
      return readStore(context, reading, words, at);
    default:
      if (form.by === "options") return readShape(context, reading, words, at);
      return refused(context, errors.syntax);
  }
}

function readCount(context: CommandContext, reading: Reading, text: string): boolean {
  const count = integerArgument(context, text);
  if (count === undefined) return false;
  if (count <= 0) context.fail("ERR COUNT must be > 0");
  reading.count = count;
  return count > 0;
}

/** GEORADIUS names the key behind the word, GEOSEARCHSTORE has it already. */
function readStore(
  context: CommandContext,
  reading: Reading,
  { argv, form }: Words,
  at: number,
): number | undefined {
  const isDistance = wordAt(argv, at) === "storedist";
  if (form.stores === "always" && isDistance) {
    reading.storesDistance = true;
    return at + 1;
  }
  const key = argv[at + 1];
  if (form.stores !== "option" || key === undefined) return refused(context, errors.syntax);
  reading.storeKey = key;
  reading.storesDistance = isDistance;
  return at + 2;
}

/** FROMMEMBER, FROMLONLAT, BYRADIUS and BYBOX: one centre and one extent, of which the last that is said counts. */
function readShape(
  context: CommandContext,
  reading: Reading,
  words: Words,
  at: number,
): number | undefined {
  const { argv } = words;
  const left = argv.length - at - 1;
  const { centreBy, extent } = reading;
  const kind = extent?.kind;
  switch (wordAt(argv, at)) {
    case "frommember":
      if (left < 1 || centreBy === "point") break;
      return readMember(context, reading, words, at + 1) ? at + 2 : undefined;
    case "fromlonlat":
      if (left < 2 || centreBy === "member") break;
      reading.centreBy = "point";
      reading.centre = pointAt(context, argv, at + 1);
      return reading.centre && at + 3;
    case "byradius":
      if (left < 2 || kind === "box") break;
      reading.extent = circleArgument(context, argv, at + 1);
      return reading.extent && at + 3;
    case "bybox":
      if (left < 3 || kind === "circle") break;
      reading.extent = boxArguments(context, argv, at + 1);
      return reading.extent && at + 4;
    default:
      break;
  }
  return refused(context, errors.syntax);
}

/** False if the member was refused. Without a sorted set any will do. */
function readMember(
  context: CommandContext,
  reading: Reading,
  { argv, zset }: Words,
  at: number,
): boolean {
  reading.centreBy = "member";
  if (zset === undefined) return true;
  reading.centre = memberArgument(context, zset, argv[at] ?? "");
  return reading.centre !== undefined;
}

function isComplete(context: CommandContext, reading: Reading, { argv, form }: Words): boolean {
  const { storeKey, withDistance, withNumber, withPoint, isAny, count } = reading;
  const isSearch = form.by === "options";
  const name = argv[0] ?? "";
  if (storeKey !== undefined && (withDistance || withNumber || withPoint)) {
    const what = isSearch ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
    context.fail(`ERR ${what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`);
  } else if (isSearch && reading.centreBy === undefined) {
    context.fail(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`);
  } else if (isSearch && reading.extent === undefined) {
    context.fail(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${name}`);
  } else if (isAny && count === 0) {
    context.fail("ERR the ANY argument requires COUNT argument");
  } else {
    return true;
  }
  return false;
}

function wordAt(argv: readonly string[], at: number): string {
  return (argv[at] ?? "").toLowerCase();
}

function pointAt(context: CommandContext, argv: readonly string[], at: number): Point | undefined {
  return pointArgument(context, argv[at] ?? "", argv[at + 1] ?? "");
}

function memberArgument(
  context: CommandContext,
  zset: ZsetValue,
  member: string,
): Point | undefined {
  return placeOf(zset, member) ?? refused(context, "ERR could not decode requested zset member");
}

/** argv[at] is a radius, its unit is behind it. */
function circleArgument(
  context: CommandContext,
  argv: readonly string[],
  at: number,
): Extent | undefined {
  const radius = doubleArgument(context, argv[at] ?? "", "ERR need numeric radius");
  if (radius === undefined) return undefined;
  if (radius < 0) return refused(context, "ERR radius cannot be negative");
  const unitMetres = unitArgument(context, argv[at + 1] ?? "");
  return unitMetres === undefined
    ? undefined
    : { kind: "circle", width: radius, height: radius, unitMetres };
}

/** argv[at] is a width, a height and the unit of both are behind it. */
function boxArguments(
  context: CommandContext,
  argv: readonly string[],
  at: number,
): Extent | undefined {
  const width = doubleArgument(context, argv[at] ?? "", "ERR need numeric width");
  if (width === undefined) return undefined;
  const height = doubleArgument(context, argv[at + 1] ?? "", "ERR need numeric height");
  if (height === undefined) return undefined;
  if (height < 0 || width < 0) return refused(context, "ERR height or width cannot be negative");
  const unitMetres = unitArgument(context, argv[at + 2] ?? "");
  return unitMetres === undefined ? undefined : { kind: "box", width, height, unitMetres };
}

function refused(context: CommandContext, error: string): undefined {
  context.fail(error);
  return undefined;
}
