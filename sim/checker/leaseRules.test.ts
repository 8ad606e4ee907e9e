import { beforeEach, describe, expect, it } from "vitest";
import type { EventKind } from "../trace/vocabulary.ts";
import { LeaseRulesCheck } from "./leaseRules.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import { entryKinds } from "./log/diskBytes.ts";
import { Tally } from "./tally.ts";

const rules = { leaseUs: 2000, leastBackoffUs: 2500 };
let tally: Tally;
let check: LeaseRulesCheck;
let entries: unknown[];

beforeEach(() => {
  tally = new Tally("one leader", "leases");
  entries = [undefined];
  const log = { of: () => ({ entries }) };
  check = new LeaseRulesCheck(tally, log as unknown as CommittedLog, rules);
  traced("node.started", 7);
});

function traced(kind: EventKind, value = 0): void {
  check.traced({ timeUs: 0, node: "db-0-a", kind, shard: 0, position: 0, value, text: "" });
}

function committed(kind: keyof typeof entryKinds, incarnation = 7): void {
  entries.push({ entry: { kind: entryKinds[kind], incarnation } });
}

/** The node at a reading of its own clock. */
function viewed(localUs: number, role: string, appliedPosition: number, endUs = -Infinity): void {
  const committedPosition = entries.length - 1;
  const facts = { role, epoch: 1, servingUntilUs: endUs, appliedPosition, committedPosition };
  check.viewed(1000, "db-0-a", 0, { ...facts, servingUntilLocalUs: endUs, localUs });
}

/** The node has stood at 100 and leads since its entry, at position 1, committed. */
function leads(): void {
  traced("election.stood");
  viewed(100, "candidate", 0);
  committed("leadership");
  viewed(300, "primary", 1, 2100);
}

describe("a lease", () => {
  it("runs from the first send of the entry that committed", () => {
    leads();
    viewed(700, "primary", 2, 2100);
    committed("renewal");
    viewed(900, "primary", 2, 2700);
    expect(tally.violation).toBeUndefined();
  });

  it("that runs from the answer, or from a repetition, is too long", () => {
    leads();
    viewed(700, "primary", 2, 2100);
    committed("renewal");
    viewed(900, "primary", 2, 2900);
    expect(tally.violation?.sentence).toBe(
      "db-0-a holds a lease of shard 0 that ends 200 µs later on its own clock than a lease from the first send of the renewal at position 2 would, seen at ⟨1000⟩",
    );
  });

  it("of a new leader runs from when it stood", () => {
    traced("election.stood");
    viewed(100, "candidate", 0);
    committed("leadership");
    viewed(300, "primary", 1, 2300);
    expect(tally.violation?.sentence).toContain("ends 200 µs later");
  });
});

describe("a candidate", () => {
  const stands = (localUs: number): string | undefined => {
    traced("role.replica");
    viewed(0, "replica", 0);
    committed("renewal", 9);
    viewed(1000, "replica", 1);
    traced("election.stood");
    viewed(localUs, "candidate", 1);
    return tally.violation?.sentence;
  };

  it("has waited a backoff since the newest renewal", () => {
    expect(stands(3500)).toBeUndefined();
    expect(tally.examined).toBe(1);
  });

  it("may not stand sooner", () => {
    expect(stands(3499)).toBe(
      "db-0-a stands for shard 0 at ⟨1000⟩, 2499 µs by its own clock after the newest renewal or its arrival at the tail, where 2500 µs must pass for leases not to overlap",
    );
  });

  it("need not wait behind a release that is the tail", () => {
    traced("role.replica");
    viewed(0, "replica", 0);
    committed("release", 9);
    viewed(1000, "replica", 1);
    traced("election.stood");
    viewed(1001, "candidate", 1);
    expect(tally.violation).toBeUndefined();
  });

  it("waits for a backoff from its arrival at the tail, too", () => {
    traced("role.replica");
    viewed(5000, "replica", 0);
    traced("election.stood");
    viewed(6000, "candidate", 0);
    expect(tally.violation?.sentence).toContain("1000 µs by its own clock");
  });
});
