/** The command table: every row of every family, by name. Dispatch, COMMAND and the tests all read it. */
import { refusedByMemoryDb } from "./refused.ts";
import { accessRows } from "./rows/access.ts";
import { bitmapRows } from "./rows/bitmap.ts";
import { adminRows } from "./rows/admin.ts";
import { clusterRows } from "./rows/cluster.ts";
import { configRows } from "./rows/config.ts";
import { connectionRows } from "./rows/connection.ts";
import { debugRows } from "./rows/debug.ts";
import { dumpRows } from "./rows/dump.ts";
import { functionRows } from "./rows/function.ts";
import { scriptingRows } from "./rows/scripting.ts";
import { geoRows } from "./rows/geo.ts";
import { genericRows } from "./rows/generic.ts";
import { hashRows } from "./rows/hash.ts";
import { listRows } from "./rows/list.ts";
import { pubsubRows } from "./rows/pubsub.ts";
import { hyperLogLogRows } from "./rows/hyperLogLog.ts";
import { monitoringRows } from "./rows/monitoring.ts";
import { serverRows } from "./rows/server.ts";
import { setRows } from "./rows/set.ts";
import { sortRows } from "./rows/sort.ts";
import { streamRows } from "./rows/stream.ts";
import { stringRows } from "./rows/string.ts";
import { zsetRows } from "./rows/zset.ts";
import { zsetRangeRows } from "./rows/zsetRange.ts";
import type { CommandFlag, CommandRow, CommandSpec, CommandTable, KeySpec } from "./spec.ts";

const rows: readonly CommandRow[] = [
  ...stringRows,
  ...bitmapRows,
  ...hashRows,
  ...listRows,
  ...hyperLogLogRows,
  ...setRows,
  ...streamRows,
  ...genericRows,
  ...dumpRows,
  ...sortRows,
  ...debugRows,
  ...connectionRows,
  ...pubsubRows,
  ...serverRows,
  ...accessRows,
  ...configRows,
  ...adminRows,
  ...clusterRows,
  ...monitoringRows,
  ...functionRows,
  ...scriptingRows,
  ...zsetRows,
  ...zsetRangeRows,
  ...geoRows,
];

/** Commands that run at once between MULTI and EXEC. */
const RUN_INSIDE_MULTI: ReadonlySet<string> = new Set([
  "multi",
  "exec",
  "discard",
  "watch",
  "quit",
  "reset",
]);

/** Commands that write, and look up only what they read. */
const READ_SOURCES: ReadonlySet<string> = new Set([
  "getdel",
  "getex",
  "getset",
  "bitop",
  "pfmerge",
  "xack",
  "xautoclaim",
  "xclaim",
  "xreadgroup",
  "sort",
  "sdiffstore",
  "sinterstore",
  "sunionstore",
  "zdiffstore",
  "zinterstore",
  "zrangestore",
  "zunionstore",
  "georadius",
  "georadiusbymember",
  "geosearchstore",
]);

/** The place of each command and subcommand among all, by its full name: the same in every table. */
const ids = new Map<string, number>();

/** All commands. */
export const commandTable: CommandTable = tableWithout(new Set());

/** Those that the profile "memorydb" leaves its users. */
export const memoryDbTable: CommandTable = tableWithout(refusedByMemoryDb);

/** The command that a request names, the subcommand if it is of a container; undefined if unknown. */
export function findCommand(argv: readonly string[]): CommandSpec | undefined {
  return commandTable.findRequest(argv);
}

/** A table in which the commands and subcommands of these full names do not exist. */
function tableWithout(refused: ReadonlySet<string>): CommandTable {
  const left = rows.filter(({ name }) => !refused.has(name)).map((row) => rowWithout(row, refused));
  return tableOf(new Map(left.map((row) => [row.name, specOf(row, "")])));
}

