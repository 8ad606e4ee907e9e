/** COMMAND: the command table, told to clients. */
import { accessCategories } from "../access/categories.ts";
import { errors } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { histories } from "./history.ts";
import { deprecations, systemCommands } from "./deprecated.ts";
import { matchesGlob } from "./glob.ts";
import { replyHelp } from "./generic.ts";
import { commandFlags, type CommandSpec, type KeySpec } from "./spec.ts";
import { parseSyntax, type SyntaxArgument } from "./syntax.ts";

/**
 * COMMAND, COMMAND INFO [command-name [command-name …]]
 * Replies: array; per command its name, arity, flags, first and last key, step, categories, tips, key specifications and
 * subcommands; null for an unknown name. Record: none.
 * @see https://redis.io/docs/latest/commands/command-info/
 */
export function command(context: CommandContext): void {
  const all = context.commands.all;
  context.reply.array(all.length);
  for (const spec of all) replyInfo(context, spec);
}

export function commandInfo(context: CommandContext, argv: readonly string[]): void {
  if (argv.length === 2) return command(context);
  context.reply.array(argv.length - 2);
  for (let index = 2; index < argv.length; index++) {
    const spec = context.commands.find(argv[index] ?? "");
    if (spec === undefined) context.reply.null();
    else replyInfo(context, spec);
  }
}

function replyInfo(context: CommandContext, spec: CommandSpec): void {
  const { reply } = context;
  reply.array(10);
  reply.bulk(spec.name);
  reply.integer(spec.arity);
  const flags = flagsShown(spec);
  reply.set(flags.length);
  for (const flag of flags) reply.simple(flag);
  const range = rangeOf(spec);
  reply.integer(range.first);
  reply.integer(range.last);
  reply.integer(range.step);
  const categories = accessCategories.filter((name) => spec.categories.includes(name));
  reply.set(categories.length);
  for (const name of categories) reply.simple(`@${name}`);
  reply.set(spec.row.tips?.length ?? 0);
  for (const tip of spec.row.tips ?? []) reply.bulk(tip);
  reply.set(spec.keys.length);
  for (const keys of spec.keys) replyKeySpec(context, keys);
  const subcommands = [...(spec.subcommands?.values() ?? [])];
  if (subcommands.length === 0) return reply.set(0);
  reply.array(subcommands.length);
  for (const subcommand of subcommands) replyInfo(context, subcommand);
}

function flagsShown(spec: CommandSpec): readonly string[] {
  return commandFlags.filter((flag) => {
    if (flag === "movablekeys") return hasMovableKeys(spec.keys);
    // Redis keeps this one to itself.
    return flag !== "may_replicate" && spec.flags.includes(flag);
  });
}

/** One range from first to last key does not tell all keys. */
function hasMovableKeys(keySpecs: readonly KeySpec[]): boolean {
  if (keySpecs.some(({ flags }) => flags.includes("incomplete"))) return true;
  if (keySpecs.length === 1 && keySpecs[0] !== undefined && isRange(keySpecs[0])) return false;
  let before = 0;
  return !keySpecs.every((keys) => {
    const goesOn = isRange(keys) && keys.step === 1 && (before === 0 || keys.first === before + 1);
    before = goesOn ? keys.last : before;
    return goesOn;
  });
}

type KeyRange = Extract<KeySpec, { readonly first: number; readonly last: number }>;

function isRange(keys: KeySpec): keys is KeyRange {
  return "last" in keys && !("keyword" in keys);
}

/** The old description of keys by one range: that which spans all key specifications that begin one behind the other. */
function rangeOf(spec: CommandSpec): { first: number; last: number; step: number } {
  let range = { first: 0, last: 0, step: 0 };
  for (const keys of spec.keys) {
    if (!isRange(keys)) continue;
    range = range.first === 0 ? keys : { ...range, last: keys.last };
  }
  return range.first === 0 ? range : { first: range.first, last: range.last, step: range.step };
}

function replyUnknown(context: CommandContext): void {
  const { reply } = context;
  reply.map(2);
  reply.bulk("type");
  reply.bulk("unknown");
  reply.bulk("spec");
  reply.map(0);
}

