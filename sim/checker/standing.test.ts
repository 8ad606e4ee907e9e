import { beforeEach, describe, expect, it } from "vitest";
import type { TraceEvent } from "../trace/vocabulary.ts";
import { CatchingUpCheck } from "./catchingUp.ts";
import type { CommittedLog } from "./log/committedLog.ts";
import type { LogDisks, StoredEntry } from "./log/logDisks.ts";
import { StandingCheck } from "./standing.ts";
import { Tally } from "./tally.ts";

const names = ["log-a", "log-b", "log-c"];
let tally: Tally;
let check: StandingCheck;
/** "log-a 3": which disks hold which positions. */
let held: Set<string>;

function entryAt(position: number, term = 1, copies = 0b111): StoredEntry {
  return { shard: 0, index: position, position, term, held: copies } as StoredEntry;
}

function viewed(node: string, role: string, commitIndex = 0, commit = entryAt(commitIndex)): void {
  check.viewed(1000, node, 0, { role, term: 1, commitIndex }, commit);
}

/** @param vote 0 nobody yet, 1 + slot, 255 counts as given */
function voted(node: string, term: number, vote: number, isFresh = true): void {
  check.voted(1000, node, { shard: 0, term, vote, isFresh });
}

beforeEach(() => {
  held = new Set();
  tally = new Tally("log safety", "entries");
  const disks = {
    holds: (node: string, { position }: StoredEntry) => held.has(`${node} ${position}`),
    names: () => names,
    bitOf: (node: string) => 1 << names.indexOf(node),
  };
  const committed = { isCommitted: ({ position }: StoredEntry) => position < 10 };
  check = new StandingCheck(
    tally,
    disks as unknown as LogDisks,
    committed as unknown as CommittedLog,
    2,
  );
});

describe("a log node whose disk lost what it held", () => {
  it("may not take part again before it has the committed part of it back", () => {
    check.lost("log-b", entryAt(3));
    viewed("log-b", "repairing");
    expect(tally.violation).toBeUndefined();
    viewed("log-b", "follower");
    expect(tally.violation?.sentence).toBe(
      "log-b takes part in the log of shard 0 again at ⟨1000⟩, but its disk has lost the committed position 3, which it had held, and has not got it back",
    );
  });

  it("takes part once it has, and need not have what never committed", () => {
    check.lost("log-b", entryAt(3));
    check.lost("log-b", entryAt(12));
    held.add("log-b 3");
    viewed("log-b", "follower");
    expect(tally.violation).toBeUndefined();
  });

  it("is not judged while it runs and cannot know", () => {
    viewed("log-b", "follower");
    check.lost("log-b", entryAt(3));
    viewed("log-b", "follower", 5);
    expect(tally.violation).toBeUndefined();
  });
});

describe("a leader of a log", () => {
  beforeEach(() => {
    voted("log-a", 1, 1);
    voted("log-b", 1, 1);
  });

  it("has a majority of votes on disks", () => {
    viewed("log-a", "leader");
    expect(tally.violation).toBeUndefined();
    voted("log-a", 2, 1);
    voted("log-b", 2, 2);
    check.viewed(1000, "log-c", 0, { role: "leader", term: 2, commitIndex: 1 }, entryAt(1));
    expect(tally.violation?.sentence).toContain(
      "log-c leads the log of shard 0 in term 2 at ⟨1000⟩, but no majority of zones' disks holds a vote",
    );
  });

  it("commits an entry of its own term, and older ones with it", () => {
    viewed("log-a", "leader");
    viewed("log-a", "leader", 4, entryAt(4, 1));
    expect(tally.violation).toBeUndefined();
    viewed("log-a", "leader", 5, entryAt(5, 0));
    expect(tally.violation?.sentence).toContain("an entry of term 0, with none of its own term");
  });

  it("counts no copy of a node under repair", () => {
    viewed("log-b", "repairing");
    viewed("log-a", "leader");
    const commit = entryAt(4, 1, 0b011);
    check.copied("log-b", commit);
    viewed("log-a", "leader", 4, commit);
    expect(tally.violation?.sentence).toContain("by counting the copy of a log node under repair");
  });

  it("counts it once the repair has ended", () => {
    viewed("log-b", "repairing");
    viewed("log-a", "leader");
    const commit = entryAt(4, 1, 0b011);
    check.copied("log-b", commit);
    viewed("log-b", "follower");
    viewed("log-a", "leader", 4, commit);
    expect(tally.violation).toBeUndefined();
  });
});

describe("a node that recovers", () => {
  const serves = (position: number): string | undefined => {
    const sessions = new Tally("sessions", "reads");
    const committed = { of: () => ({ entries: [undefined, 1, 2, 3] }) };
    const catchingUp = new CatchingUpCheck(sessions, committed as unknown as CommittedLog);
    const event = { timeUs: 1000, node: "db-0-a", shard: 0, value: 0, text: "" };
    catchingUp.traced({ ...event, kind: "node.recovering", position: 0 } satisfies TraceEvent);
    catchingUp.traced({ ...event, kind: "role.replica", position } satisfies TraceEvent);
    return sessions.violation?.sentence;
  };

  it("serves once it has applied what had committed when it began, not before", () => {
    expect(serves(3)).toBeUndefined();
    expect(serves(2)).toBe(
      "db-0-a serves as a replica since ⟨1000⟩ with position 2 of shard 0 applied, but position 3 was committed before its recovery began",
    );
  });
});

describe("a vote", () => {
  it("is given once a term", () => {
    voted("log-c", 3, 0);
    voted("log-c", 3, 1);
    voted("log-c", 4, 2);
    expect(tally.violation).toBeUndefined();
    voted("log-c", 4, 1);
    expect(tally.violation?.sentence).toBe(
      "log-c voted for log node 2 in term 4 of shard 0, and at ⟨1000⟩ for log node 1 as well",
    );
  });

  it("stays given when the disk that held it is gone", () => {
    voted("log-a", 3, 1);
    voted("log-c", 3, 1);
    voted("log-c", 3, 255);
    voted("log-c", 3, 0, false);
    expect(tally.violation).toBeUndefined();
    voted("log-c", 3, 0);
    expect(tally.violation?.sentence).toBe(
      "log-c voted for log node 1 in term 3 of shard 0, lost its disk, and counts that vote as not given at ⟨1000⟩",
    );
  });

  it("for itself that nobody heard of may be forgotten with the disk", () => {
    voted("log-c", 3, 3);
    voted("log-c", 3, 0);
    expect(tally.violation).toBeUndefined();
  });
});
