import { appends } from "./appends.ts";
import { cas } from "./cas.ts";
import { commands } from "./commands.ts";
import { counters } from "./counters.ts";
import { deadlines } from "./deadlines.ts";
import { evicted } from "./evicted.ts";
import { expiring } from "./expiring.ts";
import { hashes } from "./hashes.ts";
import { sets } from "./sets.ts";
import { queues } from "./queues.ts";
import { sortedSets } from "./sortedSets.ts";
import { streams } from "./streams.ts";
import { mixed } from "./mixed.ts";
import { keyspace } from "./keyspace.ts";
import { lists } from "./lists.ts";
import { messages } from "./messages.ts";
import { pairs } from "./pairs.ts";
import { registers } from "./registers.ts";
import { scripts } from "./scripts.ts";
import { listedUsers, unlistedUsers, users } from "./users.ts";
import { transactions } from "./transactions.ts";
import { watched } from "./watched.ts";
import type { Specification, Workload } from "./workload.ts";

const onCollections: readonly Workload[] = [hashes, sets, queues, sortedSets, streams, mixed];

export const workloads: readonly Workload[] = [
  registers,
  counters,
  appends,
  cas,
  expiring,
  pairs,
  transactions,
  watched,
  deadlines,
  lists,
  commands,
  keyspace,
  messages,
  evicted,
  scripts,
  users,
  listedUsers,
  unlistedUsers,
  ...onCollections,
];

export const collectionKinds: readonly string[] = onCollections.map(({ kind }) => kind);

const byKind: ReadonlyMap<string, Workload> = new Map(
  workloads.map((workload) => [workload.kind, workload]),
);

/** Reads the parameter `workload`: kinds separated by commas. Throws RangeError naming the valid ones. */
export function parseWorkloads(list: string): readonly Workload[] {
  const found = list.split(",").map((name) => workloadNamed(name.trim()));
  refuseMixture(found);
  return found;
}

/** Throws RangeError on kinds of which one would make the other lie. */
export function refuseMixture(kinds: readonly Workload[]): void {
  if (kinds.includes(lists) && kinds.includes(keyspace))
    throw new RangeError(
      "workload kinds lists and keyspace do not go together: FLUSHALL empties lists that may only grow",
    );
}

/** Throws RangeError where one group's ACL LOAD would change the users of another, which is judged without it. */
export function refuseManyFiles(kinds: readonly Workload[], keys: number, shards: number): void {
  const loading = kinds.find(loadsFiles);
  const ofUsers = kinds.filter(({ specification }) => specification === users.specification);
  if (loading === undefined || (ofUsers.length === 1 && keys === 1 && shards === 1)) return;
  throw new RangeError(
    `workload kind ${loading.kind} takes one shard, one key and no other kind with users: its ACL LOAD changes all of them at once`,
  );
}

/** Its clients send ACL LOAD. */
export function loadsFiles(kind: Workload): boolean {
  return kind === listedUsers || kind === unlistedUsers;
}

/** Throws RangeError naming the valid kinds. */
export function workloadNamed(kind: string): Workload {
  const found = byKind.get(kind);
  if (found !== undefined) return found;
  const valid = workloads.map((workload) => workload.kind).join(", ");
  throw new RangeError(`unknown workload kind "${kind}"; valid kinds: ${valid}`);
}

/** What the keys of a kind are held against; keys of nobody are plain strings. */
export function specificationOfKind(kind: string): Specification {
  return byKind.get(kind)?.specification ?? "string";
}
