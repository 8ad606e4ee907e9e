/** Rows of the command table: HyperLogLogs. */
import { pfadd, pfcount, pfdebug, pfmerge } from "../hyperLogLog.ts";
import { pfselftest } from "../pfselftest.ts";
import type { CommandRow } from "../spec.ts";

export const hyperLogLogRows: readonly CommandRow[] = [
  {
    name: "pfadd",
    arity: -2,
    flags: ["write", "denyoom", "fast"],
    keys: [{ first: 1, last: 1, step: 1, flags: ["RW", "insert"] }],
    group: "hyperloglog",
    since: "2.8.9",
    summary: "Adds elements to a HyperLogLog.",
    complexity: "O(1) an element",
    syntax: "key [element ...]",
    categories: ["hyperloglog"],
    run: pfadd,
  },
  {
    name: "pfcount",
    arity: -2,
    flags: ["readonly", "may_replicate"],
    keys: [
      {
        first: 1,
        last: -1,
        step: 1,
        flags: ["RW", "access"],
        notes:
          "RW because it may change the internal representation of the key, and propagate to replicas",
      },
    ],
    group: "hyperloglog",
    since: "2.8.9",
    summary: "Counts the different elements of HyperLogLogs, approximately.",
    complexity: "O(1) for one key, O(N) with long constant times for N",
    syntax: "key ...",
    categories: ["hyperloglog"],
    run: pfcount,
  },
  {
    name: "pfdebug",
    arity: 3,
    flags: ["write", "denyoom", "admin"],
    keys: [{ first: 2, last: 2, step: 1, flags: ["RW", "access"] }],
    group: "hyperloglog",
    since: "2.8.9",
    summary: "Shows the insides of a HyperLogLog.",
    complexity: "O(1)",
    syntax: "subcommand key",
    categories: ["hyperloglog"],
    run: pfdebug,
  },
  {
    name: "pfmerge",
    arity: -2,
    flags: ["write", "denyoom"],
    keys: [
      { first: 1, last: 1, step: 1, flags: ["RW", "access", "insert"] },
      { first: 2, last: -1, step: 1, flags: ["RO", "access"] },
    ],
    group: "hyperloglog",
    since: "2.8.9",
    summary: "Merges HyperLogLogs into one.",
    complexity: "O(N) with long constant times, N the number of keys",
    syntax: "destkey sourcekey ...",
    categories: ["hyperloglog"],
    run: pfmerge,
  },
  {
    name: "pfselftest",
    arity: 1,
    flags: ["admin"],
    group: "hyperloglog",
    since: "2.8.9",
    summary: "Tests the implementation of HyperLogLogs.",
    complexity: "O(1)",
    syntax: "",
    categories: ["hyperloglog"],
    run: pfselftest,
  },
];
