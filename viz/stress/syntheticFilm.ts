/**
 * A film of any length without a simulation: a million rows of messages, operations and events, for measurements and tests of the drawing.
 * Plausible, not true. One message is cut far from any fault: whoever draws must not lose it.
 */
import type { FilmChunk, FilmTables } from "../../sim/film/film.ts";
import type { TimelineOutline } from "../timeline/contract.ts";

export interface SyntheticFilm {
  readonly outline: TimelineOutline;
  readonly places: readonly string[];
  readonly eventKinds: readonly string[];
  readonly frameKinds: readonly string[];
  readonly chunks: readonly FilmChunk[];
  /** Rows of messages, operations and events. */
  readonly rows: number;
  /** The lonely cut message: when its fate was known, and whom it did not reach. */
  readonly lonelyUs: number;
  readonly lonelyPlace: string;
}

const ROWS_A_CHUNK = 25_000;
const SECONDS = 60;
const ENDS_US = SECONDS * 1_000_000;
const FAULT = { fromUs: 20_000_000, untilUs: 32_000_000 };
const LONELY_US = 47_000_000;
const SHARDS = 2;

const eventKinds = ["lease.renewed", "role.primary", "lease.lapsed", "machine.crashed"];
const [RENEWED, PRIMARY, LAPSED, CRASHED] = eventKinds.keys();
const frameKinds = ["", "logAppend", "logAppendReply"];
const zones = ["a", "b", "c"];

const logs = zones.map((zone) => `log-${zone}`);
const databases = Array.from({ length: SHARDS }, (_, shard) =>
  zones.map((zone) => `db-${shard}-${zone}`),
).flat();
const places = ["clients", ...logs, ...databases, "monitor", ...zones];
const firstLog = places.indexOf("log-a");
const firstDatabase = places.indexOf("db-0-a");

/** 55 % messages, 30 % operations, 15 % events; beside them a change of positions and a sync a hundred rows. */
export function syntheticFilm(rows: number, seed: number): SyntheticFilm {
  const draw = generator(seed);
  const chunks: FilmChunk[] = [];
  for (let from = 0; from < rows; from += ROWS_A_CHUNK) {
    const count = Math.min(ROWS_A_CHUNK, rows - from);
    const span = { fromUs: (from / rows) * ENDS_US, untilUs: ((from + count) / rows) * ENDS_US };
    chunks.push(chunkOf(count, from, span, draw));
  }
  return {
    outline: outlineOf(),
    places,
    eventKinds,
    frameKinds,
    chunks,
    rows,
    lonelyUs: LONELY_US,
    lonelyPlace: places[firstDatabase + 1] ?? "",
  };
}

interface Stretch {
  readonly fromUs: number;
  readonly untilUs: number;
}

function chunkOf(rows: number, firstId: number, span: Stretch, draw: () => number): FilmChunk {
  const messages = Math.floor(rows * 0.55);
  const operations = Math.floor(rows * 0.3);
  return {
    texts: firstId === 0 ? ["", "SET r:0:1 v", "GET r:0:1", "OK", "v"] : [],
    messages: messagesOf(messages, span, draw),
    operations: operationsOf(operations, firstId, span, draw),
    events: eventsOf(rows - messages - operations, span, draw),
    ...positionsOf(Math.ceil(rows / 100), span, draw),
  };
}

/** Ascending times spread over a stretch. */
function times(count: number, { fromUs, untilUs }: Stretch): Float64Array {
  const stepUs = (untilUs - fromUs) / count;
  return Float64Array.from({ length: count }, (_, row) => Math.floor(fromUs + row * stepUs));
}

function isInFault(us: number): boolean {
  return us >= FAULT.fromUs && us < FAULT.untilUs;
}

function messagesOf(count: number, span: Stretch, draw: () => number): FilmTables["messages"] {
  const endUs = times(count, span);
  const machine = (): number => firstLog + Math.floor(draw() * (logs.length + databases.length));
  const to = Uint16Array.from(endUs, machine);
  const fate = Uint8Array.from(endUs, (us) => Number(isInFault(us) && draw() < 0.05));
  const lonely = endUs.findIndex((us) => us >= LONELY_US);
  if (span.fromUs < LONELY_US && lonely >= 0) {
    fate[lonely] = 1;
    to[lonely] = firstDatabase + 1;
    endUs[lonely] = LONELY_US;
  }
  return {
    sentUs: endUs.map((us) => Math.max(0, us - 300 - Math.floor(draw() * 900))),
    endUs,
    from: to.map((place) => (place === firstLog ? firstDatabase : firstLog)),
    to,
    kind: to.map(() => 1 + Math.floor(draw() * 2)) as never,
    bytes: Uint32Array.from(to, () => 60 + Math.floor(draw() * 400)),
    fate,
  };
}

