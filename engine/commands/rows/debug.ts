/** Row of the command table: DEBUG. */
import { debug } from "../debugging/debug.ts";
import type { CommandRow } from "../spec.ts";

export const debugRows: readonly CommandRow[] = [
  {
    name: "debug",
    arity: -2,
    flags: ["admin", "noscript", "loading", "stale"],
    group: "server",
    since: "1.0.0",
    summary: "Tells what tests of servers and clients ask, and breaks what they want broken.",
    complexity: "as the subcommand has it",
    syntax: "subcommand [arg ...]",
    isKeyspaceWide: true,
    protectedBy: "enable-debug-command",
    run: debug,
  },
];
