/** What a command is, as data: the row that table.ts holds of each, and what is derived from it. */
import type { CommandContext } from "./context.ts";

/** Redis's command flags, in the order in which COMMAND INFO lists them; "movablekeys" it derives from the keys. */
export const commandFlags = [
  "write",
  "readonly",
  "denyoom",
  "module",
  "admin",
  "pubsub",
  "noscript",
  "blocking",
  "loading",
  "stale",
  "skip_monitor",
  "skip_slowlog",
  "asking",
  "fast",
  "no_auth",
  "may_replicate",
  "no_mandatory_keys",
  "no_async_loading",
  "no_multi",
  "movablekeys",
  "allow_busy",
] as const;

export type CommandFlag = Exclude<(typeof commandFlags)[number], "movablekeys">;

export type CommandGroup =
  | "generic"
  | "string"
  | "list"
  | "set"
  | "sorted-set"
  | "hash"
  | "bitmap"
  | "hyperloglog"
  | "geo"
  | "stream"
  | "pubsub"
  | "transactions"
  | "connection"
  | "server"
  | "scripting"
  | "cluster";

/**
 * Where keys of a command stand, in one of Redis's ways. Ranges: from argv[first], every `step`, up to `last` (negative:
 * counted from the end, -1 the last); a `limit` of 2 takes the first half of what is left, 3 a third. Behind a keyword:
 * the search for it begins at argv[from] (negative: from the end, backwards), the first key is the word behind it and `last`
 * counts from there. Counted: argv[first] is where the search stands, the number of keys is at `first + numKeysAt` and the
 * first of them at `first + firstKeyAt`.
 * Keys that none of these ways finds are found by a function.
 * @see https://redis.io/docs/latest/develop/reference/key-specs/
 */
export type KeySpec = (KeyRange | KeysBehindKeyword | CountedKeys | UnknownKeys) & {
  /** Redis's key-spec flags, such as ["RW", "access", "update"]. */
  readonly flags: readonly string[];
  /** Of a request, if they hang on its options ("variable_flags"). */
  readonly flagsOf?: (argv: readonly string[]) => readonly string[];
  readonly notes?: string;
};

interface KeyRange {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly limit?: number;
  /** An empty word stands for no key where this keyword brings keys. */
  readonly isEmptyBeside?: string;
}

interface KeysBehindKeyword {
  readonly keyword: string;
  readonly from: number;
  readonly last: number;
  readonly step: number;
  readonly limit?: number;
}

interface CountedKeys {
  readonly first: number;
  readonly numKeysAt: number;
  readonly firstKeyAt: number;
  readonly step: number;
}

interface UnknownKeys {
  /** Places of keys in the request. */
  readonly find: (argv: readonly string[]) => readonly number[];
}

/** Runs a command whose arity was checked: writes exactly one reply into the context, and changes the keyspace through it. */
export type CommandHandler = (context: CommandContext, argv: readonly string[]) => void;

/** One row of the table. Names are written as Redis lists them: lower case, subcommands without their container. */
export interface CommandRow {
  readonly name: string;
  /** Words of a request with the name (and the subcommand's); negative: at least so many. */
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  readonly keys?: readonly KeySpec[];
  readonly group: CommandGroup;
  readonly since: string;
  readonly summary: string;
  readonly complexity: string;
  /** The arguments in the notation of Redis's manual, such as "key [NX|XX] [EX seconds]". */
  readonly syntax: string;
  /** ACL categories beside those that follow from the flags, such as "keyspace". */
  readonly categories?: readonly string[];
  /** Names channels for which a user needs permission: its first argument, or all of them, which may be patterns. */
  readonly channels?: "first" | "all" | "patterns";
  /** May give a password: who guesses is slowed. */
  readonly checksPassword?: boolean;
  /** Changes users, which is logged: runs where writes do. */
  readonly changesUsers?: boolean;
  readonly tips?: readonly string[];
  readonly subcommands?: readonly CommandRow[];
  /** Acts on all keys of the shard although it names none. */
  readonly isKeyspaceWide?: boolean;
  /** The parameter that says who may run it: yes, no or local. */
  readonly protectedBy?: "enable-debug-command";
  readonly run: CommandHandler;
}

/** What node.ts needs to know of a command before it runs it. */
export interface CommandSpec {
  /** Its place among all commands and subcommands, the same in every table. */
  readonly id: number;
  /** Lower case; a subcommand is "client|list". */
  readonly name: string;
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  readonly row: CommandRow;
  /** The command's page in Redis's manual. */
  readonly docUrl: string;
  readonly keys: readonly KeySpec[];
  /** Where the key stands of a command that has one, always in the same place; 0 for all others. */
  readonly onlyKeyAt: number;
  readonly subcommands: ReadonlyMap<string, CommandSpec> | undefined;
  readonly categories: readonly string[];
  readonly isWrite: boolean;
  readonly isReadonly: boolean;
  /** Writes, or changes users: only a primary runs it. */
  readonly isLogged: boolean;
  readonly isKeyspaceWide: boolean;
  /** Needs neither a key, nor the keyspace, nor a lease: runs in any role. EXEC is none; ask the session's queue. */
  readonly isConnection: boolean;
  /** Writes, but looks keys up only to read them: what it writes to is not looked up first. */
  readonly readsSources: boolean;
  /** What stands where others have keys are names of shard channels: runs on every node of their slot's shard, in any role. */
  readonly needsOnlySlot: boolean;
  /** Runs a script, whose commands may write. */
  readonly runsScript: boolean;
  /** Runs at once also between MULTI and EXEC. */
  readonly runsInsideMulti: boolean;
  readonly run: CommandHandler;
}

