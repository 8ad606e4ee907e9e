/** What the comparison does not ask, and why: neither of commands nor with arguments. */
import type { CommandSpec } from "../engine/commands/spec.ts";
import { commandTable } from "../engine/commands/table.ts";

export interface Silence {
  readonly why: string;
  /** Commands; "client|" stands for all that begin so. */
  readonly names: readonly string[];
}

export const notAsked: readonly Silence[] = [
  {
    why: "tell of the process, its clock, its memory, its files or its own numbers",
    names: [
      "client|help",
      "client|id",
      "client|info",
      "client|list",
      "client|trackinginfo",
      "command",
      "command|count",
      "command|docs",
      "command|list",
      "info",
      "lastsave",
      "latency|",
      "lolwut",
      "memory|",
      "module|",
      "role",
      "slowlog|get",
      "slowlog|len",
      "time",
    ],
  },
  {
    why: "end, pause or rebuild the process, or write its files: they have tests of their own",
    names: [
      "bgrewriteaof",
      "bgsave",
      "client|kill",
      "client|pause",
      "client|reply",
      "client|unpause",
      "config|rewrite",
      "debug",
      "failover",
      "migrate",
      "monitor",
      "pfselftest",
      "psync",
      "quit",
      "replconf",
      "replicaof",
      "save",
      "shutdown",
      "slaveof",
      "sync",
    ],
  },
  {
    why: "tell or change the layout of the cluster, which is a configuration's here",
    names: ["asking", "cluster|", "readonly", "readwrite", "wait"],
  },
  {
    why: "make users or run scripts, for which words drawn at random are not enough: fuzz/requests/users.ts and scripts.ts have words of their own",
    names: [
      "acl|",
      "eval",
      "eval_ro",
      "evalsha",
      "evalsha_ro",
      "fcall",
      "fcall_ro",
      "function|",
      "script|",
    ],
  },
];

const askedNevertheless: ReadonlySet<string> = new Set([
  "cluster|countkeysinslot",
  "cluster|keyslot",
]);

export const asked: readonly CommandSpec[] = commandTable.all
  .flatMap((spec) => (spec.subcommands === undefined ? [spec] : [...spec.subcommands.values()]))
  .filter(({ name }) => askedNevertheless.has(name) || !isNotAsked(name));

function isNotAsked(name: string): boolean {
  return notAsked.some(({ names }) =>
    names.some((one) => (one.endsWith("|") ? name.startsWith(one) : name === one)),
  );
}

/** Redis finds no key in it, for there is none behind the first; the engine finds the first, which is written to. */
function isLonePfmerge(argv: readonly string[]): boolean {
  return argv[0]?.toLowerCase() === "pfmerge" && argv.length === 2;
}

/** Ids by the clock, and strings of half a gigabyte, are not asked for. */
export function isComparable(argv: readonly string[]): boolean {
  const name = (argv[0] ?? "").toLowerCase();
  if (name === "xadd") return !argv.slice(2).includes("*");
  if (name === "setbit" || name === "bitfield") return !argv.includes("536870912");
  if (name === "command") return argv.length > 2 && !isLonePfmerge(argv.slice(2));
  // A pattern would find what is each server's own, such as its port.
  if (name === "config" && argv[1]?.toLowerCase() === "get") return !argv.join(" ").includes("*");
  return true;
}
