/**
 * A window of a run as OpenTelemetry traces (OTLP JSON): each attempt of a client is a trace. Its root span is the operation; below it stand
 * the messages between machines of its shard that left and ended while it was under way. They carry what the operation waited for,
 * but a batch serves many: one message may stand below several operations. Times count from a fixed moment, so equal runs give equal bytes.
 */
import { accessNames, messageFates, NOWHERE, outcomeNames } from "../sim/film/film.ts";
import { frameKinds } from "../sim/film/frameKinds.ts";
import { eventKinds } from "../sim/trace/vocabulary.ts";
import { refuseMoreThan, rowsWithin, type FilmWindow } from "./filmWindow.ts";
import type { FilmView } from "./filmView.ts";

/** Keeps the file below about 20 MB: viewers refuse uploads of 50. */
const mostSpans = 30_000;
/** 2023-11-14 22:13:20 UTC stands for the beginning of the run. */
const epochUs = 1_700_000_000_000_000;
/** Of SpanKind and StatusCode in opentelemetry/proto/trace/v1/trace.proto. */
const KIND = { client: 3, producer: 4 } as const;
const STATUS = { unset: 0, ok: 1, error: 2 } as const;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly SpanEvent[];
  readonly status: { readonly code: number; readonly message?: string };
}

interface SpanEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string } | { readonly intValue: string };
}

/** An operation's stretch, with what is filed below it. */
interface Attempt extends FilmWindow {
  /** Of `FilmOperations`. */
  readonly row: number;
  readonly traceId: string;
  readonly rootId: string;
  readonly shard: number;
  /** Of `FilmMessages`. */
  readonly messages: readonly number[];
}

/** Throws an Error for a person if no operation was under way in the window, or too much happened in it. */
export function otlpTraces(view: FilmView, window: FilmWindow): string {
  const shards = shardsOf(view);
  const attempts = attemptsWithin(view, shards, window);
  if (attempts.length === 0) {
    throw new Error("no operation is under way in this window: choose another");
  }
  const count = attempts.reduce((sum, { messages }) => sum + 1 + messages.length, 0);
  refuseMoreThan(mostSpans, count, "span", window);
  const spans = new Map<string, Span[]>();
  const add = (service: string, span: Span): void => {
    const own = spans.get(service) ?? [];
    spans.set(service, own);
    own.push(span);
  };
  for (const attempt of attempts) {
    add("clients", operationSpan(view, attempt, shards));
    for (const row of attempt.messages) {
      const sender = view.places[view.film.messages.from[row] ?? 0] ?? "";
      add(sender, messageSpan(view, attempt, row));
    }
  }
  const resourceSpans = [...spans].map(([service, own]) => ({
    resource: { attributes: attributesOf({ "service.name": service }) },
    scopeSpans: [{ scope: { name: "azimuth-sim" }, spans: own }],
  }));
  return JSON.stringify({ resourceSpans });
}

/** The shard of each machine that operations wait for, by place; -1: it serves all. The monitor asks everybody all the time, and nobody waits for it. */
function shardsOf({ outline, places }: FilmView): ReadonlyMap<number, number> {
  const machines = outline.nodes.filter(({ kind }) => kind !== "monitor");
  return new Map(machines.map(({ node, shard }) => [places.indexOf(node), shard]));
}

type Shards = ReturnType<typeof shardsOf>;

function serves(shards: Shards, place: number, shard: number): boolean {
  const own = shards.get(place);
  return own === -1 || own === shard;
}

function attemptsWithin(view: FilmView, shards: Shards, window: FilmWindow): readonly Attempt[] {
  const { id, invokedUs, completedUs, shard } = view.film.operations;
  const { scenario, seed, simulatedUs } = view.outline;
  const attempts: Attempt[] = [];
  for (let row = 0; row < id.length; row++) {
    const fromUs = invokedUs[row] ?? 0;
    const completed = completedUs[row] ?? -1;
    const untilUs = completed < 0 ? simulatedUs : completed;
    if (fromUs > window.untilUs || untilUs < window.fromUs) continue;
    const traceId = hashText(`${scenario} ${seed}`) + hex(id[row] ?? 0);
    const stretch = { fromUs, untilUs, shard: shard[row] ?? 0 };
    const messages = messagesWithin(view, shards, stretch);
    attempts.push({ row, traceId, rootId: hex(0), ...stretch, messages });
  }
  return attempts;
}

function messagesWithin(
  { film }: FilmView,
  shards: Shards,
  stretch: FilmWindow & { readonly shard: number },
): readonly number[] {
  const { sentUs, endUs, from, to } = film.messages;
  const within = rowsWithin(endUs, stretch);
  const rows: number[] = [];
  for (let row = within.from; row < within.until; row++) {
    if ((sentUs[row] ?? 0) < stretch.fromUs) continue;
    const isBetween = [from[row], to[row]].every((place) =>
      serves(shards, place ?? 0, stretch.shard),
    );
    if (isBetween) rows.push(row);
  }
  return rows;
}

