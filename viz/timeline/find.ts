/** Search in a run: its events, operations and messages by words. */
import { NOWHERE, outcomeNames, messageFates } from "../../sim/film/film.ts";
import type { FilmStore } from "../film/filmStore.ts";
import type { Found, Selection, Vocabulary } from "./contract.ts";

export const MOST_FOUND = 200;

/** The first two hundred rows that hold all words, events before operations before messages; capitals do not matter. */
export function find(film: FilmStore, vocabulary: Vocabulary, text: string): readonly Found[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const found: Found[] = [];
  if (words.length === 0) return found;
  const offer = (atUs: number, label: string, selection: Selection): boolean => {
    const lower = label.toLowerCase();
    if (words.every((word) => lower.includes(word))) found.push({ atUs, label, selection });
    return found.length < MOST_FOUND;
  };
  const { events, operations, messages } = film;
  for (let row = 0; row < events.count; row++) {
    const label = eventLabel(film, vocabulary, row);
    if (!offer(events.timeUs[row] as number, label, { kind: "event", row })) return found;
  }
  for (let row = 0; row < operations.count; row++) {
    const id = operations.id[row] as number;
    const atUs = operations.invokedUs[row] as number;
    if (!offer(atUs, operationLabel(film, row), { kind: "operation", id })) return found;
  }
  for (let row = 0; row < messages.count; row++) {
    const label = messageLabel(film, vocabulary, row);
    if (!offer(messages.sentUs[row] as number, label, { kind: "message", row })) return found;
  }
  return found;
}

/** "lease.lapsed db-0-a, …" */
export function eventLabel(film: FilmStore, { eventKinds }: Vocabulary, row: number): string {
  const { kind, place, text } = film.events;
  const at = place[row] as number;
  const parts = [
    eventKinds[kind[row] as number] ?? "event",
    at === NOWHERE ? "" : (film.places[at] ?? ""),
    film.texts[text[row] as number] ?? "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

/** "SET r:0:1 v → OK (ok, db-0-a)" */
export function operationLabel(film: FilmStore, row: number): string {
  const { command, answer, outcome, place } = film.operations;
  const node = film.places[place[row] as number] ?? "";
  const name = outcomeNames[outcome[row] as number] ?? "";
  const [asked = "", said = ""] = [command, answer].map(
    (column) => film.texts[column[row] as number],
  );
  return `${asked} → ${said} (${name}, ${node})`;
}

/** "logAppend db-0-a → log-a, cut" */
export function messageLabel(film: FilmStore, { frameKinds }: Vocabulary, row: number): string {
  const { kind, from, to, fate } = film.messages;
  const [sender = "", receiver = ""] = [from, to].map(
    (column) => film.places[column[row] as number],
  );
  const name = frameKinds[kind[row] as number] ?? "message";
  return `${name} ${sender} → ${receiver}, ${messageFates[fate[row] as number] ?? ""}`;
}
