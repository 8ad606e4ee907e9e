/** SORT and SORT_RO. */
import { mayReadEveryKey } from "../access/permission.ts";
import { unreachable } from "../assert.ts";
import type { ListValue } from "../keyspace/values/listValue.ts";
import type { SetValue } from "../keyspace/values/setValue.ts";
import type { ZsetValue } from "../keyspace/values/zsetValue.ts";
import { isOfType, type Value } from "../keyspace/value.ts";
import { errors } from "../resp/replies.ts";
import { parseWeight } from "../structures/doubleText.ts";
import type { CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { integerArgument } from "./numbers.ts";

interface SortOptions {
  isDescending: boolean;
  isAlpha: boolean;
  offset: number;
  /** Negative: all. */
  count: number;
  /** The pattern of BY, undefined if the elements are their own weights. */
  by: string | undefined;
  /** BY a name without a star: the order stays as it is. */
  isUnsorted: boolean;
  readonly get: string[];
  destination: string | undefined;
}

/** What can be sorted, and nothing. */
type Sortable = ListValue | SetValue | ZsetValue | undefined;

/** An element and what it is sorted by. */
interface Weighed {
  readonly element: string;
  /** The number, unless ALPHA. */
  readonly score: number;
  /** What ALPHA goes by; undefined if BY found none. */
  readonly text: string | undefined;
}

/** Part of a sorted collection: elements `start` to `end`, `end` excluded. */
interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * SORT key [BY pattern] [LIMIT offset count] [GET pattern …] [ASC|DESC] [ALPHA] [STORE destination]
 * Replies: array of bulk strings, null where GET found nothing; with STORE integer, the elements stored; -WRONGTYPE,
 * -ERR syntax error, -ERR BY or GET denied in cluster mode or for want of permission, -ERR scores that are no numbers. Record: with STORE delete of what
 * was there, and a push of the elements.
 * @see https://redis.io/docs/latest/commands/sort/
 */
export function sort(context: CommandContext, argv: readonly string[]): void {
  sortWith(context, argv, true);
}

/**
 * SORT_RO key [BY pattern] [LIMIT offset count] [GET pattern …] [ASC|DESC] [ALPHA]
 * Replies: as SORT's. Record: none.
 * @see https://redis.io/docs/latest/commands/sort_ro/
 */
export function sortRo(context: CommandContext, argv: readonly string[]): void {
  sortWith(context, argv, false);
}

/** The key behind the last STORE of a request, as a router must find it: options are skipped with their arguments. */
export function storeKeyOf(argv: readonly string[]): readonly number[] {
  let found: readonly number[] = [];
  for (let index = 2; index < argv.length; index++) {
    const word = argv[index]?.toUpperCase();
    if (word === "LIMIT") index += 2;
    else if (word === "GET" || word === "BY") index += 1;
    else if (word === "STORE" && index + 1 < argv.length) found = [index + 1];
  }
  return found;
}

function sortWith(context: CommandContext, argv: readonly string[], mayStore: boolean): void {
  const options = parseOptions(context, argv, mayStore);
  if (options === undefined) return;
  const value = context.value(argv[1] ?? "");
  if (!isSortable(value)) return context.fail(errors.wrongType);
  const { destination } = options;
  const isFixed = destination !== undefined || context.isScript;
  if (options.isUnsorted && isFixed && value?.type === "set") {
    // A set has no order of its own: what is stored, or told to a script, must be the same everywhere.
    options.isUnsorted = false;
    options.isAlpha = true;
    options.by = undefined;
  }
  const elements = options.isUnsorted
    ? unsorted(value, options)
    : sorted(context, elementsOf(value), options);
  if (elements === undefined) {
    return context.fail("ERR One or more scores can't be converted into double");
  }
  if (destination === undefined) reply(context, elements, options.get);
  else store(context, elements, options.get, destination);
}

function parseOptions(
  context: CommandContext,
  argv: readonly string[],
  mayStore: boolean,
): SortOptions | undefined {
  const options: SortOptions = {
    isDescending: false,
    isAlpha: false,
    offset: 0,
    count: -1,
    by: undefined,
    isUnsorted: false,
    get: [],
    destination: undefined,
  };
  for (let index = 2; index < argv.length;) {
    const taken = takeOption(context, options, argv, index, mayStore);
    if (taken === 0) return undefined;
    index += taken;
  }
  return options;
}

/** Reads the option at an index. Returns its words; 0 if it was refused, which was answered. */
function takeOption(
  context: CommandContext,
  options: SortOptions,
  argv: readonly string[],
  index: number,
  mayStore: boolean,
): number {
  const word = (argv[index] ?? "").toUpperCase();
  const value = argv[index + 1];
  if (word === "ASC" || word === "DESC") {
    options.isDescending = word === "DESC";
    return 1;
  }
  if (word === "ALPHA") {
    options.isAlpha = true;
    return 1;
  }
  if (word === "LIMIT" && argv[index + 2] !== undefined) {
    const offset = integerArgument(context, value ?? "");
    const count = offset === undefined ? offset : integerArgument(context, argv[index + 2] ?? "");
    options.offset = offset ?? 0;
    options.count = count ?? -1;
    return count === undefined ? 0 : 3;
  }
  const isPair = word === "BY" || word === "GET" || (word === "STORE" && mayStore);
  if (isPair && value !== undefined) return takePair(context, options, word, value, argv) ? 2 : 0;
  context.fail(errors.syntax);
  return 0;
}

/** False if it was refused, which was answered. */
function takePair(
  context: CommandContext,
  options: SortOptions,
  word: "BY" | "GET" | "STORE",
  value: string,
  argv: readonly string[],
): boolean {
  if (word === "STORE") {
    options.destination = value;
    return true;
  }
  if (word === "BY" && starOf(value) < 0) {
    options.by = value;
    options.isUnsorted = true;
    return true;
  }
  const refusal = whyNotAnyKey(context, argv);
  if (refusal !== undefined) {
    context.fail(`ERR ${word} option of SORT denied ${refusal}.`);
    return false;
  }
  if (word === "GET") options.get.push(value);
  else options.by = value;
  return true;
}

/** The keys that a pattern names may be anywhere in a cluster, and any key there is. */
function whyNotAnyKey(context: CommandContext, argv: readonly string[]): string | undefined {
  if (context.server.isClusterMode) return "in Cluster mode";
  const spec = context.commands.findRequest(argv);
  if (spec !== undefined && mayReadEveryKey(context.session.user, spec, argv)) return undefined;
  return "due to insufficient ACL permissions";
}

function isSortable(value: Value | undefined): value is Sortable {
  if (value === undefined || isOfType(value, "list")) return true;
  return isOfType(value, "set") || isOfType(value, "zset");
}

function windowOf(size: number, { offset, count }: SortOptions): Window {
  const start = Math.min(Math.max(offset, 0), size);
  return { start, end: count < 0 ? size : Math.min(start + count, size) };
}

function elementsOf(value: Sortable): string[] {
  const elements: string[] = [];
  const visit = (element: string): void => void elements.push(element);
  if (value === undefined) return elements;
  switch (value.type) {
    case "list":
      value.forEach(0, value.length, visit);
      return elements;
    case "set":
      value.forEach(visit);
      return elements;
    case "zset":
      value.visit(0, value.size, visit);
      return elements;
    default:
      return unreachable(value);
  }
}

/** The elements of the window in the collection's own order: of a list or sorted set backwards, if DESC says so. */
function unsorted(value: Sortable, options: SortOptions): string[] {
  if (value === undefined) return [];
  if (value.type === "set") {
    const { start, end } = windowOf(value.size, options);
    return elementsOf(value).slice(start, end);
  }
  const elements: string[] = [];
  const visit = (element: string): void => void elements.push(element);
  const size = value.type === "list" ? value.length : value.size;
  const { start, end } = windowOf(size, options);
  const last = size - 1 - start;
  if (value.type === "list") {
    if (options.isDescending) value.forEachBackwards(last, end - start, visit);
    else value.forEach(start, end - start, visit);
  } else if (options.isDescending) {
    value.visitDown(last, end - start, visit);
  } else {
    value.visit(start, end - start, visit);
  }
  return elements;
}

/**
 * The elements of the window of the sorted collection; undefined if a weight is no number. As in C, what is not stored is
 * compared by ALPHA up to the first zero byte.
 */
function sorted(
  context: CommandContext,
  elements: readonly string[],
  options: SortOptions,
): string[] | undefined {
  const { by, isAlpha, isDescending, destination } = options;
  const weighed: Weighed[] = [];
  let areNumbers = true;
  for (const element of elements) {
    const weight = by === undefined ? element : valueByPattern(context, by, element);
    const score = isAlpha || weight === undefined ? 0 : parseWeight(weight);
    if (score === undefined) areNumbers = false;
    const text = destination === undefined ? weight?.split("\0", 1)[0] : weight;
    weighed.push({ element, text, score: score ?? 0 });
  }
  if (!areNumbers) return undefined;
  const compare = isAlpha ? compareTexts : compareScores;
  weighed.sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
  const { start, end } = windowOf(weighed.length, options);
  return weighed.slice(start, end).map(({ element }) => element);
}

/** What BY did not find is first. */
function compareTexts(a: Weighed, b: Weighed): number {
  if (a.text === undefined || b.text === undefined) {
    return Number(a.text !== undefined) - Number(b.text !== undefined);
  }
  return compareStrings(a.text, b.text);
}

function compareScores(a: Weighed, b: Weighed): number {
  if (a.score !== b.score) return a.score < b.score ? -1 : 1;
  return compareStrings(a.element, b.element);
}

function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * The value of the key that a pattern names with the element in the place of its first star, or of a field of the hash there
 * ("weight_*->field"); "#" is the element itself. As in C, marks are looked for in front of the pattern's first zero byte.
 */
function valueByPattern(
  context: CommandContext,
  pattern: string,
  element: string,
): string | undefined {
  const [visible = ""] = pattern.split("\0", 1);
  if (visible === "#") return element;
  const star = starOf(pattern);
  if (star < 0) return undefined;
  const arrow = visible.indexOf("->", star + 1);
  const hasField = arrow >= 0 && arrow + 2 < visible.length;
  const behind = pattern.slice(star + 1, hasField ? arrow : pattern.length);
  const value = context.value(pattern.slice(0, star) + element + behind);
  if (hasField) {
    return isOfType(value, "hash") ? value.get(pattern.slice(arrow + 2)) : undefined;
  }
  return isOfType(value, "string") ? value.slice(0, value.length) : undefined;
}

function starOf(pattern: string): number {
  const [visible = ""] = pattern.split("\0", 1);
  return visible.indexOf("*");
}

function reply(context: CommandContext, elements: readonly string[], get: readonly string[]): void {
  if (get.length === 0) return context.reply.bulks(elements);
  context.reply.array(elements.length * get.length);
  for (const element of elements) {
    for (const pattern of get) {
      context.reply.bulkOrNull(valueByPattern(context, pattern, element));
    }
  }
}

function store(
  context: CommandContext,
  elements: readonly string[],
  get: readonly string[],
  destination: string,
): void {
  const stored: string[] = get.length === 0 ? [...elements] : [];
  for (const element of elements) {
    for (const pattern of get) stored.push(valueByPattern(context, pattern, element) ?? "");
  }
  if (stored.length > 0) context.expireDue(destination);
  const wasThere = context.deleteToReplace(destination);
  if (stored.length > 0) {
    context.lists.push(destination, "tail", stored, 0);
    context.notify(notice.list, "sortstore", destination);
  } else if (wasThere) {
    context.notify(notice.generic, "del", destination);
  }
  context.reply.integer(stored.length);
}
