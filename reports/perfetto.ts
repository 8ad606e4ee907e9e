/**
 * A run for the Perfetto UI: a process for the run itself, one for the clients and one a machine. Slices where something lasts, instants
 * where something happens, counters for positions, and an arrow from the sending of each delivered message to its arrival.
 */
import {
  accessNames,
  databaseRoles,
  logRoles,
  messageFates,
  outcomeNames,
} from "../sim/film/film.ts";
import { frameKinds } from "../sim/film/frameKinds.ts";
import { eventKinds } from "../sim/trace/vocabulary.ts";
import { leaseSpans, spansOf, type FilmView, type RowSpan } from "./filmView.ts";
import { PerfettoWriter, type Slice } from "./perfettoWriter.ts";

/** The bytes of a `.pftrace` file. Times are those of the run, in nanoseconds. */
export function perfettoTrace(view: FilmView): Uint8Array {
  const writer = new PerfettoWriter();
  const { scenario, seed, nodes } = view.outline;
  const run = writer.process(`${scenario}, seed ${seed}`);
  writeRun(view, writer, run);
  const clients = writer.process("clients");
  writeOperations(view, writer, clients);
  const processes = new Map<number, number>([[view.places.indexOf("clients"), clients]]);
  for (const { node, zone } of nodes) {
    processes.set(view.places.indexOf(node), writer.process(`${node}, zone ${zone}`));
  }
  const lanes = new Lanes(view, writer, run, processes);
  writeDatabases(view, lanes);
  writeLogs(view, lanes);
  writeSyncs(view, lanes);
  writeEvents(view, lanes);
  writeMessages(view, lanes);
  return writer.done();
}

/** The tracks of machines, made when the first row needs them. */
class Lanes {
  readonly writer: PerfettoWriter;
  private readonly places: readonly string[];
  private readonly run: number;
  private readonly processes: ReadonlyMap<number, number>;
  private readonly made: Map<string, number> = new Map();

  constructor(
    { places }: FilmView,
    writer: PerfettoWriter,
    run: number,
    processes: ReadonlyMap<number, number>,
  ) {
    this.writer = writer;
    this.places = places;
    this.run = run;
    this.processes = processes;
  }

  /** Of a zone, or of nowhere, the run's own. */
  process(place: number): number {
    return this.processes.get(place) ?? this.run;
  }

  track(place: number, name: string): number {
    return this.lane(place, name, (process) => this.writer.track(process, name));
  }

  counter(place: number, name: string): number {
    return this.lane(place, name, (process) => this.writer.counter(process, name));
  }

  name(place: number): string {
    return this.places[place] ?? "";
  }

  private lane(place: number, name: string, make: (process: number) => number): number {
    const process = this.process(place);
    const key = `${process} ${name}`;
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const lane = make(process);
    this.made.set(key, lane);
    return lane;
  }
}

function writeRun({ outline }: FilmView, writer: PerfettoWriter, run: number): void {
  const faults = outline.faults.map(({ kind, text, fromUs, untilUs }) => {
    return { name: text, category: "fault", notes: { kind }, fromUs, untilUs };
  });
  writer.slices(run, "faults", faults);
  for (const access of ["write", "read"] as const) {
    const windows = outline.unavailability.filter((window) => window.access === access);
    const slices = windows.map(({ shard, fromUs, untilUs }) => {
      const name = `${access}s unavailable`;
      return { name, category: "unavailability", notes: { shard }, fromUs, untilUs };
    });
    writer.slices(run, `${access}s unavailable`, slices);
  }
  const failovers = outline.failovers.map(
    ({ shard, cause, planned, faultUs, firstAckUs, from, to }) => {
      const name = `${from} → ${to}`;
      const notes = { shard, cause, kind: planned ? "planned" : "unplanned" };
      return { name, category: "failover", notes, fromUs: faultUs, untilUs: firstAckUs };
    },
  );
  writer.slices(run, "failovers", failovers);
}

