/** In what two replies may differ and still mean the same: the order of hash tables, lots, times that lie close together. */
import { latin1Bytes } from "../engine/bytes/latin1.ts";
import { defaultLimits } from "../engine/keyspace/limits.ts";
import { HashValue } from "../engine/keyspace/values/hashValue.ts";
import { ListValue } from "../engine/keyspace/values/listValue.ts";
import { SetValue } from "../engine/keyspace/values/setValue.ts";
import { restored } from "../engine/snapshot/dump.ts";
import type { Request } from "./grammar.ts";
import type { Reply } from "./reply.ts";
import { shortlyMs } from "./requests/values.ts";

/** What both servers answered to one request; `name` is the command's in the table. */
export interface Answers {
  readonly name: string;
  readonly argv: Request;
  readonly mine: Reply;
  readonly theirs: Reply;
}

/** Of several names that are taken, the first in a table is told. */
const TAKEN = /^-ERR (?:Function|Library) \w+ already exists\r/;

/** What ends a dump: its version and a checksum. */
const FOOTER_BYTES = 10;
const CHECKSUM_BYTES = 8;

/** How far apart the two servers may execute requests of one sequence; whatever is not over shortly lasts 100 s at least. */
const NEAR_MS = 30_000;
/** What these answer are seconds. OBJECT IDLETIME too, but small integers are one object there, as idle as the server is old. */
const inSeconds: ReadonlySet<string> = new Set(["ttl", "expiretime"]);

/** Replies whose items come in the order of a hash table there. */
const unordered: ReadonlySet<string> = new Set([
  "keys",
  "smembers",
  "sinter",
  "sunion",
  "sdiff",
  "hkeys",
  "hvals",
  "pubsub|channels",
  "pubsub|shardchannels",
]);
const pairs: ReadonlySet<string> = new Set(["hgetall", "config|get"]);
const drawn: ReadonlySet<string> = new Set([
  "spop",
  "srandmember",
  "hrandfield",
  "zrandmember",
  "randomkey",
]);
const timed: ReadonlySet<string> = new Set([
  "ttl",
  "pttl",
  "expiretime",
  "pexpiretime",
  "object|idletime",
  "xpending",
  "xinfo|consumers",
  "xinfo|stream",
]);

/** The order of a hash table in a reply. */
export function differInOrder({ name, argv, mine, theirs }: Answers): boolean {
  if (isByWeights(name, argv) && has(argv, "LIMIT")) {
    return mine.items.length === theirs.items.length;
  }
  if (pairs.has(name)) return sameInAnyOrder(pairsOf(mine), pairsOf(theirs));
  if (name === "acl|getuser" || name === "acl|list")
    return wordsInAnyOrder(mine.raw) === wordsInAnyOrder(theirs.raw);
  if (name === "function|load" || name === "function|restore") {
    return [mine, theirs].every(({ raw }) => TAKEN.test(raw));
  }
  if (name === "function|dump") {
    return sameInAnyOrder(bytesOfDump(mine), bytesOfDump(theirs));
  }
  if (name.startsWith("command|") || name === "function|list" || name === "acl|cat") {
    return deepInAnyOrder(mine) === deepInAnyOrder(theirs);
  }
  if (name.startsWith("eval") && returnsPairs(argv)) {
    return deepInAnyOrder(mine) === deepInAnyOrder(theirs);
  }
  if (!unordered.has(name) && !isByWeights(name, argv)) return false;
  return sameInAnyOrder(rawOf(mine), rawOf(theirs));
}

/** A script puts tables of Lua into bytes, whose keys come in another order. */
export function differInTable({ name, argv, mine, theirs }: Answers): boolean {
  const isEncoded = name.startsWith("eval") && /cjson\.encode|cmsgpack\.pack/.test(argv[1] ?? "");
  return (
    isEncoded &&
    mine.mark === theirs.mark &&
    sameInAnyOrder(mine.raw.split(""), theirs.raw.split(""))
  );
}

