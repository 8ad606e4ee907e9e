/**
 * Which answers of commands count as one. Most are compared byte by byte; some depend on clocks, connections or nodes; some tell
 * the elements of a collection in an order that says nothing; and some are drawn: those are held against what is there.
 */
import { ReplyReader, textsOfItems } from "../../clients/resp.ts";
import { runsScript, scriptDraws, withoutLoops } from "../../clients/scripts.ts";

/** Commands that tell deadlines: real ones lie a little behind the executor's, whose clock stands still. */
const TELL_TIME: ReadonlySet<string> = new Set(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]);
/** Each node knows scripts of its own, and one runs or does not. */
const OF_SCRIPTS: ReadonlySet<string> = new Set([
  "SCRIPT EXISTS",
  "SCRIPT FLUSH",
  "SCRIPT KILL",
  "SCRIPT LOAD",
  "FUNCTION KILL",
  "FUNCTION STATS",
]);
/** Commands whose answer depends on node, connection or time: only its kind is compared. */
const VARIABLE: ReadonlySet<string> = new Set([
  "CLIENT",
  "CLUSTER",
  "DUMP",
  "HELLO",
  "INFO",
  "ROLE",
  "TIME",
  "WAIT",
  "XINFO",
]);
/** Commands that tell elements in any order, and how many items belong together. */
const UNORDERED: ReadonlyMap<string, number> = new Map([
  ["HGETALL", 2],
  ["HKEYS", 1],
  ["HVALS", 1],
  ["SMEMBERS", 1],
  ["SINTER", 1],
  ["SUNION", 1],
  ["SDIFF", 1],
  ["SPOP", 1],
  ["HSCAN", 2],
  ["SSCAN", 1],
  ["ZSCAN", 2],
]);
/** Longer than any run, and far shorter than the steps between the deadlines that workloads set. */
const TOLERANCE_MS = 10_000_000;

/** How what was drawn of a collection is held against it. */
export interface Sample {
  /** Tells how many there are. */
  readonly size: string;
  /** Tells of elements whether they are there. */
  readonly has: string;
  /** Whether its reply says that some is not. */
  readonly isAbsent: (reply: string) => boolean;
}

const hasNull = (reply: string): boolean => reply.includes("$-1\r\n");

export const samples: ReadonlyMap<string, Sample> = new Map<string, Sample>([
  [
    "SRANDMEMBER",
    { size: "SCARD", has: "SMISMEMBER", isAbsent: (reply) => reply.includes(":0\r\n") },
  ],
  ["HRANDFIELD", { size: "HLEN", has: "HMGET", isAbsent: hasNull }],
  ["ZRANDMEMBER", { size: "ZCARD", has: "ZMSCORE", isAbsent: hasNull }],
]);

/** SPOP of so many takes all there is. */
const WHOLE_SET = 1000;

/** Whether the command leaves something that arguments and keyspace alone do not determine. */
export function isDrawn(argv: readonly string[]): boolean {
  if (runsScript(argv)) return scriptDraws(argv);
  const isPartial = argv[0] === "SPOP" && Number(argv[2] ?? 1) < WHOLE_SET;
  return isPartial || (argv[0] === "XADD" && argv.includes("*"));
}

/** A script that was killed did nothing: who has written cannot be. */
export function wasKilled(argv: readonly string[], answered: string): boolean {
  return runsScript(argv) && answered.startsWith("-ERR Script killed by user");
}

/** The command that does, without drawing and at once, what this one was answered to have done. `answered` undefined: nobody knows. */
export function asAnswered(
  argv: readonly string[],
  answered: string | undefined,
  isAtomic: boolean,
): readonly string[] {
  if (!isAtomic && answered !== undefined && keysWaitedFor(argv).length > 1)
    return fromReadyKey(argv, answered);
  if (runsScript(argv)) {
    const isTold = answered !== undefined && !answered.startsWith("-") && scriptDraws(argv);
    return withoutLoops(argv, isTold ? bulksOf(answered) : []);
  }
  if (answered === undefined || !isDrawn(argv) || answered.startsWith("-")) return argv;
  const drawn = bulksOf(answered);
  if (drawn.length === 0) return argv;
  if (argv[0] === "SPOP") return ["SREM", argv[1] as string, ...drawn];
  return argv.map((word) => (word === "*" ? (drawn[0] as string) : word));
}

