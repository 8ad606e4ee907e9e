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

  it("keeps, loses and tears unsynced writes at a crash, and never touches what was synced", () => {
    const fates = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      const { disk } = newDisk(seed);
      disk.write("wal", 0, bytesOf(7, 700));
      disk.completeSync(1);
      disk.write("wal", 700, bytesOf(9, 2000));
      const outcome = disk.crash();
      const tail = disk.read("wal", 700, 4000);
      expect([...disk.read("wal", 0, 700)].every((byte) => byte === 7)).toBe(true);
      expect(outcome.kept + outcome.lost + outcome.torn).toBe(1);
      const nines = [...tail].filter((byte) => byte === 9).length;
      expect(outcome.lost === 1 ? tail.length : 0).toBe(0);
      expect(outcome.kept === 1 ? nines : 2000).toBe(2000);
      if (outcome.torn === 1 && tail.includes(0) && tail.includes(9)) fates.add("torn in part");
      fates.add(outcome.kept ? "kept" : outcome.lost ? "lost" : "torn");
    }
    expect([...fates].sort()).toEqual(["kept", "lost", "torn", "torn in part"]);
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
