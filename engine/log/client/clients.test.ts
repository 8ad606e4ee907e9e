import { describe, expect, it } from "vitest";
import { must } from "../../assert.ts";
import { openFrame } from "../../bytes/frame.ts";
import { ByteReader } from "../../bytes/reader.ts";
import { ByteWriter } from "../../bytes/writer.ts";
import type { Effects, NodeId, Now } from "../../contract.ts";
import type { MarkName } from "../../marks.ts";
import { defaultTiming } from "../../timing.ts";
import { encodeEntry, logStart } from "../entry.ts";
import {
  type AppendOutcome,
  decodeAppend,
  decodeFollow,
  encodeAppendReply,
  encodeEntries,
  encodeTailReply,
  decodeTail,
} from "../messages.ts";
import { seededRandom, TestCluster } from "../testCluster.ts";
import { LogAppender } from "./appender.ts";
import { LogFollower } from "./follower.ts";
import type { LogClientConfig } from "./leaderSearch.ts";
import { TailReader } from "./tailReader.ts";

const logNodes = ["log-a", "log-b", "log-c"].map((nodeId) => ({ nodeId, zone: nodeId.slice(-1) }));
const writer = new ByteWriter(256);

function config(changes: Partial<typeof defaultTiming> = {}): LogClientConfig {
  return {
    shard: 0,
    zone: "b",
    logNodes,
    timing: { ...defaultTiming, ...changes },
    random: seededRandom(1),
  };
}

/** Records what is sent. */
class Wire {
  sent: { to: NodeId; frame: Uint8Array }[] = [];
  readonly now: Now = { monotonicUs: 0, unixUs: 0 };
  readonly effects: Effects;
  readonly marks: Set<MarkName> = new Set<MarkName>();

  constructor() {
    const none = (): void => {};
    this.effects = {
      send: (to, frame) => this.sent.push({ to, frame }),
      reply: none,
      closeClient: none,
      read: none,
      write: none,
      remove: none,
      sync: none,
      wakeAt: none,
      provision: none,
      exit: none,
      configure: none,
      rewriteConfiguration: none,
      shutdown: none,
      trace: none,
      mark: (name) => this.marks.add(name),
    };
  }

  /** Receivers and positions of the appends sent since the last call. */
  appends(): string[] {
    return this.sent.splice(0).map(({ to, frame }) => {
      const request = must(decodeAppend(openFrame(frame).body), "append");
      return `${to} ${request.precededBy.position + 1}+${request.entries.length}`;
    });
  }
}

function reply(
  outcome: AppendOutcome,
  position: number,
  sequence = position,
  hint = "",
): ByteReader {
  const id = { incarnation: 9, sequence };
  return openFrame(
    encodeAppendReply(writer, { shard: 0, outcome, position, id, hint, isLow: false }),
  ).body;
}

const payload = new Uint8Array(100);

