/** Pure parts: quorum arithmetic, disk bytes, and messages that arrive damaged. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { crc32c } from "../bytes/crc32c.ts";
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
import { Recovery } from "./recovery.ts";
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
    pieces: [{ generation: 1, segment: 3, endOffset: 1024 }],
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

  it("of format 1, before there were segments, is a marker without pieces", () => {
    const body = encodeMarker({ ...marker, pieces: [] });
    const view = new DataView(body.buffer);
    const lengthBytes = view.getUint32(8, true) - 4;
    view.setUint32(0, 0x4d465a41, true);
    view.setUint32(8, lengthBytes, true);
    view.setUint32(4, crc32c(body, 8, lengthBytes), true);
    expect(decodeMarker(body)).toEqual({ ...marker, pieces: [] });
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

  function recover(folder: Readonly<Record<string, Uint8Array>>): Recovery {
    const recovery = new Recovery(marker, { slots: 3, tailBytes: 0, stretchBytes: 1024 });
    for (let { order } = recovery; order !== undefined; { order } = recovery) {
      const { file, offset, lengthBytes } = order;
      const bytes = folder[file] ?? new Uint8Array(0);
      recovery.take(bytes.slice(offset, offset + lengthBytes), true);
    }
    return recovery;
  }

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
    const whole = recover({ "wal-1": file });
    expect([whole.shards[0]?.term, whole.sequence, whole.offset]).toEqual([6, 8, file.length]);
    const lastBatch = file.length - 2 * sectorBytes;
    for (let at = 0; at < file.length; at += 7) {
      const rotten = file.slice();
      rotten[at] = must(rotten[at], "byte") ^ 1;
      const found = recover({ "wal-1": rotten });
      const isPadding = found.sequence === 8;
      if (isPadding) continue;
      // What later batches promise still counts.
      expect([found.isDamaged, found.tornBytes > 0, found.shards[0]?.term]).toEqual(
        at < lastBatch ? [true, found.tornBytes > 0, 6] : [false, true, 5],
      );
    }
  });

  it("rule 9: only the last segment may end torn", () => {
    const [first, second, third] = [walOf(2), segmentWith(4, 2), segmentWith(6, 1)];
    const whole = { "wal-1": first, "wal-1-1": second, "wal-1-2": third };
    const found = recover(whole);
    expect([found.isDamaged, found.sequence, found.segment.file]).toEqual([false, 7, "wal-1-2"]);
    const cut = (file: Uint8Array): Uint8Array => file.slice(0, file.length - 2 * sectorBytes);
    const holes: Record<string, Uint8Array>[] = [
      { ...whole, "wal-1": cut(first) },
      { ...whole, "wal-1-1": cut(second) },
      { "wal-1": first, "wal-1-2": third },
    ];
    for (const hole of holes) expect(recover(hole).isDamaged).toBe(true);
    const torn = recover({ ...whole, "wal-1-2": third.slice(0, sectorBytes) });
    expect([torn.isDamaged, torn.tornBytes > 0]).toEqual([false, true]);
    expect([torn.segment.file, torn.offset, torn.sequence]).toEqual(["wal-1-1", second.length, 6]);
    const gone = recover({ "wal-1": first, "wal-1-1": second });
    expect([gone.isDamaged, gone.sequence]).toEqual([false, 6]);
  });

  /** A segment of so many batches of two sectors each. */
  function segmentWith(sequence: number, batches: number): Uint8Array {
    const file = new Uint8Array(2 * batches * sectorBytes);
    for (let batch = 0; batch < batches; batch++) {
      const place = { sequence: sequence + batch, offset: 2 * batch * sectorBytes };
      // Incarnations of peers: ten bytes a record.
      const body = new Uint8Array(10 * 64);
      for (let at = 0; at < body.length; at += 10) body[at] = 4;
      file.set(encodeBatch(body, { ...place, diskIncarnation: 1, generation: 1 }), place.offset);
    }
    return file;
  }

  it("cuts off any unfinished end", () => {
    // A batch whose zeros at the end are missing is whole.
    const paddingBytes = 2 * sectorBytes - batchHeaderBytes - 14 * 64;
    const file = walOf(3);
    for (let length = sectorBytes; length < file.length; length += 100) {
      const found = recover({ "wal-1": file.slice(0, length) });
      expect(found.isDamaged).toBe(false);
      expect(found.sequence).toBe(
        2 + Math.floor((length - sectorBytes + paddingBytes) / (2 * sectorBytes)),
      );
    }
  });

  it("takes a file without any batch for damage", () => {
    expect(recover({}).isDamaged).toBe(true);
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