/** The sign that a script's NaN is shown with. */
export function differInNaN({ name, mine, theirs }: Answers): boolean {
  if (!/^(eval|fcall)/.test(name) || !theirs.raw.includes("nan")) return false;
  const [here, there] = [mine, theirs].map(({ raw }) =>
    raw.replaceAll(/\$\d+\r\n/g, "").replaceAll("-nan", "nan"),
  );
  return here === there;
}

/** What is drawn, though not how much. */
export function differInDraw({ name, mine, theirs }: Answers): boolean {
  return drawn.has(name) && mine.items.length === theirs.items.length;
}

/** Times and durations that lie within seconds. */
export function differInTime({ name, mine, theirs }: Answers): boolean {
  return timed.has(name) && areNear(mine, theirs, inSeconds.has(name) ? NEAR_MS / 1000 : NEAR_MS);
}

export function differInClientId({ name, mine, theirs }: Answers): boolean {
  return name === "hello" && withoutId(mine) === withoutId(theirs);
}

/** A step of a scan, which is another one in another table; what one step tells whole is the same. */
export function differInStep({ name, mine, theirs }: Answers): boolean {
  if (!name.endsWith("scan") || !isStep(mine) || !isStep(theirs)) return false;
  const [[myCursor, myPart], [theirCursor, theirPart]] = [mine.items, theirs.items];
  if (myPart === undefined || theirPart === undefined) return false;
  if (myCursor?.text !== "0" || theirCursor?.text !== "0") return true;
  const partsOf = name === "hscan" || name === "zscan" ? pairsOf : rawOf;
  return sameInAnyOrder(partsOf(myPart), partsOf(theirPart));
}

/** Dumps of one value: the order of a hash table, the nodes of a list, and the times of a stream's consumers. */
export function differInDump({ name, mine, theirs }: Answers): boolean {
  return name === "dump" && holdTheSame(mine.text, theirs.text);
}

/** A command's full name as the table has it: "client|id". */
export function commandName(argv: Request): string {
  const name = (argv[0] ?? "").toLowerCase();
  return containers.has(name) ? `${name}|${(argv[1] ?? "").toLowerCase()}` : name;
}

const containers: ReadonlySet<string> = new Set([
  "acl",
  "client",
  "cluster",
  "command",
  "config",
  "function",
  "object",
  "pubsub",
  "script",
  "slowlog",
  "xgroup",
  "xinfo",
]);

/** What a request leaves behind differs on the two servers, because it was drawn by lot or taken in the order of a table. */
export function leavesByLot(argv: Request): string | undefined {
  const name = commandName(argv);
  if (name === "spop") return argv[1];
  if (!isByWeights(name, argv)) return undefined;
  const at = argv.findLastIndex((word) => word.toUpperCase() === "STORE");
  return at < 0 ? undefined : argv[at + 1];
}

/** Which keys it looks at is drawn by lot, or hangs on where they stand in a table. */
export function meetsKeysByLot(argv: Request): boolean {
  const name = commandName(argv);
  return name === "randomkey" || (name === "scan" && has(argv, "COUNT"));
}

/** What a script would learn from it hangs on lots, on time, on the order of a table or on the client. */
export function differsInScripts(argv: Request): boolean {
  const name = commandName(argv);
  return (
    [unordered, pairs, drawn, timed].some((names) => names.has(name)) ||
    /^(command\||object\||sort|dump$|swapdb$)|scan$|help$/.test(name) ||
    lastsShortly(argv)
  );
}

/** A deadline or a time to wait that is over before the sequence is. */
export function lastsShortly(argv: Request): boolean {
  const name = commandName(argv);
  if (name === "pexpire" || name === "psetex") return argv[2] === shortlyMs;
  return argv.some((word, index) => /^(px|block)$/i.test(word) && argv[index + 1] === shortlyMs);
}

/** SORT by weights, of which some are the same or all are none: then the order of what is sorted shows. */
function isByWeights(name: string, argv: Request): boolean {
  return (name === "sort" || name === "sort_ro") && has(argv, "BY");
}

function has(argv: Request, keyword: string): boolean {
  return argv.some((word) => word.toUpperCase() === keyword);
}

/** A script whose result is what HGETALL has told. */
function returnsPairs(argv: Request): boolean {
  return argv[1]?.endsWith("return redis.call('hgetall',KEYS[1])") ?? false;
}