function operationsOf(
  count: number,
  firstId: number,
  span: Stretch,
  draw: () => number,
): FilmTables["operations"] {
  const completedUs = times(count, span);
  const tookUs = completedUs.map((us) => (isInFault(us) ? 40_000 : 900) * (1 + 4 * draw() ** 6));
  const dueUs = completedUs.map((us, row) => Math.max(0, Math.floor(us - (tookUs[row] ?? 0))));
  const access = Uint8Array.from(dueUs, () => (draw() < 0.7 ? 0 : 1));
  const column = (of: (row: number) => number): number[] =>
    Array.from({ length: count }, (_, row) => of(row));
  return {
    id: Int32Array.from(column((row) => firstId + row)),
    offered: Int32Array.from(column((row) => firstId + row)),
    dueUs,
    invokedUs: dueUs.slice(),
    completedUs,
    repliedUs: completedUs.map((us) => us - 200),
    access,
    outcome: Uint8Array.from(completedUs, (us) => (isInFault(us) && draw() < 0.1 ? 3 : 0)),
    shard: Int16Array.from(column((row) => row % SHARDS)),
    process: Int32Array.from(column((row) => row % 50)),
    place: Uint16Array.from(
      completedUs,
      (us, row) => firstDatabase + (row % SHARDS) * zones.length + Number(us >= FAULT.untilUs),
    ),
    command: Uint32Array.from(access, (each) => (each === 1 ? 1 : 2)),
    answer: Uint32Array.from(access, (each) => (each === 1 ? 3 : 4)),
  };
}

function eventsOf(count: number, span: Stretch, draw: () => number): FilmTables["events"] {
  const timeUs = times(count, span);
  const kindOf = (us: number): number => {
    if (!isInFault(us)) return RENEWED ?? 0;
    const chance = draw();
    if (chance < 0.001) return CRASHED ?? 0;
    return (chance < 0.01 ? LAPSED : chance < 0.02 ? PRIMARY : RENEWED) ?? 0;
  };
  return {
    timeUs,
    kind: Uint8Array.from(timeUs, kindOf),
    place: Uint16Array.from(
      timeUs,
      () => firstLog + Math.floor(draw() * (logs.length + databases.length)),
    ),
    shard: new Int16Array(count),
    position: timeUs.map((us) => Math.floor(us / 100)),
    value: new Float64Array(count).fill(-1),
    text: new Uint32Array(count),
  };
}

/** What machines knew of themselves, and syncs of the log nodes. */
function positionsOf(
  count: number,
  span: Stretch,
  draw: () => number,
): Pick<FilmTables, "databases" | "logs" | "syncs"> {
  const timeUs = times(count, span);
  const position = timeUs.map((us) => Math.floor(us / 100));
  const lagging = position.map((each) => Math.max(0, each - Math.floor(draw() * 20)));
  const place = Uint16Array.from(timeUs, (_, row) => firstDatabase + (row % databases.length));
  const leads = (row: number): boolean => {
    const isLate = (timeUs[row] ?? 0) >= FAULT.untilUs;
    return ((place[row] ?? 0) - firstDatabase) % zones.length === Number(isLate);
  };
  const leaseUs = timeUs.map((us, row) => (leads(row) ? us + 2_000_000 : -Infinity));
  const logPlace = Uint16Array.from(timeUs, (_, row) => firstLog + (row % logs.length));
  return {
    databases: {
      timeUs,
      place,
      role: Uint8Array.from(timeUs, (_, row) => (leads(row) ? 4 : 2)),
      epoch: Int32Array.from(timeUs, (us) => (us >= FAULT.untilUs ? 2 : 1)),
      appliedPosition: position,
      committedPosition: lagging,
      believedUntilUs: leaseUs,
      trueUntilUs: leaseUs.map((us) => us + 300),
    },
    logs: {
      timeUs,
      place: logPlace,
      shard: Int16Array.from(timeUs, (_, row) => Math.floor(row / logs.length) % SHARDS),
      role: Uint8Array.from(logPlace, (each) => (each === firstLog ? 3 : 1)),
      term: new Int32Array(count).fill(1),
      lastPosition: position,
      commitPosition: lagging,
    },
    syncs: {
      fromUs: timeUs.map((us) => Math.max(0, us - 400)),
      untilUs: timeUs,
      place: logPlace,
      bytes: new Uint32Array(count).fill(512),
      ok: Uint8Array.from(timeUs, () => Number(draw() > 0.0005)),
    },
  };
}

function outlineOf(): TimelineOutline {
  const whole = { fromUs: 0, untilUs: ENDS_US };
  const leads = databases.map((node) => ({
    node,
    zone: node.at(-1) ?? "",
    shard: Number(node[3]),
  }));
  const isFirst = (zone: string): boolean => zone === "a";
  return {
    nodes: [
      ...logs.map((node) => ({ node, kind: "log" as const, zone: node.at(-1) ?? "", shard: -1 })),
      ...leads.map((each) => ({ ...each, kind: "database" as const })),
      { node: "monitor", kind: "monitor", zone: "a", shard: -1 },
    ],
    roles: [
      ...logs.map((node) => ({ node, role: "log follower" as const, epoch: 1, ...whole })),
      ...leads.map(({ node, zone }) => ({
        node,
        role: isFirst(zone) ? ("primary" as const) : ("replica" as const),
        epoch: 1,
        ...whole,
      })),
    ],
    leases: leads
      .filter(({ zone }) => isFirst(zone))
      .map(({ node, shard }) => ({ node, shard, epoch: 1, ...whole })),
    unavailability: [{ shard: 0, access: "write", fromUs: FAULT.fromUs, untilUs: 23_000_000 }],
    failovers: [],
    loadedUs: 0,
    simulatedUs: ENDS_US,
    faults: [{ id: "0-loss", kind: "loss", text: "messages are lost", targets: [], ...FAULT }],
    promises: { plannedUs: 1_000_000, unplannedUs: 10_000_000, unplannedAimP99Us: 4_000_000 },
  };
}

/** Numbers in [0, 1), the same for the same seed. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761 + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
