import { describe, expect, it } from "vitest";
import { scenarios } from "../scenarios/registry.ts";
import { LiveRun } from "../sim/live/liveRun.ts";
import { filmViewOf, type FilmView } from "./filmView.ts";
import { perfettoTrace } from "./perfetto.ts";
import { testFilm } from "./testFilm.ts";

/** A field's number with its value: a number of 64 bits, or the bytes of a text or message. */
type Field = readonly [number: number, value: bigint | Uint8Array];

/** Reads the wire format with no knowledge of the messages, and none of the writer's code. */
function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined || shift > 63n) throw new Error(`no varint ends at ${at}`);
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) throw new Error(`${count} bytes at ${at} reach beyond the end`);
    at += count;
    return bytes.subarray(at - count, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    switch (tag & 7) {
      case 0:
        fields.push([number, varint()]);
        break;
      case 1:
        fields.push([number, new DataView(take(8).slice().buffer).getBigUint64(0, true)]);
        break;
      case 2:
        fields.push([number, take(Number(varint()))]);
        break;
      default:
        throw new Error(`wire type ${tag & 7} at ${at}`);
    }
  }
  return fields;
}

function all(fields: readonly Field[], number: number): readonly (bigint | Uint8Array)[] {
  return fields.filter(([each]) => each === number).map(([, value]) => value);
}

function numberOf(fields: readonly Field[], number: number): number | undefined {
  const [value] = all(fields, number);
  return typeof value === "bigint" ? Number(BigInt.asIntN(64, value)) : undefined;
}

function bytesOf(fields: readonly Field[], number: number): Uint8Array | undefined {
  const [value] = all(fields, number);
  return value instanceof Uint8Array ? value : undefined;
}

function textOf(fields: readonly Field[], number: number): string | undefined {
  const bytes = bytesOf(fields, number);
  return bytes === undefined ? undefined : new TextDecoder("utf8", { fatal: true }).decode(bytes);
}

function messages(fields: readonly Field[], number: number): readonly (readonly Field[])[] {
  return all(fields, number).map((value) => fieldsOf(value as Uint8Array));
}

interface Track {
  readonly uuid: number;
  readonly name: string;
  readonly parent: number | undefined;
  readonly pid: number | undefined;
  readonly isCounter: boolean;
}

interface TrackEvent {
  readonly ns: number;
  readonly type: number;
  readonly track: number;
  readonly name: string | undefined;
  readonly category: string | undefined;
  readonly notes: Readonly<Record<string, string | number>>;
  readonly value: number | undefined;
  readonly flows: readonly number[];
  readonly endingFlows: readonly number[];
}

/** Numbers as google/perfetto's .proto files have them. */
function readTrace(bytes: Uint8Array): { tracks: Map<number, Track>; events: TrackEvent[] } {
  const tracks = new Map<number, Track>();
  const events: TrackEvent[] = [];
  const interned = [1, 2, 3].map(() => new Map<number, string>());
  const [categories, names, noteNames] = interned;
  messages(fieldsOf(bytes), 1).forEach((packet, index) => {
    expect(numberOf(packet, 10)).toBe(1);
    expect(numberOf(packet, 13)).toBe(index === 0 ? 1 : 2);
    for (const data of messages(packet, 12)) {
      interned.forEach((entries, place) => {
        for (const entry of messages(data, place + 1)) {
          expect(entries.has(numberOf(entry, 1) ?? 0)).toBe(false);
          entries.set(numberOf(entry, 1) ?? 0, textOf(entry, 2) ?? "");
        }
      });
    }
    for (const track of messages(packet, 60)) {
      const process = messages(track, 3)[0];
      const uuid = numberOf(track, 1) ?? 0;
      expect(tracks.has(uuid)).toBe(false);
      const isCounter = bytesOf(track, 8) !== undefined;
      const pid = process === undefined ? undefined : numberOf(process, 1);
      const about = { parent: numberOf(track, 5), pid, isCounter };
      tracks.set(uuid, { uuid, name: textOf(track, 2) ?? "", ...about });
    }
    for (const event of messages(packet, 11)) {
      const notes = messages(event, 4).map((note) => {
        const name = noteNames?.get(numberOf(note, 1) ?? 0) ?? "";
        return [name, textOf(note, 6) ?? numberOf(note, 4) ?? NaN] as const;
      });
      events.push({
        ns: numberOf(packet, 8) ?? NaN,
        type: numberOf(event, 9) ?? 0,
        track: numberOf(event, 11) ?? 0,
        name: names?.get(numberOf(event, 10) ?? 0),
        category: categories?.get(numberOf(event, 3) ?? 0),
        notes: Object.fromEntries(notes),
        value: numberOf(event, 30),
        flows: all(event, 47).map(Number),
        endingFlows: all(event, 48).map(Number),
      });
    }
  });
  return { tracks, events };
}

