/**
 * Films for the tests of exports. One is made by hand: two databases and a log node in three zones, half a second, overlapping operations, lost messages.
 * Plausible, not true.
 */
import type { FilmTables } from "../sim/film/film.ts";
import { NOWHERE } from "../sim/film/film.ts";
import { eventKinds, type EventKind } from "../sim/trace/vocabulary.ts";
import type { FilmView } from "./filmView.ts";

const places = ["clients", "log-a", "db-0-a", "db-0-b", "b"];
const [, logA, dbA, dbB, zoneB] = places.keys();
const texts = ["", "SET r:0:1 v", "GET r:0:1", "OK", "v", "zone b"];
/** Numbers on the wire. */
const LOG_APPEND = 1;
const LOG_APPEND_REPLY = 2;

/** `rounds`: how often a write goes from db-0-a to log-a and back; each takes 10 ms, and every fifth message is lost. */
export function testFilm(rounds: number = 40): FilmView {
  const film: FilmTables = {
    events: eventsTable(rounds),
    messages: messagesTable(rounds),
    operations: operationsTable(rounds),
    databases: databasesTable(rounds),
    logs: logsTable(rounds),
    syncs: {
      fromUs: each(rounds, (round) => round * 10_000 + 2000),
      untilUs: each(rounds, (round) => round * 10_000 + 2400),
      place: Uint16Array.from({ length: rounds }, () => logA ?? 0),
      bytes: Uint32Array.from({ length: rounds }, (_, round) => 100 + round),
      ok: Uint8Array.from({ length: rounds }, (_, round) => Number(round !== 3)),
    },
  };
  const simulatedUs = rounds * 10_000 + 50_000;
  return {
    outline: {
      scenario: "az-outage",
      seed: 1,
      nodes: [
        { node: "log-a", kind: "log", zone: "a", shard: -1 },
        { node: "db-0-a", kind: "database", zone: "a", shard: 0 },
        { node: "db-0-b", kind: "database", zone: "b", shard: 0 },
      ],
      unavailability: [{ shard: 0, access: "write", fromUs: 100_000, untilUs: 150_000 }],
      failovers: [],
      faults: [
        { kind: "zoneOutage", text: "zone b dark", fromUs: 90_000, untilUs: 200_000 },
        { kind: "loss", text: "messages are lost", fromUs: 150_000, untilUs: 250_000 },
      ],
      loadedUs: 20_000,
      simulatedUs,
    },
    film,
    texts,
    places,
  };
}

function each(rows: number, of: (row: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => of(row));
}

function eventsTable(rounds: number): FilmTables["events"] {
  const rows: readonly (readonly [us: number, EventKind, place: number, text: number])[] = [
    [0, "run.started", NOWHERE, 0],
    [90_000, "zone.down", zoneB ?? 0, 0],
    [90_000, "fault.started", NOWHERE, 5],
    [95_000, "lease.lapsed", dbA ?? 0, 0],
    [120_000, "client.failover", 0, 0],
    [rounds * 10_000, "role.primary", dbB ?? 0, 0],
  ];
  return {
    timeUs: each(rows.length, (row) => rows[row]?.[0] ?? 0),
    kind: Uint8Array.from(rows, ([, kind]) => eventKinds.indexOf(kind)),
    place: Uint16Array.from(rows, ([, , place]) => place),
    shard: Int16Array.from(rows, ([, kind]) => (kind === "lease.lapsed" ? 0 : -1)),
    position: each(rows.length, () => -1),
    value: each(rows.length, (row) => (row === 0 ? 1 : -1)),
    text: Uint32Array.from(rows, ([, , , text]) => text),
  };
}

/** A request leaves a millisecond after the round began and takes as long; the reply leaves at 2.5 ms. In order of their ends. */
function messagesTable(rounds: number): FilmTables["messages"] {
  const rows = rounds * 2;
  const isReply = (row: number): boolean => row % 2 === 1;
  const startUs = (row: number): number =>
    Math.floor(row / 2) * 10_000 + (isReply(row) ? 2500 : 1000);
  return {
    sentUs: each(rows, startUs),
    endUs: each(rows, (row) => startUs(row) + 1000),
    from: Uint16Array.from({ length: rows }, (_, row) => (isReply(row) ? logA : dbA) ?? 0),
    to: Uint16Array.from({ length: rows }, (_, row) => (isReply(row) ? dbA : logA) ?? 0),
    kind: Uint8Array.from({ length: rows }, (_, row) =>
      isReply(row) ? LOG_APPEND_REPLY : LOG_APPEND,
    ),
    bytes: Uint32Array.from({ length: rows }, (_, row) => 60 + row),
    fate: Uint8Array.from({ length: rows }, (_, row) => Number(row % 5 === 4)),
  };
}

