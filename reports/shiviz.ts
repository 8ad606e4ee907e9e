/**
 * A window of a run for ShiViz: what happened at which machine, with vector clocks from which it draws who knew of what. The first line is
 * the expression that reads an entry, the second would part several runs.
 */
import { messageFates } from "../sim/film/film.ts";
import { frameKinds } from "../sim/film/frameKinds.ts";
import { eventKinds } from "../sim/trace/vocabulary.ts";
import { machinesOf, refuseMoreThan, rowsWithin, type FilmWindow } from "./filmWindow.ts";
import type { FilmView } from "./filmView.ts";

const mostEvents = 3000;
/** ShiViz's own standard. */
const expression = "(?<event>.*)\\n(?<host>\\S*) (?<clock>{.*})";

/** Something at one machine. Numbers of sendings are those of message rows. */
interface Entry {
  readonly atUs: number;
  readonly place: number;
  readonly text: string;
  readonly sends: number | undefined;
  readonly receives: number | undefined;
}

/** Throws an Error for a person if the window holds nothing, or more than can be drawn. */
export function shivizLog(view: FilmView, window: FilmWindow): string {
  const machines = machinesOf(view);
  const entries = [...messageEntries(view, window), ...eventEntries(view, window)]
    .filter(({ place }) => machines.has(place))
    .sort((left, right) => left.atUs - right.atUs || order(left) - order(right));
  refuseMoreThan(mostEvents, entries.length, "event", window);
  if (entries.length === 0) {
    throw new Error("nothing happens at any machine in this window: choose a longer one");
  }
  return [expression, "", ...clockedLines(entries, view)].join("\n");
}

/** What arrives at the instant at which it was sent comes behind its sending. */
function order({ receives }: Entry): number {
  return receives === undefined ? 0 : 1;
}

function isWithin(us: number, { fromUs, untilUs }: FilmWindow): boolean {
  return us >= fromUs && us <= untilUs;
}

function messageEntries({ film, places }: FilmView, window: FilmWindow): readonly Entry[] {
  const { sentUs, endUs, from, to, kind, fate } = film.messages;
  const entries: Entry[] = [];
  for (let row = 0; row < sentUs.length; row++) {
    const leftUs = sentUs[row] ?? 0;
    const arrivedUs = endUs[row] ?? 0;
    const sender = from[row] ?? 0;
    const receiver = to[row] ?? 0;
    const name = frameKinds[kind[row] ?? 0] ?? "";
    const ending = messageFates[fate[row] ?? 0] ?? "";
    const isLost = ending !== "delivered";
    if (isWithin(leftUs, window)) {
      const text = `${name} → ${places[receiver]}${isLost ? `, ${ending}` : ""}`;
      entries.push({ atUs: leftUs, place: sender, text, sends: row, receives: undefined });
    }
    if (isWithin(arrivedUs, window) && !isLost) {
      const text = `${name} from ${places[sender]}`;
      entries.push({ atUs: arrivedUs, place: receiver, text, sends: undefined, receives: row });
    }
  }
  return entries;
}

function eventEntries({ film, texts }: FilmView, window: FilmWindow): readonly Entry[] {
  const { timeUs, kind, place, text } = film.events;
  const entries: Entry[] = [];
  const { from, until } = rowsWithin(timeUs, window);
  for (let row = from; row < until; row++) {
    const atUs = timeUs[row] ?? 0;
    const words = texts[text[row] ?? 0] ?? "";
    const told = `${eventKinds[kind[row] ?? 0]} ${words}`.trim();
    const about = { sends: undefined, receives: undefined };
    entries.push({ atUs, place: place[row] ?? 0, text: told, ...about });
  }
  return entries;
}

type Clock = Map<string, number>;

/** Two lines an entry; times count from the start of the load. What was sent before the window began brings no clock along. */
function clockedLines(entries: readonly Entry[], { outline, places }: FilmView): readonly string[] {
  const clocks = new Map<number, Clock>();
  const sent = new Map<number, Clock>();
  return entries.flatMap(({ atUs, place, text, sends, receives }) => {
    const host = (places[place] ?? "").replaceAll(/\s/g, "-");
    const clock = clocks.get(place) ?? new Map<string, number>();
    clocks.set(place, clock);
    clock.set(host, (clock.get(host) ?? 0) + 1);
    for (const [other, count] of sent.get(receives ?? -1) ?? []) {
      clock.set(other, Math.max(count, clock.get(other) ?? 0));
    }
    if (sends !== undefined) sent.set(sends, new Map(clock));
    const seconds = ((atUs - outline.loadedUs) / 1_000_000).toFixed(6);
    const line = `${text} at ${seconds} s`.replaceAll(/[\r\n]/g, " ");
    return [line, `${host} ${JSON.stringify(Object.fromEntries(clock))}`];
  });
}
