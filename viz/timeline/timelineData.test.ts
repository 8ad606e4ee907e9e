import { describe, expect, it } from "vitest";
import { FilmStore } from "../film/filmStore.ts";
import { syntheticFilm } from "../stress/syntheticFilm.ts";
import { FilmIndex } from "./filmIndex.ts";
import { find } from "./find.ts";
import { nextAfter, nextElectionUs } from "./jumps.ts";
import { eventSeverities, fateSeverities, severities } from "./severity.ts";
import { makeColumns } from "./stream.ts";

const made = syntheticFilm(60_000, 7);
const film = new FilmStore(made.places);
for (const chunk of made.chunks) film.add(chunk);
const index = new FilmIndex(film, eventSeverities(made.eventKinds));
index.operations.presentUs = made.outline.simulatedUs;
let pieces = 0;
while (!index.advance(5000)) pieces++;

describe("a film's index", () => {
  it("is built in pieces and holds every row once", () => {
    expect(pieces).toBeGreaterThan(5);
    for (const table of ["messages", "events", "databases", "syncs", "logs"] as const) {
      const rows = [...index[table].values()].reduce((sum, stream) => sum + stream.count, 0);
      expect(rows).toBe(film[table].count);
    }
    expect(index.operations.count).toBe(film.operations.count);
  });

  it("is the same when the film grew while it was built", () => {
    const grown = new FilmStore(made.places);
    const other = new FilmIndex(grown, eventSeverities(made.eventKinds));
    other.operations.presentUs = made.outline.simulatedUs;
    for (const chunk of made.chunks) {
      grown.add(chunk);
      other.advance(20_000);
    }
    while (!other.advance(20_000));
    const span = { fromUs: 0, untilUs: made.outline.simulatedUs };
    for (const place of made.places.keys()) {
      const [ours, theirs] = [makeColumns(700), makeColumns(700)];
      index.messages.get(place)?.collect(span, ours);
      other.messages.get(place)?.collect(span, theirs);
      expect(theirs).toEqual(ours);
    }
    expect(other.operations.bins(0, span.untilUs, 100)).toEqual(
      index.operations.bins(0, span.untilUs, 100),
    );
  });

  it("shows the lonely cut message in its column at every scale", () => {
    const place = made.places.indexOf(made.lonelyPlace);
    for (const halfUs of [13_000_000, 1_000_000, 1000]) {
      const columns = makeColumns(1300);
      const span = { fromUs: made.lonelyUs - halfUs, untilUs: made.lonelyUs + halfUs };
      index.messages.get(place)?.collect(span, columns);
      const bad = [...columns.worst.keys()].filter(
        (at) => severities[columns.worst[at] ?? 0] === "bad",
      );
      expect(bad).toHaveLength(1);
      expect(Math.abs((bad[0] ?? 0) - 650)).toBeLessThanOrEqual(1);
    }
  });

  it("knows the messages that were under way, unless there are too many", () => {
    const [fromUs, untilUs] = [5_000_000, 5_050_000];
    const { sentUs, endUs, count } = film.messages;
    const wanted = Array.from({ length: count }, (_, row) => row).filter(
      (row) => (endUs[row] ?? 0) >= fromUs && (sentUs[row] ?? Infinity) <= untilUs,
    );
    expect(wanted.length).toBeGreaterThan(10);
    expect(index.messagesBetween(fromUs, untilUs, 1000)).toEqual(wanted);
    expect(index.messagesBetween(fromUs, untilUs, 5)).toBeUndefined();
  });

  it("knows the nodes that acknowledged writes, by the column and by the single answer", () => {
    const place = made.places.indexOf("db-0-a");
    const columns = makeColumns(60);
    index.operations.acks.collect(place, { fromUs: 0, untilUs: 60_000_000 }, columns);
    expect([...columns.count.subarray(1, 19)].every((mark) => mark === 1)).toBe(true);
    expect([...columns.count.subarray(33)].every((mark) => mark === 0)).toBe(true);
    const acks = index.operations.acksBetween(place, 1_000_000, 1_100_000);
    expect(acks.length).toBeGreaterThan(3);
    expect(acks.every((us) => us >= 1_000_000 && us <= 1_100_000)).toBe(true);
  });
});

describe("search", () => {
  it("finds events, operations and messages by all words, two hundred at most", () => {
    expect(find(film, made, "  ")).toEqual([]);
    expect(find(film, made, "set ok")).toHaveLength(200);
    const crashed = find(film, made, "CRASHED");
    expect(crashed.length).toBeGreaterThan(0);
    expect(crashed.every(({ selection }) => selection.kind === "event")).toBe(true);
    const cut = find(film, made, `${made.lonelyPlace} cut`);
    expect(cut.every(({ selection }) => selection.kind === "message")).toBe(true);
    expect(cut.every(({ label }) => label.endsWith(", cut"))).toBe(true);
  });
});

describe("jumps and severities", () => {
  const run = { outline: made.outline, film, moments: [], checks: [] };

  it("lead to the next election, and from the last to the first", () => {
    const first = nextElectionUs(run, made, 0);
    expect(first).toBeGreaterThanOrEqual(20_000_000);
    expect(nextElectionUs(run, made, first ?? 0)).toBeGreaterThan(first ?? Infinity);
    expect(nextElectionUs(run, made, 59_000_000)).toBe(first);
    expect(nextElectionUs(undefined, made, 0)).toBeUndefined();
  });

  it("lead to the nearest time on either side", () => {
    expect(nextAfter([30, 10, 20], 10, 1)).toBe(20);
    expect(nextAfter([30, 10, 20], 30, -1)).toBe(20);
    expect(nextAfter([], 0, 1)).toBeUndefined();
  });

  it("know bad from plain", () => {
    const kinds = [
      "lease.renewed",
      "role.primary",
      "lease.lapsed",
      "machine.crashed",
      "unheard of",
    ];
    expect([...eventSeverities(kinds)].map((each) => severities[each])).toEqual([
      "plain",
      "notable",
      "warning",
      "bad",
      "plain",
    ]);
    expect([...fateSeverities].map((each) => severities[each])).toEqual([
      "plain",
      "bad",
      "warning",
    ]);
  });
});
