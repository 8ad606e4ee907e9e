/** What a command is, as data: the row that table.ts holds of each, and what is derived from it. */
import type { CommandContext } from "./context.ts";

/** Redis's command flags, in the order in which COMMAND INFO lists them. */
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
  "no_async_loading",
  "no_multi",
  "allow_busy",
] as const;

export type CommandFlag = (typeof commandFlags)[number];

export type CommandGroup =
  | "generic"
  | "string"
  | "list"
  | "set"
  | "sorted-set"
  | "hash"
  | "pubsub"
  | "transactions"
  | "connection"
  | "server"
  | "cluster";

/** Where a command's keys stand: argv[first], every `step`, up to `last` (negative: counted from the end, -1 the last). */
export interface KeySpec {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** Redis's key-spec flags, such as ["RW", "ACCESS", "UPDATE"]. */
  readonly flags: readonly string[];
  readonly notes?: string;
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
  readonly tips?: readonly string[];
  readonly subcommands?: readonly CommandRow[];
  /** Acts on all keys of the shard although it names none. */
  readonly isKeyspaceWide?: boolean;
  readonly run: CommandHandler;
}

/** What node.ts needs to know of a command before it runs it. */
export interface CommandSpec {
  /** Lower case; a subcommand is "client|list". */
  readonly name: string;
  readonly arity: number;
  readonly flags: readonly CommandFlag[];
  readonly row: CommandRow;
  /** The command's page in Redis's manual. */
  readonly docUrl: string;
  readonly keys: readonly KeySpec[];
  readonly subcommands: ReadonlyMap<string, CommandSpec> | undefined;
  readonly categories: readonly string[];
  readonly isWrite: boolean;
  readonly isReadonly: boolean;
  readonly isKeyspaceWide: boolean;
  /** Needs neither a key, nor the keyspace, nor a lease: runs in any role. EXEC is none; ask the session's queue. */
  readonly isConnection: boolean;
  /** Runs at once also between MULTI and EXEC. */
  readonly runsInsideMulti: boolean;
  readonly run: CommandHandler;
}

/** The table as COMMAND sees it. */
export interface CommandTable {
  /** Containers but not their subcommands, in the order of the table. */
  readonly all: readonly CommandSpec[];
  /** By full name, "client" or "client|list", in any case. */
  find(fullName: string): CommandSpec | undefined;
  findRequest(argv: readonly string[]): CommandSpec | undefined;
}

/** True if a request of `argc` words has enough of them. */
export function hasValidArity(spec: CommandSpec, argc: number): boolean {
  return spec.arity >= 0 ? argc === spec.arity : argc >= -spec.arity;
}

const NO_KEYS: readonly string[] = [];

/** The keys that a request names, in its order. Works on any argv, also with too few words. */
export function keysOf(spec: CommandSpec, argv: readonly string[]): readonly string[] {
  if (spec.keys.length === 0) return NO_KEYS;
  const keys: string[] = [];
  for (const { first, last, step } of spec.keys) {
    const end = last >= 0 ? last : argv.length + last;
    for (let index = first; index <= end; index += step) {
      const key = argv[index];
      if (key !== undefined) keys.push(key);
    }
  }
  return keys;
}