/** Each round a write and a read that overlaps it and the next; the last write is never answered. */
function operationsTable(rounds: number): FilmTables["operations"] {
  const rows = rounds * 2;
  const isRead = (row: number): boolean => row % 2 === 1;
  const fromUs = (row: number): number => Math.floor(row / 2) * 10_000 + (isRead(row) ? 500 : 0);
  const isOpen = (row: number): boolean => row === rows - 2;
  const endUs = (row: number): number =>
    isOpen(row) ? -1 : fromUs(row) + (isRead(row) ? 15_000 : 5000);
  return {
    id: Int32Array.from({ length: rows }, (_, row) => row),
    offered: Int32Array.from({ length: rows }, (_, row) => row),
    dueUs: each(rows, (row) => fromUs(row) - 100),
    invokedUs: each(rows, fromUs),
    completedUs: each(rows, endUs),
    repliedUs: each(rows, (row) => (isOpen(row) ? -1 : endUs(row) - 200)),
    access: Uint8Array.from({ length: rows }, (_, row) => (isRead(row) ? 0 : 1)),
    outcome: Uint8Array.from({ length: rows }, (_, row) => (isOpen(row) ? 2 : 0)),
    shard: new Int16Array(rows),
    process: Int32Array.from({ length: rows }, (_, row) => row % 4),
    place: Uint16Array.from({ length: rows }, () => dbA ?? 0),
    command: Uint32Array.from({ length: rows }, (_, row) => (isRead(row) ? 2 : 1)),
    answer: Uint32Array.from({ length: rows }, (_, row) => (isOpen(row) ? 0 : isRead(row) ? 4 : 3)),
  };
}

/** db-0-a applies an entry a round and holds a lease of 30 ms that it renews until 95 ms; db-0-b stands still and leads from the end on. */
function databasesTable(rounds: number): FilmTables["databases"] {
  const rows = rounds + 2;
  const isFirst = (row: number): boolean => row === 0;
  const isLast = (row: number): boolean => row === rows - 1;
  const isOfB = (row: number): boolean => isFirst(row) || isLast(row);
  const timeUs = (row: number): number => (isFirst(row) ? 0 : (row - 1) * 10_000);
  const leaseUs = (row: number): number => {
    if (isLast(row)) return timeUs(row) + 30_000;
    return isFirst(row) || timeUs(row) > 95_000 ? -Infinity : timeUs(row) + 30_000;
  };
  return {
    timeUs: each(rows, timeUs),
    place: Uint16Array.from({ length: rows }, (_, row) => (isOfB(row) ? dbB : dbA) ?? 0),
    role: Uint8Array.from({ length: rows }, (_, row) => (isFirst(row) ? 2 : 4)),
    epoch: Int32Array.from({ length: rows }, (_, row) => (isLast(row) ? 2 : 1)),
    appliedPosition: each(rows, (row) => (isFirst(row) ? 0 : row)),
    committedPosition: each(rows, (row) => Math.max(0, row - 1)),
    believedUntilUs: each(rows, leaseUs),
    trueUntilUs: each(rows, (row) => leaseUs(row) + 7),
  };
}

function logsTable(rounds: number): FilmTables["logs"] {
  return {
    timeUs: each(rounds, (row) => row * 10_000 + 2400),
    place: Uint16Array.from({ length: rounds }, () => logA ?? 0),
    shard: new Int16Array(rounds),
    role: Uint8Array.from({ length: rounds }, (_, row) => (row === 0 ? 1 : 3)),
    term: Int32Array.from({ length: rounds }, (_, row) => (row === 0 ? 1 : 2)),
    lastPosition: each(rounds, (row) => row + 1),
    commitPosition: each(rounds, (row) => row),
  };
}