/** The table as COMMAND sees it. */
export interface CommandTable {
  /** Containers but not their subcommands, in the order of the table. */
  readonly all: readonly CommandSpec[];
  /** Each container before its subcommands; of the table of all commands by their ids. */
  readonly everyone: readonly CommandSpec[];
  /** By full name, "client" or "client|list", in any case. */
  find(fullName: string): CommandSpec | undefined;
  findRequest(argv: readonly string[]): CommandSpec | undefined;
}

/** True if a request of `argc` words has enough of them. */
export function hasValidArity(spec: CommandSpec, argc: number): boolean {
  return spec.arity >= 0 ? argc === spec.arity : argc >= -spec.arity;
}

const NO_KEYS: readonly string[] = [];

/**
 * The keys that a request names, in its order. Works on any argv, also with too few words. None if it is to fail for its form: if
 * it counts more keys than it has, or has not one id a stream.
 */
export function keysOf(spec: CommandSpec, argv: readonly string[]): readonly string[] {
  if (spec.keys.length === 0) return NO_KEYS;
  const only = spec.onlyKeyAt > 0 ? argv[spec.onlyKeyAt] : undefined;
  if (only !== undefined) return [only];
  const keys: string[] = [];
  for (const keySpec of spec.keys) {
    if (!hasCountedKeys(keySpec, argv) || !hasWholeRows(keySpec, argv)) return NO_KEYS;
    forEachKey(keySpec, argv, (key) => keys.push(key));
  }
  return keys;
}

/** Keys that are counted by a word: it is a number of them that the request has. */
export function hasCountedKeys(keys: KeySpec, argv: readonly string[]): boolean {
  if (!("numKeysAt" in keys)) return true;
  const count = Number.parseInt(argv[keys.first + keys.numKeysAt] ?? "", 10);
  const room = Math.floor((argv.length - keys.first - keys.firstKeyAt) / keys.step);
  return count >= 1 && count <= room;
}

/** Keys behind a keyword, each with other words behind all keys: there are as many of these as of keys. */
function hasWholeRows(keys: KeySpec, argv: readonly string[]): boolean {
  if (!("keyword" in keys) || keys.limit === undefined) return true;
  const first = behindKeyword(keys, argv);
  return first < 0 || (argv.length - first) % keys.limit === 0;
}

/** Visits the keys that one specification finds in a request. */
export function forEachKey(
  keySpec: KeySpec,
  argv: readonly string[],
  visit: (key: string, index: number) => void,
): void {
  if ("find" in keySpec) {
    for (const index of keySpec.find(argv)) visit(argv[index] ?? "", index);
    return;
  }
  let first: number;
  let end: number;
  if ("numKeysAt" in keySpec) {
    first = keySpec.first + keySpec.firstKeyAt;
    const count = Number(argv[keySpec.first + keySpec.numKeysAt]);
    if (!Number.isSafeInteger(count) || count < 0) return;
    end = first + (count - 1) * keySpec.step;
  } else {
    const found = "keyword" in keySpec ? behindKeyword(keySpec, argv) : keySpec.first;
    if (found < 0) return;
    first = found;
    const { last, limit } = keySpec;
    if (last >= 0) end = "keyword" in keySpec ? first + last : last;
    else if (limit === undefined || limit < 2) end = argv.length + last;
    else end = first + Math.floor((argv.length - first) / limit) + last;
  }
  const beside = "isEmptyBeside" in keySpec ? keySpec.isEmptyBeside : undefined;
  for (let index = first; index <= end && index < argv.length; index += keySpec.step) {
    const key = argv[index] as string;
    const isNone = key === "" && beside !== undefined && hasKeyword(argv, beside, end);
    if (!isNone) visit(key, index);
  }
}

function hasKeyword(argv: readonly string[], keyword: string, behind: number): boolean {
  return argv.some((word, index) => index > behind && word.toUpperCase() === keyword);
}

function behindKeyword({ keyword, from }: KeysBehindKeyword, argv: readonly string[]): number {
  const step = from < 0 ? -1 : 1;
  for (
    let index = from < 0 ? argv.length + from : from;
    index > 0 && index < argv.length;
    index += step
  ) {
    if (argv[index]?.toUpperCase() === keyword) return index + 1;
  }
  return -1;
}
