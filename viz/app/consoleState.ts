/** What was typed into the console and what came of it. */
import type { ConsoleAnswer } from "../../sim/live/console.ts";

export interface ConsoleEntry {
  readonly id: number;
  readonly node: string;
  readonly atUs: number;
  readonly line: string;
  /** Undefined while it is asked. */
  readonly answer: ConsoleAnswer | undefined;
}

export interface ConsoleState {
  /** "": the primary of the first shard, whoever it is. */
  readonly node: string;
  readonly entries: readonly ConsoleEntry[];
  /** Lines that were typed, oldest first, none twice in a row. */
  readonly history: readonly string[];
}

export const emptyConsole: ConsoleState = { node: "", entries: [], history: [] };

const mostEntries = 200;

export function withLine(
  state: ConsoleState,
  entry: Omit<ConsoleEntry, "id" | "answer">,
): { readonly state: ConsoleState; readonly id: number } {
  const id = (state.entries.at(-1)?.id ?? 0) + 1;
  const entries = [...state.entries, { ...entry, id, answer: undefined }].slice(-mostEntries);
  const isAgain = state.history.at(-1) === entry.line;
  const history = isAgain ? state.history : [...state.history, entry.line];
  return { state: { ...state, entries, history }, id };
}

export function withAnswer(state: ConsoleState, id: number, answer: ConsoleAnswer): ConsoleState {
  const entries = state.entries.map((entry) => (entry.id === id ? { ...entry, answer } : entry));
  return { ...state, entries };
}

/** Forgets an entry: a write that is not to be. */
export function withoutEntry(state: ConsoleState, id: number): ConsoleState {
  return { ...state, entries: state.entries.filter((entry) => entry.id !== id) };
}

/** The line that an arrow key brings: `back` lines before the newest; 0 is the empty line. */
export function recalled(history: readonly string[], back: number): string {
  return back === 0 ? "" : (history.at(-back) ?? "");
}
