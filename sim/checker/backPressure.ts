/**
 * Back-pressure (PROTOCOL rule 5): a primary that has as much unacknowledged as it may executes no further write. Judged
 * from the disks: when a record is first seen on one, what the same leader wrote ahead of it and no majority holds was
 * unacknowledged too when the record was made.
 */
import { sayTime } from "./describe.ts";
import { ENTRY_HEADER, entryKinds } from "./log/diskBytes.ts";
import type { StoredEntry } from "./log/logDisks.ts";
import type { Tally } from "./tally.ts";

interface Flight {
  /** Position and size of each entry that is on a disk and not on enough of them. */
  readonly sizes: Map<number, number>;
  bytes: number;
  durablePosition: number;
  /** Bytes ahead of the record whose chunks are arriving. */
  aheadBytes: number;
}

export class BackPressureCheck {
  private readonly tally: Tally;
  private readonly limitBytes: number;
  /** By shard, writer and epoch. */
  private readonly flights: Map<string, Flight> = new Map();

  constructor(tally: Tally, limitBytes: number) {
    this.tally = tally;
    this.limitBytes = limitBytes;
  }

  stored(nowUs: number, stored: StoredEntry): void {
    const { entry, position, shard } = stored;
    if (entry === undefined) return;
    const flight = this.flightOf(stored);
    if (position <= flight.durablePosition || flight.sizes.has(position)) return;
    if (entry.kind === entryKinds.effects && entry.isFirstChunk) flight.aheadBytes = flight.bytes;
    if (entry.kind === entryKinds.effects && flight.aheadBytes >= this.limitBytes) {
      this.tally.violate(
        nowUs,
        `the record at position ${position} of shard ${shard}, on a disk at ${sayTime(nowUs)}, was made with ${flight.aheadBytes} bytes of the same leader unacknowledged, where ${this.limitBytes} are allowed`,
      );
    }
    const sizeBytes = ENTRY_HEADER + entry.payload.length;
    flight.sizes.set(position, sizeBytes);
    flight.bytes += sizeBytes;
  }

  becameDurable(stored: StoredEntry): void {
    if (stored.entry === undefined) return;
    const flight = this.flightOf(stored);
    flight.durablePosition = Math.max(flight.durablePosition, stored.position);
    for (const [position, sizeBytes] of flight.sizes) {
      if (position > stored.position) continue;
      flight.sizes.delete(position);
      flight.bytes -= sizeBytes;
    }
  }

  private flightOf({ shard, entry }: StoredEntry): Flight {
    const name = `${shard}/${entry?.incarnation}/${entry?.epoch}`;
    let flight = this.flights.get(name);
    if (flight === undefined) {
      flight = { sizes: new Map(), bytes: 0, durablePosition: 0, aheadBytes: 0 };
      this.flights.set(name, flight);
    }
    return flight;
  }
}
