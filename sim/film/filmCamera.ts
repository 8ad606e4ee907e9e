/** The camera that makes a film. */
import type { Operation } from "../checker/history.ts";
import type { DatabaseFacts } from "../checker/observer.ts";
import { eventKinds, type TraceEvent } from "../trace/vocabulary.ts";
import type { Camera, LogReplicaView, MessageFate } from "./camera.ts";
import {
  databaseRoles,
  type FilmChunk,
  type FilmDatabases,
  type FilmEvents,
  type FilmLogs,
  type FilmMessages,
  type FilmOperations,
  type FilmSyncs,
  type FilmTables,
  logRoles,
  messageFates,
  NOWHERE,
  outcomeNames,
} from "./film.ts";
import { accessOf, answerText, commandText } from "./operationText.ts";
import { Table } from "./table.ts";

const kindNumbers: ReadonlyMap<string, number> = numbered(eventKinds);
const databaseRoleNumbers: ReadonlyMap<string, number> = numbered(databaseRoles);
const logRoleNumbers: ReadonlyMap<string, number> = numbered(logRoles);
const FRAME_KIND_BYTE = 2;

function numbered(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, index) => [name, index]));
}

/** How many rows of each table, and how many texts, were taken out before. */
interface Taken {
  readonly rows: ReadonlyMap<keyof FilmTables, number>;
  readonly texts: number;
}

/** What was filmed of one log replica last. */
interface LogRow {
  role: string;
  term: number;
  lastPosition: number;
  commitPosition: number;
}

export class FilmCamera implements Camera {
  private readonly placeOf: ReadonlyMap<string, number>;
  private readonly tables: { readonly [Name in keyof FilmTables]: Table<FilmTables[Name]> } = {
    events: new Table<FilmEvents>({
      timeUs: "f64",
      kind: "u8",
      place: "u16",
      shard: "i16",
      position: "f64",
      value: "f64",
      text: "u32",
    }),
    messages: new Table<FilmMessages>({
      sentUs: "f64",
      endUs: "f64",
      from: "u16",
      to: "u16",
      kind: "u8",
      bytes: "u32",
      fate: "u8",
    }),
    operations: new Table<FilmOperations>({
      id: "i32",
      offered: "i32",
      dueUs: "f64",
      invokedUs: "f64",
      completedUs: "f64",
      repliedUs: "f64",
      access: "u8",
      outcome: "u8",
      shard: "i16",
      process: "i32",
      place: "u16",
      command: "u32",
      answer: "u32",
    }),
    databases: new Table<FilmDatabases>({
      timeUs: "f64",
      place: "u16",
      role: "u8",
      epoch: "i32",
      appliedPosition: "f64",
      committedPosition: "f64",
      believedUntilUs: "f64",
      trueUntilUs: "f64",
    }),
    logs: new Table<FilmLogs>({
      timeUs: "f64",
      place: "u16",
      shard: "i16",
      role: "u8",
      term: "i32",
      lastPosition: "f64",
      commitPosition: "f64",
    }),
    syncs: new Table<FilmSyncs>({
      fromUs: "f64",
      untilUs: "f64",
      place: "u16",
      bytes: "u32",
      ok: "u8",
    }),
  };
  private readonly texts: string[] = [];
  private readonly textNumbers: Map<string, number> = new Map();
  private readonly sentUs: WeakMap<Uint8Array, number> = new WeakMap();
  private readonly syncFromUs: Map<number, number> = new Map();
  /** By place and shard. */
  private readonly logRows: Map<number, LogRow> = new Map();
  private taken: Taken = { rows: new Map(), texts: 0 };

  /** `places`: names by the index that films use: the clients, the machines, and whatever else events happen to. */
  constructor(places: readonly string[]) {
    this.placeOf = numbered(places);
    this.textNumber("");
  }

  /** What came since the last call. */
  take(): FilmChunk {
    const chunk = this.since(this.taken);
    const names = Object.keys(this.tables) as (keyof FilmTables)[];
    this.taken = {
      rows: new Map(names.map((name) => [name, this.tables[name].rows])),
      texts: this.texts.length,
    };
    return chunk;
  }

