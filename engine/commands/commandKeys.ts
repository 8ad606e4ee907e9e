/** COMMAND GETKEYS: which keys a request names, and what it would do with them. */
import type { CommandContext } from "./context.ts";
import {
  forEachKey,
  hasCountedKeys,
  hasValidArity,
  type CommandSpec,
  type KeySpec,
} from "./spec.ts";

/**
 * COMMAND GETKEYS command [arg …], COMMAND GETKEYSANDFLAGS command [arg …]
 * Replies: array of keys, or of pairs of key and flags; -ERR Invalid command specified, -ERR Invalid number of arguments
 * specified for command, -ERR Invalid arguments specified for command, -ERR The command has no key arguments. Record: none.
 * @see https://redis.io/docs/latest/commands/command-getkeys/
 */
export function commandGetkeys(context: CommandContext, argv: readonly string[]): void {
  replyKeys(context, argv.slice(2), false);
}

export function commandGetkeysandflags(context: CommandContext, argv: readonly string[]): void {
  replyKeys(context, argv.slice(2), true);
}

function replyKeys(context: CommandContext, request: readonly string[], withFlags: boolean): void {
  const spec = context.commands.findRequest(request);
  if (spec === undefined) return context.fail("ERR Invalid command specified");
  const keySpecs = spec.keys.filter((keys) => !keys.flags.includes("not_key"));
  if (keySpecs.length === 0) return context.fail("ERR The command has no key arguments");
  if (!hasValidArity(spec, request.length)) {
    return context.fail("ERR Invalid number of arguments specified for command");
  }
  if (!keySpecs.every((keys) => hasCountedKeys(keys, request))) {
    if (spec.flags.includes("no_mandatory_keys")) return context.reply.array(0);
    return context.fail("ERR Invalid arguments specified for command");
  }
  const { reply } = context;
  const found: { key: string; flags: readonly string[] }[] = [];
  for (const keys of keySpecs) {
    const flags = flagsOf(keys, request);
    forEachKey(keys, request, (key) => found.push({ key, flags }));
  }
  reply.array(found.length);
  for (const { key, flags } of found) {
    if (withFlags) reply.array(2);
    reply.bulk(key);
    if (!withFlags) continue;
    reply.set(flags.length);
    for (const flag of flags) reply.simple(flag);
  }
}

/** Where a key stands in a request, and what is done with it; of a key that is only looked for, neither. */
export interface KeyPlace {
  readonly index: number;
  readonly isRead: boolean;
  readonly isWritten: boolean;
}

const NO_PLACES: readonly KeyPlace[] = [];

/** None if it counts more keys than it has, and so is to fail. Channels are no keys. */
export function keyPlacesOf(spec: CommandSpec, request: readonly string[]): readonly KeyPlace[] {
  const places: KeyPlace[] = [];
  for (const keys of spec.keys) {
    if (keys.flags.includes("not_key")) continue;
    if (!hasCountedKeys(keys, request)) return NO_PLACES;
    const flags = isCountedOddly(keys, request) ? [] : flagsOf(keys, request);
    const isRead = flags.includes("access");
    const isWritten = WRITING.some((flag) => flags.includes(flag));
    forEachKey(keys, request, (_, index) => places.push({ index, isRead, isWritten }));
  }
  return places;
}

/** Redis's specification counts no keys by "01", but what finds them instead does, and cannot say what is done with them. */
function isCountedOddly(keys: KeySpec, request: readonly string[]): boolean {
  if (!("numKeysAt" in keys)) return false;
  return !/^[1-9]\d*$/.test(request[keys.first + keys.numKeysAt] ?? "");
}

const WRITING: readonly string[] = ["insert", "update", "delete"];

function flagsOf(keys: KeySpec, request: readonly string[]): readonly string[] {
  if (keys.flagsOf !== undefined) return keys.flagsOf(request);
  return keys.flags.filter((flag) => flag !== "incomplete");
}