describe("LogAppender", () => {
  it("sends what a step has appended as one message, and pipelines once the leader is known", () => {
    const wire = new Wire();
    const appender = new LogAppender(config(), 9, 1);
    appender.reset(logStart);
    appender.append("effects", 1, 0, payload);
    expect(appender.append("effects", 1, 0, payload)).toBe(2);
    expect(wire.sent).toEqual([]);
    appender.flush(wire.now, wire.effects);
    expect(wire.appends()).toEqual(["log-b 1+2"]);
    appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    expect(wire.appends()).toEqual([]);
    expect(appender.onReply(wire.now, "log-b", reply("committed", 2), wire.effects)).toBe(
      "committed",
    );
    expect(wire.appends()).toEqual(["log-b 3+1"]);
    appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    expect(wire.appends()).toEqual(["log-b 4+1"]);
    expect([appender.committedPosition, appender.lastPosition, appender.pendingCount]).toEqual([
      2, 4, 2,
    ]);
  });

  it("follows a hint at once, goes round without one, and sends the same bytes again", () => {
    const wire = new Wire();
    const appender = new LogAppender(config(), 9, 1);
    appender.append("renewal", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    const first = must(wire.sent[0], "frame").frame;
    appender.onReply(wire.now, "log-b", reply("notLeader", 1, 1, "log-a"), wire.effects);
    expect(wire.sent[1]).toEqual({ to: "log-a", frame: first });
    appender.onReply(wire.now, "log-a", reply("notLeader", 1), wire.effects);
    expect(wire.sent.length).toBe(2);
    wire.now.monotonicUs = appender.deadlineUs;
    appender.onWake(wire.now, wire.effects);
    expect(wire.sent[2]).toEqual({ to: "log-b", frame: first });
    wire.now.monotonicUs = appender.deadlineUs;
    appender.onWake(wire.now, wire.effects);
    expect(wire.sent[3]).toEqual({ to: "log-c", frame: first });
  });

  it("is fenced, too, when its entries were trimmed away before it heard of them", () => {
    const wire = new Wire();
    const appender = new LogAppender(config(), 9, 1);
    appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    expect(appender.onReply(wire.now, "log-b", reply("trimmed", 1), wire.effects)).toBe("conflict");
    expect(wire.marks).toContain("writer behind the trim point");
  });

  it("ignores a conflict for an earlier chain, and is silent after one for its own until reset", () => {
    const wire = new Wire();
    const appender = new LogAppender(config(), 9, 1);
    appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    appender.reset({ position: 5, id: { incarnation: 4, sequence: 4 } });
    appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    expect(appender.onReply(wire.now, "log-b", reply("conflict", 1), wire.effects)).toBe("none");
    expect(appender.onReply(wire.now, "log-b", reply("conflict", 6, 1), wire.effects)).toBe("none");
    expect(appender.onReply(wire.now, "log-b", reply("conflict", 6, 2), wire.effects)).toBe(
      "conflict",
    );
    expect(appender.deadlineUs).toBe(Infinity);
    expect(appender.onReply(wire.now, "log-b", reply("conflict", 6, 2), wire.effects)).toBe("none");
  });

  it("sends from the first pending again when a predecessor was lost, once for many answers", () => {
    const wire = new Wire();
    wire.now.monotonicUs = 1_000_000;
    const appender = new LogAppender(config(), 9, 1);
    for (let position = 1; position <= 3; position++) appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    appender.onReply(wire.now, "log-b", reply("committed", 1), wire.effects);
    wire.appends();
    appender.onReply(wire.now, "log-b", reply("behind", 3), wire.effects);
    appender.onReply(wire.now, "log-b", reply("behind", 3), wire.effects);
    expect(wire.appends()).toEqual(["log-b 2+2"]);
  });

  it("rule 5: has no more than a window on the way, and a log that is slow is not sent it again", () => {
    const wire = new Wire();
    wire.now.monotonicUs = 1_000_000;
    const appender = new LogAppender(config({ messageBytes: 148 }), 9, 1);
    for (let position = 1; position <= 100; position++) appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    expect(wire.appends()).toEqual(["log-b 1+1"]);
    appender.onReply(wire.now, "log-b", reply("committed", 1), wire.effects);
    expect(wire.appends()).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((at) => `log-b ${at}+1`));
    expect(appender.sentPosition).toBe(9);
    // Whatever the log is busy with, it hears the head of the chain again and nothing else.
    for (let round = 0; round < 20; round++) {
      wire.now.monotonicUs = appender.deadlineUs;
      appender.onReply(wire.now, "log-b", reply("unknown", 2), wire.effects);
      appender.onWake(wire.now, wire.effects);
      expect(wire.appends()).toEqual(["log-b 2+1"]);
    }
    appender.onReply(wire.now, "log-b", reply("held", 9), wire.effects);
    expect(wire.appends()).toEqual([]);
    appender.onReply(wire.now, "log-b", reply("committed", 3), wire.effects);
    expect(wire.appends()).toEqual(["log-b 10+1", "log-b 11+1"]);
  });

  it("rule 4: the answer to a retry shows what else was lost, and that is sent again", () => {
    const wire = new Wire();
    wire.now.monotonicUs = 1_000_000;
    const appender = new LogAppender(config({ messageBytes: 148 }), 9, 1);
    const wake = (): readonly string[] => {
      wire.now.monotonicUs = appender.deadlineUs;
      appender.onWake(wire.now, wire.effects);
      return wire.appends();
    };
    for (let position = 1; position <= 5; position++) appender.append("effects", 1, 0, payload);
    appender.flush(wire.now, wire.effects);
    appender.onReply(wire.now, "log-b", reply("committed", 1), wire.effects);
    expect(wire.appends()).toEqual([
      "log-b 1+1",
      "log-b 2+1",
      "log-b 3+1",
      "log-b 4+1",
      "log-b 5+1",
    ]);
    wire.now.monotonicUs = appender.deadlineUs;
    appender.onReply(wire.now, "log-b", reply("unknown", 2), wire.effects);
    expect(wake()).toEqual(["log-b 2+1"]);
    appender.onReply(wire.now, "log-b", reply("held", 3), wire.effects);
    expect(wire.appends()).toEqual(["log-b 4+1", "log-b 5+1"]);
    // What a retry brought may have been all that was there: the next one follows at its commit.
    expect(wake()).toEqual(["log-c 2+1"]);
    appender.onReply(wire.now, "log-b", reply("committed", 2), wire.effects);
    expect(wire.appends()).toEqual(["log-b 3+1"]);
    appender.onReply(wire.now, "log-b", reply("committed", 5), wire.effects);
    expect([wire.appends(), appender.deadlineUs]).toEqual([[], Infinity]);
  });

  it("is full above the bound and no longer when entries commit", () => {
    const wire = new Wire();
    const appender = new LogAppender(config({ inFlightBytes: 400 }), 9, 1);
    for (let position = 1; position <= 3; position++) appender.append("effects", 1, 0, payload);
    expect(appender.inFlightBytes).toBe(444);
    appender.flush(wire.now, wire.effects);
    appender.onReply(wire.now, "log-b", reply("committed", 2), wire.effects);
    expect(appender.inFlightBytes).toBe(148);
  });
});

