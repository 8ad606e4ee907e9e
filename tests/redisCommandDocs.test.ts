/**
 * COMMAND DOCS of every command and subcommand beside a real redis-server 7.0: since when and in which group it is, whether and since when it
 * is deprecated, and the arguments: their order, types, keywords, flags, key specifications and parts. Sentences are our own, and with
 * them names of arguments; of the history of commands and arguments nothing is told.
 */
import { expect, it } from "vitest";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { RealServer } from "../fuzz/realServer.ts";
import { framesOf, type Reply } from "../fuzz/reply.ts";

/** Their arguments are told here alone. */
const toldHere: ReadonlySet<string> = new Set([
  "debug",
  "command|getkeys",
  "command|getkeysandflags",
]);

type Fields = ReadonlyMap<string, Reply>;

function fieldsOf({ items }: Reply): Fields {
  const fields = new Map<string, Reply>();
  for (let at = 0; at + 1 < items.length; at += 2) {
    fields.set(items[at]?.text ?? "", items[at + 1] as Reply);
  }
  return fields;
}

function textOf(reply: Reply | undefined): string {
  return reply === undefined ? "-" : reply.raw.replaceAll("\r\n", " ").trim();
}

const comparedOfArguments = ["type", "token", "flags", "key_spec_index"];

/** A block of one argument without a keyword is that argument. */
function sketchOf(reply: Reply): string {
  const fields = fieldsOf(reply);
  const parts = fields.get("arguments")?.items ?? [];
  const flags = textOf(fields.get("flags"));
  const [only] = parts;
  if (fields.get("type")?.text === "block" && parts.length === 1 && only !== undefined) {
    if (!fields.has("token")) return sketchOf(only).replace(/flags=-/, `flags=${flags}`);
  }
  const own = comparedOfArguments.map((name) => `${name}=${textOf(fields.get(name))}`);
  return `${own.join(",")}(${parts.map(sketchOf).join(" ")})`;
}

const comparedOfCommands = ["since", "group", "doc_flags", "deprecated_since"];
/** Sentences: that there is one is compared. */
const sentences = ["summary", "replaced_by"];

/** A line for each command and each argument of it. */
function linesOf(reply: Reply): string[] {
  const lines: string[] = [];
  for (const [name, docs] of fieldsOf(reply)) {
    const fields = fieldsOf(docs);
    const own = comparedOfCommands.map((field) => `${field}=${textOf(fields.get(field))}`);
    const told = sentences.filter((field) => fields.has(field));
    lines.push([name, ...own, ...told].join(" "));
    if (!toldHere.has(name)) {
      for (const [index, argument] of (fields.get("arguments")?.items ?? []).entries()) {
        lines.push(`${name} ${index}: ${sketchOf(argument)}`);
      }
    }
    const subcommands = fields.get("subcommands");
    if (subcommands !== undefined) lines.push(...linesOf(subcommands));
  }
  return lines.toSorted();
}

it("COMMAND DOCS describes every command as a real redis-server does", async () => {
  const server = await RealServer.start(false);
  try {
    const real = server.connect();
    const theirs = framesOf(await real.ask(["COMMAND", "DOCS"])).frames[0] as Reply;
    const mine = framesOf(new TestExecutor().ask("COMMAND DOCS")).frames[0] as Reply;
    real.end();
    expect(theirs.items.length).toBeGreaterThan(400);
    expect(linesOf(mine)).toEqual(linesOf(theirs));
  } finally {
    server.stop();
  }
});