const BEGIN = 1;
const END = 2;
const INSTANT = 3;
const COUNTER = 4;

const view = testFilm();
const { tracks, events } = readTrace(perfettoTrace(view));

function namedTrack(process: string, name: string): readonly Track[] {
  const parents = [...tracks.values()].filter((track) => track.name === process);
  const parent = parents[0]?.uuid;
  return [...tracks.values()].filter((track) => track.parent === parent && track.name === name);
}

function on(process: string, name: string, type: number): readonly TrackEvent[] {
  const uuids = namedTrack(process, name).map(({ uuid }) => uuid);
  return events.filter((event) => uuids.includes(event.track) && event.type === type);
}

/** Of slices: name, begin and end in microseconds. */
function slicesOn(process: string, name: string): readonly (readonly [string, number, number])[] {
  const begins = on(process, name, BEGIN);
  const ends = on(process, name, END);
  return begins.map((begin, index) => [
    begin.name ?? "",
    begin.ns / 1000,
    (ends[index]?.ns ?? NaN) / 1000,
  ]);
}

function filmOfRun(): FilmView {
  const overrides = { horizonMs: 6000, faultAtMs: 2000, faultForMs: 2500, leaseMs: 1000 };
  const live = new LiveRun({ scenario: "az-outage", seed: 1, overrides, edits: [] }, scenarios);
  live.advance(Infinity, Infinity);
  return filmViewOf(live);
}

describe.each([
  ["of a film made by hand", view],
  ["of a run", filmOfRun()],
])("a Perfetto trace %s", (_, film) => {
  const trace = readTrace(perfettoTrace(film));

  it("knows the track of every event: a process, or of one, and a counter's for counters alone", () => {
    for (const { track, type } of trace.events) {
      const own = trace.tracks.get(track);
      expect(trace.tracks.get(own?.parent ?? 0)?.pid).toBeGreaterThan(0);
      expect(own?.isCounter).toBe(type === COUNTER);
    }
  });

  it("ends every slice that it begins, and nests them", () => {
    for (const { uuid } of trace.tracks.values()) {
      const own = trace.events.filter(({ track }) => track === uuid);
      // The reader sorts by time and keeps the order of equal times.
      own.sort((left, right) => left.ns - right.ns);
      let open = 0;
      for (const { type } of own) {
        if (type === BEGIN) open += 1;
        if (type === END) open -= 1;
        expect(open).toBeGreaterThanOrEqual(0);
        // Ours never lie within another: what overlaps has a track of its own.
        expect(open).toBeLessThanOrEqual(1);
      }
      expect(open).toBe(0);
    }
  });

  it("joins every delivered message from its sending to its arrival, and no other", () => {
    const { messages: sent } = film.film;
    const starts = trace.events.filter(({ flows }) => flows.length > 0);
    const ends = new Map(
      trace.events
        .filter((event) => event.endingFlows.length > 0)
        .map((e) => [e.endingFlows[0], e]),
    );
    const delivered = [...sent.fate].filter((fate) => fate === 0).length;
    expect(starts.length).toBe(delivered);
    expect(ends.size).toBe(delivered);
    for (const start of starts) {
      const end = ends.get(start.flows[0]);
      expect(end?.name).toBe(start.name);
      expect(end?.ns).toBeGreaterThanOrEqual(start.ns);
      expect(trace.tracks.get(start.track)?.name).toBe("sent");
      expect(trace.tracks.get(end?.track ?? 0)?.name).toBe("received");
    }
    expect(trace.events.filter(({ category }) => category === "lost message").length).toBe(
      sent.fate.length - delivered,
    );
  });

  it("holds as many operations, syncs, events and counters as the film", () => {
    const { operations, syncs, events: filmed, messages: sent } = film.film;
    const countOf = (category: string): number =>
      trace.events.filter((event) => event.category === category).length;
    const outcomes = ["ok", "fail", "open", "unknown"].map(countOf);
    expect(outcomes.reduce((sum, count) => sum + count, 0)).toBe(operations.id.length);
    expect(countOf("disk")).toBe(syncs.fromUs.length);
    expect(countOf("fault")).toBeGreaterThanOrEqual(film.outline.faults.length);
    const instants = trace.events.filter(({ type }) => type === INSTANT).length;
    const delivered = [...sent.fate].filter((fate) => fate === 0).length;
    expect(instants).toBe(filmed.timeUs.length + sent.fate.length + delivered);
    expect(trace.events.some(({ type, value }) => type === COUNTER && (value ?? 0) > 10)).toBe(
      true,
    );
  });
});

