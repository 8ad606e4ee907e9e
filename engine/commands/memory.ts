/** MEMORY: what keys and values take. */
import { errors } from "../resp/replies.ts";
import { DEADLINE_BYTES, ENTRY_BYTES } from "../keyspace/keyspace.ts";
import { sizeOf } from "../keyspace/value.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import {
  memoryFigures,
  percentOf,
  ratioOf,
  type MemoryFigures,
} from "./monitoring/memoryFigures.ts";
import { integerArgument } from "./numbers.ts";

/**
 * MEMORY USAGE key [SAMPLES count]
 * Replies: integer, bytes of key and value, counted and not sampled; null if absent; -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/memory-usage/
 */
export function memoryUsage(context: CommandContext, argv: readonly string[]): void {
  for (let index = 3; index < argv.length; index += 2) {
    const count = argv[index + 1];
    if (argv[index]?.toUpperCase() !== "SAMPLES" || count === undefined) {
      return context.fail(errors.syntax);
    }
    const samples = integerArgument(context, count);
    if (samples === undefined) return;
    if (samples < 0) return context.fail(errors.syntax);
  }
  const key = argv[2] ?? "";
  const value = context.keyspace.get(key);
  if (value === undefined || context.isExpired(key)) return context.reply.null();
  context.reply.integer(key.length + sizeOf(value) + ENTRY_BYTES);
}

/**
 * MEMORY STATS
 * Replies: map of names to numbers, and of db.<number> to a map. Record: none.
 * @see https://redis.io/docs/latest/commands/memory-stats/
 */
export function memoryStats(context: CommandContext): void {
  const figures = memoryFigures(context);
  const used = context.databases.used.filter(({ size }) => size > 0);
  const { reply } = context;
  const integers = integersOf(context, figures);
  const doubles = doublesOf(figures);
  reply.map(integers.length + used.length + doubles.length);
  for (const [name, value] of integers.slice(0, BEFORE_DATABASES)) {
    reply.bulk(name);
    reply.integer(value);
  }
  for (const { database, size, expiringCount } of used) {
    reply.bulk(`db.${database}`);
    reply.map(3);
    reply.bulk("overhead.hashtable.main");
    reply.integer(size * ENTRY_BYTES);
    reply.bulk("overhead.hashtable.expires");
    reply.integer(expiringCount * DEADLINE_BYTES);
    reply.bulk("overhead.hashtable.slot-to-keys");
    reply.integer(0);
  }
  for (const [name, value] of integers.slice(BEFORE_DATABASES)) {
    reply.bulk(name);
    reply.integer(value);
  }
  for (const [name, value] of doubles) {
    reply.bulk(name);
    reply.double(value);
  }
}

/** So many integers stand in front of the databases. */
const BEFORE_DATABASES = 10;

function integersOf(context: CommandContext, figures: MemoryFigures): [string, number][] {
  const { databases, scripting } = context;
  const { usedBytes, keys, datasetBytes, startupBytes } = figures;
  const { residentBytes, heldBytes, processBytes } = figures;
  return [
    ["peak.allocated", figures.peakBytes],
    ["total.allocated", usedBytes],
    ["startup.allocated", startupBytes],
    ["replication.backlog", 0],
    ["clients.slaves", 0],
    ["clients.normal", figures.clientsBytes],
    ["cluster.links", 0],
    ["aof.buffer", 0],
    ["lua.caches", scripting.cached.bytes],
    ["functions.caches", databases.libraries.usedBytes],
    ["overhead.total", figures.overheadBytes],
    ["keys.count", keys],
    ["keys.bytes-per-key", keys === 0 ? 0 : Math.floor((usedBytes - startupBytes) / keys)],
    ["dataset.bytes", datasetBytes],
    ["allocator.allocated", processBytes],
    ["allocator.active", heldBytes],
    ["allocator.resident", residentBytes],
    ["allocator-fragmentation.bytes", heldBytes - processBytes],
    ["allocator-rss.bytes", residentBytes - heldBytes],
    ["rss-overhead.bytes", 0],
    ["fragmentation.bytes", residentBytes - usedBytes],
  ];
}

function doublesOf(figures: MemoryFigures): [string, number][] {
  const { usedBytes, peakBytes, datasetBytes, startupBytes } = figures;
  const { residentBytes, heldBytes, processBytes } = figures;
  return [
    ["dataset.percentage", percentOf(datasetBytes, usedBytes - startupBytes)],
    ["peak.percentage", percentOf(usedBytes, peakBytes)],
    ["allocator-fragmentation.ratio", ratioOf(heldBytes, processBytes)],
    ["allocator-rss.ratio", ratioOf(residentBytes, heldBytes)],
    ["rss-overhead.ratio", 1],
    ["fragmentation", ratioOf(residentBytes, usedBytes)],
  ];
}

const LITTLE_BYTES: number = 5 << 20;
const MUCH_BYTES: number = 10 << 20;

/**
 * MEMORY DOCTOR
 * Replies: verbatim text in our own words. Record: none.
 * @see https://redis.io/docs/latest/commands/memory-doctor/
 */
export function memoryDoctor(context: CommandContext): void {
  const { usedBytes, peakBytes, residentBytes, heldBytes } = memoryFigures(context);
  const lines: string[] = [];
  if (usedBytes < LITTLE_BYTES) {
    lines.push("There is too little data here to say anything of its memory.");
  } else {
    if (peakBytes > usedBytes * 1.5) {
      lines.push(
        "The data took much more once than it does now: the process keeps some of that memory, which is not lost.",
      );
    }
    if (residentBytes > heldBytes * 1.4 && residentBytes - heldBytes > MUCH_BYTES) {
      lines.push(
        "The process holds much more memory than its heap: buffers of clients, or a heap that has shrunk.",
      );
    }
    if (lines.length === 0) lines.push("Nothing about the memory of this node needs attention.");
  }
  context.reply.verbatim("txt", `${lines.join("\n")}\n`);
}

/**
 * MEMORY PURGE
 * Replies: OK: memory is the garbage collector's. Record: none.
 * @see https://redis.io/docs/latest/commands/memory-purge/
 */
export function memoryPurge(context: CommandContext): void {
  context.ok();
}

/**
 * MEMORY MALLOC-STATS
 * Replies: bulk string, as of a Redis with an allocator that has no statistics. Record: none.
 * @see https://redis.io/docs/latest/commands/memory-malloc-stats/
 */
export function memoryMallocStats(context: CommandContext): void {
  context.reply.bulk("Stats not supported for the current allocator");
}

/**
 * MEMORY HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/memory-help/
 */
export function memoryHelp(context: CommandContext): void {
  replyHelp(context, "MEMORY", [
    "DOCTOR",
    "    What of the memory needs attention, in words.",
    "MALLOC-STATS",
    "    What the allocator tells: nothing.",
    "PURGE",
    "    Does nothing: memory is the garbage collector's.",
    "STATS",
    "    What takes how much.",
    "USAGE <key> [SAMPLES <count>]",
    "    Bytes of a key and its value.",
  ]);
}
