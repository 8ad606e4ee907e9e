/** A log that is larger than what a log node holds in memory, in many files. */
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import type { NodeId } from "../contract.ts";
import type { Timing } from "../timing.ts";
import { sectorBytes } from "./diskFormat.ts";
import { inspectLog } from "./inspectLog.ts";
import type { ShardLog } from "./shardLog.ts";
import { logNames, TestCluster } from "./testCluster.ts";

const small = { tailBytes: 500, segmentBytes: 4096, messageBytes: 1024 };

/** A cluster with this many entries of a hundred bytes, written one after the other. */
function clusterWith(entries: number, timing: Partial<Timing> = small): TestCluster {
  const cluster = new TestCluster(3, { timing });
  cluster.startAll();
  cluster.run(1500);
  const writer = cluster.addWriter("a");
  writer.recover();
  cluster.run(100);
  for (let entry = 0; entry < entries; entry++) {
    writer.write(`entry ${entry} `.padEnd(100, "."));
    if (entry % 5 === 4) cluster.run(20);
  }
  cluster.run(300);
  return cluster;
}

function logOf(cluster: TestCluster, name: NodeId): ShardLog {
  return must(cluster.node(name).replicas[0], "replica").log;
}

function segmentsOf(cluster: TestCluster, name: NodeId): string[] {
  return [...cluster.machine(name).disk.files.keys()].filter((file) => file.startsWith("wal-"));
}

function followerOf(cluster: TestCluster): NodeId {
  return must(
    logNames.find((name) => name !== cluster.leader()),
    "follower",
  );
}

describe("a log larger than memory", () => {
  it("keeps the newest entries in memory, in files that end at their size", () => {
    const cluster = clusterWith(200);
    for (const name of logNames) {
      const log = logOf(cluster, name);
      expect(log.last.position).toBe(200);
      expect(log.lastIndex - log.edgeIndex).toBeLessThan(20);
      const segments = segmentsOf(cluster, name);
      expect(segments.length).toBeGreaterThan(8);
      expect(segments.slice(0, 3)).toEqual(["wal-1", "wal-1-1", "wal-1-2"]);
      for (const segment of segments.slice(0, -1)) {
        const { length } = must(cluster.machine(name).disk.files.get(segment), segment);
        expect(length).toBeGreaterThanOrEqual(small.segmentBytes);
        expect(length).toBeLessThan(2 * small.segmentBytes);
      }
    }
  });

  it("starts again with no more in memory, and what it says of older entries is the same", () => {
    const cluster = clusterWith(200);
    const before = logOf(cluster, "log-a");
    const told = (log: ShardLog): unknown[] => {
      const facts: unknown[] = [log.last.chain, log.lastIndex];
      for (let position = 1; position <= log.last.position; position++) {
        const index = log.indexOf(position);
        facts.push([position, index, log.termAt(index), log.positionAt(index), log.idAt(position)]);
      }
      return facts;
    };
    const expected = told(before);
    cluster.crash("log-a");
    cluster.start("log-a");
    cluster.run(1000);
    const log = logOf(cluster, "log-a");
    expect(log.lastIndex - log.edgeIndex).toBeLessThan(20);
    expect(told(log).slice(1, 200)).toEqual(expected.slice(1, 200));
  });

  it("serves a reader from its beginning, and fills a disk that was lost", () => {
    const cluster = clusterWith(200);
    const reader = cluster.addReader("b");
    cluster.run(1000);
    expect(reader.follower.nextPosition).toBe(201);
    expect(cluster.marks).toContain("reader waits for the disk");
    const lost = followerOf(cluster);
    cluster.replace(lost);
    cluster.run(200);
    cluster.format(lost);
    cluster.run(4000);
    const { role, commitPosition } = inspectLog(cluster.node(lost), 0);
    expect([role, commitPosition]).toEqual(["follower", 200]);
  });

  it("rule 9: nobody is served a record that has rotted since", () => {
    const cluster = clusterWith(200);
    const rotten = followerOf(cluster);
    cluster.machine(rotten).disk.rot("wal-1-3", sectorBytes + 100);
    const reader = cluster.addReader(rotten.slice(-1));
    cluster.run(300);
    expect(cluster.marks).toContain("log entries read a second time");
    expect(cluster.traces.some((line) => line.includes("exit the log is damaged: wal-1-3"))).toBe(
      true,
    );
    cluster.start(rotten);
    cluster.run(4000);
    expect(inspectLog(cluster.node(rotten), 0).role).toBe("follower");
    expect(cluster.marks).toContain("damage repaired from a peer");
    expect(reader.follower.nextPosition).toBe(201);
    // The log goes on behind the damage, and nothing of what lay there is left or read again.
    const segments = segmentsOf(cluster, rotten);
    expect(segments.slice(0, 5)).toEqual(["wal-1", "wal-1-1", "wal-1-2", "wal-2-3", "wal-2-4"]);
    expect(segments.filter((file) => file.startsWith("wal-1-"))).toHaveLength(2);
    cluster.crash(rotten);
    cluster.start(rotten);
    cluster.run(1000);
    const { role, commitPosition } = inspectLog(cluster.node(rotten), 0);
    expect([role, commitPosition]).toEqual(["follower", 200]);
  });

  it("reads back what is to be replaced, on a follower and at its next start", () => {
    const cluster = clusterWith(20);
    const old = must(cluster.leader(), "leader");
    // Entries that only the old leader has, in more batches than one.
    const writer = must(cluster.writers[0], "writer");
    for (const peer of logNames) {
      if (peer === old) continue;
      cluster.cut(old, peer);
      cluster.cut(writer.name, peer);
    }
    for (let entry = 0; entry < 12; entry++) {
      writer.write("never committed ".padEnd(100, "."));
      cluster.run(5);
    }
    cluster.isolate(old);
    // It begins anew with all of them on its disk and next to none in memory.
    cluster.crash(old);
    cluster.start(old);
    cluster.run(2000);
    const other = cluster.addWriter("b");
    other.recover();
    cluster.run(100);
    other.write("of the next leader");
    cluster.run(300);
    expect(logOf(cluster, old).last.position).toBeGreaterThan(21);
    writer.restart();
    cluster.heal();
    cluster.run(2000);
    expect(cluster.marks).toContain("uncommitted log entries replaced");
    expect([inspectLog(cluster.node(old), 0).commitPosition, cluster.committed.length]).toEqual([
      21, 21,
    ]);
    const { chain } = logOf(cluster, old).last;
    cluster.crash(old);
    cluster.start(old);
    cluster.run(1000);
    expect(logOf(cluster, old).last.chain).toBe(chain);
    expect(inspectLog(cluster.node(old), 0).role).toBe("follower");
  });

  it("refuses an append of a writer whose place another has taken long ago", () => {
    const cluster = clusterWith(1);
    const [first] = cluster.writers;
    must(first, "writer").begin({ position: 0, id: { incarnation: 0, sequence: 0 } });
    const other = cluster.addWriter("b");
    other.recover();
    cluster.run(100);
    for (let entry = 0; entry < 50; entry++) {
      other.write("of another ".padEnd(100, "."));
      cluster.run(10);
    }
    expect(logOf(cluster, must(cluster.leader(), "leader")).edgeIndex).toBeGreaterThan(30);
    must(first, "writer").write("too late");
    cluster.run(200);
    expect(first?.conflicts).toBe(1);
  });
});
