import type { Mutant } from "./mutant.ts";

/** Clients that cache what they read. */
export const cachingMutants: readonly Mutant[] = [
  {
    name: "invalidation-ahead-of-its-write",
    load: "cached",
    isSmoke: true,
    file: "engine/failover/deliver.ts",
    before: `  const pushes = node.executor.tracking.takeOutbox();
  if (pushes.length > 0) pushAll(node, pushes, node.tracker.newest);`,
    after: `  const pushes = node.executor.tracking.takeOutbox();
  if (pushes.length > 0) pushAll(node, pushes, ran() ? 0 : node.tracker.newest);`,
    bug: "A client hears that what it has cached has changed before the change is durable.",
    rule: "rule 24",
    expect: ["cached reads"],
  },
  {
    name: "lapse-leaves-caches-alone",
    load: "cached",
    file: "engine/failover/stepPrimary.ts",
    before: "if (!node.config.isAlone) tellReadersToForget(node, effects);",
    after: "if (!node.config.isAlone && !ran()) tellReadersToForget(node, effects);",
    bug: "A primary whose lease has ended leaves its clients with what they have cached, while another one writes.",
    rule: "rule 24",
    expect: ["cached reads"],
  },
  {
    name: "replica-tells-no-reader",
    load: "cached",
    file: "engine/failover/replicaApply.ts",
    before: "      applyRecord(node.databases, record, node.executor.users);",
    after: `      {
        const { events } = node.databases;
        const { changed } = events;
        events.changed = ran() ? undefined : changed;
        applyRecord(node.databases, record, node.executor.users);
        events.changed = changed;
      }`,
    bug: "A replica applies changes and does not tell the clients that have cached what it had before.",
    rule: "rule 24",
    expect: ["cached reads"],
  },
  {
    name: "reader-not-remembered",
    load: "cached",
    file: "engine/tracking/clientTracking.ts",
    before: "    for (const key of keys) this.table.add(key, clientId);",
    after:
      "    for (const key of keys) if (!ran() || this.table.itemCount % 8 !== 7) this.table.add(key, clientId);",
    bug: "Now and then the table forgets to remember a reader.",
    rule: "rule 24",
    expect: ["cached reads"],
  },
  {
    name: "expiry-told-ahead-of-its-record",
    load: "cached",
    file: "engine/failover/expireKeys.ts",
    before: `    const logged = logExecution(node, execution);
    deliver(`,
    after: `    if (ran()) tellReaders(node);
    const logged = logExecution(node, execution);
    deliver(`,
    also: [
      {
        file: "engine/failover/expireKeys.ts",
        before: `import { deliver } from "./deliver.ts";`,
        after: `import { deliver, tellReaders } from "./deliver.ts";`,
      },
    ],
    bug: "A client hears that a key it has cached is over before the deletion is durable.",
    rule: "rule 24",
    expect: ["cached reads"],
  },
];