function operationSpan(view: FilmView, attempt: Attempt, shards: Shards): Span {
  const { film, texts, places } = view;
  const { row } = attempt;
  const { operations } = film;
  const outcome = outcomeNames[operations.outcome[row] ?? 0] ?? "";
  const command = texts[operations.command[row] ?? 0] ?? "";
  const answer = texts[operations.answer[row] ?? 0] ?? "";
  return {
    traceId: attempt.traceId,
    spanId: attempt.rootId,
    parentSpanId: "",
    name: command.split(" ", 1)[0] ?? "",
    kind: KIND.client,
    startTimeUnixNano: nanoseconds(attempt.fromUs),
    endTimeUnixNano: nanoseconds(attempt.untilUs),
    attributes: attributesOf({
      "db.query.text": command,
      "db.namespace": String(attempt.shard),
      "server.address": places[operations.place[row] ?? 0] ?? "",
      "azimuth.access": accessNames[operations.access[row] ?? 0] ?? "",
      "azimuth.outcome": outcome,
      "azimuth.answer": answer,
      "azimuth.operation": operations.id[row] ?? 0,
      "azimuth.offered": operations.offered[row] ?? 0,
      "azimuth.client": operations.process[row] ?? 0,
      "azimuth.due_us": operations.dueUs[row] ?? 0,
    }),
    events: spanEvents(view, attempt, shards),
    status: outcome === "ok" ? { code: STATUS.ok } : { code: STATUS.error, message: answer },
  };
}

/** What the machines of the shard and the world told meanwhile, and when the answer left the node. */
function spanEvents(view: FilmView, attempt: Attempt, shards: Shards): readonly SpanEvent[] {
  const { events, operations } = view.film;
  const { timeUs, kind, place, shard, text } = events;
  const { from, until } = rowsWithin(timeUs, attempt);
  const told: SpanEvent[] = [];
  for (let row = from; row < until; row++) {
    const where = place[row] ?? 0;
    const isOfOther = shard[row] !== -1 && shard[row] !== attempt.shard;
    if (isOfOther || (where !== NOWHERE && !serves(shards, where, attempt.shard))) continue;
    told.push({
      timeUnixNano: nanoseconds(timeUs[row] ?? 0),
      name: eventKinds[kind[row] ?? 0] ?? "",
      attributes: attributesOf({
        "azimuth.place": view.places[where] ?? "",
        "azimuth.text": view.texts[text[row] ?? 0] ?? "",
      }),
    });
  }
  const repliedUs = operations.repliedUs[attempt.row] ?? -1;
  if (repliedUs < 0) return told;
  return [...told, { timeUnixNano: nanoseconds(repliedUs), name: "replied", attributes: [] }];
}

function messageSpan({ film, places }: FilmView, attempt: Attempt, row: number): Span {
  const { sentUs, endUs, to, kind, bytes, fate } = film.messages;
  const ending = messageFates[fate[row] ?? 0] ?? "";
  const isDelivered = ending === "delivered";
  return {
    traceId: attempt.traceId,
    spanId: hex(row + 1),
    parentSpanId: attempt.rootId,
    name: frameKinds[kind[row] ?? 0] ?? "",
    kind: KIND.producer,
    startTimeUnixNano: nanoseconds(sentUs[row] ?? 0),
    endTimeUnixNano: nanoseconds(endUs[row] ?? 0),
    attributes: attributesOf({
      "azimuth.to": places[to[row] ?? 0] ?? "",
      "azimuth.bytes": bytes[row] ?? 0,
      "azimuth.fate": ending,
    }),
    events: [],
    status: isDelivered ? { code: STATUS.unset } : { code: STATUS.error, message: ending },
  };
}

function attributesOf(values: Readonly<Record<string, string | number>>): readonly Attribute[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
  }));
}

/** OTLP writes 64-bit numbers as decimal texts. */
function nanoseconds(us: number): string {
  return `${epochUs + Math.round(us)}000`;
}

/** 16 hexadecimal digits, never all zero: viewers take those for missing. */
function hex(value: number): string {
  return (value + 1).toString(16).padStart(16, "0");
}

/** 16 hexadecimal digits of a text: FNV-1a, twice. */
function hashText(text: string): string {
  const half = (seed: number): string => {
    let hash = seed;
    for (const sign of text) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 16_777_619);
    return (hash >>> 0).toString(16).padStart(8, "0");
  };
  return half(0x811c9dc5) + half(0x01000193);
}
