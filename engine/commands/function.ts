/** FUNCTION, as far as it goes without any function: clients that clear a server before use ask for it. */
import { unknownSubcommand } from "../resp/replies.ts";
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";

/**
 * FUNCTION FLUSH [ASYNC|SYNC]
 * Replies: OK; -ERR for another word. Record: none, since there is nothing to remove.
 * @see https://redis.io/docs/latest/commands/function-flush/
 */
export function functionFlush(context: CommandContext, argv: readonly string[]): void {
  if (argv.length > 3) {
    return context.fail(unknownSubcommand("function", argv[1] ?? ""));
  }
  const mode = argv[2]?.toUpperCase();
  if (mode === undefined || mode === "ASYNC" || mode === "SYNC") return context.ok();
  context.fail("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
}

/**
 * FUNCTION LIST [LIBRARYNAME library-name-pattern] [WITHCODE]
 * Replies: array, empty; -ERR for another word or one that stands twice. Record: none.
 * @see https://redis.io/docs/latest/commands/function-list/
 */
export function functionList(context: CommandContext, argv: readonly string[]): void {
  const seen = new Set<string>();
  for (let index = 2; index < argv.length; index++) {
    const given = argv[index] ?? "";
    const word = given.toUpperCase();
    if (seen.has(word) || (word !== "LIBRARYNAME" && word !== "WITHCODE")) {
      return context.failQuoting("ERR Unknown argument ", given);
    }
    seen.add(word);
    if (word === "LIBRARYNAME" && ++index === argv.length) {
      return context.fail("ERR library name argument was not given");
    }
  }
  context.reply.array(0);
}

/**
 * FUNCTION HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/function-help/
 */
export function functionHelp(context: CommandContext): void {
  replyHelp(context, "FUNCTION", [
    "FLUSH [ASYNC|SYNC]",
    "    Remove all libraries.",
    "LIST [LIBRARYNAME <pattern>] [WITHCODE]",
    "    The libraries and their functions.",
  ]);
}
