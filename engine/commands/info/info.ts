/**
 * INFO: the node in numbers. Fields are those of Redis 7.0 in its order; what a log in the place of files has no figure for is told as a
 * Redis that never needed it would. Fields of our own stand last in their section.
 */
import type { CommandContext } from "../context.ts";
import { cloudWatchLines } from "./cloudWatch.ts";
import { clientLines } from "./clients.ts";
import { commandLines, errorLines, latencyLines } from "./commands.ts";
import { clusterLines, keyspaceLines } from "./keyspace.ts";
import { memoryLines } from "./memory.ts";
import { persistenceLines } from "./persistence.ts";
import { replicationLines } from "./replication.ts";
import { processorLines, serverLines } from "./server.ts";
import { statisticsLines } from "./statistics.ts";

interface Section {
  /** As INFO's argument, in lower case. */
  readonly names: readonly string[];
  readonly title: string;
  /** Shown when no section is asked for. */
  readonly isDefault: boolean;
  readonly lines: (context: CommandContext) => readonly string[];
}

/** In Redis's order. */
const sections: readonly Section[] = [
  section("Server", serverLines),
  section("Clients", clientLines),
  section("Memory", memoryLines),
  section("Persistence", persistenceLines),
  section("Stats", statisticsLines),
  section("Replication", replicationLines),
  section("CPU", processorLines),
  { names: ["module_list", "modules"], title: "Modules", isDefault: true, lines: () => [] },
  { ...section("Commandstats", commandLines), isDefault: false },
  section("Errorstats", errorLines),
  { ...section("Latencystats", latencyLines), isDefault: false },
  section("Cluster", clusterLines),
  section("Keyspace", keyspaceLines),
  { ...section("MemoryDB", cloudWatchLines), isDefault: false },
];

function section(title: string, lines: Section["lines"]): Section {
  return { names: [title.toLowerCase()], title, isDefault: true, lines };
}

/**
 * INFO [section [section …]]
 * Replies: verbatim text, sections of name:value lines, each once and in a fixed order; nothing for an unknown section. Record: none.
 * @see https://redis.io/docs/latest/commands/info/
 */
export function info(context: CommandContext, argv: readonly string[]): void {
  const asked = new Set(argv.slice(1).map((word) => word.toLowerCase()));
  const isAll = asked.has("all") || asked.has("everything");
  const isDefault = argv.length === 1 || asked.has("default");
  const blocks: string[] = [];
  for (const { names, title, lines, isDefault: isShown } of sections) {
    if (!isAll && !(isDefault && isShown) && !names.some((name) => asked.has(name))) continue;
    const body = lines(context).map((line) => `${line}\r\n`);
    blocks.push(`# ${title}\r\n${body.join("")}`);
  }
  context.reply.verbatim("txt", blocks.join("\r\n"));
}
