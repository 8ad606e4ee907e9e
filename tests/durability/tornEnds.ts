/** Ends of a log as an accident might leave them, made by hand in the folder of a server that does not run. */
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
    for (const name of readdirSync(folder).filter((one) => one.startsWith("wal-"))) {
      const path = join(folder, name);
      const file = readFileSync(path);
      const contentEnd = Math.ceil((lastByte(file) + 1) / sectorBytes) * sectorBytes;
      const torn = end.damaged(file, contentEnd);
      writeFileSync(path, torn);
      truncateSync(path, torn.length);
    }
  }
}

function lastByte(file: Buffer): number {
  return file.findLastIndex((byte) => byte !== 0);
}
