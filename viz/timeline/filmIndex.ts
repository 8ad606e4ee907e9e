/** A film in the order in which the timeline draws it: by place. Built in pieces as the film grows. */
import type { FilmStore } from "../film/filmStore.ts";
import { firstAtLeast } from "../film/rows.ts";
import { Blocks } from "./blocks.ts";
import { LeaseTrack } from "./leases.ts";
import { OperationIndex } from "./operationIndex.ts";
import { fateSeverities, SYNC_FAILED } from "./severity.ts";
import { Stream } from "./stream.ts";

type IndexedTable = "events" | "messages" | "databases" | "logs" | "syncs";

const tables: readonly IndexedTable[] = ["events", "messages", "databases", "logs", "syncs"];

/** How many rows are indexed between two looks at what is left. */
const PIECE_ROWS = 4096;

export class FilmIndex {
  readonly film: FilmStore;
  readonly operations: OperationIndex;
  /** By place, as the next four. Messages stand at the place that they were sent to, at the time at which their fate was known. */
  readonly messages: Map<number, Stream> = new Map();
  readonly events: Map<number, Stream> = new Map();
  readonly databases: Map<number, Stream> = new Map();
  readonly leases: Map<number, LeaseTrack> = new Map();
  readonly syncs: Map<number, Stream> = new Map();
  /** By place and shard: see `logKey`. */
  readonly logs: Map<number, Stream> = new Map();
  private readonly flights: Blocks = new Blocks();
  private readonly eventSeverities: Uint8Array;
  private readonly done: Record<IndexedTable, number> = {
    events: 0,
    messages: 0,
    databases: 0,
    logs: 0,
    syncs: 0,
  };

  /** `eventSeverities`: by the number of the kind. */
  constructor(film: FilmStore, eventSeverities: Uint8Array) {
    this.film = film;
    this.eventSeverities = eventSeverities;
    this.operations = new OperationIndex(film);
  }

  /** Indexes about so many rows; true if none are left. */
  advance(rows: number): boolean {
    let left = rows - this.operations.advance(rows);
    for (const table of tables) {
      while (left > 0 && this.done[table] < this.film[table].count) {
        left -= this.take(table, Math.min(left, PIECE_ROWS));
      }
    }
    return this.operations.isDone && tables.every((t) => this.done[t] === this.film[t].count);
  }

  /** The first `most` messages that were under way between two times; undefined if there are more. */
  messagesBetween(fromUs: number, untilUs: number, most: number): readonly number[] | undefined {
    const { endUs, sentUs } = this.film.messages;
    const until = this.done.messages;
    const found: number[] = [];
    this.flights.visit(firstAtLeast(endUs, fromUs, 0, until), until, untilUs, (row) => {
      if ((sentUs[row] as number) <= untilUs) found.push(row);
      return found.length <= most;
    });
    return found.length > most ? undefined : found;
  }

  /** The row of an operation by its id; -1 if there is none. */
  rowOfOperation(id: number): number {
    return this.film.operations.id.subarray(0, this.film.operations.count).indexOf(id);
  }

  private take(table: IndexedTable, most: number): number {
    const from = this.done[table];
    const until = Math.min(from + most, this.film[table].count);
    for (let row = from; row < until; row++) this.put(table, row);
    this.done[table] = until;
    return until - from;
  }

  private noteLease(row: number): void {
    const { place, timeUs, epoch, believedUntilUs, trueUntilUs } = this.film.databases;
    const at = place[row] as number;
    const track = this.leases.get(at) ?? new LeaseTrack(this.film.places[at] ?? "");
    this.leases.set(at, track);
    track.note(
      timeUs[row] as number,
      epoch[row] as number,
      believedUntilUs[row] as number,
      trueUntilUs[row] as number,
    );
  }

  private put(table: IndexedTable, row: number): void {
    const { film } = this;
    switch (table) {
      case "events": {
        const { place, timeUs, kind } = film.events;
        const severity = this.eventSeverities[kind[row] as number] ?? 0;
        return streamOf(this.events, place[row] as number).push(
          timeUs[row] as number,
          row,
          severity,
        );
      }
      case "messages": {
        const { to, endUs, sentUs, fate } = film.messages;
        const severity = fateSeverities[fate[row] as number] ?? 0;
        this.flights.put(row, sentUs[row] as number);
        return streamOf(this.messages, to[row] as number).push(endUs[row] as number, row, severity);
      }
      case "databases": {
        const { place, timeUs } = film.databases;
        this.noteLease(row);
        return streamOf(this.databases, place[row] as number).push(timeUs[row] as number, row, 0);
      }
      case "logs": {
        const { place, shard, timeUs } = film.logs;
        const key = logKey(place[row] as number, shard[row] as number);
        return streamOf(this.logs, key).push(timeUs[row] as number, row, 0);
      }
      case "syncs": {
        const { place, untilUs, ok } = film.syncs;
        const severity = ok[row] === 1 ? 0 : SYNC_FAILED;
        return streamOf(this.syncs, place[row] as number).push(
          untilUs[row] as number,
          row,
          severity,
        );
      }
    }
  }
}

export function logKey(place: number, shard: number): number {
  return place * 65_536 + shard;
}

function streamOf(streams: Map<number, Stream>, key: number): Stream {
  const known = streams.get(key);
  if (known !== undefined) return known;
  const made = new Stream();
  streams.set(key, made);
  return made;
}
