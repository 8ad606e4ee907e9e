/**
 * DEBUG, as far as tests of servers and clients need it; refused unless `enable-debug-command` allows it. What would break the
 * process on purpose fails an assertion, which ends it in the same way.
 */
import { assert } from "../../assert.ts";
import { NEVER } from "../../keyspace/keyspace.ts";
import { errors, oneLine } from "../../resp/replies.ts";
import { memoryBytes } from "../../settings/number.ts";
import type { CommandContext } from "../context.ts";
import { replyHelp } from "../generic.ts";
import { integerArgument } from "../numbers.ts";
import { defaultReplyBufferRules } from "../replyBuffer.ts";
import {
  replyObject,
  replyPrinted,
  replyStringLengths,
  replyTableOf,
  replyTables,
} from "./describe.ts";
import { digestOfAll, digestOfValue } from "./digest.ts";
import { replySample } from "./protocolSamples.ts";

interface DebugCommand {
  /** Words of the request, with DEBUG and the subcommand: at least and at most. */
  readonly least: number;
  readonly most: number;
  readonly run: (context: CommandContext, argv: readonly string[]) => void;
}

/** Redis's quicklists take no larger element into a packed node. */
const MOST_PACKED_BYTES: bigint = 2n ** 32n - 2n ** 20n;

/**
 * DEBUG subcommand [arg …]
 * Replies: as the subcommand has it; -ERR unknown subcommand. Record: POPULATE one set a key, others none.
 * @see https://redis.io/docs/latest/commands/debug/
 */
export function debug(context: CommandContext, argv: readonly string[]): void {
  const command = commands.get((argv[1] ?? "").toLowerCase());
  const isFitting =
    command !== undefined && argv.length >= command.least && argv.length <= command.most;
  if (isFitting) command.run(context, argv);
  else context.failSubcommand(argv);
}

const commands: ReadonlyMap<string, DebugCommand> = new Map<string, DebugCommand>([
  ["aof-flush-sleep", exactly(3, ok)],
  ["assert", anyWords(crash)],
  ["change-repl-id", exactly(2, ok)],
  ["client-eviction", exactly(2, clientEviction)],
  ["clusterlink", exactly(5, clusterLink)],
  ["config-rewrite-force-all", exactly(2, rewriteConfig)],
  ["crash-and-recover", anyWords(restart)],
  ["digest", exactly(2, ({ reply, databases }) => reply.simple(digestOfAll(databases)))],
  ["digest-value", anyWords(digestValues)],
  ["drop-cluster-packet-filter", exactly(3, dropPackets)],
  ["error", exactly(3, ({ reply }, argv) => reply.error(oneLine(argv[2] ?? "")))],
  ["help", exactly(2, help)],
  ["htstats", exactly(3, tables)],
  ["htstats-key", exactly(3, (context, argv) => replyTableOf(context, argv[2] ?? ""))],
  ["leak", exactly(3, ok)],
  ["listpack", exactly(3, (context, argv) => replyPrinted(context, argv[2] ?? "", "listpack"))],
  ["loadaof", anyWords(loadLog)],
  ["log", exactly(3, ok)],
  ["mallctl", anyWords(mallctl)],
  ["mallctl-str", anyWords(mallctl)],
  ["object", exactly(3, (context, argv) => replyObject(context, argv[2] ?? ""))],
  ["oom", anyWords(crash)],
  ["panic", anyWords(crash)],
  ["pause-cron", exactly(3, pauseCron)],
  ["populate", { least: 3, most: 5, run: populate }],
  ["protocol", exactly(3, (context, argv) => replySample(context, argv[2] ?? ""))],
  ["quicklist", { least: 3, most: 4, run: quicklist }],
  ["quicklist-packed-threshold", exactly(3, packedThreshold)],
  ["reload", anyWords(reload)],
  ["replicate", { least: 3, most: Infinity, run: ok }],
  ["replybuffer", exactly(4, replyBuffer)],
  ["restart", anyWords(restart)],
  ["sdslen", exactly(3, (context, argv) => replyStringLengths(context, argv[2] ?? ""))],
  ["segfault", anyWords(crash)],
  ["set-active-expire", exactly(3, setActiveExpire)],
  ["set-disable-deny-scripts", exactly(3, allowAllInScripts)],
  ["set-skip-checksum-validation", exactly(3, skipChecksums)],
  ["sleep", exactly(3, sleep)],
  ["stringmatch-test", exactly(2, stringMatchTest)],
  ["structsize", exactly(2, structSizes)],
]);

