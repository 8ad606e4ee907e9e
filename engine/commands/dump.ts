/** DUMP and RESTORE: whole values in Redis's own format (snapshot/). */
import { latin1Bytes } from "../bytes/latin1.ts";
import { NEVER } from "../keyspace/keyspace.ts";
import { errors } from "../resp/replies.ts";
import { isWholeDump, restored } from "../snapshot/dump.ts";
import { parseBigInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { notice } from "./notices.ts";
import { integerArgument } from "./numbers.ts";

/**
 * DUMP key
 * Replies: bulk string, the value as RESTORE takes it; null if absent. Record: none.
 * @see https://redis.io/docs/latest/commands/dump/
 */
export function dump(context: CommandContext, argv: readonly string[]): void {
  const value = context.value(argv[1] ?? "");
  if (value === undefined) return context.reply.null();
  const compresses = context.settings.isOn("rdbcompression");
  context.reply.bulkBytes(context.dumper.dump(value, compresses));
}

/**
 * RESTORE key ttl serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency], RESTORE-ASKING …
 * Replies: OK; -BUSYKEY, -ERR syntax error, -ERR for the times, -ERR for a payload that was damaged or makes no sense. Record:
 * restore of the payload with an absolute deadline; delete of what was replaced if that has passed already.
 * @see https://redis.io/docs/latest/commands/restore/
 */
export function restore(context: CommandContext, argv: readonly string[]): void {
  const [, key = "", ttl = "", text = ""] = argv;
  const options = parseOptions(context, argv);
  if (options === undefined) return;
  // What is replaced is not asked for its deadline.
  if (!options.isReplacing && context.value(key) !== undefined) return context.fail(errors.busyKey);
  const deadline = deadlineOf(context, ttl, options.isAbsolute);
  if (deadline === undefined) return;
  const payload = latin1Bytes(text);
  if (!isWholeDump(payload, !context.switches.skipsChecksums)) {
    return context.fail("ERR DUMP payload version or checksum are wrong");
  }
  const value = restored(payload, context.keyspace.limits, (why) => context.refusePayload(why));
  if (value === undefined) return context.fail("ERR Bad data format");
  if (deadline <= context.unixMs) {
    if (context.delete(key)) context.notify(notice.generic, "del", key);
  } else {
    context.restore(key, value, payload, deadline);
    setUsage(context, key, options);
    context.notify(notice.generic, "restore", key);
  }
  context.ok();
}

interface Options {
  readonly isReplacing: boolean;
  readonly isAbsolute: boolean;
  /** -1 if not given. */
  readonly idleSeconds: number;
  readonly frequency: number;
}

/** The one of the two numbers counts that the eviction policy goes by. */
function setUsage(context: CommandContext, key: string, options: Options): void {
  const { usage } = context.databases;
  const { idleSeconds, frequency } = options;
  if (usage.isLfu) {
    if (frequency >= 0) context.keyspace.setUsage(key, usage.counted(frequency));
  } else if (idleSeconds >= 0) {
    context.keyspace.setUsage(key, usage.idleFor(idleSeconds));
  }
}

function parseOptions(context: CommandContext, argv: readonly string[]): Options | undefined {
  let isReplacing = false;
  let isAbsolute = false;
  let idleSeconds = -1;
  let frequency = -1;
  for (let index = 4; index < argv.length; index++) {
    const word = (argv[index] ?? "").toLowerCase();
    const value = argv[index + 1];
    if (word === "replace") {
      isReplacing = true;
    } else if (word === "absttl") {
      isAbsolute = true;
    } else if (word === "idletime" && value !== undefined && frequency === -1) {
      const parsed = integerArgument(context, value);
      if (parsed === undefined) return undefined;
      if (parsed < 0) return refuse(context, "ERR Invalid IDLETIME value, must be >= 0");
      idleSeconds = parsed;
      index++;
    } else if (word === "freq" && value !== undefined && idleSeconds === -1) {
      const parsed = integerArgument(context, value);
      if (parsed === undefined) return undefined;
      if (parsed < 0 || parsed > 255) {
        return refuse(context, "ERR Invalid FREQ value, must be >= 0 and <= 255");
      }
      frequency = parsed;
      index++;
    } else {
      return refuse(context, errors.syntax);
    }
  }
  return { isReplacing, isAbsolute, idleSeconds, frequency };
}

function refuse(context: CommandContext, error: string): undefined {
  context.fail(error);
  return undefined;
}

/** Unix milliseconds, NEVER for 0. Undefined if refused, which was answered. */
function deadlineOf(
  context: CommandContext,
  text: string,
  isAbsolute: boolean,
): number | undefined {
  const ttl = parseBigInteger(text);
  if (ttl === undefined) return refuse(context, errors.notInteger);
  if (ttl < 0n) return refuse(context, "ERR Invalid TTL value, must be >= 0");
  if (ttl === 0n) return NEVER;
  // As in C, a sum beyond 64 bits is long past.
  return Number(isAbsolute ? ttl : BigInt.asIntN(64, ttl + BigInt(context.unixMs)));
}
