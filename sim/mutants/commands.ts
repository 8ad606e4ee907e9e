import type { Mutant } from "./mutant.ts";

/** Commands and transactions. */
export const commandMutants: readonly Mutant[] = [
  {
    name: "watch-ignored",
    file: "engine/commands/transactions.ts",
    before: "session.isWatchBroken || hasExpiredWatch(context)",
    after: "session.isWatchBroken && !ran()",
    also: [
      {
        file: "engine/commands/session.ts",
        before: "if (this.isTransactionBroken || this.isWatchBroken) return;",
        after: "if (this.isTransactionBroken) return;",
      },
    ],
    bug: "EXEC runs although a watched key has changed.",
    rule: "WATCH (Redis)",
    expect: ["linearizability"],
  },
  {
    name: "exec-tells-of-nothing",
    file: "engine/commands/transactions.ts",
    before: "session.isWatchBroken || hasExpiredWatch(context)",
    after: "session.isWatchBroken && !ran()",
    bug: "A key that is watched changes before the first command is queued: nothing is kept, and EXEC answers that it ran none.",
    rule: "WATCH (Redis)",
    expect: ["sessions"],
  },
  {
    name: "transaction-stops-in-the-middle",
    file: "engine/commands/transactions.ts",
    before: "    if (denial === undefined) context.call(spec, argv);",
    after: `    if (argv === queue[1]?.argv && context.unixUs % 8 === 0 && ran()) context.reply.null();
    else if (denial === undefined) context.call(spec, argv);`,
    bug: "Now and then EXEC leaves out the second command of its transaction.",
    rule: "MULTI is all or nothing",
    expect: ["log safety", "linearizability", "state equals the log", "zero loss"],
  },
  {
    name: "increment-read-too-early",
    file: "engine/commands/string.ts",
    before: "  context.set(key, result, context.deadlineOf(key));",
    after:
      "  if (context.unixUs % 16 !== 0 || !ran()) context.set(key, result, context.deadlineOf(key));",
    bug: "Now and then INCR answers the sum and does not keep it.",
    rule: "INCR (Redis)",
    expect: ["linearizability", "zero loss"],
  },
  {
    name: "append-replaces",
    file: "engine/commands/string.ts",
    before: "  const length = context.append(key, suffix);",
    after: `  if (context.unixUs % 16 === 0 && ran()) context.set(key, "", NEVER);
  const length = context.append(key, suffix);`,
    bug: "Now and then APPEND takes the value's place.",
    rule: "APPEND (Redis)",
    expect: ["linearizability", "zero loss"],
  },
  {
    name: "delete-keeps-the-key",
    file: "engine/commands/context.ts",
    before: "    if (!this.keyspace.delete(key)) return false;",
    after: `    if (this.unixUs % 4 === 0 && this.keyspace.get(key) !== undefined && ran()) return true;
    if (!this.keyspace.delete(key)) return false;`,
    bug: "Now and then DEL answers 1 and does nothing.",
    rule: "DEL (Redis)",
    expect: ["linearizability", "zero loss"],
  },
];