function exactly(words: number, run: DebugCommand["run"]): DebugCommand {
  return { least: words, most: words, run };
}

function anyWords(run: DebugCommand["run"]): DebugCommand {
  return { least: 2, most: Infinity, run };
}

function ok(context: CommandContext): void {
  context.ok();
}

function allowAllInScripts(context: CommandContext, argv: readonly string[]): void {
  context.switches.allowsAllInScripts = isOn(argv[2]);
  context.ok();
}

/** As C's atoi reads a switch. */
function isOn(word: string | undefined): boolean {
  return (Number.parseInt(word ?? "", 10) || 0) !== 0;
}

function crash(_context: CommandContext, argv: readonly string[]): void {
  assert(false, `DEBUG ${(argv[1] ?? "").toUpperCase()} was called`);
}

function clientEviction(context: CommandContext): void {
  context.fail("ERR maxmemory-clients is disabled.");
}

/** Links between nodes are the host's: there is none to kill. */
function clusterLink(context: CommandContext, argv: readonly string[]): void {
  if (argv[2]?.toUpperCase() !== "KILL") return context.failSubcommand(argv);
  if (!context.server.isClusterMode) {
    return context.fail("ERR Debug option only available for cluster mode enabled setup!");
  }
  context.failQuoting("ERR Unknown node ", argv[4] ?? "");
}

function rewriteConfig(context: CommandContext): void {
  if (context.meter.figures.process().configFile === "") {
    return context.fail("ERR CONFIG-REWRITE-FORCE-ALL failed: No such file or directory");
  }
  context.server.rewriteConfiguration("all");
  context.ok();
}

function digestValues(context: CommandContext, argv: readonly string[]): void {
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++) {
    context.reply.simple(digestOfValue(context.keyspace, argv[index] ?? ""));
  }
}

function dropPackets(context: CommandContext, argv: readonly string[]): void {
  if (integerArgument(context, argv[2] ?? "") !== undefined) context.ok();
}

function tables(context: CommandContext, argv: readonly string[]): void {
  const number = integerArgument(context, argv[2] ?? "");
  if (number === undefined) return;
  if (number < 0 || number >= context.server.databaseCount) {
    return context.fail("ERR Out of range database");
  }
  replyTables(context, context.databases.get(number));
}

/** There is no jemalloc to ask. */
function mallctl(context: CommandContext): void {
  context.fail("ERR No such file or directory");
}

function populate(context: CommandContext, argv: readonly string[]): void {
  const [, , countText = "", prefix = "key", sizeText = "0"] = argv;
  const count = integerArgument(context, countText, errors.notPositive);
  if (count === undefined) return;
  const size = integerArgument(context, sizeText, errors.notPositive);
  if (size === undefined) return;
  if (count < 0 || size < 0) return context.fail(errors.notPositive);
  if (!context.isPrimary) return context.fail(errors.readonly);
  for (let index = 0; index < count; index++) {
    const key = `${prefix}:${index}`;
    if (context.value(key) !== undefined) continue;
    const value = `value:${index}`;
    context.set(key, size === 0 ? value : value.slice(0, size).padEnd(size, "\0"), NEVER);
  }
  context.ok();
}

function quicklist(context: CommandContext, argv: readonly string[]): void {
  replyPrinted(context, argv[2] ?? "", "quicklist");
}