/** Users are told in lines of rules, in which the order of single commands is that of a table. */
function wordsInAnyOrder(raw: string): string {
  const lines = raw.split("\r\n").filter((line) => !line.startsWith("$"));
  const sorted = lines.map((line) =>
    line
      .split(/ |(?=\))/)
      .toSorted()
      .join(" "),
  );
  return sorted.join("\n");
}

function bytesOfDump({ text }: Reply): string[] {
  return text.slice(0, -CHECKSUM_BYTES).split("");
}

function rawOf({ items }: Reply): string[] {
  return items.map(({ raw }) => raw);
}

function pairsOf({ items }: Reply): string[] {
  const found: string[] = [];
  for (let index = 0; index < items.length; index += 2) {
    found.push(`${items[index]?.raw ?? ""}${items[index + 1]?.raw ?? ""}`);
  }
  return found;
}

function sameInAnyOrder(mine: readonly string[], theirs: readonly string[]): boolean {
  return mine.toSorted().join("") === theirs.toSorted().join("");
}

function deepInAnyOrder({ mark, items, raw }: Reply): string {
  if (items.length === 0) return raw;
  return `${mark}${items.length}\r\n${items.map(deepInAnyOrder).toSorted().join("")}`;
}

function areNear(mine: Reply, theirs: Reply, limit: number): boolean {
  if (mine.mark !== theirs.mark || mine.items.length !== theirs.items.length) return false;
  if (mine.mark === ":" && mine.raw !== theirs.raw) {
    const [a, b] = [Number(mine.text), Number(theirs.text)];
    return a >= 0 && b >= 0 && Math.abs(a - b) <= limit;
  }
  if (mine.items.length === 0) return mine.raw === theirs.raw;
  return mine.items.every((item, index) => areNear(item, theirs.items[index] ?? item, limit));
}

function withoutId({ raw }: Reply): string {
  return raw.replace(/:\d+\r\n(?=\$4\r\nmode)/, ":id\r\n");
}

/** A step of another table is another one. */
function isStep({ mark, items }: Reply): boolean {
  return mark === "*" && items.length === 2;
}

/** Two dumps of one value: the order of a hash table, the nodes of a list and the times of a stream's consumers may differ. */
function holdTheSame(mine: string, theirs: string): boolean {
  const contents = contentsOf(theirs);
  if (contents !== undefined) return contents === contentsOf(mine);
  if (mine.length !== theirs.length) return false;
  return isStream(theirs) && withoutTimes(mine, theirs) === withoutTimes(theirs, mine);
}

function contentsOf(dump: string): string | undefined {
  const value = restored(latin1Bytes(dump), defaultLimits());
  const found: string[] = [];
  if (value instanceof SetValue) value.forEach((member) => found.push(member));
  else if (value instanceof HashValue) value.forEach((...pair) => found.push(pair.join("\r\n")));
  else if (value instanceof ListValue) {
    value.forEach(0, value.length, (element) => found.push(element));
    return JSON.stringify(found);
  } else return undefined;
  return JSON.stringify([value.encoding, found.toSorted()]);
}

function isStream(dump: string): boolean {
  return dump.startsWith("\x0f") || dump.startsWith("\x13");
}

/** Numbers of 8 bytes that are the milliseconds of about one moment in both are taken out of the first. */
function withoutTimes(dump: string, other: string): string {
  const [a, b] = [latin1Bytes(dump), latin1Bytes(other)];
  const views = [a, b].map(({ buffer, byteOffset }) => new DataView(buffer, byteOffset));
  let kept = "";
  for (let at = 0; at < a.length - FOOTER_BYTES; at++) {
    const times = views.map((view) =>
      at + 8 <= a.length ? Number(view.getBigUint64(at, true)) : 0,
    );
    const [x = 0, y = 0] = times;
    const isTime = x > 1.6e12 && x < 1e14 && Math.abs(x - y) <= NEAR_MS;
    kept += isTime ? "time" : dump.charAt(at);
    if (isTime) at += 7;
  }
  return kept;
}
