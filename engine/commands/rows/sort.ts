/** Rows of the command table: SORT and SORT_RO. */
import { sort, sortRo, storeKeyOf } from "../sort.ts";
import type { CommandRow, KeySpec } from "../spec.ts";

const sortedKey: KeySpec = { first: 1, last: 1, step: 1, flags: ["RO", "access"] };

const keysOfPatterns: KeySpec = {
  find: () => [],
  flags: ["RO", "access"],
  notes:
    "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort",
};

export const sortRows: readonly CommandRow[] = [
  {
    name: "sort",
    arity: -2,
    flags: ["write", "denyoom"],
    keys: [
      sortedKey,
      keysOfPatterns,
      {
        find: storeKeyOf,
        flags: ["OW", "update"],
        notes:
          "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument array",
      },
    ],
    group: "generic",
    since: "1.0.0",
    summary: "Sorts a list, a set or a sorted set, returns or stores the result.",
    complexity: "O(N+M*log(M)), N elements of the collection, M returned",
    syntax:
      "key [BY pattern#1] [LIMIT (offset count)] [[GET pattern#1] ...] order:[ASC|DESC] [sorting:ALPHA] [STORE destination#2]",
    categories: ["set", "sortedset", "list", "dangerous"],
    run: sort,
  },
  {
    name: "sort_ro",
    arity: -2,
    flags: ["readonly"],
    keys: [sortedKey, keysOfPatterns],
    group: "generic",
    since: "7.0.0",
    summary: "Sorts a list, a set or a sorted set and returns the result.",
    complexity: "O(N+M*log(M)), N elements of the collection, M returned",
    syntax:
      "key [BY pattern#1] [LIMIT (offset count)] [[GET pattern#1] ...] order:[ASC|DESC] [sorting:ALPHA]",
    categories: ["set", "sortedset", "list", "dangerous"],
    run: sortRo,
  },
];