/** Of a command that waits for elements of several keys. */
function keysWaitedFor([name = "", ...rest]: readonly string[]): readonly string[] {
  if (/^(BLPOP|BRPOP|BZPOPMIN|BZPOPMAX)$/.test(name)) return rest.slice(0, -1);
  return /^(BLMPOP|BZMPOP)$/.test(name) ? rest.slice(2, 2 + Number(rest[1])) : [];
}

/**
 * Who has waited is served from the key that became ready, whatever the others hold by then: those before it in line may have moved
 * something there. That it waited no answer tells, so one who was served at once may have been so from any of them, too.
 */
function fromReadyKey(argv: readonly string[], answered: string): readonly string[] {
  const keys = keysWaitedFor(argv);
  const [key] = answered.startsWith("-") ? [] : bulksOf(answered);
  if (key === undefined || !keys.includes(key)) return argv;
  const isCounted = argv[0] === "BLMPOP" || argv[0] === "BZMPOP";
  const [before, behind] = isCounted ? [2, 3 + keys.length] : [1, 1 + keys.length];
  return [...argv.slice(0, before), ...(isCounted ? ["1"] : []), key, ...argv.slice(behind)];
}

/** The stream from which a reader that could wait was told no entry at all, as only one who has waited is. */
export function servedEmptyFrom(argv: readonly string[], answered: string): string | undefined {
  if (argv[0] !== "XREAD" || !argv.includes("BLOCK")) return undefined;
  const [key] = bulksOf(answered);
  if (key === undefined) return undefined;
  return answered === `*1\r\n*2\r\n$${key.length}\r\n${key}\r\n*0\r\n` ? key : undefined;
}

/** Bulk strings of a reply, nulls left out. */
export function bulksOf(text: string): readonly string[] {
  const reader = new ReplyReader();
  reader.pushText(text);
  return [reader.next()].flat(9).filter((one) => typeof one === "string");
}

/** Whether a command was answered as it may be. `expected`: what the specification answered to `asAnswered`. */
export function isSame(argv: readonly string[], answered: string, expected: string): boolean {
  if (answered === expected) return true;
  const [name = "", , ...rest] = argv;
  // Without a key it may have reached a replica, which refuses this one in words of its own.
  if (name === "WAIT" && answered.startsWith("-ERR WAIT cannot be used with replica")) return true;
  if (name === "SPOP" && expected.startsWith(":")) return isPopped(answered, expected, rest[0]);
  if (name === "XPENDING" && rest.length > 1)
    return withoutNumbers(answered) === withoutNumbers(expected);
  if (OF_SCRIPTS.has(`${name} ${argv[1]}`)) {
    const isKind = answered[0] === expected[0] || answered.startsWith("-BUSY");
    return isKind || argv[1] === "KILL";
  }
  if (VARIABLE.has(name)) return answered !== "" && answered[0] === expected[0];
  const width = UNORDERED.get(name);
  if (width !== undefined)
    return answered[0] === "*" && sorted(answered, width) === sorted(expected, width);
  return TELL_TIME.has(name) && isSameTime(name, answered, expected);
}

/** What is left of a deadline, of which the specification knows when the request began. */
function isSameTime(name: string, answered: string, expected: string): boolean {
  if (!answered.startsWith(":") || !expected.startsWith(":")) return false;
  const unitMs = name.startsWith("P") ? 1 : 1000;
  const [found, wanted] = [answered, expected].map((text) => Number(text.slice(1)));
  if (found === undefined || wanted === undefined || found < 0 || wanted < 0) return false;
  return Math.abs(found - wanted) * unitMs <= TOLERANCE_MS;
}

/** SREM took away all that was popped, of which there is no more than was asked for. */
function isPopped(answered: string, expected: string, count: string | undefined): boolean {
  const members = bulksOf(answered);
  const isDistinct = new Set(members).size === members.length;
  return (
    isDistinct && members.length <= Number(count ?? 1) && expected === `:${members.length}\r\n`
  );
}

/** How long an entry has been pending is told by the clock. */
function withoutNumbers(text: string): string {
  return text.replaceAll(/:\d+\r\n/g, ":\r\n");
}

function sorted(reply: string, width: number): string {
  const items = textsOfItems(reply);
  const nested = items[1]?.startsWith("*") === true ? textsOfItems(items[1]) : items;
  const groups: string[] = [];
  for (let at = 0; at < nested.length; at += width)
    groups.push(nested.slice(at, at + width).join(""));
  return groups.toSorted().join("");
}
