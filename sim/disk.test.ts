import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decisions } from "./decisions.ts";
import { Disk } from "./disk.ts";
import { createFaultCounter } from "./place.ts";
import { Streams } from "./random.ts";

function bytesOf(value: number, length: number): Uint8Array {
  return new Uint8Array(length).fill(value);
}

function newDisk(seed: number): { disk: Disk; synced: string[] } {
  const synced: string[] = [];
  const source = new Decisions(new Streams(seed)).source("disk-faults", "x");
  const disk = new Disk(source, {
    onSynced: (file, offset, bytes) => synced.push(`${file}@${offset}+${bytes.length}`),
    onRemoved: (file) => synced.push(`-${file}`),
  });
  return { disk, synced };
}

describe("disk", () => {
  it("shows a write to reads at once and makes it durable with the sync that covers it", () => {
    const { disk, synced } = newDisk(1);
    disk.write("wal", 0, bytesOf(1, 10));
    disk.write("wal", 10, bytesOf(2, 5));
    expect([...disk.read("wal", 8, 4)]).toEqual([1, 1, 2, 2]);
    expect(disk.completeSync(1)).toBe(true);
    expect(synced).toEqual(["wal@0+10"]);
    expect(disk.completeSync(1)).toBe(true);
    expect(synced).toEqual(["wal@0+10", "wal@10+5"]);
    expect(disk.read("wal", 14, 100).length).toBe(1);
    expect(disk.read("none", 0, 10).length).toBe(0);
  });

  it("keeps, loses, tears and garbles unsynced writes at a crash, and never touches what was synced", () => {
    const fates = new Set<string>();
    const shapes = new Set<string>();
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const { disk } = newDisk(seed);
      disk.write("wal", 0, bytesOf(7, 1024));
      disk.completeSync(1);
      disk.write("wal", 1024, bytesOf(9, 2048));
      const outcome = disk.crash();
      const tail = disk.read("wal", 1024, 4000);
      expect([...disk.read("wal", 0, 1024)].every((byte) => byte === 7)).toBe(true);
      expect(outcome.kept + outcome.lost + outcome.torn + outcome.garbled).toBe(1);
      const sectors = Array.from({ length: 4 }, (_, sector) => {
        const part = tail.subarray(sector * 512, (sector + 1) * 512);
        if (part.length === 512 && part.every((byte) => byte === 9)) return "x";
        return part.every((byte) => byte === 0) ? "." : "?";
      }).join("");
      const fate = outcome.kept ? "kept" : outcome.lost ? "lost" : outcome.torn ? "torn" : "noise";
      fates.add(fate);
      if (fate === "torn") shapes.add(sectors);
      else seen.add(`${fate} ${sectors}`);
    }
    expect([...seen].toSorted()).toEqual([
      "kept xxxx",
      "lost ....",
      "noise ?xxx",
      "noise x?xx",
      "noise xx?x",
      "noise xxx?",
    ]);
    expect([...fates].toSorted()).toEqual(["kept", "lost", "noise", "torn"]);
    // Left part, right part, every other sector.
    for (const shape of ["xx..", "..xx", ".x.x"]) expect(shapes).toContain(shape);
  });

  it("after a crash in which all was lost, shows exactly the bytes of the last sync", () => {
    const change = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 1500 }));
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 6 }),
        fc.array(change, { maxLength: 6 }),
        (before, after) => {
          // Decisions of 0 mean "lost" for every write.
          const disk = new Disk({ next: () => 0, chance: () => false } as never, {
            onSynced: () => {},
            onRemoved: () => {},
          });
          let value = 1;
          for (const [offset, length] of before) disk.write("f", offset, bytesOf(value++, length));
          disk.completeSync(before.length);
          const image = disk.read("f", 0, 10_000);
          for (const [offset, length] of after) disk.write("f", offset, bytesOf(value++, length));
          disk.crash();
          expect(disk.read("f", 0, 10_000)).toEqual(image);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it("answers a failed sync with an error and never makes those writes durable, though reads still show them", () => {
    const { disk, synced } = newDisk(3);
    disk.write("wal", 0, bytesOf(1, 100));
    disk.failSyncs(1, createFaultCounter());
    expect(disk.completeSync(1)).toBe(false);
    expect(disk.read("wal", 0, 100).length).toBe(100);
    disk.write("wal", 100, bytesOf(2, 100));
    // The kernel has marked the first pages clean: the next sync says yes and covers only the second write.
    expect(disk.completeSync(2)).toBe(true);
    expect(synced).toEqual(["wal@100+100"]);
    const lost = new Disk({ next: () => 0, chance: () => false } as never, {
      onSynced: () => {},
      onRemoved: () => {},
    });
    lost.write("wal", 0, bytesOf(1, 100));
    lost.failSyncs(1, createFaultCounter());
    lost.completeSync(1);
    lost.write("wal", 100, bytesOf(2, 100));
    lost.completeSync(2);
    lost.crash();
    expect([...lost.read("wal", 98, 4)]).toEqual([0, 0, 2, 2]);
  });

  it("stores nothing of a refused write, and the sync that covers it is answered with an error", () => {
    const { disk, synced } = newDisk(1);
    disk.write("wal", 0, bytesOf(1, 10));
    const before = disk.pendingCount;
    disk.failWrites(1, createFaultCounter());
    disk.write("wal", 10, bytesOf(2, 10));
    expect(disk.read("wal", 0, 100).length).toBe(10);
    // A sync that began before the refused write covers it not.
    expect(disk.completeSync(before)).toBe(true);
    expect(disk.completeSync(disk.pendingCount)).toBe(false);
    disk.write("wal", 10, bytesOf(3, 10));
    expect(disk.completeSync(1)).toBe(true);
    expect(synced).toEqual(["wal@0+10", "wal@10+10"]);
  });

  it("answers reads with an error, or with a flipped bit that is not on the platter, as often as it was told", () => {
    const { disk } = newDisk(1);
    const counter = createFaultCounter();
    disk.install("wal", bytesOf(5, 100));
    disk.failReads(1, counter);
    expect(disk.answerRead("wal", 0, 100)).toBeUndefined();
    disk.garbleReads(1, "", counter);
    const garbled = disk.answerRead("wal", 0, 100);
    expect(garbled?.filter((byte) => byte !== 5).length).toBe(1);
    // What was written last may be lost to an unfinished write as well as to rot: that is left alone.
    expect(garbled?.subarray(50)).toEqual(bytesOf(5, 50));
    expect(disk.answerRead("wal", 0, 100)).toEqual(bytesOf(5, 100));
    expect(counter.diskResultsChanged).toBe(2);
  });

  it("loses a write that it had acknowledged, unless it was the last", () => {
    const { disk } = newDisk(1);
    disk.install("wal", bytesOf(5, 512));
    disk.armPhantom("wal");
    disk.write("wal", 512, bytesOf(6, 512));
    disk.completeSync(1);
    expect(disk.losePhantom(false)).toBe(-1);
    disk.armPhantom("wal");
    disk.write("wal", 1024, bytesOf(7, 512));
    disk.completeSync(1);
    disk.write("wal", 1536, bytesOf(8, 512));
    disk.completeSync(1);
    expect(disk.losePhantom(false)).toBe(1024);
    const firsts = [0, 512, 1024, 1536].map((offset) => disk.read("wal", offset, 1)[0]);
    expect(firsts).toEqual([5, 6, 0, 8]);
    disk.armPhantom("wal");
    disk.write("wal", 2048, bytesOf(9, 512));
    disk.completeSync(1);
    expect(disk.losePhantom(true)).toBe(2048);
    // A write behind it that no sync covered may have left too little to tell.
    disk.armPhantom("wal");
    disk.write("wal", 2560, bytesOf(9, 512));
    disk.completeSync(1);
    disk.write("wal", 3072, bytesOf(9, 512));
    disk.crash();
    expect(disk.losePhantom(false)).toBe(-1);
  });

  it("damages nothing that the newest sync covered, however large that was", () => {
    const { disk } = newDisk(1);
    disk.install("wal", bytesOf(5, 1024));
    disk.write("wal", 1024, bytesOf(6, 8192));
    disk.completeSync(1);
    for (let again = 0; again < 20; again++) {
      expect(disk.rot("wal")).toBeLessThan(1024);
      expect(disk.misdirect("wal")).toBeLessThan(1024);
      disk.garbleReads(1, "", createFaultCounter());
      const shown = disk.answerRead("wal", 0, 1 << 20);
      expect(shown?.subarray(1024)).toEqual(bytesOf(6, 8192));
    }
  });

  it("can be swapped for another machine's and back", () => {
    const { disk } = newDisk(1);
    const { disk: other } = newDisk(2);
    const counter = createFaultCounter();
    disk.install("wal", bytesOf(1, 10));
    other.install("wal", bytesOf(2, 20));
    const own = disk.copyOfImages();
    disk.swap(other.copyOfImages(), counter);
    expect(disk.answerRead("wal", 0, 100)).toEqual(bytesOf(2, 20));
    disk.swap(own, undefined);
    expect(disk.answerRead("wal", 0, 100)).toEqual(bytesOf(1, 10));
    expect(counter.diskResultsChanged).toBe(1);
  });

  it("fails syncs while it is full", () => {
    const { disk } = newDisk(1);
    disk.capacityBytes = 50;
    disk.write("wal", 0, bytesOf(1, 100));
    expect(disk.completeSync(1)).toBe(false);
  });

  it("brings a removed file back at a crash that loses the removal, and tells a durable removal", () => {
    const { disk, synced } = newDisk(1);
    disk.install("old", bytesOf(4, 10));
    disk.remove("old");
    expect(disk.read("old", 0, 10).length).toBe(0);
    disk.completeSync(1);
    expect(synced).toEqual(["old@0+10", "-old"]);
    const lost = new Disk({ next: () => 0, chance: () => false } as never, {
      onSynced: () => {},
      onRemoved: () => {},
    });
    lost.install("old", bytesOf(4, 10));
    lost.remove("old");
    lost.crash();
    expect(lost.read("old", 0, 10).length).toBe(10);
  });

  it("rots one bit at a place that depends on the clean bytes alone", () => {
    const { disk } = newDisk(1);
    const { disk: twin } = newDisk(2);
    disk.install("wal", bytesOf(5, 1000));
    twin.install("wal", bytesOf(5, 1000));
    const offset = disk.rot("wal");
    expect(offset).toBeLessThan(500);
    expect(twin.rot("wal")).toBe(offset);
    const rotten = disk.read("wal", 0, 1000).filter((byte) => byte !== 5);
    expect(rotten.length).toBe(1);
    expect(disk.rot("none")).toBe(-1);
  });

  it("rots bytes that say something, not the padding behind them", () => {
    const { disk } = newDisk(1);
    const bytes = new Uint8Array(4096);
    bytes[700] = 9;
    disk.install("wal", bytes);
    expect(disk.rot("wal")).toBe(700);
    expect(disk.read("wal", 700, 1)[0]).not.toBe(9);
  });

  it("misdirects an older write: one sector is empty, another holds its bytes, the newer half is whole", () => {
    const { disk } = newDisk(1);
    const bytes = new Uint8Array(8 * 512).map((_, index) => 1 + (index >> 9));
    disk.install("wal", bytes);
    const offset = disk.misdirect("wal");
    const image = disk.read("wal", 0, bytes.length);
    const sectors = Array.from({ length: 8 }, (_, sector) => image[sector * 512]);
    const meant = offset / 512;
    expect(meant).toBeLessThan(4);
    expect(sectors[meant]).toBe(0);
    expect(sectors.filter((first) => first === meant + 1).length).toBe(1);
    expect(sectors.slice(4)).toEqual([5, 6, 7, 8]);
    expect(disk.misdirect("none")).toBe(-1);
  });
});