function writeOperations(view: FilmView, writer: PerfettoWriter, clients: number): void {
  const { outline, film, texts, places } = view;
  const { operations } = film;
  const byAccess: readonly Slice[][] = accessNames.map(() => []);
  for (let row = 0; row < operations.id.length; row++) {
    const access = operations.access[row] ?? 0;
    const outcome = outcomeNames[operations.outcome[row] ?? 0] ?? "";
    const command = texts[operations.command[row] ?? 0] ?? "";
    const completedUs = operations.completedUs[row] ?? -1;
    const fromUs = operations.invokedUs[row] ?? 0;
    byAccess[access]?.push({
      name: command.split(" ", 2).join(" "),
      category: outcome,
      notes: {
        operation: operations.id[row] ?? 0,
        command,
        answer: texts[operations.answer[row] ?? 0] ?? "",
        node: places[operations.place[row] ?? 0] ?? "",
        shard: operations.shard[row] ?? 0,
        client: operations.process[row] ?? 0,
        offered: operations.offered[row] ?? 0,
        waitedUs: fromUs - (operations.dueUs[row] ?? 0),
      },
      fromUs,
      untilUs: completedUs < 0 ? outline.simulatedUs : completedUs,
    });
  }
  byAccess.forEach((slices, access) => writer.slices(clients, `${accessNames[access]}s`, slices));
}

function writeDatabases(view: FilmView, lanes: Lanes): void {
  const { databases } = view.film;
  const { place, role, epoch } = databases;
  const endUs = view.outline.simulatedUs;
  const isSame = (left: number, right: number): boolean =>
    role[left] === role[right] && epoch[left] === epoch[right];
  const roles = spansOf(databases.timeUs, (row) => place[row] ?? 0, isSame, endUs);
  const write = (
    name: string,
    spans: readonly RowSpan[],
    nameOf: (row: number) => string,
  ): void => {
    for (const { row, fromUs, untilUs } of spans) {
      const notes = { epoch: epoch[row] ?? 0 };
      const slice = { name: nameOf(row), category: name, notes, fromUs, untilUs };
      lanes.writer.slice(lanes.track(place[row] ?? 0, name), slice);
    }
  };
  const leaseName = (row: number): string => `epoch ${epoch[row]}`;
  write("role", roles, (row) => databaseRoles[role[row] ?? 0] ?? "");
  write("lease, believed", leaseSpans(databases, databases.believedUntilUs, endUs), leaseName);
  write("lease, true", leaseSpans(databases, databases.trueUntilUs, endUs), leaseName);
  writePositions(view, lanes);
}

function writePositions({ outline, film, places }: FilmView, lanes: Lanes): void {
  const { timeUs, place, appliedPosition, committedPosition } = film.databases;
  const shardOf = new Map(outline.nodes.map(({ node, shard }) => [places.indexOf(node), shard]));
  const values = new Changes(lanes);
  const applied = new Map<number, number>();
  const newest = new Map<number, number>();
  for (let row = 0; row < timeUs.length; row++) {
    const atUs = timeUs[row] ?? 0;
    const node = place[row] ?? 0;
    const position = appliedPosition[row] ?? 0;
    values.set(node, "applied position", atUs, position);
    values.set(node, "committed position", atUs, committedPosition[row] ?? 0);
    applied.set(node, position);
    const shard = shardOf.get(node) ?? -1;
    newest.set(shard, Math.max(position, newest.get(shard) ?? 0));
    // Who stands still falls behind while another goes on.
    for (const [each, own] of applied) {
      if (shardOf.get(each) !== shard) continue;
      values.set(each, "lag, entries", atUs, (newest.get(shard) ?? 0) - own);
    }
  }
}

/** Counters, told only when they change. */
class Changes {
  private readonly lanes: Lanes;
  private readonly last: Map<number, number> = new Map();

  constructor(lanes: Lanes) {
    this.lanes = lanes;
  }

  set(place: number, name: string, atUs: number, value: number): void {
    const counter = this.lanes.counter(place, name);
    if (this.last.get(counter) === value) return;
    this.last.set(counter, value);
    this.lanes.writer.count(counter, atUs, value);
  }
}