/** Our lists keep long elements apart by a limit of their own: the threshold is only read. */
function packedThreshold(context: CommandContext, argv: readonly string[]): void {
  const bytes = memoryBytes(argv[2] ?? "");
  if (bytes !== undefined && bytes >= 0n && bytes <= MOST_PACKED_BYTES) return context.ok();
  context.fail("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
}

/**
 * A node is loaded from its log alone, which gives what is in memory. So each value is taken through its own dump, and held as
 * loading it would have it held; a primary drops keys that have expired, as Redis does when it loads an RDB file.
 */
function reload(context: CommandContext, argv: readonly string[]): void {
  const words = new Set<string>();
  for (let index = 2; index < argv.length; index++) {
    const word = (argv[index] ?? "").toUpperCase();
    if (word !== "MERGE" && word !== "NOFLUSH" && word !== "NOSAVE") {
      return context.fail("ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
    }
    words.add(word);
  }
  const hasLibraries = context.databases.libraries.entries.size > 0;
  if (words.has("NOFLUSH") && !words.has("MERGE") && hasLibraries) {
    // A file would bring libraries that are there.
    return context.fail("ERR Error trying to load the RDB dump, check server logs.");
  }
  for (const { database } of context.databases.used) {
    context.select(database);
    for (const key of expiredKeys(context)) context.delete(key);
  }
  context.select(context.session.database);
  loadLog(context);
}

function expiredKeys(context: CommandContext): readonly string[] {
  const expired: string[] = [];
  context.keyspace.forEach((key) => {
    if (context.isExpired(key)) expired.push(key);
  });
  return expired;
}

function loadLog(context: CommandContext): void {
  const { databases, dumper } = context;
  for (const keyspace of databases.used) {
    keyspace.holdAnew((value) => dumper.reloaded(value, keyspace.limits));
  }
  context.ok();
}

function replyBuffer(context: CommandContext, argv: readonly string[]): void {
  const [, , what = "", value = ""] = argv;
  switch (what.toLowerCase()) {
    case "peak-reset-time": {
      const peakResetMs = peakResetArgument(context, value.toLowerCase());
      if (peakResetMs === undefined) return;
      context.switches.replyBuffer.peakResetMs = peakResetMs;
      return context.ok();
    }
    case "resizing":
      context.switches.replyBuffer.isResizing = isOn(value);
      return context.ok();
    default:
      context.failSubcommand(argv);
  }
}

function peakResetArgument(context: CommandContext, word: string): number | undefined {
  if (word === "never") return Infinity;
  if (word === "reset") return defaultReplyBufferRules.peakResetMs;
  return integerArgument(context, word);
}

function pauseCron(context: CommandContext, argv: readonly string[]): void {
  context.switches.pausesCron = isOn(argv[2]);
  context.ok();
}

function restart(context: CommandContext, argv: readonly string[]): void {
  const delay = argv[2];
  if (delay !== undefined && integerArgument(context, delay) === undefined) return;
  context.fail("ERR failed to restart the server. Check server logs.");
}

function setActiveExpire(context: CommandContext, argv: readonly string[]): void {
  context.switches.expiresActively = isOn(argv[2]);
  context.ok();
}

function skipChecksums(context: CommandContext, argv: readonly string[]): void {
  context.switches.skipsChecksums = isOn(argv[2]);
  context.ok();
}

/** The node answers nobody for a while; it keeps its lease, and follows the log. */
function sleep(context: CommandContext, argv: readonly string[]): void {
  const seconds = Number.parseFloat(argv[2] ?? "");
  if (seconds > 0) context.sleepUs += Math.floor(seconds * 1_000_000);
  context.ok();
}

function stringMatchTest(context: CommandContext): void {
  context.reply.simple("Apparently Redis did not crash: test passed");
}

/** The sizes of Redis's own structures on a machine of 64 bits. */
function structSizes(context: CommandContext): void {
  context.reply.bulk(
    "bits:64 robj:16 dictentry:24 sdshdr5:1 sdshdr8:3 sdshdr16:5 sdshdr32:9 sdshdr64:17 ",
  );
}

function help(context: CommandContext): void {
  replyHelp(context, "DEBUG", [
    "DIGEST",
    "    Tell a digest of all data.",
    "DIGEST-VALUE <key> [<key> ...]",
    "    Tell the digest of each key's value.",
    "ERROR <message>",
    "    Answer this error.",
    "HTSTATS <dbid>",
    "    Tell figures of a database's tables.",
    "HTSTATS-KEY <key>",
    "    Tell figures of the table in which a value is held.",
    "OBJECT <key>",
    "    Tell how a value is held.",
    "PANIC",
    "    End the process as a broken promise of its own code would.",
    "POPULATE <count> [<prefix>] [<size>]",
    "    Make strings, <prefix>:0 and so on, where there are none yet.",
    "PROTOCOL <type>",
    "    Answer a sample of a type: string, integer, double, bignum, null, array, set, map,",
    "    attrib, push, verbatim, true, false.",
    "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
    "    Take every value through its own dump; the options change nothing.",
    "SDSLEN <key>",
    "    Tell the lengths of a key and its string.",
    "SET-ACTIVE-EXPIRE <0|1>",
    "    Delete expired keys by themselves, or only when they are touched.",
    "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
    "    Let RESTORE take payloads with wrong checksums.",
    "SLEEP <seconds>",
    "    Answer nobody for so long.",
  ]);
}
