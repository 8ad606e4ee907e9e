/** Ends of a log as an accident might leave them, made by hand in the folder of a server that does not run. */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { must } from "../../engine/assert.ts";
import { sectorBytes } from "../../engine/log/diskFormat.ts";

interface TornEnd {
  readonly name: string;
  /** Whose copies are damaged so. What was promised is cut off from one zone's alone. */
  readonly zones: readonly string[];
  /** The file as it shall be; its content ends at a sector's end, and zeros follow. */
  damaged(file: Buffer, contentEnd: number): Buffer;
}

export const tornEnds: readonly TornEnd[] = [
  {
    name: "bytes that nobody wrote",
    zones: ["a", "b", "c"],
    damaged: (file, contentEnd) =>
      Buffer.concat([file.subarray(0, contentEnd), Buffer.alloc(700, 0xa5)]),
  },
  {
    name: "the beginning of an older batch",
    zones: ["a", "b", "c"],
    damaged: (file, contentEnd) =>
      Buffer.concat([
        file.subarray(0, contentEnd),
        file.subarray(contentEnd - sectorBytes, contentEnd - sectorBytes / 2),
      ]),
  },
  {
    name: "no room ahead",
    zones: ["a", "b", "c"],
    damaged: (file, contentEnd) => file.subarray(0, contentEnd),
  },
  {
    name: "half of the last sector",
    zones: ["b"],
    damaged: (file, contentEnd) => {
      const cut = Buffer.from(file);
      return cut.fill(0, lastByte(file) - 20, contentEnd);
    },
  },
];

export function makeTornEnd(dir: string, end: TornEnd): void {
  for (const zone of end.zones) {
    const folder = join(dir, `zone-${zone}`, "log");
    const path = join(folder, newestSegment(folder));
    const file = readFileSync(path);
    const contentEnd = Math.ceil((lastByte(file) + 1) / sectorBytes) * sectorBytes;
    const torn = end.damaged(file, contentEnd);
    writeFileSync(path, torn);
    truncateSync(path, torn.length);
  }
}

/** Files of a log: "wal-1" and, of the same generation, "wal-1-1", "wal-1-2" and so on. */
export function segmentsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("wal-"));
}

function newestSegment(folder: string): string {
  const numberOf = (name: string): number => Number(name.split("-")[2] ?? 0);
  const names = segmentsIn(folder).sort((left, right) => numberOf(left) - numberOf(right));
  return must(names.at(-1), "segment");
}

function lastByte(file: Buffer): number {
  return file.findLastIndex((byte) => byte !== 0);
}