function writeLogs(view: FilmView, lanes: Lanes): void {
  const { timeUs, place, shard, role, term, lastPosition, commitPosition } = view.film.logs;
  const laneOf = (row: number): number => (place[row] ?? 0) * 65_536 + (shard[row] ?? 0);
  const isSame = (left: number, right: number): boolean =>
    role[left] === role[right] && term[left] === term[right];
  for (const { row, fromUs, untilUs } of spansOf(
    timeUs,
    laneOf,
    isSame,
    view.outline.simulatedUs,
  )) {
    const name = logRoles[role[row] ?? 0] ?? "";
    const slice = { name, category: "role", notes: { term: term[row] ?? 0 }, fromUs, untilUs };
    lanes.writer.slice(lanes.track(place[row] ?? 0, `shard ${shard[row]}, role`), slice);
  }
  const values = new Changes(lanes);
  for (let row = 0; row < timeUs.length; row++) {
    const atUs = timeUs[row] ?? 0;
    const node = place[row] ?? 0;
    values.set(node, `shard ${shard[row]}, last position`, atUs, lastPosition[row] ?? 0);
    values.set(node, `shard ${shard[row]}, committed position`, atUs, commitPosition[row] ?? 0);
  }
}

function writeSyncs({ film }: FilmView, lanes: Lanes): void {
  const { fromUs, untilUs, place, bytes, ok } = film.syncs;
  const byPlace = new Map<number, Slice[]>();
  for (let row = 0; row < fromUs.length; row++) {
    const node = place[row] ?? 0;
    const slices = byPlace.get(node) ?? [];
    byPlace.set(node, slices);
    slices.push({
      name: ok[row] === 1 ? "sync" : "failed sync",
      category: "disk",
      notes: { bytes: bytes[row] ?? 0 },
      fromUs: fromUs[row] ?? 0,
      untilUs: untilUs[row] ?? 0,
    });
  }
  for (const [node, slices] of byPlace) lanes.writer.slices(lanes.process(node), "disk", slices);
}

function writeEvents({ film, texts }: FilmView, lanes: Lanes): void {
  const { timeUs, kind, place, shard, position, value, text } = film.events;
  for (let row = 0; row < timeUs.length; row++) {
    const name = eventKinds[kind[row] ?? 0] ?? "";
    const where = place[row] ?? 0;
    const told = {
      shard: shard[row] ?? -1,
      position: position[row] ?? -1,
      value: value[row] ?? -1,
    };
    const notes: Record<string, string | number> = { place: lanes.name(where) };
    for (const [each, number] of Object.entries(told)) if (number !== -1) notes[each] = number;
    const words = texts[text[row] ?? 0] ?? "";
    if (words !== "") notes["text"] = words;
    const mark = { name, category: name.split(".", 1)[0] ?? "", notes };
    lanes.writer.instant(lanes.track(where, "events"), timeUs[row] ?? 0, mark);
  }
}

function writeMessages({ film }: FilmView, lanes: Lanes): void {
  const { sentUs, endUs, from, to, kind, bytes, fate } = film.messages;
  for (let row = 0; row < sentUs.length; row++) {
    const sender = from[row] ?? 0;
    const receiver = to[row] ?? 0;
    const name = frameKinds[kind[row] ?? 0] ?? `kind ${kind[row]}`;
    const ending = messageFates[fate[row] ?? 0] ?? "";
    const size = bytes[row] ?? 0;
    const notes = { to: lanes.name(receiver), bytes: size };
    const track = lanes.track(sender, "sent");
    if (ending !== "delivered") {
      const lost = { name, category: "lost message", notes: { ...notes, fate: ending } };
      lanes.writer.instant(track, sentUs[row] ?? 0, lost);
      continue;
    }
    const flow = { id: row + 1, isEnd: false };
    lanes.writer.instant(track, sentUs[row] ?? 0, { name, category: "message", notes }, flow);
    const came = { from: lanes.name(sender), bytes: size };
    const received = { name, category: "message", notes: came };
    const arrival = lanes.track(receiver, "received");
    lanes.writer.instant(arrival, endUs[row] ?? 0, received, { ...flow, isEnd: true });
  }
}
