/** Pure parts: quorum arithmetic, disk bytes, and messages that arrive damaged. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { peerMessage } from "../contract.ts";
import {
  batchHeaderBytes,
  decodeMarker,
  encodeBatch,
  encodeMarker,
  formatLogDisk,
  sectorBytes,
} from "./diskFormat.ts";
import { majorityOf, quorumIndex } from "./quorum.ts";
import { recoverWal } from "./recovery.ts";
import { type Message, logNames, TestCluster } from "./testCluster.ts";

describe("quorum", () => {
  it("is what sorting says", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 7 }), (matched) => {
        const sorted = matched.toSorted((left, right) => right - left);
        expect(quorumIndex(matched, "majority")).toBe(sorted[majorityOf(matched.length) - 1]);
        expect(quorumIndex(matched, "all")).toBe(sorted.at(-1));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe("the format marker", () => {
  const marker = {
    sequence: 1,
    diskIncarnation: 3,
    generation: 2,
    shardCount: 5,
    isRepairing: true,
    clusterId: "c",
    nodeId: "log-a",
  };

  it("is read back, the newer copy first, and survives the loss of either copy", () => {
    const file = new Uint8Array(2 * sectorBytes);
    file.set(encodeMarker(marker), 0);
    expect(decodeMarker(file)).toEqual(marker);
    file.set(encodeMarker({ ...marker, sequence: 2, isRepairing: false }), sectorBytes);
    expect(decodeMarker(file)?.sequence).toBe(2);
    file[sectorBytes + 20] = 77;
    expect(decodeMarker(file)).toEqual(marker);
    file[20] = 77;
    expect(decodeMarker(file)).toBeUndefined();
    expect(decodeMarker(new Uint8Array(0))).toBeUndefined();
  });
});

describe("recovery", () => {
  const options = {
    clusterId: "c",
    nodeId: "log-a",
    diskIncarnation: 1,
    shardCount: 1,
    fresh: true,
  };
  const files = new Map(formatLogDisk(options).map((one) => [one.file, one.bytes]));
  const marker = must(decodeMarker(must(files.get("format"), "format")), "marker");

  /** A file of this many batches, each with an opinion about the term. */
  function walOf(batches: number): Uint8Array {
    const parts = [must(files.get("wal-1"), "wal")];
    for (let batch = 1; batch <= batches; batch++) {
      const body = new Uint8Array(900);
      for (let at = 0; at < 900; at += 14) {
        const view = new DataView(body.buffer, at);
        if (at + 14 > 900) break;
        view.setUint8(0, 3);
        view.setUint32(5, batch, true);
      }
      const whole = body.subarray(0, 14 * 64);
      const place = { sequence: batch + 1, offset: sectorBytes + (batch - 1) * 2 * sectorBytes };
      parts.push(encodeBatch(whole, { ...place, diskIncarnation: 1, generation: 1 }));
    }
    const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      file.set(part, offset);
      offset += part.length;
    }
    return file;
  }

  it("rule 9: tells a torn end from damage, wherever a bit flips", () => {
    const file = walOf(6);
    const whole = recoverWal(file, marker, 3);
    expect([whole.shards[0]?.term, whole.nextSequence, whole.nextOffset]).toEqual([
      6,
      8,
      file.length,
    ]);
    const lastBatch = file.length - 2 * sectorBytes;
    for (let at = 0; at < file.length; at += 7) {
      const rotten = file.slice();
      rotten[at] = must(rotten[at], "byte") ^ 1;
      const found = recoverWal(rotten, marker, 3);
      const isPadding = found.nextSequence === 8;
      if (isPadding) continue;
      expect(found.damagedOffset >= 0).toBe(at < lastBatch);
      expect(found.tornBytes > 0).toBe(at >= lastBatch);
    }
  });

  it("cuts off any unfinished end", () => {
    // A batch whose zeros at the end are missing is whole.
    const paddingBytes = 2 * sectorBytes - batchHeaderBytes - 14 * 64;
    const file = walOf(3);
    for (let length = sectorBytes; length < file.length; length += 100) {
      const found = recoverWal(file.slice(0, length), marker, 3);
      expect(found.damagedOffset).toBe(-1);
      expect(found.nextSequence).toBe(
        2 + Math.floor((length - sectorBytes + paddingBytes) / (2 * sectorBytes)),
      );
    }
  });

  it("takes a file without any batch for damage", () => {
    expect(recoverWal(new Uint8Array(0), marker, 3).damagedOffset).toBe(0);
  });
});

describe("damaged messages", () => {
  it("are dropped and counted, and change nothing", () => {
    const cluster = new TestCluster(2);
    const seen: Message[] = [];
    cluster.startAll();
    const client = cluster.addWriter("a");
    cluster.addReader("b");
    cluster.run(1500);
    client.recover();
    cluster.run(20);
    client.write("one");
    for (let ms = 0; ms < 300; ms++) {
      for (const message of cluster.messages) if (!seen.includes(message)) seen.push(message);
      cluster.run(1);
    }
    expect(seen.length).toBeGreaterThan(8);
    for (const name of logNames) {
      const node = cluster.node(name);
      const before = node.droppedMessages;
      let given = 0;
      for (const { from, frame } of seen) {
        for (const at of [2, 5, 9, 14, frame.length - 1]) {
          const damaged = frame.slice();
          damaged[at] = must(damaged[at], "byte") ^ 4;
          cluster.inject(name, peerMessage(from, damaged));
          given += 1;
        }
      }
      expect(node.droppedMessages - before).toBe(given);
    }
  });
});