describe("TailReader", () => {
  it("takes only the answer of a leader to the request in flight", () => {
    const wire = new Wire();
    const reader = new TailReader(config());
    reader.ask(wire.now, wire.effects);
    const { nonce } = must(decodeTail(openFrame(must(wire.sent[0], "frame").frame).body), "tail");
    const answer = (given: number, isLeader: boolean): ByteReader => {
      const tail = { position: 7, id: { incarnation: 1, sequence: 7 } };
      return openFrame(
        encodeTailReply(writer, { shard: 0, nonce: given, isLeader, tail, hint: "log-c" }),
      ).body;
    };
    expect(
      reader.onReply(wire.now, "log-b", answer(nonce + 1, true), wire.effects),
    ).toBeUndefined();
    expect(reader.onReply(wire.now, "log-b", answer(nonce, false), wire.effects)).toBeUndefined();
    expect(wire.sent.map((one) => one.to)).toEqual(["log-b", "log-c"]);
    expect(reader.onReply(wire.now, "log-c", answer(nonce, true), wire.effects)?.position).toBe(7);
    expect(reader.deadlineUs).toBe(Infinity);
  });
});

describe("LogFollower", () => {
  function entries(from: number, count: number): Uint8Array[] {
    const list: Uint8Array[] = [];
    for (let position = from; position < from + count; position++) {
      const id = { incarnation: 1, sequence: position };
      const flags = { isFirstChunk: true, isLastChunk: true };
      const header = {
        position,
        id,
        epoch: 1,
        engineVersion: 1,
        kind: "effects" as const,
        ...flags,
        unixMs: 0,
      };
      list.push(encodeEntry(writer, header, payload));
    }
    return list;
  }

  function begin(wire: Wire): {
    follower: LogFollower;
    message: (
      from: number,
      count: number,
      changes?: { state?: "trimmed"; isDamaged?: boolean },
    ) => ByteReader;
  } {
    const follower = new LogFollower(config());
    follower.start(wire.now, 1, wire.effects);
    const message = (
      from: number,
      count: number,
      changes: { state?: "trimmed"; isDamaged?: boolean } = {},
    ): ByteReader => {
      const request = must(
        decodeFollow(openFrame(must(wire.sent.at(-1), "follow").frame).body),
        "follow",
      );
      const { subscription } = request;
      const content = {
        shard: 0,
        subscription,
        state: changes.state ?? ("entries" as const),
        commitPosition: 99,
        fromPosition: from,
        entries: entries(from, count),
      };
      const last = content.entries.at(-1);
      if (changes.isDamaged === true && last !== undefined) last[last.length - 1]! ^= 1;
      return openFrame(encodeEntries(writer, content)).body;
    };
    return { follower, message };
  }

  function positions(found: ReturnType<LogFollower["onEntries"]>): number[] {
    return found === "trimmed" ? [] : found.map((entry) => entry.position);
  }

  it("does not spin among log nodes that all refuse: one attempt a retry interval", () => {
    const wire = new Wire();
    const follower = new LogFollower(config());
    follower.start(wire.now, 1, wire.effects);
    for (let round = 0; round < 100; round++) {
      for (const { nodeId } of logNodes) follower.onPeerLost(wire.now, nodeId, wire.effects);
      wire.now.monotonicUs += 1000;
      if (wire.now.monotonicUs >= follower.deadlineUs) follower.onWake(wire.now, wire.effects);
    }
    expect(wire.sent.length).toBe(1);
    wire.now.monotonicUs = follower.deadlineUs;
    follower.onWake(wire.now, wire.effects);
    expect(wire.sent.map(({ to }) => to)).toEqual(["log-b", "log-b", "log-c"]);
  });

  it("delivers in order and once, whatever is doubled or overtakes", () => {
    const wire = new Wire();
    const { follower, message } = begin(wire);
    expect(positions(follower.onEntries(wire.now, "log-b", message(1, 2), wire.effects))).toEqual([
      1, 2,
    ]);
    expect(positions(follower.onEntries(wire.now, "log-b", message(5, 1), wire.effects))).toEqual(
      [],
    );
    expect(positions(follower.onEntries(wire.now, "log-b", message(1, 3), wire.effects))).toEqual([
      3,
    ]);
    expect(positions(follower.onEntries(wire.now, "log-b", message(4, 1), wire.effects))).toEqual([
      4, 5,
    ]);
    expect(follower.nextPosition).toBe(6);
  });

  it("subscribes anew behind a gap that stays, and elsewhere after silence", () => {
    const wire = new Wire();
    const { follower, message } = begin(wire);
    follower.onEntries(wire.now, "log-b", message(3, 1), wire.effects);
    wire.now.monotonicUs = follower.deadlineUs;
    follower.onWake(wire.now, wire.effects);
    expect(wire.sent.map((one) => one.to)).toEqual(["log-b", "log-b"]);
    follower.onEntries(wire.now, "log-b", message(1, 1), wire.effects);
    wire.now.monotonicUs = follower.deadlineUs;
    follower.onWake(wire.now, wire.effects);
    expect(must(wire.sent.at(-1), "follow").to).toBe("log-c");
    expect(decodeFollow(openFrame(must(wire.sent.at(-1), "follow").frame).body)?.fromPosition).toBe(
      2,
    );
  });

  it("delivers what comes before a damaged entry and asks another node for the rest", () => {
    const wire = new Wire();
    const { follower, message } = begin(wire);
    const found = follower.onEntries(
      wire.now,
      "log-b",
      message(1, 3, { isDamaged: true }),
      wire.effects,
    );
    expect(positions(found)).toEqual([1, 2]);
    expect(wire.marks).toContain("damaged entry in a sound message");
    follower.onWake(wire.now, wire.effects);
    expect(must(wire.sent.at(-1), "follow").to).toBe("log-c");
  });

  it("stops when the log no longer holds what it wants", () => {
    const wire = new Wire();
    const { follower, message } = begin(wire);
    const answer = message(1, 0, { state: "trimmed" });
    expect(follower.onEntries(wire.now, "log-b", answer, wire.effects)).toBe("trimmed");
    expect(follower.deadlineUs).toBe(Infinity);
    expect(wire.marks).toContain("reader behind the trim point");
  });

  it("reads a log much larger than its window, through losses, from a node of its own zone", () => {
    const cluster = new TestCluster(5, { timing: { entryBytes: 40_000 } });
    cluster.startAll();
    cluster.run(1500);
    const client = cluster.addWriter("a");
    client.recover();
    cluster.run(50);
    for (let count = 0; count < 100; count++) client.write("v".repeat(39_000));
    cluster.run(2000);
    expect(client.pendingCount).toBe(0);
    const near = cluster.addReader("c");
    cluster.run(500);
    expect(near.follower.nextPosition).toBe(101);
    cluster.faults.lossRatio = 0.1;
    cluster.faults.duplicateRatio = 0.1;
    cluster.faults.maxDelayUs = 5000;
    const far = cluster.addReader("a");
    for (let count = 0; count < 20; count++) {
      client.write("w");
      cluster.run(500);
    }
    cluster.heal();
    cluster.run(2500);
    expect(cluster.acknowledged.size).toBe(120);
    expect([near.follower.nextPosition, far.follower.nextPosition]).toEqual([121, 121]);
    expect(cluster.marks).toContain("reader's window is full");
  });

  it("goes on with every limit at its least: one entry a message, one message and one entry on the way", () => {
    const timing = { messageBytes: 1, pipelineMessages: 1, segmentBytes: 512, tailBytes: 0 };
    const cluster = new TestCluster(7, { timing });
    cluster.startAll();
    cluster.run(1500);
    const client = cluster.addWriter("a");
    client.recover();
    const reader = cluster.addReader("c");
    cluster.run(50);
    // This network reorders: of a hundred messages at once most come before their turn and are sent again.
    for (let count = 0; count < 100; count++) client.write("v");
    cluster.run(15_000);
    expect(client.pendingCount).toBe(0);
    expect(reader.follower.nextPosition).toBe(101);
  });
});