describe("a Perfetto trace", () => {
  it("holds as many operations, syncs and events as the film", () => {
    const { operations, syncs, events: filmed } = view.film;
    expect(on("clients", "writes", BEGIN).length).toBe(operations.id.length / 2);
    expect(on("clients", "reads", BEGIN).length).toBe(operations.id.length / 2);
    // A read lasts one and a half rounds: two are always under way.
    expect(namedTrack("clients", "reads").length).toBe(2);
    expect(slicesOn("log-a, zone a", "disk").length).toBe(syncs.fromUs.length);
    expect(on("log-a, zone a", "disk", BEGIN).filter((e) => e.name === "failed sync").length).toBe(
      1,
    );
    const instants = events.filter(({ track }) => tracks.get(track)?.name === "events");
    expect(instants.length).toBe(filmed.timeUs.length);
    expect(instants.every(({ type }) => type === INSTANT)).toBe(true);
  });

  it("tells of an operation what a person asks", () => {
    const [write] = on("clients", "writes", BEGIN);
    expect(write).toMatchObject({ name: "SET r:0:1", category: "ok", ns: 0 });
    expect(write?.notes).toEqual({
      operation: 0,
      command: "SET r:0:1 v",
      answer: "OK",
      node: "db-0-a",
      shard: 0,
      client: 0,
      offered: 0,
      waitedUs: 100,
    });
  });

  it("shows roles, and the lease as believed and as true", () => {
    const end = view.outline.simulatedUs;
    expect(slicesOn("db-0-b, zone b", "role")).toEqual([
      ["replica", 0, 400_000],
      ["primary", 400_000, end],
    ]);
    // Renewed every 10 ms until 90 ms; at 100 ms the node knows that it has none.
    expect(slicesOn("db-0-a, zone a", "lease, believed")).toEqual([["epoch 1", 0, 100_000]]);
    expect(slicesOn("db-0-b, zone b", "lease, true")).toEqual([["epoch 2", 400_000, 430_007]]);
    expect(slicesOn("log-a, zone a", "shard 0, role")).toEqual([
      ["follower", 2400, 12_400],
      ["leader", 12_400, end],
    ]);
  });

  it("counts positions when they change, and how far a node is behind", () => {
    const applied = on("db-0-a, zone a", "applied position", COUNTER);
    expect(applied.map(({ value }) => value)).toEqual(
      Array.from({ length: 40 }, (_, at) => at + 1),
    );
    const lag = on("db-0-b, zone b", "lag, entries", COUNTER).map(({ value }) => value);
    expect(lag.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(lag.at(-1)).toBe(0);
  });

  it("shades faults and windows on the run's own process", () => {
    const run = "az-outage, seed 1";
    expect(slicesOn(run, "faults")).toEqual([
      ["zone b dark", 90_000, 200_000],
      ["messages are lost", 150_000, 250_000],
    ]);
    expect(namedTrack(run, "faults").length).toBe(2);
    expect(slicesOn(run, "writes unavailable")).toEqual([["writes unavailable", 100_000, 150_000]]);
    const zone = on(run, "events", INSTANT).find(({ name }) => name === "zone.down");
    expect(zone?.notes).toEqual({ place: "b" });
  });
});