  /** Everything so far. */
  whole(): FilmChunk {
    return this.since({ rows: new Map(), texts: 0 });
  }

  private since({ rows, texts }: Taken): FilmChunk {
    const { events, messages, operations, databases, logs, syncs } = this.tables;
    const from = (name: keyof FilmTables): number => rows.get(name) ?? 0;
    return {
      events: events.since(from("events")),
      messages: messages.since(from("messages")),
      operations: operations.since(from("operations")),
      databases: databases.since(from("databases")),
      logs: logs.since(from("logs")),
      syncs: syncs.since(from("syncs")),
      texts: this.texts.slice(texts),
    };
  }

  traced({ timeUs, kind, node, shard, position, value, text }: TraceEvent): void {
    const number = kindNumbers.get(kind) ?? 0;
    const place = this.placeOf.get(node) ?? NOWHERE;
    const words = this.textNumber(text);
    this.tables.events.push(timeUs, number, place, shard, position, value, words);
  }

  frameSent(frame: Uint8Array, departUs: number): void {
    this.sentUs.set(frame, departUs);
  }

  // oxlint-disable-next-line max-params -- the camera's own list
  frameEnded(nowUs: number, frame: Uint8Array, from: number, to: number, fate: MessageFate): void {
    // One that is cut as it leaves ends before its machine has finished the step.
    const sentUs = Math.min(nowUs, this.sentUs.get(frame) ?? nowUs);
    const kind = frame[FRAME_KIND_BYTE] ?? 0;
    const fateNumber = messageFates.indexOf(fate);
    this.tables.messages.push(sentUs, nowUs, from, to, kind, frame.length, fateNumber);
  }

  syncBegan(place: number, departUs: number): void {
    this.syncFromUs.set(place, departUs);
  }

  syncEnded(nowUs: number, place: number, syncedBytes: number, ok: boolean): void {
    const fromUs = this.syncFromUs.get(place) ?? nowUs;
    this.tables.syncs.push(fromUs, nowUs, place, syncedBytes, ok ? 1 : 0);
  }

  databaseViewed(nowUs: number, place: number, facts: DatabaseFacts, trueUntilUs: number): void {
    const { role, epoch, appliedPosition, committedPosition, servingUntilUs } = facts;
    this.tables.databases.push(
      nowUs,
      place,
      databaseRoleNumbers.get(role) ?? 0,
      epoch,
      appliedPosition,
      committedPosition,
      servingUntilUs,
      trueUntilUs,
    );
  }

  logLooked(nowUs: number, place: number, shard: number, view: LogReplicaView): void {
    const key = place * 65_536 + shard;
    const last = this.logRows.get(key);
    const { role, term, lastPosition, commitPosition } = view;
    if (
      last !== undefined &&
      last.role === role &&
      last.term === term &&
      last.lastPosition === lastPosition &&
      last.commitPosition === commitPosition
    )
      return;
    this.logRows.set(key, { role, term, lastPosition, commitPosition });
    const number = logRoleNumbers.get(role) ?? 0;
    this.tables.logs.push(nowUs, place, shard, number, term, lastPosition, commitPosition);
  }

  operationCompleted(operation: Operation): void {
    this.tables.operations.push(
      operation.id,
      operation.offered,
      operation.dueUs,
      operation.invokedUs,
      operation.completedUs,
      operation.repliedUs,
      accessOf(operation),
      outcomeNames.indexOf(operation.outcome),
      operation.shard,
      operation.process,
      this.placeOf.get(operation.node) ?? NOWHERE,
      this.textNumber(commandText(operation.input)),
      this.textNumber(answerText(operation)),
    );
  }

  private textNumber(text: string): number {
    const known = this.textNumbers.get(text);
    if (known !== undefined) return known;
    this.textNumbers.set(text, this.texts.length);
    this.texts.push(text);
    return this.texts.length - 1;
  }
}
