/** FUNCTION and FCALL: libraries of functions, which are state of the shard as its keys are. */
import { latin1Bytes } from "../bytes/latin1.ts";
import { unknownSubcommand } from "../resp/replies.ts";
import type { Library, LibraryFunction } from "../scripting/functionLibrary.ts";
import { scriptFlags } from "../scripting/script.ts";
import { isWholeDump } from "../snapshot/dump.ts";
import { dumpLibraries, restoredLibraries } from "../snapshot/libraries.ts";
import type { CommandContext } from "./context.ts";
import { showScript } from "./eval.ts";
import { keyOf } from "./functions.ts";
import { replyHelp } from "./generic.ts";
import { matchesGlob } from "./glob.ts";

/**
 * FCALL function numkeys [key …] [arg …]
 * Replies: what the function returns; -ERR with its name and line if it fails. Record: all changes as one.
 * @see https://redis.io/docs/latest/commands/fcall/
 */
export function fcall(context: CommandContext, argv: readonly string[]): void {
  showScript(context, argv);
  context.scripting.callFunction(argv, false);
}

/**
 * FCALL_RO function numkeys [key …] [arg …]
 * Replies: as FCALL; commands that write are refused to the function. Record: none.
 * @see https://redis.io/docs/latest/commands/fcall_ro/
 */
export function fcallReadonly(context: CommandContext, argv: readonly string[]): void {
  showScript(context, argv);
  context.scripting.callFunction(argv, true);
}

/**
 * FUNCTION LOAD [REPLACE] function-code
 * Replies: bulk, the library's name; -ERR for what is no library, or has a name that is taken. Record: library.
 * @see https://redis.io/docs/latest/commands/function-load/
 */
export function functionLoad(context: CommandContext, argv: readonly string[]): void {
  let isReplacing = false;
  for (let index = 2; index < argv.length - 1; index++) {
    const word = argv[index] ?? "";
    if (word.toUpperCase() !== "REPLACE") {
      return context.failQuoting("ERR Unknown option given: ", word);
    }
    isReplacing = true;
  }
  context.noteLibraries();
  const { functions } = context.scripting;
  const kept = new Map(functions.libraries);
  const library = functions.compile(argv.at(-1) ?? "", isReplacing ? undefined : kept);
  if (typeof library === "string") return context.failQuoting("ERR ", library);
  kept.delete(library.name);
  const taken = takenName([library], kept);
  if (taken !== undefined) return context.fail(`ERR Function ${taken} already exists`);
  functions.keep(library);
  context.putLibrary(library.name, library.code);
  context.reply.bulk(library.name);
}

/** The first function of the added libraries whose name another library has. */
function takenName(
  added: Iterable<Library>,
  kept: ReadonlyMap<string, Library>,
): string | undefined {
  const taken = new Set<string>();
  for (const { functions } of kept.values()) {
    for (const name of functions.keys()) taken.add(keyOf(name));
  }
  for (const { functions } of added) {
    for (const name of functions.keys()) if (taken.has(keyOf(name))) return name;
  }
  return undefined;
}

/**
 * FUNCTION DELETE library-name
 * Replies: OK; -ERR Library not found. Record: dropLibrary.
 * @see https://redis.io/docs/latest/commands/function-delete/
 */
export function functionDelete(context: CommandContext, argv: readonly string[]): void {
  context.noteLibraries();
  if (context.dropLibrary(argv[2] ?? "")) context.ok();
  else context.fail("ERR Library not found");
}

/**
 * FUNCTION FLUSH [ASYNC|SYNC]
 * Replies: OK; -ERR for another word. Record: dropLibraries.
 * @see https://redis.io/docs/latest/commands/function-flush/
 */
export function functionFlush(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) {
    return context.fail(unknownSubcommand("function", argv[1] ?? ""));
  }
  const mode = argv[2]?.toUpperCase();
  if (mode !== undefined && mode !== "ASYNC" && mode !== "SYNC") {
    return context.fail("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
  }
  context.noteLibraries();
  context.dropLibraries();
  context.ok();
}

/**
 * FUNCTION LIST [LIBRARYNAME library-name-pattern] [WITHCODE]
 * Replies: array of maps; -ERR for another word or one that stands twice. Record: none.
 * @see https://redis.io/docs/latest/commands/function-list/
 */
export function functionList(context: CommandContext, argv: readonly string[]): void {
  let pattern: string | undefined;
  let withCode = false;
  for (let index = 2; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (!withCode && word.toUpperCase() === "WITHCODE") withCode = true;
    else if (pattern === undefined && word.toUpperCase() === "LIBRARYNAME") {
      pattern = argv[++index];
      if (pattern === undefined) return context.fail("ERR library name argument was not given");
    } else {
      return context.failQuoting("ERR Unknown argument ", word);
    }
  }
  const asked = pattern?.toLowerCase();
  const found = [...context.scripting.functions.libraries.values()].filter(
    ({ name }) => asked === undefined || matchesGlob(asked, name.toLowerCase()),
  );
  context.reply.array(found.length);
  for (const library of found) replyLibrary(context, library, withCode);
}

function replyLibrary(context: CommandContext, library: Library, withCode: boolean): void {
  const { reply } = context;
  reply.map(withCode ? 4 : 3);
  reply.bulk("library_name");
  reply.bulk(library.name);
  reply.bulk("engine");
  reply.bulk("LUA");
  reply.bulk("functions");
  reply.array(library.functions.size);
  for (const one of library.functions.values()) replyFunction(context, one);
  if (!withCode) return;
  reply.bulk("library_code");
  reply.bulk(library.code);
}

