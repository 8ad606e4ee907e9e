/** The keys of the whole page. The timeline has keys of its own while it has the focus. */
import { firstFaultUs, firstViolationUs } from "./jumps.ts";
import type { Page } from "./page.ts";
import { tabs } from "./pageState.ts";
import { isOngoing } from "./runState.ts";
import { jumpToElection, step, stepEvent } from "./steps.ts";

export interface KeyHelp {
  readonly keys: string;
  readonly meaning: string;
}

export const keyHelp: readonly KeyHelp[] = [
  { keys: "r", meaning: "run from the beginning" },
  { keys: "Space", meaning: "pause and resume" },
  { keys: ", and .", meaning: "the event before, the next event" },
  { keys: "Alt + , and .", meaning: "a millisecond back and on" },
  { keys: "Shift + , and .", meaning: "a second back and on" },
  { keys: "f", meaning: "the first fault" },
  { keys: "e", meaning: "the next election" },
  { keys: "v", meaning: "the first violation" },
  { keys: "n", meaning: "back to the present, or the end" },
  { keys: "/", meaning: "search for an event" },
  { keys: "p", meaning: "parameters" },
  { keys: "l", meaning: "copy the link" },
  { keys: "1 … 7", meaning: "story, checks, state, console, explain, fork, export" },
  { keys: "?", meaning: "this help" },
];

export const timelineKeyHelp: readonly KeyHelp[] = [
  { keys: "← and →", meaning: "move the view" },
  { keys: "+ and −", meaning: "zoom" },
  { keys: "0, Home, End", meaning: "the whole run, its beginning, its end" },
  { keys: "[ and ]", meaning: "from moment to moment of the story" },
  { keys: "Enter", meaning: "set the instant where the pointer is, or in the middle" },
  { keys: "Shift + ← and →", meaning: "move the selected fault, for a fork" },
  { keys: "Escape", meaning: "select nothing" },
];

/** Returns what ends the listening. */
export function listenToKeys(page: Page, help: () => void): () => void {
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || isTyping(event)) return;
    const act = actionOf(page, event, help);
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  addEventListener("keydown", listen);
  return () => removeEventListener("keydown", listen);
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest("input, select, textarea, dialog") !== null) return true;
  // A button takes the space bar for itself.
  return event.key === " " && target.closest("button, summary, a") !== null;
}

const actions: Readonly<Record<string, (page: Page) => void>> = {
  r: (page) => page.runForm(),
  f: (page) => jump(page, firstFaultUs(page.store.state.run)),
  e: jumpToElection,
  v: (page) => jump(page, firstViolationUs(page.store.state.run)),
  n: (page) => page.goTo(undefined),
  "/": () => document.querySelector<HTMLElement>("#search")?.focus(),
  p: () => document.querySelector<HTMLElement>("#parameters")?.click(),
  l: (page) => void page.copyLink(),
};

function jump(page: Page, atUs: number | undefined): void {
  if (atUs !== undefined) page.jumpTo(atUs);
}

function actionOf(page: Page, event: KeyboardEvent, help: () => void): (() => void) | undefined {
  if (event.key === "?") return help;
  if (event.code === "Comma" || event.code === "Period") return stepOf(page, event);
  if (event.altKey || event.shiftKey) return undefined;
  const { run, pace } = page.store.state;
  if (event.key === " ") {
    return isOngoing(run) ? () => page.setPaused(!pace.isPaused) : undefined;
  }
  const tab = tabs[Number(event.key) - 1];
  if (tab !== undefined) return () => page.show(tab);
  const act = actions[event.key];
  return act === undefined ? undefined : () => act(page);
}

/** By the place of the key: with Shift it writes another sign. */
function stepOf(page: Page, event: KeyboardEvent): () => void {
  const direction = event.code === "Period" ? 1 : -1;
  if (event.altKey) return () => step(page, direction * 1000);
  if (event.shiftKey) return () => step(page, direction * 1_000_000);
  return () => stepEvent(page, direction);
}
