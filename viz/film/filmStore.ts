/** The page's growing copy of a film: what the worker sends in chunks, as whole tables. */
import type {
  FilmChunk,
  FilmDatabases,
  FilmEvents,
  FilmLogs,
  FilmMessages,
  FilmOperations,
  FilmSyncs,
} from "../../sim/film/film.ts";
import { append, rearrange, tableOf, type GrowingTable } from "./growingTable.ts";
import { emptyChunk } from "./emptyChunk.ts";
import { firstAtLeast, orderOf } from "./rows.ts";

export class FilmStore {
  readonly places: readonly string[];
  readonly texts: string[] = [];
  readonly events: GrowingTable<FilmEvents> = tableOf<"events">(emptyChunk.events);
  readonly messages: GrowingTable<FilmMessages> = tableOf<"messages">(emptyChunk.messages);
  /** In order of the times at which they were due, unlike in the chunks. */
  readonly operations: GrowingTable<FilmOperations> = tableOf<"operations">(emptyChunk.operations);
  readonly databases: GrowingTable<FilmDatabases> = tableOf<"databases">(emptyChunk.databases);
  readonly logs: GrowingTable<FilmLogs> = tableOf<"logs">(emptyChunk.logs);
  readonly syncs: GrowingTable<FilmSyncs> = tableOf<"syncs">(emptyChunk.syncs);
  private movedFrom = 0;

  constructor(places: readonly string[]) {
    this.places = places;
  }

  add(chunk: FilmChunk): void {
    for (const text of chunk.texts) this.texts.push(text);
    append<"events">(this.events, chunk.events);
    append<"messages">(this.messages, chunk.messages);
    append<"databases">(this.databases, chunk.databases);
    append<"logs">(this.logs, chunk.logs);
    append<"syncs">(this.syncs, chunk.syncs);
    this.addOperations(chunk.operations);
  }

  /** The first operation that was put in or moved since the last call. Whoever keeps sums over the operations begins again there. */
  takeMoved(): number {
    const from = this.movedFrom;
    this.movedFrom = this.operations.count;
    return from;
  }

  /** Chunks come by completion: only the rows from the earliest new one on are sorted again. */
  private addOperations(chunk: FilmOperations): void {
    if (chunk.dueUs.length === 0) return;
    const { operations } = this;
    const before = operations.count;
    append<"operations">(operations, chunk);
    const earliestUs = chunk.dueUs.reduce((least, dueUs) => Math.min(least, dueUs), Infinity);
    // Equal times keep the order in which they came, so the search is for the first later one.
    const from = firstAtLeast(operations.dueUs, earliestUs + 1, 0, before);
    rearrange(operations, from, orderOf(operations.dueUs, from, operations.count));
    this.movedFrom = Math.min(this.movedFrom, from);
  }
}
