/**
 * PROTOCOL rules 1 to 10 and the sections of the Raft paper that the log stands on, one by one. Over 500 lines: it is read as
 * one list beside the rules.
 */
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { openFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { diskSynced, type NodeId, peerLost } from "../contract.ts";
import { batchHeaderBytes, encodeBatch, recordTypes, sectorBytes } from "./diskFormat.ts";
import { encodeEntry, genesisId, type LogPoint, logStart } from "./entry.ts";
import { advanceLeaderCommit } from "./commit.ts";
import { inspectLog } from "./inspectLog.ts";
import { type AppendReply, decodeAppendReply, encodeAppend } from "./messages.ts";
import { logNames, type Message, TestCluster } from "./testCluster.ts";

const writer = new ByteWriter(256);

function entry(position: number, incarnation: number, sequence: number, text = "x"): Uint8Array {
  const header = {
    position,
    id: { incarnation, sequence },
    epoch: 1,
    engineVersion: 1,
    kind: "effects" as const,
    isFirstChunk: true,
    isLastChunk: true,
    unixMs: 0,
  };
  return encodeEntry(
    writer,
    header,
    Uint8Array.from(text, (char) => char.charCodeAt(0)),
  );
}

function point(position: number, incarnation: number, sequence: number): LogPoint {
  return { position, id: { incarnation, sequence } };
}

/** A cluster with a leader, and a raw client whose replies are kept. */
class Lab {
  readonly cluster: TestCluster;

  constructor(seed = 1, changes: ConstructorParameters<typeof TestCluster>[1] = {}) {
    this.cluster = new TestCluster(seed, changes);
    this.cluster.startAll();
    this.cluster.run(1500);
  }

  get leader(): NodeId {
    return must(this.cluster.leader(), "leader");
  }

  get followers(): NodeId[] {
    return logNames.filter((name) => name !== this.leader);
  }

  append(before: LogPoint, entries: Uint8Array[], from = "client", to = this.leader): void {
    this.cluster.send(from, to, encodeAppend(writer, 0, before, entries));
  }

  /** Runs, and returns what the client was told meanwhile. */
  replies(forMs: number, to = "client"): AppendReply[] {
    const heard: AppendReply[] = [];
    this.cluster.onStray = (message: Message) => {
      const { kind, body } = openFrame(message.frame);
      if (message.to !== to || kind !== "logAppendReply") return;
      heard.push(must(decodeAppendReply(body), "reply"));
    };
    this.cluster.run(forMs);
    return heard;
  }

  outcomes(forMs: number, to = "client"): string[] {
    return this.replies(forMs, to).map((reply) => `${reply.outcome} ${reply.position}`);
  }

  commitOf(name: NodeId): number {
    return inspectLog(this.cluster.node(name), 0).commitPosition;
  }

  /** Keeps a follower's acknowledgements from the leader: nothing commits while both are muted. */
  mute(name: NodeId): void {
    this.cluster.cut(name, this.leader);
  }
}

describe("the log's append", () => {
  it("rule 1: a change of the log's leader leaves a gap in Raft's index and none in positions, and the writer goes on", () => {
    const lab = new Lab();
    const client = lab.cluster.addWriter("a");
    client.recover();
    lab.cluster.run(50);
    client.write("one");
    lab.cluster.run(50);
    lab.cluster.transfer(must(lab.followers[0], "follower"));
    lab.cluster.run(200);
    client.write("two");
    lab.cluster.run(300);
    const view = inspectLog(lab.cluster.node(lab.leader), 0);
    expect([view.lastPosition, view.lastIndex, view.term]).toEqual([2, 4, 2]);
    expect([client.conflicts, lab.cluster.acknowledged.size]).toEqual([0, 2]);
  });

  it("rule 2: an append that overtakes its predecessor is held and lands behind it", () => {
    const lab = new Lab();
    lab.append(point(1, 7, 1), [entry(2, 7, 2)]);
    expect(lab.outcomes(20)).toEqual([]);
    lab.append(logStart, [entry(1, 7, 1)]);
    expect(lab.outcomes(50)).toEqual(["committed 2"]);
  });

  it("rule 2: an append whose predecessor never comes is answered behind, not conflict", () => {
    const lab = new Lab();
    lab.append(point(5, 7, 5), [entry(6, 7, 6)]);
    expect(lab.outcomes(400)).toEqual(["behind 6"]);
  });

  it("rule 3: conflict is answered only when a different entry has committed there", () => {
    const lab = new Lab();
    for (const name of lab.followers) lab.mute(name);
    lab.append(logStart, [entry(1, 7, 1)], "rival");
    lab.cluster.run(5);
    lab.append(logStart, [entry(1, 8, 1)]);
    expect(lab.outcomes(20)).toEqual(["unknown 1"]);
    lab.append(point(1, 8, 1), [entry(2, 8, 2)]);
    expect(lab.outcomes(20)).toEqual(["unknown 2"]);
    lab.cluster.heal();
    lab.cluster.run(400);
    lab.append(logStart, [entry(1, 8, 1)]);
    expect(lab.outcomes(20)).toEqual(["conflict 1"]);
  });

  it("rule 3: a predecessor that lost its place to a committed entry is a conflict too", () => {
    const lab = new Lab();
    lab.append(logStart, [entry(1, 7, 1)]);
    lab.cluster.run(20);
    lab.append(point(1, 8, 1), [entry(2, 8, 2)]);
    expect(lab.outcomes(20)).toEqual(["conflict 2"]);
  });

  it("rule 4: a retry is recognised by id and content however much follows it, and answered as committed", () => {
    const lab = new Lab();
    lab.append(logStart, [entry(1, 7, 1), entry(2, 7, 2), entry(3, 7, 3)]);
    expect(lab.outcomes(20)).toEqual(["committed 3"]);
    lab.append(logStart, [entry(1, 7, 1)]);
    expect(lab.outcomes(20)).toEqual(["committed 1"]);
    expect(inspectLog(lab.cluster.node(lab.leader), 0).lastPosition).toBe(3);
    // The same id with other bytes is another entry.
    lab.append(logStart, [entry(1, 7, 1, "y")]);
    expect(lab.outcomes(20)).toEqual(["conflict 1"]);
  });

  it("rule 4: a retry of what has not committed yet is answered held, and committed once it is", () => {
    const lab = new Lab();
    for (const name of lab.followers) lab.mute(name);
    lab.append(logStart, [entry(1, 7, 1)]);
    expect(lab.outcomes(20)).toEqual([]);
    lab.append(logStart, [entry(1, 7, 1)]);
    expect(lab.outcomes(20)).toEqual(["held 1"]);
    lab.cluster.heal();
    expect(lab.outcomes(400)).toEqual(["committed 1"]);
  });

  it("rule 4: below the trim point the answer is trimmed", () => {
    const lab = new Lab();
    lab.append(logStart, [entry(1, 7, 1), entry(2, 7, 2), entry(3, 7, 3)]);
    lab.cluster.run(200);
    lab.cluster.trim(lab.leader, 3);
    lab.append(logStart, [entry(1, 7, 1)]);
    expect(lab.outcomes(20)).toEqual(["trimmed 1"]);
    expect(lab.cluster.marks).toContain("append below the trim point");
    lab.append(point(2, 7, 2), [entry(3, 7, 3)]);
    expect(lab.outcomes(20)).toEqual(["committed 3"]);
  });

  it("rule 5: bulk beyond the bound is refused while a renewal still passes", () => {
    const lab = new Lab(1, { timing: { inFlightBytes: 100 } });
    for (const name of lab.followers) lab.mute(name);
    const bulk = "b".repeat(150);
    lab.append(logStart, [entry(1, 7, 1, bulk), entry(2, 7, 2, bulk)]);
    lab.cluster.run(10);
    lab.append(point(2, 7, 2), [entry(3, 7, 3)]);
    expect(lab.outcomes(10)).toEqual(["overloaded 3"]);
    expect(lab.cluster.marks).toContain("bulk beyond the bound refused by the log");
    const renewal = {
      position: 3,
      id: { incarnation: 7, sequence: 3 },
      epoch: 1,
      engineVersion: 1,
      kind: "renewal" as const,
      isFirstChunk: true,
      isLastChunk: true,
      unixMs: 0,
    };
    lab.append(point(2, 7, 2), [encodeEntry(writer, renewal, new Uint8Array(0))]);
    expect(lab.outcomes(10)).toEqual([]);
    expect(inspectLog(lab.cluster.node(lab.leader), 0).lastPosition).toBe(3);
  });

  it("rule 5: a record larger than an entry is cut into chunks that commit in order", () => {
    const lab = new Lab(1, { timing: { entryBytes: 100 } });
    const client = lab.cluster.addWriter("a");
    client.recover();
    lab.cluster.run(50);
    client.write("c".repeat(120));
    lab.cluster.run(50);
    expect([lab.cluster.acknowledged.size, client.appender.committedPosition]).toEqual([3, 3]);
  });

  it("rule 6: with the rule all, two copies commit nothing and three do; votes stay a majority", () => {
    const lab = new Lab(1, { timing: { commitRule: "all" } });
    const away = must(lab.followers[0], "follower");
    lab.cluster.crash(away);
    lab.append(logStart, [entry(1, 7, 1)]);
    expect(lab.outcomes(300)).toEqual([]);
    expect(lab.cluster.leader()).toBeDefined();
    lab.cluster.start(away);
    expect(lab.outcomes(1000)).toEqual(["committed 1"]);
  });
});

describe("log nodes and their disks", () => {
  it("rule 7: a blank node neither votes nor acknowledges until it has heard both peers and copied the log", () => {
    const lab = new Lab();
    lab.append(logStart, [entry(1, 7, 1)]);
    lab.cluster.run(200);
    const [away, blank] = lab.followers as [NodeId, NodeId];
    const leader = lab.leader;
    lab.cluster.crash(away);
    lab.cluster.replace(blank);
    lab.cluster.run(50);
    lab.cluster.format(blank);
    // The order comes twice: what is there is not wiped.
    lab.cluster.orderFormat(blank);
    expect(lab.cluster.marks).toContain("order to format came too late");
    lab.append(point(1, 7, 1), [entry(2, 7, 2)], "client", leader);
    expect(lab.outcomes(3000).filter((one) => one.startsWith("committed"))).toEqual([]);
    expect(inspectLog(lab.cluster.node(blank), 0).role).toBe("repairing");
    lab.cluster.start(away);
    lab.cluster.run(3000);
    expect(inspectLog(lab.cluster.node(blank), 0).role).not.toBe("repairing");
    expect(lab.commitOf(blank)).toBe(lab.commitOf(lab.leader));
  });

  it("rule 7: having heard both peers is not enough: the leader's log must be here too", () => {
    const lab = new Lab();
    lab.append(logStart, [entry(1, 7, 1)]);
    lab.cluster.run(200);
    const blank = must(lab.followers[0], "follower");
    lab.cluster.isLost = (to, frame) => to === blank && openFrame(frame).kind === "raftAppend";
    lab.cluster.replace(blank);
    lab.cluster.run(50);
    lab.cluster.format(blank);
    lab.cluster.run(2000);
    expect(inspectLog(lab.cluster.node(blank), 0).role).toBe("repairing");
    lab.cluster.isLost = () => false;
    lab.cluster.run(500);
    expect([inspectLog(lab.cluster.node(blank), 0).role, lab.commitOf(blank)]).toEqual([
      "follower",
      1,
    ]);
  });

  it("rule 7: the disk that was replaced is not heard when it returns", () => {
    const lab = new Lab();
    const slot = must(lab.followers[0], "follower");
    const machine = lab.cluster.machine(slot);
    lab.cluster.crash(slot);
    const old = machine.disk;
    lab.cluster.replace(slot);
    lab.cluster.run(20);
    lab.cluster.format(slot);
    lab.cluster.run(2000);
    expect(inspectLog(lab.cluster.node(slot), 0).role).toBe("follower");
    lab.cluster.crash(slot);
    machine.disk = old;
    lab.cluster.start(slot);
    const dropped = lab.cluster.node(lab.leader).droppedMessages;
    lab.cluster.run(2000);
    expect(lab.cluster.node(lab.leader).droppedMessages).toBeGreaterThan(dropped);
    expect(lab.cluster.marks).toContain("message of a replaced disk dropped");
    lab.append(logStart, [entry(1, 7, 1)]);
    lab.cluster.run(200);
    // Two copies commit; the fenced one's acknowledgement was not needed, and not counted.
    expect(lab.commitOf(lab.leader)).toBe(1);
  });

  it("rule 7: another node's disk is refused", () => {
    const lab = new Lab();
    const [left, right] = lab.followers as [NodeId, NodeId];
    lab.cluster.crash(left);
    lab.cluster.crash(right);
    lab.cluster.machine(left).disk = lab.cluster.machine(right).disk;
    lab.cluster.start(left);
    lab.cluster.run(20);
    expect(lab.cluster.machine(left).node).toBeUndefined();
    expect(lab.cluster.traces.at(-1)).toContain(`exit the disk belongs to ${right}`);
  });

  it("rule 8: nothing is acknowledged before its sync, and an error on sync ends the process", () => {
    const lab = new Lab();
    const [left, right] = lab.followers as [NodeId, NodeId];
    lab.cluster.holdSyncs = true;
    lab.append(logStart, [entry(1, 7, 1)]);
    expect(lab.outcomes(200)).toEqual([]);
    lab.cluster.inject(left, diskSynced(lab.cluster.node(left).ticket, false));
    expect(lab.cluster.machine(left).node).toBeUndefined();
    lab.cluster.inject(lab.leader, diskSynced(lab.cluster.node(lab.leader).ticket, true));
    expect(lab.outcomes(100)).toEqual([]);
    lab.cluster.inject(right, diskSynced(lab.cluster.node(right).ticket, true));
    expect(lab.outcomes(100)).toEqual(["committed 1"]);
  });

  it("rule 8: a leader counts its own copy only when that is synced", () => {
    const lab = new Lab();
    const { leader } = lab;
    const right = must(lab.followers[1], "follower");
    lab.cluster.holdSyncs = true;
    lab.append(logStart, [entry(1, 7, 1)]);
    lab.cluster.run(20);
    lab.cluster.inject(right, diskSynced(lab.cluster.node(right).ticket, true));
    expect(lab.outcomes(100)).toEqual([]);
    lab.cluster.inject(leader, diskSynced(lab.cluster.node(leader).ticket, true));
    expect(lab.outcomes(100)).toEqual(["committed 1"]);
  });

  it("rule 8: a vote counts, and leaves, only when it is synced", () => {
    const lab = new Lab();
    lab.cluster.crash(lab.leader);
    lab.cluster.holdSyncs = true;
    lab.cluster.run(3000);
    expect(lab.cluster.leader()).toBeUndefined();
  });

  it("rule 9: damage below the final batch is repaired from the peers, not cut off", () => {
    const lab = new Lab();
    const slot = must(lab.followers[0], "follower");
    for (let position = 1; position <= 5; position++) {
      const before = position === 1 ? logStart : point(position - 1, 7, position - 1);
      lab.append(before, [entry(position, 7, position)]);
      lab.cluster.run(20);
    }
    lab.cluster.crash(slot);
    lab.cluster.machine(slot).disk.rot("wal-1", 4 * sectorBytes + batchHeaderBytes + 3);
    lab.cluster.start(slot);
    lab.cluster.run(5);
    expect(inspectLog(lab.cluster.node(slot), 0).role).toBe("repairing");
    expect(lab.cluster.traces.some((line) => line.includes("log.damaged"))).toBe(true);
    lab.cluster.run(1500);
    expect([inspectLog(lab.cluster.node(slot), 0).role, lab.commitOf(slot)]).toEqual([
      "follower",
      5,
    ]);
    // Its new generation stands on its own.
    lab.cluster.crash(slot);
    lab.cluster.start(slot);
    lab.cluster.run(1500);
    expect([inspectLog(lab.cluster.node(slot), 0).role, lab.commitOf(slot)]).toEqual([
      "follower",
      5,
    ]);
  });

  it("rule 9: what an earlier rewriting left behind is no part of the next one", () => {
    const lab = new Lab();
    const slot = must(lab.followers[0], "follower");
    for (let position = 1; position <= 5; position++) {
      const before = position === 1 ? logStart : point(position - 1, 7, position - 1);
      lab.append(before, [entry(position, 7, position)]);
      lab.cluster.run(20);
    }
    lab.cluster.crash(slot);
    const { disk } = lab.cluster.machine(slot);
    const marker = { diskIncarnation: 1, generation: 2 };
    const oldState = new ByteWriter(32);
    oldState.u8(recordTypes.hardState);
    oldState.u32(0);
    oldState.u53(77);
    oldState.u8(1);
    const body = oldState.take();
    const leftBehind = new Uint8Array(50 * sectorBytes);
    for (let sequence = 1; sequence <= 50; sequence++) {
      const offset = (sequence - 1) * sectorBytes;
      leftBehind.set(encodeBatch(body, { ...marker, sequence, offset }), offset);
    }
    disk.files.set("wal-2-1", leftBehind);
    disk.rot("wal-1", 4 * sectorBytes + batchHeaderBytes + 3);
    lab.cluster.start(slot);
    lab.cluster.run(1500);
    expect(lab.cluster.marks).toContain("damage repaired from a peer");
    lab.cluster.crash(slot);
    lab.cluster.start(slot);
    lab.cluster.run(20);
    const { role, term } = inspectLog(lab.cluster.node(slot), 0);
    expect([role, term]).toEqual(["follower", inspectLog(lab.cluster.node(lab.leader), 0).term]);
    expect(term).toBeLessThan(77);
  });

  it("rule 9: a torn final batch is cut off and the node goes on", () => {
    const lab = new Lab();
    const slot = must(lab.followers[0], "follower");
    const { disk } = lab.cluster.machine(slot);
    lab.cluster.holdSyncs = true;
    lab.append(logStart, [entry(1, 7, 1, "z".repeat(2000))]);
    lab.cluster.run(5);
    const unsynced = disk.read("wal-1", 0, 1 << 20);
    lab.cluster.holdSyncs = false;
    lab.cluster.crash(slot);
    disk.files.set("wal-1", unsynced.slice(0, unsynced.length - sectorBytes));
    for (const name of logNames) {
      const { node } = lab.cluster.machine(name);
      if (node?.isSyncing) lab.cluster.inject(name, diskSynced(node.ticket, true));
    }
    lab.cluster.start(slot);
    lab.cluster.run(10);
    expect(lab.cluster.traces.some((line) => line.includes("log.torn"))).toBe(true);
    lab.cluster.run(1500);
    expect([inspectLog(lab.cluster.node(slot), 0).role, lab.commitOf(slot)]).toEqual([
      "follower",
      1,
    ]);
  });
});

describe("the Raft paper", () => {
  it("§5.2: at most one leader a term, and a new one within a second of the old one's crash", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const lab = new Lab(seed);
      const old = lab.leader;
      const crashedAtUs = lab.cluster.nowUs;
      lab.cluster.crash(old);
      expect(lab.cluster.runUntil(() => lab.cluster.leader() !== undefined, 3000)).toBe(true);
      expect(lab.cluster.nowUs - crashedAtUs).toBeLessThan(1_000_000);
    }
  });

  it("§5.3: a follower whose log differs is brought to agree", () => {
    const lab = new Lab();
    const old = lab.leader;
    lab.cluster.isolate(old);
    lab.cluster.cuts.delete(`client>${old}`);
    lab.append(logStart, [entry(1, 7, 1), entry(2, 7, 2)], "client", old);
    lab.cluster.run(2000);
    expect(lab.leader).not.toBe(old);
    lab.append(logStart, [entry(1, 8, 1)]);
    lab.cluster.run(200);
    lab.cluster.heal();
    lab.cluster.run(1000);
    const view = inspectLog(lab.cluster.node(old), 0);
    expect([view.role, view.lastPosition, view.commitPosition]).toEqual(["follower", 1, 1]);
  });

  it("§5.4.2: copies of an older term's entries commit nothing until one of the leader's own term is held too", () => {
    const lab = new Lab();
    const { leader } = lab;
    const node = lab.cluster.node(leader);
    const replica = must(node.replicas[0], "replica");
    const before = replica.commitIndex;
    replica.log.appendEntry(replica.term, entry(1, 7, 1));
    replica.term += 1;
    replica.log.appendNoop(replica.term);
    replica.durableIndex = before + 2;
    const progress = must(replica.progress[must(node.peers[0], "peer")], "progress");
    progress.matchIndex = before + 1;
    const effects = lab.cluster.clientEffects(leader);
    advanceLeaderCommit(node, replica, effects);
    expect(replica.commitIndex).toBe(before);
    expect(lab.cluster.marks).toContain("majority of an older term commits nothing");
    progress.matchIndex = before + 2;
    advanceLeaderCommit(node, replica, effects);
    expect(replica.commitIndex).toBe(before + 2);
  });

  it("§6.2: a leader cut off from both peers resigns", () => {
    const lab = new Lab();
    const old = lab.leader;
    for (const name of logNames) {
      lab.cluster.cut(old, name);
      lab.cluster.cut(name, old);
    }
    lab.cluster.run(1000);
    expect(inspectLog(lab.cluster.node(old), 0).role).not.toBe("leader");
  });

  it("§6.4: a leader that was deposed without knowing answers no tail", () => {
    const lab = new Lab();
    const old = lab.leader;
    const reader = lab.cluster.addWriter(old.slice(-1));
    for (const name of logNames) {
      lab.cluster.cut(old, name);
      lab.cluster.cut(name, old);
    }
    reader.recover();
    lab.cluster.run(90);
    expect(reader.isReady).toBe(false);
    lab.cluster.run(2000);
    expect(reader.isReady).toBe(true);
  });

  it("§7: a follower behind the trim point gets the point and what follows", () => {
    const lab = new Lab();
    const away = must(lab.followers[0], "follower");
    lab.cluster.crash(away);
    const entries: Uint8Array[] = [];
    for (let position = 1; position <= 10; position++) entries.push(entry(position, 7, position));
    lab.append(logStart, entries);
    lab.cluster.run(300);
    lab.cluster.trim(lab.leader, 8);
    lab.cluster.run(20);
    lab.cluster.start(away);
    lab.cluster.run(1000);
    expect(lab.cluster.traces.some((line) => line.includes("log.installed"))).toBe(true);
    expect(lab.commitOf(away)).toBe(10);
    expect(lab.cluster.node(away).replicas[0]?.log.basePosition).toBe(7);
    expect(lab.cluster.marks).toContain("prefix installed after a trim");
  });

  it("§9.6: a node that was cut off does not depose the leader on its return", () => {
    const lab = new Lab();
    const { leader } = lab;
    const { term } = inspectLog(lab.cluster.node(leader), 0);
    const away = must(lab.followers[0], "follower");
    lab.cluster.isolate(away);
    lab.cluster.run(5000);
    lab.cluster.heal();
    lab.cluster.run(2000);
    expect([lab.leader, inspectLog(lab.cluster.node(leader), 0).term]).toEqual([leader, term]);
  });

  it("§3.10: an append that arrives while leadership is handed over lands, and costs no election", () => {
    const lab = new Lab();
    const target = must(lab.followers[1], "follower");
    const client = lab.cluster.addWriter("a");
    client.recover();
    lab.cluster.run(50);
    client.write("before");
    lab.cluster.run(50);
    const { term } = inspectLog(lab.cluster.node(lab.leader), 0);
    lab.cluster.transfer(target);
    client.write("meanwhile");
    lab.cluster.run(60);
    const view = inspectLog(lab.cluster.node(target), 0);
    expect([view.role, view.term, view.lastPosition]).toEqual(["leader", term + 1, 2]);
    expect([client.conflicts, lab.cluster.acknowledged.size]).toEqual([0, 2]);
  });

  it("§3.10: whoever asks a leader that hands over, or a voter that has not heard the winner, is told whom to ask", () => {
    const lab = new Lab();
    const old = lab.leader;
    const [voter, target] = lab.followers as [NodeId, NodeId];
    lab.cluster.transfer(target);
    lab.append(logStart, [entry(1, 7, 1)]);
    const { term } = inspectLog(lab.cluster.node(old), 0);
    const hasVoted = (): boolean => inspectLog(lab.cluster.node(voter), 0).term > term;
    const held = lab.replies(0);
    expect(lab.cluster.runUntil(hasVoted, 50)).toBe(true);
    lab.cluster.cut(target, voter);
    lab.append(logStart, [entry(1, 8, 1)], "client", voter);
    const told = [...held, ...lab.replies(60)];
    expect(told.map(({ outcome, hint }) => `${outcome} ${hint}`)).toEqual([
      `notLeader ${target}`,
      `notLeader ${target}`,
    ]);
  });

  it("§3.10: leadership moves to the peer that is asked for, in well under an election's time", () => {
    const lab = new Lab();
    const target = must(lab.followers[1], "follower");
    lab.cluster.transfer(target);
    expect(lab.cluster.runUntil(() => lab.cluster.leader() === target, 50)).toBe(true);
  });

  it("loses nothing when connections break with appends on their way", () => {
    const lab = new Lab();
    lab.append(logStart, [entry(1, 7, 1)]);
    lab.cluster.run(1);
    for (const name of lab.followers) lab.cluster.breakConnection(lab.leader, name);
    lab.cluster.inject("log-a", peerLost("client"));
    expect(lab.outcomes(500)).toContain("committed 1");
    expect(genesisId).toEqual({ incarnation: 0, sequence: 0 });
  });
});
