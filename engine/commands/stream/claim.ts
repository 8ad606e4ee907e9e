/** Giving pending entries of one consumer to another. */
import type { PendingEntry } from "../../keyspace/values/consumerGroup.ts";
import { LEAST_ID, idText, type StreamId } from "../../keyspace/values/streamId.ts";
import type { StreamEntry } from "../../keyspace/values/entryCursor.ts";
import type { Delivery } from "../../replication/effects/stream.ts";
import { errors } from "../../resp/replies.ts";
import { counterOf, counterPlus, type Counter } from "../../structures/counter.ts";
import { parseBigInteger } from "../../structures/integerText.ts";
import type { CommandContext } from "../context.ts";
import { integerArgument } from "../numbers.ts";
import { replyEntries } from "./entries.ts";
import { seeConsumer, type StreamGroup } from "./groups.ts";
import { idArgument, intervalStart, parseStrictId } from "./ids.ts";
import { pendingGroup } from "./pending.ts";

interface ClaimOptions {
  ids: readonly StreamId[];
  minIdleMs: number;
  deliveredAtUnixMs: number;
  /** Undefined: one more than before, or with JUSTID as before. */
  deliveryCount: Counter | undefined;
  /** Entries become pending that were not. */
  force: boolean;
  justId: boolean;
  lastId: StreamId;
}

/**
 * XCLAIM key group consumer min-idle-time id [id …] [IDLE ms] [TIME unix-time-ms] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID id]
 * Replies: array of the entries claimed, or of their ids; -NOGROUP, -WRONGTYPE, -ERR for each option. Pending entries that
 * were deleted are released. Record: see, deliver and release of each; setGroup if LASTID is further.
 * @see https://redis.io/docs/latest/commands/xclaim/
 */
export function xclaim(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", name = "", consumer = ""] = argv;
  const found = pendingGroup(context, key, name);
  if (found === undefined) return;
  const { stream, group } = found;
  const options = parseClaim(context, argv);
  if (options === undefined) return;
  if (options.lastId > group.lastId) {
    const { entriesRead } = group;
    context.streams.setGroup(key, name, { lastId: options.lastId, entriesRead });
  }
  const claimed: StreamEntry[] = [];
  for (const id of options.ids) {
    const pending = group.pending.get(id);
    const entry = stream.entry(id);
    if (entry === undefined) {
      if (pending !== undefined) context.streams.release(key, name, [id]);
      continue;
    }
    if (pending === undefined ? !options.force : !isIdle(context, pending, options.minIdleMs)) {
      continue;
    }
    if (claimed.length === 0) seeConsumer(context, key, group, consumer);
    const count = options.deliveryCount ?? countOf(pending, options.justId);
    context.streams.deliver(key, name, consumer, options.deliveredAtUnixMs, [{ id, count }]);
    claimed.push(entry);
  }
  replyClaimed(context, claimed, options.justId);
}

/** One that is made by FORCE counts as delivered once before. */
function countOf(pending: PendingEntry | undefined, justId: boolean): Counter {
  const before = pending?.deliveryCount ?? 1;
  return justId ? before : counterPlus(before, 1);
}

function isIdle({ unixMs }: CommandContext, pending: PendingEntry, minIdleMs: number): boolean {
  return minIdleMs === 0 || unixMs - pending.deliveredAtUnixMs >= minIdleMs;
}

function replyClaimed(
  context: CommandContext,
  claimed: readonly StreamEntry[],
  justId: boolean,
): void {
  if (justId) context.reply.bulks(claimed.map(({ id }) => idText(id)));
  else replyEntries(context, claimed);
}

/** Undefined if something is wrong, which was answered. The first word that is no id begins the options. */
function parseClaim(context: CommandContext, argv: readonly string[]): ClaimOptions | undefined {
  const minIdle = argv[4] ?? "";
  const minIdleMs = integerArgument(context, minIdle, invalidClaim("min-idle-time argument"));
  if (minIdleMs === undefined) return undefined;
  const ids: StreamId[] = [];
  let index = 5;
  for (; index < argv.length; index++) {
    const id = parseStrictId(argv[index] ?? "", "least");
    if (id === undefined) break;
    ids.push(id);
  }
  const options: ClaimOptions = {
    ids,
    minIdleMs: Math.max(minIdleMs, 0),
    deliveredAtUnixMs: context.unixMs,
    deliveryCount: undefined,
    force: false,
    justId: false,
    lastId: LEAST_ID,
  };
  while (index < argv.length) {
    const next = parseClaimOption(context, argv, index, options);
    if (next === undefined) return undefined;
    index = next;
  }
  return options;
}

function invalidClaim(what: string): string {
  return `ERR Invalid ${what} for XCLAIM`;
}

