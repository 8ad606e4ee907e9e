import { describe, expect, it } from "vitest";
import { scenarios } from "../../scenarios/registry.ts";
import { LiveRun } from "../live/liveRun.ts";
import type { Run } from "../run.ts";
import { eventKinds } from "../trace/vocabulary.ts";
import { type FilmChunk, type FilmTables, messageFates, outcomeNames } from "./film.ts";

const spec = {
  scenario: "az-outage",
  seed: 1,
  overrides: { horizonMs: 6000, faultAtMs: 2000, faultForMs: 2500, leaseMs: 1000 },
  edits: [],
};

function film(sliceEvents: number): {
  readonly run: Run;
  readonly chunks: FilmChunk[];
  readonly live: LiveRun;
} {
  const live = new LiveRun(spec, scenarios);
  const chunks: FilmChunk[] = [];
  for (;;) {
    const run = live.advance(Infinity, sliceEvents);
    chunks.push(live.camera.take());
    if (run !== undefined) return { run, chunks, live };
  }
}

function rowsOf(chunk: FilmChunk, table: keyof FilmTables): number {
  return (Object.values(chunk[table])[0] as Float64Array).length;
}

describe("a film", () => {
  const { run, chunks, live } = film(900);
  const whole = live.camera.whole();

  it("holds in its chunks what it holds as a whole, in columns of one length", () => {
    expect(chunks.length).toBeGreaterThan(5);
    expect(chunks.flatMap(({ texts }) => texts)).toEqual(whole.texts);
    for (const table of [
      "events",
      "messages",
      "operations",
      "databases",
      "logs",
      "syncs",
    ] as const) {
      const rows = chunks.reduce((sum, chunk) => sum + rowsOf(chunk, table), 0);
      expect(rows).toBe(rowsOf(whole, table));
      expect(rows).toBeGreaterThan(10);
      for (const column of Object.values(whole[table]) as Float64Array[])
        expect(column).toHaveLength(rows);
    }
  });

  it("holds every event of the trace and every attempt of the history", () => {
    const { events, operations } = whole;
    expect([...events.timeUs]).toEqual(run.trace.map(({ timeUs }) => timeUs));
    expect([...events.kind].map((kind) => eventKinds[kind])).toEqual(
      run.trace.map(({ kind }) => kind),
    );
    expect([...events.text].map((text) => whole.texts[text])).toEqual(
      run.trace.map(({ text }) => text),
    );
    expect([...operations.id].toSorted((a, b) => a - b)).toEqual(run.history.map(({ id }) => id));
    const outcomes = new Map(run.history.map(({ id, outcome }) => [id, outcome]));
    operations.id.forEach((id, row) => {
      expect(outcomeNames[operations.outcome[row] ?? 0]).toBe(outcomes.get(id));
    });
  });

  it("holds each message with its way, its fate and its time, ascending by its end", () => {
    const { sentUs, endUs, from, to, fate } = whole.messages;
    const fates = new Set([...fate].map((number) => messageFates[number]));
    expect(fates.has("delivered") && fates.has("refused")).toBe(true);
    expect([...endUs]).toEqual([...endUs].toSorted((left, right) => left - right));
    expect(endUs.every((end, row) => end >= (sentUs[row] ?? Infinity))).toBe(true);
    expect(from.every((place, row) => place !== to[row])).toBe(true);
  });

  it("tells the lease as it is believed and as it is, near each other while clocks run true", () => {
    const { believedUntilUs, trueUntilUs, timeUs } = whole.databases;
    let held = 0;
    believedUntilUs.forEach((until, row) => {
      if (until === -Infinity) return;
      held += 1;
      expect(Math.abs(until - (trueUntilUs[row] ?? 0))).toBeLessThan(2000);
      expect((trueUntilUs[row] ?? 0) - (timeUs[row] ?? 0)).toBeLessThanOrEqual(1_000_000);
    });
    expect(held).toBeGreaterThan(10);
  });

  it("shows syncs of log nodes alone, each with its bytes", () => {
    const { place, fromUs, untilUs, bytes, ok } = whole.syncs;
    place.forEach((at, row) => {
      expect(live.places[at]).toMatch(/^log-/);
      expect(untilUs[row]).toBeGreaterThan(fromUs[row] ?? Infinity);
      expect(ok[row]).toBe(1);
    });
    expect([...bytes].some((count) => count > 0)).toBe(true);
  });

  it("tells a lease as it is where a clock runs slow: renewed once, it ends once, far before its holder believes", () => {
    const slow = new LiveRun({ ...spec, scenario: "clock-beyond-bound", overrides: {} }, scenarios);
    while (slow.advance(Infinity, 100_000) === undefined);
    const { timeUs, place, believedUntilUs, trueUntilUs } = slow.camera.whole().databases;
    const endsOf = new Map<string, Set<number>>();
    let worstUs = 0;
    believedUntilUs.forEach((believed, row) => {
      if (believed === -Infinity) return;
      const truly = trueUntilUs[row] ?? 0;
      worstUs = Math.max(worstUs, believed - truly);
      // Nobody was promised more than one lease from now.
      expect(truly - (timeUs[row] ?? 0)).toBeLessThanOrEqual(2_000_000);
      const renewal = `${place[row]} ${believed}`;
      endsOf.set(renewal, (endsOf.get(renewal) ?? new Set()).add(truly));
    });
    expect(worstUs).toBeGreaterThan(500_000);
    expect([...endsOf.values()].filter(({ size }) => size > 1)).toEqual([]);
  });
});
