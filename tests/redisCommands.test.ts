/**
 * COMMAND DOCS of every command and subcommand beside a real redis-server 7.0: since when and in which group it is, whether and since when it
 * is deprecated, the versions that changed it, and the arguments: their order, names, types, keywords, versions, flags, key specifications
 * and parts. Sentences are our own. What COMMAND INFO tells of them, which keys COMMAND GETKEYS finds and COMMAND LIST's filters are compared whole.
 */
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { must } from "../engine/assert.ts";
import { latin1Of } from "../engine/bytes/latin1.ts";
import type { CommandSpec } from "../engine/commands/spec.ts";
import { commandTable } from "../engine/commands/table.ts";
import { TestExecutor } from "../engine/commands/testExecutor.ts";
import { requestOf } from "../fuzz/grammar.ts";
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

const comparedOfArguments = [
  "name",
  "type",
  "token",
  "since",
  "deprecated_since",
  "flags",
  "key_spec_index",
];

function sketchOf(reply: Reply): string {
  const fields = fieldsOf(reply);
  const parts = fields.get("arguments")?.items ?? [];
  const own = comparedOfArguments.map((name) => `${name}=${textOf(fields.get(name))}`);
  return `${own.join(",")}(${parts.map(sketchOf).join(" ")})`;
}

/** The versions of changes; that each has a sentence is compared, too. */
function versionsOf(history: Reply | undefined): string {
  return (history?.items ?? [])
    .map(({ items }) => `${items[0]?.text}${items[1]?.text === "" ? "" : ":"}`)
    .join(" ");
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
    lines.push([name, ...own, ...told, versionsOf(fields.get("history"))].join(" "));
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

/** The answer to COMMAND or COMMAND INFO as data; what stands in the order of a hash table is sorted. */
function infoOf({ items }: Reply): unknown {
  const [name, arity, flags, first, last, step, categories, tips, keys, subcommands] = items;
  const sorted = (set: Reply | undefined): string[] =>
    must(set, "a set")
      .items.map((one) => one.text)
      .toSorted();
  return {
    name: name?.text,
    numbers: [arity, first, last, step].map((number) => number?.text),
    flags: sorted(flags),
    categories: sorted(categories),
    tips: tips?.raw,
    keys: keys?.raw,
    subcommands: must(subcommands, "subcommands").items.map(infoOf).toSorted(byText),
  };
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

let server: RealServer;
beforeAll(async () => {
  server = await RealServer.start(false);
});
afterAll(() => server.stop());

/** Requests and what both answer, the real one first. */
async function askBoth(
  requests: readonly (readonly string[])[],
): Promise<[string, Reply, Reply][]> {
  const real = server.connect();
  const executor = new TestExecutor();
  const found: [string, Reply, Reply][] = [];
  for (const request of requests) {
    const mine = latin1Of(executor.execute(request).reply);
    const theirs = await real.ask(request);
    const [reply, own] = [theirs, mine].map((text) => must(framesOf(text).frames[0], "a reply"));
    found.push([request.join(" "), must(reply, "a reply"), must(own, "a reply")]);
  }
  real.end();
  return found;
}

const everySpec: readonly CommandSpec[] = commandTable.all.flatMap((spec) => [
  spec,
  ...new Set(spec.subcommands?.values()),
]);

it("COMMAND DOCS describes every command as a real redis-server does", async () => {
  const [[, theirs, mine] = expect.fail()] = await askBoth([["COMMAND", "DOCS"]]);
  expect(theirs.items.length).toBeGreaterThan(400);
  expect(linesOf(mine)).toEqual(linesOf(theirs));
});

it("COMMAND and COMMAND INFO tell of every command and subcommand what a real redis-server does", async () => {
  const names = everySpec.map(({ name }) => ["COMMAND", "INFO", name]);
  const answers = await askBoth([["COMMAND"], ...names, ["COMMAND", "INFO", "nosuch", "get|x"]]);
  const [all, ...each] = answers;
  const unknown = must(each.pop(), "the last");
  expect(unknown[2]).toEqual(unknown[1]);
  for (const [request, theirs, mine] of [must(all, "the first"), ...each]) {
    expect(theirs.items.length).toBeGreaterThan(0);
    const told = (reply: Reply): unknown => [request, ...reply.items.map(infoOf).toSorted(byText)];
    expect(told(mine)).toEqual(told(theirs));
  }
});

it("COMMAND LIST filters as a real redis-server does", async () => {
  const categories = await askBoth([["ACL", "CAT"]]);
  const filters = [
    [],
    ["MODULE", "nosuch"],
    ["ACLCAT", "nosuch"],
    ...must(categories[0], "categories")[1].items.map(({ text }) => ["ACLCAT", text]),
    ...["*", "s*", "*get*", "[gs]et", "GET", "client*", "client|*", "x?????", "nosuch"].map(
      (pattern) => ["PATTERN", pattern],
    ),
    ["PATTERN"],
    ["nosuch", "x"],
  ];
  const requests = filters.map((filter) => [
    "COMMAND",
    "LIST",
    ...(filter.length > 0 ? ["FILTERBY", ...filter] : []),
  ]);
  for (const [request, theirs, mine] of await askBoth(requests)) {
    const told = (reply: Reply): string[] => [
      request,
      reply.text,
      ...reply.items.map(({ text }) => text).toSorted(),
    ];
    expect(told(mine)).toEqual(told(theirs));
  }
});

it("COMMAND GETKEYS and GETKEYSANDFLAGS find in requests by lot the keys that a real redis-server finds", async () => {
  const requests = everySpec.flatMap((spec, index) =>
    fc.sample(requestOf([spec]), { numRuns: 8, seed: 7000 + index }),
  );
  const asked = requests.flatMap((request) => [
    ["COMMAND", "GETKEYS", ...request],
    ["COMMAND", "GETKEYSANDFLAGS", ...request],
  ]);
  const answers = await askBoth(asked);
  expect(answers.filter(([, theirs]) => theirs.mark === "*").length).toBeGreaterThan(1000);
  const different = answers.filter(([, theirs, mine]) => theirs.raw !== mine.raw);
  expect(different.map(([request, theirs, mine]) => [request, theirs.raw, mine.raw])).toEqual([]);
});
