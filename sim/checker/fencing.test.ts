import { beforeEach, describe, expect, it } from "vitest";
import type { EventKind, TraceEvent } from "../trace/vocabulary.ts";
import { FencingCheck } from "./fencing.ts";
import { entryKinds } from "./log/diskBytes.ts";
import type { StoredEntry } from "./log/logDisks.ts";
import { Tally } from "./tally.ts";

let tally: Tally;
let check: FencingCheck;

beforeEach(() => {
  tally = new Tally("one leader", "leases");
  check = new FencingCheck(tally);
  traced("node.started", "db-0-a", -1, 70);
  traced("election.stood", "db-0-a", 1, 1);
  durable(1, 70, 1, "leadership");
  traced("role.primary", "db-0-a", 1, 1);
});

// oxlint-disable-next-line max-params -- the fields of one event
function traced(kind: EventKind, node: string, position: number, value: number, text = ""): void {
  const event: TraceEvent = { timeUs: 1000, node, kind, shard: 0, position, value, text };
  check.traced(event);
}

function durable(
  position: number,
  incarnation: number,
  epoch: number,
  kind: "leadership" | "effects" | "renewal",
): void {
  const entry = { position, incarnation, sequence: position, epoch, kind: entryKinds[kind] };
  check.becameDurable({ shard: 0, position, entry } as unknown as StoredEntry);
}

describe("a refusal for good", () => {
  it("stands when another leader's entry has the append's place, or that of its predecessor", () => {
    durable(2, 90, 2, "leadership");
    traced("append.conflict", "db-0-a", 2, -1, "conflict");
    traced("append.conflict", "db-0-a", 3, -1, "conflict");
    expect(tally.violation).toBeUndefined();
    expect(tally.examined).toBe(2);
  });

  it("is a violation when no other entry was ever on a majority there", () => {
    durable(2, 70, 1, "renewal");
    traced("append.conflict", "db-0-a", 3, -1, "conflict");
    expect(tally.violation?.sentence).toBe(
      "db-0-a was told at ⟨1000⟩ that its append at position 3 of shard 0 can never land, but no other entry was on a majority of zones' disks there or just before",
    );
  });

  it("stands for a candidate whose place an entry of its own earlier epoch has taken", () => {
    durable(2, 70, 1, "renewal");
    traced("node.recovering", "db-0-b", -1, -1, "start");
    traced("role.replica", "db-0-a", 1, 1);
    traced("election.stood", "db-0-a", 2, 2);
    traced("append.conflict", "db-0-a", 2, -1, "conflict");
    expect(tally.violation).toBeUndefined();
  });

  it("says nothing about what was trimmed", () => {
    traced("append.conflict", "db-0-a", 9, -1, "trimmed");
    expect(tally.examined).toBe(0);
  });
});

describe("a leader that discards its memory", () => {
  it("has a successor", () => {
    durable(2, 90, 2, "leadership");
    traced("node.recovering", "db-0-a", -1, -1, "fenced");
    expect(tally.violation).toBeUndefined();
  });

  it("violates rule 14 without one", () => {
    traced("node.recovering", "db-0-a", -1, -1, "lapsed");
    expect(tally.violation?.sentence).toContain(
      "leader of shard 0 in epoch 1, discarded its memory at ⟨1000⟩ (lapsed) although nobody had succeeded it",
    );
  });

  it("leads no more after a release, or after a new start", () => {
    traced("role.replica", "db-0-a", 1, 1);
    traced("node.recovering", "db-0-a", -1, -1, "behind the trim point");
    traced("node.started", "db-0-a", -1, 71);
    traced("node.recovering", "db-0-a", -1, -1, "start");
    expect(tally.violation).toBeUndefined();
  });
});