function replyFunction({ reply }: CommandContext, one: LibraryFunction): void {
  reply.map(3);
  reply.bulk("name");
  reply.bulk(one.name);
  reply.bulk("description");
  reply.bulkOrNull(one.description);
  reply.bulk("flags");
  const flags = scriptFlags.filter((flag) => one.flags?.has(flag));
  reply.set(flags.length);
  for (const flag of flags) reply.simple(flag);
}

/**
 * FUNCTION DUMP
 * Replies: bulk, the libraries as FUNCTION RESTORE takes them. Record: none.
 * @see https://redis.io/docs/latest/commands/function-dump/
 */
export function functionDump(context: CommandContext): void {
  const { databases, reply, settings } = context;
  const codes = [...databases.libraries.entries.values()];
  reply.bulkBytes(dumpLibraries(codes, settings.isOn("rdbcompression")));
}

/**
 * FUNCTION RESTORE serialized-value [FLUSH|APPEND|REPLACE]
 * Replies: OK; -ERR for a payload that was damaged, what is no library, and names that are taken. Record: library for each, behind
 * dropLibraries if asked to.
 * @see https://redis.io/docs/latest/commands/function-restore/
 */
export function functionRestore(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 4) {
    return context.fail(unknownSubcommand("function", argv[1] ?? ""));
  }
  const policy = (argv[3] ?? "APPEND").toUpperCase();
  if (policy !== "APPEND" && policy !== "REPLACE" && policy !== "FLUSH") {
    return context.fail(
      "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.",
    );
  }
  const payload = latin1Bytes(argv[2] ?? "");
  if (!isWholeDump(payload, !context.switches.skipsChecksums)) {
    return context.fail("ERR DUMP payload version or checksum are wrong");
  }
  context.noteLibraries();
  const codes = restoredLibraries(payload);
  const added = typeof codes === "string" ? codes : compiled(context, codes);
  if (typeof added === "string") return context.failQuoting("ERR ", added);
  const kept = new Map(policy === "FLUSH" ? [] : context.scripting.functions.libraries);
  for (const name of added.keys()) {
    if (kept.delete(name) && policy !== "REPLACE") {
      return context.fail(`ERR Library ${name} already exists`);
    }
  }
  const taken = takenName(added.values(), kept);
  if (taken !== undefined) return context.fail(`ERR Function ${taken} already exists`);
  if (policy === "FLUSH") context.dropLibraries();
  for (const library of added.values()) {
    context.scripting.functions.keep(library);
    context.putLibrary(library.name, library.code);
  }
  context.ok();
}

/** Libraries of a payload, which must go together. */
function compiled(
  { scripting }: CommandContext,
  codes: readonly string[],
): ReadonlyMap<string, Library> | string {
  const added = new Map<string, Library>();
  for (const code of codes) {
    const library = scripting.functions.compile(code, added);
    if (typeof library === "string") return library;
    const taken = takenName([library], added);
    if (taken !== undefined) return `Function ${taken} already exists`;
    added.set(library.name, library);
  }
  return added;
}

/**
 * FUNCTION STATS
 * Replies: map of what runs and of the engines; -BUSY while a script of EVAL runs. Record: none.
 * @see https://redis.io/docs/latest/commands/function-stats/
 */
export function functionStats(context: CommandContext): void {
  const { reply, scripting } = context;
  const { runner, functions } = scripting;
  if (runner.view !== undefined && !runner.runsFunction) return context.fail(runner.busyError);
  reply.map(2);
  reply.bulk("running_script");
  if (runner.view === undefined) {
    reply.null();
  } else {
    reply.map(3);
    reply.bulk("name");
    reply.bulk(runner.view.name);
    reply.bulk("command");
    reply.array(runner.view.argv.length);
    for (const word of runner.view.argv) reply.bulk(word);
    reply.bulk("duration_ms");
    reply.integer(context.server.scriptMs);
  }
  reply.bulk("engines");
  reply.map(1);
  reply.bulk("LUA");
  reply.map(2);
  reply.bulk("libraries_count");
  reply.integer(functions.libraries.size);
  reply.bulk("functions_count");
  reply.integer(functions.functionCount);
}

/**
 * FUNCTION KILL
 * Replies: OK; -NOTBUSY if nothing runs, -UNKILLABLE if it has written, -BUSY if it is a script of EVAL. Record: none.
 * @see https://redis.io/docs/latest/commands/function-kill/
 */
export function functionKill(context: CommandContext): void {
  const refusal = context.scripting.runner.kill(true);
  if (refusal === undefined) context.ok();
  else context.fail(refusal);
}

/**
 * FUNCTION HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/function-help/
 */
export function functionHelp(context: CommandContext): void {
  replyHelp(context, "FUNCTION", [
    "DELETE <library-name>",
    "    Remove a library.",
    "DUMP",
    "    All libraries as a payload that RESTORE takes.",
    "FLUSH [ASYNC|SYNC]",
    "    Remove all libraries.",
    "KILL",
    "    Stop the function that runs.",
    "LIST [LIBRARYNAME <pattern>] [WITHCODE]",
    "    The libraries and their functions.",
    "LOAD [REPLACE] <code>",
    "    Add a library, or replace it.",
    "RESTORE <payload> [FLUSH|APPEND|REPLACE]",
    "    Add the libraries of a payload. A name that is taken refuses all of them, unless they",
    "    replace that library, or the libraries that are here are removed first.",
    "STATS",
    "    The function that runs, and how many there are.",
  ]);
}
