/** Rows of the command table: FUNCTION. */
import { functionFlush, functionHelp, functionList } from "../function.ts";
import type { CommandRow } from "../spec.ts";

export const functionRows: readonly CommandRow[] = [
  {
    name: "function",
    arity: -2,
    flags: [],
    group: "scripting",
    since: "7.0.0",
    summary: "Manages libraries of functions.",
    complexity: "Depends on the subcommand",
    syntax: "",
    subcommands: [
      {
        name: "flush",
        arity: -2,
        flags: ["write", "noscript"],
        group: "scripting",
        since: "7.0.0",
        summary: "Removes all libraries.",
        complexity: "O(N), N functions",
        syntax: "[ASYNC|SYNC]",
        categories: ["scripting"],
        tips: ["request_policy:all_shards", "response_policy:all_succeeded"],
        run: functionFlush,
      },
      {
        name: "help",
        arity: 2,
        flags: ["loading", "stale"],
        group: "scripting",
        since: "7.0.0",
        summary: "Lists the subcommands.",
        complexity: "O(1)",
        syntax: "",
        categories: ["scripting"],
        run: functionHelp,
      },
      {
        name: "list",
        arity: -2,
        flags: ["noscript"],
        group: "scripting",
        since: "7.0.0",
        summary: "Lists libraries and their functions.",
        complexity: "O(N), N functions",
        syntax: "[LIBRARYNAME library-name-pattern] [WITHCODE]",
        categories: ["scripting"],
        tips: ["nondeterministic_output_order"],
        run: functionList,
      },
    ],
    run: functionHelp,
  },
];
