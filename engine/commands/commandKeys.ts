/** COMMAND GETKEYS: which keys a request names, and what it would do with them. */
import { changesFields } from "./bitfield.ts";
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
    return context.fail("ERR Invalid arguments specified for command");
  }
  const { reply } = context;
  const found: { key: string; flags: readonly string[] }[] = [];
  for (const keys of keySpecs) {
    const flags = flagsOf(spec, keys, request);
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

const WRITE_ONLY: readonly string[] = ["OW", "update"];
const READ_ONLY: readonly string[] = ["RO", "access"];
const READ_WRITE: readonly string[] = ["RW", "access", "update"];

/** The flags of a specification, which of two commands depend on their options. */
function flagsOf(
  { name }: CommandSpec,
  keys: KeySpec,
  request: readonly string[],
): readonly string[] {
  if (keys.flags.includes("incomplete")) return keys.flags.filter((flag) => flag !== "incomplete");
  if (!keys.flags.includes("variable_flags")) return keys.flags;
  if (name === "bitfield") return changesFields(request) ? READ_WRITE : READ_ONLY;
  const words = request.slice(3).map((word) => word.toUpperCase());
  return words.includes("GET") ? READ_WRITE : WRITE_ONLY;
}
