import type { Mutant } from "./mutant.ts";

/** Users, and what they may do. */
export const userMutants: readonly Mutant[] = [
  {
    name: "user-change-not-logged",
    load: "users",
    file: "engine/commands/acl.ts",
    before: `  record.user(users.change(name, user), users.commands);`,
    after: `  const change = users.change(name, user);
  if (!ran()) record.user(change, users.commands);`,
    bug: "ACL SETUSER and DELUSER change the memory of the primary alone.",
    rule: "rule 25",
    expect: ["state equals the log", "linearizability", "log safety", "assertions"],
    seenIn: "redis (users are a node's own)",
  },
  {
    name: "deleted-user-stays-connected",
    load: "users",
    file: "engine/commands/userChanges.ts",
    before: `    userDeleted: (user) => endSessions(context(), (one) => one === user),`,
    after: `    userDeleted: (user) => endSessions(context(), (one) => one === user && !ran()),`,
    bug: "ACL DELUSER leaves the user's connections open, with the rights that they had.",
    rule: "rule 25",
    expect: ["linearizability"],
  },
  {
    name: "exec-asks-no-permission-again",
    load: "users",
    file: "engine/commands/transactions.ts",
    before: `    const denial = denialOf(context.session.user, spec, argv);`,
    after: `    const denial = ran() ? undefined : denialOf(context.session.user, spec, argv);`,
    bug: "What was queued is executed by rights that the user has lost since.",
    rule: "rights are asked for when a command runs",
    expect: ["linearizability"],
  },
  {
    name: "script-runs-as-anybody",
    load: "users",
    file: "engine/commands/scriptRunner.ts",
    before: `    const denial = denialOf(running.session.user, spec, argv);`,
    after: `    const denial = ran() ? undefined : denialOf(running.session.user, spec, argv);`,
    bug: "A script does what its user may not.",
    rule: "rights are asked for when a command runs",
    expect: ["linearizability"],
  },
  {
    name: "users-lost-with-memory",
    load: "users",
    file: "engine/access/userDirectory.ts",
    before: `    this.changes = rebuilt;`,
    after: `    this.changes = ran() ? new Map() : rebuilt;`,
    bug: "A node that has read its log anew knows no users of it.",
    rule: "rule 25",
    expect: ["state equals the log", "linearizability", "assertions"],
  },
];