function replyKeySpec(context: CommandContext, keys: KeySpec): void {
  const { reply } = context;
  reply.map(keys.notes === undefined ? 3 : 4);
  if (keys.notes !== undefined) {
    reply.bulk("notes");
    reply.bulk(keys.notes);
  }
  reply.bulk("flags");
  reply.set(keys.flags.length);
  for (const flag of keys.flags) reply.simple(flag);
  reply.bulk("begin_search");
  if ("find" in keys) {
    replyUnknown(context);
    reply.bulk("find_keys");
    return replyUnknown(context);
  }
  reply.map(2);
  reply.bulk("type");
  reply.bulk("keyword" in keys ? "keyword" : "index");
  reply.bulk("spec");
  if ("keyword" in keys) {
    reply.map(2);
    reply.bulk("keyword");
    reply.bulk(keys.keyword);
    reply.bulk("startfrom");
    reply.integer(keys.from);
  } else {
    reply.map(1);
    reply.bulk("index");
    reply.integer(keys.first);
  }
  reply.bulk("find_keys");
  reply.map(2);
  reply.bulk("type");
  reply.bulk("numKeysAt" in keys ? "keynum" : "range");
  reply.bulk("spec");
  reply.map(3);
  if ("numKeysAt" in keys) {
    reply.bulk("keynumidx");
    reply.integer(keys.numKeysAt);
    reply.bulk("firstkey");
    reply.integer(keys.firstKeyAt);
    reply.bulk("keystep");
    reply.integer(keys.step);
    return;
  }
  reply.bulk("lastkey");
  reply.integer(keys.last < 0 || "keyword" in keys ? keys.last : keys.last - keys.first);
  reply.bulk("keystep");
  reply.integer(keys.step);
  reply.bulk("limit");
  reply.integer(keys.limit ?? 0);
}

/**
 * COMMAND COUNT
 * Replies: integer. Record: none.
 * @see https://redis.io/docs/latest/commands/command-count/
 */
export function commandCount(context: CommandContext): void {
  context.reply.integer(context.commands.all.length);
}

/**
 * COMMAND LIST [FILTERBY MODULE module-name|ACLCAT category|PATTERN pattern]
 * Replies: array of names, subcommands included; -ERR syntax error. Record: none.
 * @see https://redis.io/docs/latest/commands/command-list/
 */
export function commandList(context: CommandContext, argv: readonly string[]): void {
  const filter = argv[3]?.toUpperCase();
  const isFiltered = argv.length === 5 && argv[2]?.toUpperCase() === "FILTERBY";
  const isKnown = filter !== undefined && ["MODULE", "ACLCAT", "PATTERN"].includes(filter);
  if (argv.length !== 2 && !(isFiltered && isKnown)) return context.fail(errors.syntax);
  const names: string[] = [];
  for (const spec of context.commands.all) {
    if (isListed(spec, filter, argv[4] ?? "")) names.push(spec.name);
    for (const subcommand of spec.subcommands?.values() ?? []) {
      if (isListed(subcommand, filter, argv[4] ?? "")) names.push(subcommand.name);
    }
  }
  context.reply.bulks(names);
}

function isListed(spec: CommandSpec, filter: string | undefined, word: string): boolean {
  switch (filter) {
    case "MODULE":
      return false;
    case "ACLCAT":
      return spec.categories.includes(word.toLowerCase());
    case "PATTERN":
      return matchesGlob(word.toLowerCase(), spec.name);
    case undefined:
    default:
      return true;
  }
}

/**
 * COMMAND DOCS [command-name [command-name …]]
 * Replies: map from names to maps of documentation; unknown names are left out. Record: none.
 * @see https://redis.io/docs/latest/commands/command-docs/
 */
export function commandDocs(context: CommandContext, argv: readonly string[]): void {
  const asked: CommandSpec[] = [];
  for (let index = 2; index < argv.length; index++) {
    const spec = context.commands.find(argv[index] ?? "");
    if (spec !== undefined) asked.push(spec);
  }
  const shown = argv.length === 2 ? context.commands.all : asked;
  context.reply.map(shown.length);
  for (const spec of shown) {
    context.reply.bulk(spec.name);
    replyDocs(context, spec);
  }
}

