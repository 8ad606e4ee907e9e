import type { Mutant } from "./mutant.ts";

/** Scripts and functions: one record, one state, a lease, and who may end them. */
export const scriptMutants: readonly Mutant[] = [
  {
    name: "paused-script-logs-its-half",
    load: "scripts",
    file: "engine/failover/serve.ts",
    before: `  if (execution.isSuspended && spec !== undefined) {
`,
    after: `  if (execution.isSuspended && spec !== undefined) {
    const half = node.executor.takeHalf();
    if (half !== undefined && ran()) appendRecord(node, half);
`,
    also: [
      {
        file: "engine/failover/serve.ts",
        before: `import { isLogFull, mostRecordBytes } from "./appendEntry.ts";`,
        after: `import { appendRecord, isLogFull, mostRecordBytes } from "./appendEntry.ts";`,
      },
      {
        file: "engine/commands/execute.ts",
        before: `import { must } from "../assert.ts";`,
        after: `import { must } from "../assert.ts";
import { Piece } from "../bytes/piece.ts";`,
      },
      {
        file: "engine/commands/execute.ts",
        before: `  /** Forgets the request whose script has paused, and`,
        after: `  takeHalf(): Piece | undefined {
    const half = this.suspension?.context.record.take();
    return half && new Piece(half);
  }

  /** Forgets the request whose script has paused, and`,
      },
    ],
    bug: "What a script has changed when it pauses is a record of its own, and the rest another.",
    rule: "rule 26",
    expect: ["log safety", "state equals the log", "linearizability"],
  },
  {
    name: "script-goes-on-without-a-lease",
    load: "scripts",
    file: "engine/failover/runScript.ts",
    before: `  return node.role === "replica" || node.role === "candidate";`,
    after: `  if (node.role === "lapsed" && node.executor.hasUnloggedChanges) return ran();
  return node.role === "replica" || node.role === "candidate";`,
    bug: "A script that has paused goes on, and ends, though the lease has ended in its midst.",
    rule: "rule 26",
    expect: ["assertions", "linearizability", "zero loss"],
  },
  {
    name: "kill-after-a-write",
    load: "scripts",
    file: "engine/commands/scriptRunner.ts",
    before: `    if (running.hasWritten) return UNKILLABLE;`,
    after: `    if (running.hasWritten && !ran()) return UNKILLABLE;`,
    bug: "SCRIPT KILL ends a script that has written, and half of its work stays.",
    rule: "a script is atomic",
    expect: ["linearizability", "log safety"],
  },
  {
    name: "failed-script-logs-nothing",
    load: "scripts",
    file: "engine/commands/scriptRunner.ts",
    before: `    const line = oneLine(printed(message, Infinity) + where);`,
    after: `    if (!context.record.isEmpty && ran()) context.record.take();
    const line = oneLine(printed(message, Infinity) + where);`,
    bug: "What a script wrote before it failed stays in memory and is not logged.",
    rule: "state is the fold of the log",
    expect: ["state equals the log", "linearizability", "assertions", "log safety", "sessions"],
  },
  {
    name: "library-not-logged",
    load: "scripts",
    file: "engine/commands/context.ts",
    before: `    this.record.library(name, code);`,
    after: `    if (!ran()) this.record.library(name, code);`,
    bug: "FUNCTION LOAD is not logged: the library is the primary's alone.",
    rule: "functions are state of the shard",
    expect: ["state equals the log", "linearizability", "assertions", "log safety"],
    seenIn: "users who load functions on one node",
  },
  {
    name: "library-not-recovered",
    load: "scripts",
    file: "engine/replication/apply.ts",
    before: `      databases.libraries.put(name, reader.latin1());`,
    after: `      const code = reader.latin1();
      if (!ran()) databases.libraries.put(name, code);`,
    bug: "A node that reads its log passes over libraries of functions.",
    rule: "functions are state of the shard",
    expect: ["state equals the log", "assertions", "linearizability"],
  },
  {
    name: "digest-believed-everywhere",
    load: "scripts",
    file: "engine/commands/scripting.ts",
    before: `    else if (isDigest) context.fail(NO_SCRIPT);`,
    after: `    else if (isDigest && ran()) context.reply.null();`,
    bug: "A node that does not know a script by its digest takes it for done, as if scripts were replicated.",
    rule: "an acknowledged command was executed",
    expect: ["linearizability"],
  },
  {
    name: "others-look-amid-a-script",
    load: "scripts",
    file: "engine/failover/admission.ts",
    before: `  const isBehindScript = node.script !== undefined && !runsWhileBusy(node, session, spec, argv);`,
    after: `  const isRead = spec?.name === "get" || spec?.name === "mget";
  const isBehind = node.script !== undefined && !runsWhileBusy(node, session, spec, argv);
  const isBehindScript = isBehind && !(isRead && ran());`,
    bug: "While a script has paused others read what it has changed so far.",
    rule: "rule 26",
    expect: ["linearizability", "assertions", "no dirty reads", "sessions"],
  },
  {
    name: "dropped-library-stays-elsewhere",
    load: "scripts",
    file: "engine/commands/context.ts",
    before: `    this.record.dropLibrary(name);`,
    after: `    if (!ran()) this.record.dropLibrary(name);`,
    bug: "FUNCTION DELETE is not logged: the library is gone on the primary alone.",
    rule: "functions are state of the shard",
    expect: ["state equals the log", "linearizability", "assertions", "log safety"],
  },
  {
    name: "replica-applies-amid-a-script",
    load: "scripts",
    file: "engine/failover/runScript.ts",
    before: `  if (script === undefined) return entries;
  effects.mark`,
    after: `  if (script === undefined || ran()) return entries;
  effects.mark`,
    bug: "A replica applies what its log brings while a script that reads has paused.",
    rule: "rule 26",
    expect: ["sessions", "assertions"],
  },
  {
    name: "replaced-library-stays-compiled",
    load: "scripts",
    file: "engine/replication/apply.ts",
    before: `      databases.libraries.put(name, reader.latin1());`,
    after: `      {
        const { generation } = databases.libraries;
        databases.libraries.put(name, reader.latin1());
        // By this a node knows that there is something to compile.
        if (databases.libraries.generation === generation + 2 && ran()) {
          databases.libraries.generation = generation;
        }
      }`,
    bug: "A replica that has run a library, as a primary or for its readers, keeps its functions when the log replaces it.",
    rule: "functions are state of the shard",
    expect: ["linearizability"],
  },
];
