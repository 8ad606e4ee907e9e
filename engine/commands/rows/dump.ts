/** Rows of the command table: values in Redis's own format, and their way to another server. */
import { dump, restore } from "../dump.ts";
import { migrate } from "../migrate.ts";
import type { CommandRow } from "../spec.ts";

const restoreSyntax =
  "key ttl serialized-value [REPLACE@3.0.0] [ABSTTL@5.0.0] [IDLETIME seconds]@5.0.0 [FREQ frequency]@5.0.0";

export const dumpRows: readonly CommandRow[] = [
  {
    name: "dump",
    arity: 2,
    flags: ["readonly"],
    keys: [{ first: 1, last: 1, step: 1, flags: ["RO", "access"] }],
    group: "generic",
    since: "2.6.0",
    summary: "Tells a value in the format that RESTORE takes.",
    complexity: "O(N), N the bytes of the value",
    syntax: "key",
    categories: ["keyspace"],
    tips: ["nondeterministic_output"],
    run: dump,
  },
  {
    name: "migrate",
    arity: -6,
    flags: ["write"],
    keys: [
      { first: 3, last: 3, step: 1, isEmptyBeside: "KEYS", flags: ["RW", "access", "delete"] },
      {
        keyword: "KEYS",
        from: -2,
        last: -1,
        step: 1,
        flags: ["RW", "access", "delete", "incomplete"],
      },
    ],
    group: "generic",
    since: "2.6.0",
    summary: "Moves keys to another server: refused.",
    complexity: "O(N), N the number of keys",
    syntax:
      'host port key_or_empty_string:(key|"") destination-db timeout [COPY@3.0.0] [REPLACE@3.0.0] authentication:[[AUTH password]@4.0.7|[AUTH2 (username password)]@6.0.0] [KEYS key#1@3.0.6 ...]',
    categories: ["keyspace", "dangerous"],
    tips: ["nondeterministic_output"],
    run: migrate,
  },
  {
    name: "restore",
    arity: -4,
    flags: ["write", "denyoom"],
    keys: [{ first: 1, last: 1, step: 1, flags: ["OW", "update"] }],
    group: "generic",
    since: "2.6.0",
    summary: "Makes a key of a value that DUMP told.",
    complexity: "O(N), N the bytes of the value; O(N log N) for sorted sets",
    syntax: restoreSyntax,
    categories: ["keyspace", "dangerous"],
    run: restore,
  },
  {
    name: "restore-asking",
    arity: -4,
    flags: ["write", "denyoom", "asking"],
    keys: [{ first: 1, last: 1, step: 1, flags: ["OW", "update"] }],
    group: "server",
    since: "3.0.0",
    summary: "Makes a key of a value that another node of the cluster sends.",
    complexity: "O(N), N the bytes of the value; O(N log N) for sorted sets",
    syntax: restoreSyntax,
    categories: ["keyspace", "dangerous"],
    run: restore,
  },
];