function replyDocs(context: CommandContext, spec: CommandSpec): void {
  const { reply } = context;
  const { row } = spec;
  const described = parseSyntax(row.syntax);
  const subcommands = [...(spec.subcommands?.values() ?? [])];
  const texts = textsOf(spec);
  const flag = docFlagOf(spec.name);
  const history = histories.get(spec.name);
  reply.map(
    texts.length +
      (flag === undefined ? 0 : 1) +
      (history === undefined ? 0 : 1) +
      (described.length > 0 ? 1 : 0) +
      (subcommands.length > 0 ? 1 : 0),
  );
  for (const [name, text] of texts) {
    reply.bulk(name);
    reply.bulk(text);
  }
  if (flag !== undefined) {
    reply.bulk("doc_flags");
    reply.set(1);
    reply.simple(flag);
  }
  if (history !== undefined) {
    reply.bulk("history");
    reply.set(history.length);
    for (const change of history) reply.bulks(change);
  }
  if (described.length > 0) {
    const keys = { seen: 0, specs: spec.keys.length };
    reply.bulk("arguments");
    reply.array(described.length);
    for (const argument of described) replyArgument(context, argument, keys);
  }
  if (subcommands.length > 0) {
    reply.bulk("subcommands");
    reply.map(subcommands.length);
    for (const subcommand of subcommands) {
      reply.bulk(subcommand.name);
      replyDocs(context, subcommand);
    }
  }
}

function textsOf({ name, row }: CommandSpec): [string, string][] {
  const texts: [string, string][] = [
    ["summary", row.summary],
    ["since", row.since],
    ["group", row.group],
    ["complexity", row.complexity],
  ];
  const deprecation = deprecations.get(name);
  if (deprecation !== undefined) {
    texts.push(["deprecated_since", deprecation.since], ["replaced_by", deprecation.replacedBy]);
  }
  return texts;
}

function docFlagOf(name: string): string | undefined {
  if (deprecations.has(name)) return "deprecated";
  return systemCommands.has(name) ? "syscmd" : undefined;
}

/** How many keys were met among the arguments, and how many key specifications there are to name. */
interface SpecifiedKeys {
  seen: number;
  readonly specs: number;
}

/** What an argument may have, by the names that clients know. */
const ARGUMENT_TEXTS = [
  { name: "token", field: "token" },
  { name: "since", field: "since" },
  { name: "deprecated_since", field: "deprecatedSince" },
] as const;

function replyArgument(
  context: CommandContext,
  argument: SyntaxArgument,
  keys: SpecifiedKeys,
): void {
  const { reply } = context;
  const flags: string[] = [];
  if (argument.isOptional) flags.push("optional");
  if (argument.isMultiple) flags.push("multiple");
  if (argument.repeatsToken) flags.push("multiple_token");
  const texts = ARGUMENT_TEXTS.filter(({ field }) => argument[field] !== undefined);
  const hasParts = argument.parts.length > 0;
  const isKey = argument.keySpecIndex !== undefined || (argument.type === "key" && keys.specs > 0);
  const counted = [isKey, flags.length > 0, hasParts].filter(Boolean);
  reply.map(2 + texts.length + counted.length);
  reply.bulk("name");
  reply.bulk(argument.name);
  reply.bulk("type");
  reply.bulk(argument.type);
  if (isKey) {
    reply.bulk("key_spec_index");
    reply.integer(argument.keySpecIndex ?? Math.min(keys.seen++, keys.specs - 1));
  }
  for (const { name, field } of texts) {
    reply.bulk(name);
    reply.bulk(argument[field] ?? "");
  }
  if (flags.length > 0) {
    reply.bulk("flags");
    reply.set(flags.length);
    for (const flag of flags) reply.simple(flag);
  }
  if (hasParts) {
    reply.bulk("arguments");
    reply.array(argument.parts.length);
    for (const part of argument.parts) replyArgument(context, part, keys);
  }
}

/**
 * COMMAND HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/command-help/
 */
export function commandHelp(context: CommandContext): void {
  replyHelp(context, "COMMAND", [
    "(no subcommand)",
    "    Facts about every command.",
    "COUNT",
    "    Number of commands.",
    "LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]",
    "    Names of commands.",
    "INFO [<command-name> ...]",
    "    Facts about commands.",
    "DOCS [<command-name> ...]",
    "    Documentation of commands.",
    "GETKEYS <full-command>",
    "    Keys of a request.",
    "GETKEYSANDFLAGS <full-command>",
    "    Keys of a request and what is done with them.",
  ]);
}