/** Commands by the names that clients know them by, in lower case. */
export function tableOf(commands: ReadonlyMap<string, CommandSpec>): CommandTable {
  // Upper- and lower-case names: how clients write them, so that most requests need no conversion.
  const byName = new Map<string, CommandSpec>();
  for (const [name, spec] of commands) {
    byName.set(name, spec);
    byName.set(name.toUpperCase(), spec);
  }
  // Most requests are of the command of the request before.
  let lastName = "";
  let last: CommandSpec | undefined;
  const named = (name: string): CommandSpec | undefined => {
    if (name === lastName) return last;
    const found = byName.get(name) ?? byName.get(name.toLowerCase());
    if (found === undefined) return undefined;
    lastName = name;
    last = found;
    return found;
  };
  const all = [...commands.values()];
  return {
    all,
    everyone: all.flatMap((spec) => [spec, ...(spec.subcommands?.values() ?? [])]),
    find: (fullName) => {
      const bar = fullName.indexOf("|");
      if (bar < 0) return named(fullName);
      const container = named(fullName.slice(0, bar));
      return container?.subcommands?.get(fullName.slice(bar + 1).toLowerCase());
    },
    findRequest: (argv) => {
      const command = named(argv[0] ?? "");
      if (command?.subcommands === undefined || argv.length === 1) return command;
      return command.subcommands.get((argv[1] ?? "").toLowerCase());
    },
  };
}

function rowWithout(row: CommandRow, refused: ReadonlySet<string>): CommandRow {
  const { subcommands } = row;
  if (subcommands === undefined) return row;
  return {
    ...row,
    subcommands: subcommands.filter(({ name }) => !refused.has(`${row.name}|${name}`)),
  };
}

function specOf(row: CommandRow, container: string): CommandSpec {
  const name = container === "" ? row.name : `${container}|${row.name}`;
  const isWrite = row.flags.includes("write");
  const isReadonly = row.flags.includes("readonly");
  const isKeyspaceWide = row.isKeyspaceWide ?? false;
  const keys = row.keys ?? [];
  const isLogged = isWrite || row.changesUsers === true;
  const subcommands = row.subcommands === undefined ? undefined : new Map<string, CommandSpec>();
  const spec: CommandSpec = {
    id: idOf(name),
    name,
    arity: row.arity,
    flags: row.flags,
    row,
    docUrl: `https://redis.io/docs/latest/commands/${name.replace("|", "-")}/`,
    keys,
    onlyKeyAt: onlyKeyAt(keys),
    subcommands,
    categories: categoriesOf(row, isWrite, isReadonly),
    isWrite,
    isReadonly,
    isLogged,
    isKeyspaceWide,
    readsSources: READ_SOURCES.has(name),
    needsOnlySlot: keys.length > 0 && keys.every((key) => key.flags.includes("not_key")),
    isConnection: keys.length === 0 && !isLogged && !isKeyspaceWide && name !== "exec",
    runsScript: row.group === "scripting" && row.flags.includes("may_replicate"),
    runsInsideMulti: RUN_INSIDE_MULTI.has(name),
    run: row.run,
  };
  for (const sub of row.subcommands ?? []) subcommands?.set(sub.name, specOf(sub, row.name));
  return spec;
}

function idOf(name: string): number {
  const present = ids.get(name);
  if (present !== undefined) return present;
  ids.set(name, ids.size);
  return ids.size - 1;
}

function onlyKeyAt(keys: readonly KeySpec[]): number {
  const [only] = keys;
  if (only === undefined || keys.length > 1 || !("last" in only) || "keyword" in only) return 0;
  return only.first === only.last && only.isEmptyBeside === undefined ? only.first : 0;
}

/** The categories that Redis derives from flags and group, beside those of the row. */
function categoriesOf(row: CommandRow, isWrite: boolean, isReadonly: boolean): string[] {
  const has = (flag: CommandFlag): boolean => row.flags.includes(flag);
  const named = new Set(row.categories ?? []);
  if (isWrite) named.add("write");
  // What a script reads is not told by its own command.
  if (isReadonly && !named.has("scripting")) named.add("read");
  if (has("admin")) named.add("admin").add("dangerous");
  if (has("pubsub")) named.add("pubsub");
  if (has("fast")) named.add("fast");
  if (has("blocking")) named.add("blocking");
  if (!named.has("fast")) named.add("slow");
  return [...named];
}