/** The option at `index`; returns where the next stands. */
function parseClaimOption(
  context: CommandContext,
  argv: readonly string[],
  index: number,
  options: ClaimOptions,
): number | undefined {
  const word = (argv[index] ?? "").toUpperCase();
  const value = argv[index + 1];
  if (word === "FORCE" || word === "JUSTID") {
    if (word === "FORCE") options.force = true;
    else options.justId = true;
    return index + 1;
  }
  if (value !== undefined && (word === "IDLE" || word === "TIME")) {
    const ms = integerArgument(context, value, invalidClaim(`${word} option argument`));
    if (ms === undefined) return undefined;
    const at = word === "IDLE" ? context.unixMs - ms : ms;
    options.deliveredAtUnixMs = at < 0 || at > context.unixMs ? context.unixMs : at;
    return index + 2;
  }
  if (value !== undefined && word === "RETRYCOUNT") {
    const count = parseBigInteger(value);
    if (count === undefined) {
      context.fail(invalidClaim("RETRYCOUNT option argument"));
      return undefined;
    }
    options.deliveryCount = count < 0n ? undefined : counterOf(count);
    return index + 2;
  }
  if (value !== undefined && word === "LASTID") {
    const id = idArgument(context, value);
    if (id === undefined) return undefined;
    options.lastId = id;
    return index + 2;
  }
  context.failQuoting("ERR Unrecognized XCLAIM option '", argv[index] ?? "", "'");
  return undefined;
}

/** Pending entries that are looked at for each that may be claimed. */
const ATTEMPTS = 10;
const USUAL_COUNT = 100;
/** As many ids as C counts in bytes, and as a process can have in memory. */
const MOST_COUNT: bigint = (2n ** 63n - 1n) / 16n;
const MOST_IDS_IN_MEMORY: number = 2 ** 47 / 16;

interface AutoClaimOptions {
  readonly minIdleMs: number;
  readonly start: StreamId;
  count: number;
  justId: boolean;
}

/** What XAUTOCLAIM found. */
interface AutoClaim {
  readonly claimed: StreamEntry[];
  readonly deliveries: Delivery[];
  readonly deleted: StreamId[];
  /** The pending entry to go on with; 0-0 behind the last. */
  next: StreamId;
}

/**
 * XAUTOCLAIM key group consumer min-idle-time start [COUNT count] [JUSTID]
 * Replies: array of the id to go on with, the entries claimed or their ids, and the ids of pending entries that were deleted
 * from the stream, which are released; -NOGROUP, -WRONGTYPE, -ERR for each option. Record: release, see, deliver.
 * @see https://redis.io/docs/latest/commands/xautoclaim/
 */
export function xautoclaim(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", name = "", consumer = ""] = argv;
  const options = parseAutoClaim(context, argv);
  if (options === undefined) {
    // Redis looks for the key before it reads the words: a miss is counted and told.
    context.value(key);
    return;
  }
  const found = pendingGroup(context, key, name);
  if (found === undefined) return;
  if (options.count > MOST_IDS_IN_MEMORY) {
    return context.fail(
      "ERR Insufficient memory, failed allocating transient memory, COUNT too high.",
    );
  }
  const { claimed, deliveries, deleted, next } = findClaimable(context, found, options);
  if (deleted.length > 0) context.streams.release(key, name, deleted);
  if (deliveries.length > 0) {
    seeConsumer(context, key, found.group, consumer);
    context.streams.deliver(key, name, consumer, context.unixMs, deliveries);
  }
  context.reply.array(3);
  context.reply.bulk(idText(next));
  replyClaimed(context, claimed, options.justId);
  context.reply.bulks(deleted.map((id) => idText(id)));
}

function findClaimable(
  context: CommandContext,
  { stream, group }: StreamGroup,
  options: AutoClaimOptions,
): AutoClaim {
  const found: AutoClaim = { claimed: [], deliveries: [], deleted: [], next: LEAST_ID };
  let left = options.count;
  let attempts = options.count * ATTEMPTS;
  group.pending.visitFrom(options.start, (pending) => {
    const id = pending.key;
    if (attempts-- <= 0 || left === 0) {
      found.next = id;
      return false;
    }
    const entry = stream.entry(id);
    if (entry === undefined) {
      found.deleted.push(id);
      left--;
    } else if (isIdle(context, pending, options.minIdleMs)) {
      found.claimed.push(entry);
      found.deliveries.push({ id, count: countOf(pending, options.justId) });
      left--;
    }
    return true;
  });
  return found;
}

function parseAutoClaim(
  context: CommandContext,
  argv: readonly string[],
): AutoClaimOptions | undefined {
  const minIdleMs = integerArgument(
    context,
    argv[4] ?? "",
    "ERR Invalid min-idle-time argument for XAUTOCLAIM",
  );
  if (minIdleMs === undefined) return undefined;
  const start = intervalStart(context, argv[5] ?? "");
  if (start === undefined) return undefined;
  const options: AutoClaimOptions = {
    minIdleMs: Math.max(minIdleMs, 0),
    start,
    count: USUAL_COUNT,
    justId: false,
  };
  for (let index = 6; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    const value = argv[index + 1];
    if (word === "COUNT" && value !== undefined) {
      const count = parseBigInteger(value);
      if (count === undefined || count < 1n || count > MOST_COUNT) {
        context.fail("ERR COUNT must be > 0");
        return undefined;
      }
      options.count = Number(count);
      index++;
    } else if (word === "JUSTID") {
      options.justId = true;
    } else {
      context.fail(errors.syntax);
      return undefined;
    }
  }
  return options;
}
