import { describe, expect, it } from "vitest";
import { commandTable } from "../engine/commands/table.ts";
import type { CommandGroup, CommandSpec } from "../engine/commands/spec.ts";

/** In the order of the page, with Redis's own names of the groups in plural. */
const groups: Readonly<Record<CommandGroup, string>> = {
  string: "Strings",
  bitmap: "Bitmaps",
  hyperloglog: "HyperLogLogs",
  list: "Lists",
  hash: "Hashes",
  set: "Sets",
  "sorted-set": "Sorted sets",
  geo: "Geospatial indexes",
  stream: "Streams",
  generic: "Keys",
  transactions: "Transactions",
  pubsub: "Messages",
  scripting: "Scripts and functions",
  connection: "Connections",
  cluster: "Cluster",
  server: "Server",
};

describe("docs/commands.md", () => {
  it("lists the command table: `npx vitest run docs/commands.test.ts -u` writes it anew", async () => {
    await expect(page()).toMatchFileSnapshot("commands.md");
  });
});

function page(): string {
  const parts = [
    "# Commands",
    `All ${commandTable.all.length} commands, from the table in [engine/commands/rows/](../engine/commands/rows). Arguments stand as in Redis's manual, with a number's ` +
      'type behind a colon; "…" repeats what stands before it. [COMPATIBILITY.md](COMPATIBILITY.md) says what is different from Redis.',
  ];
  for (const [group, title] of Object.entries(groups)) {
    const commands = commandTable.all.filter(({ row }) => row.group === group);
    const lines = commands
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .flatMap(linesOf);
    parts.push(`## ${title}`, ["| command | what it does |", "| --- | --- |", ...lines].join("\n"));
  }
  return `${parts.join("\n\n")}\n`;
}

/** Without the names of what stands in brackets, and the versions since which something is. */
function asInManual(syntax: string): string {
  return syntax
    .replaceAll("...", "…")
    .replaceAll(/@-?[\d.]+/g, "")
    .replaceAll(/[a-z][a-z_-]*:(?=[[(A-Z])/g, "");
}

/** A line, or for a container one a subcommand. */
function linesOf(spec: CommandSpec): string[] {
  const subcommands = spec.subcommands;
  if (subcommands !== undefined && subcommands.size > 0) {
    return [...new Set(subcommands.values())]
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .flatMap(linesOf);
  }
  const name = spec.name.replace("|", " ").toUpperCase();
  const call = `${name} ${asInManual(spec.row.syntax)}`.trim().replaceAll("|", "\\|");
  return [`| \`${call}\` | ${spec.row.summary.replaceAll("|", "\\|")} |`];
}
