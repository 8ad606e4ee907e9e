/** SLOWLOG: the requests of this node that took longest to execute. */
import { unknownSubcommand } from "../resp/replies.ts";
import { parseInteger } from "../structures/integerText.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";

const DEFAULT_COUNT = 10;

/**
 * SLOWLOG GET [count]
 * Replies: array of entries, newest first: number, Unix seconds, microseconds, words, address and name of the client; -1 for all.
 * -ERR count should be greater than or equal to -1. Record: none.
 * @see https://redis.io/docs/latest/commands/slowlog-get/
 */
export function slowlogGet(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) return context.fail(unknownSubcommand("slowlog", argv[1] ?? ""));
  const { slowLog } = context.meter;
  const count = argv[2] === undefined ? DEFAULT_COUNT : parseInteger(argv[2]);
  if (count === undefined || count < -1) {
    return context.fail("ERR count should be greater than or equal to -1");
  }
  const { reply } = context;
  const shown = slowLog.newest(count === -1 ? slowLog.length : count);
  reply.array(shown.length);
  for (const entry of shown) {
    reply.array(6);
    reply.integer(entry.id);
    reply.integer(entry.unixSeconds);
    reply.integer(entry.durationUs);
    reply.bulks(entry.argv);
    reply.bulk(entry.address);
    reply.bulk(entry.clientName);
  }
}

/**
 * SLOWLOG LEN
 * Replies: integer. Record: none.
 * @see https://redis.io/docs/latest/commands/slowlog-len/
 */
export function slowlogLen(context: CommandContext): void {
  context.reply.integer(context.meter.slowLog.length);
}

/**
 * SLOWLOG RESET
 * Replies: OK. Record: none.
 * @see https://redis.io/docs/latest/commands/slowlog-reset/
 */
export function slowlogReset(context: CommandContext): void {
  context.meter.slowLog.clear();
  context.ok();
}

/**
 * SLOWLOG HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/slowlog-help/
 */
export function slowlogHelp(context: CommandContext): void {
  replyHelp(context, "SLOWLOG", [
    "GET [<count>]",
    "    The newest entries (10 if not said, -1 for all): number, time, microseconds,",
    "    words, address and name of the client.",
    "LEN",
    "    Number of entries.",
    "RESET",
    "    Forget all entries.",
  ]);
}
