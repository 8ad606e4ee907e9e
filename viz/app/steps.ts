/** Moves through time that buttons and keys share. */
import { nextEventUs } from "./jumps.ts";
import type { Page } from "./page.ts";
import { lookedAtUs } from "./pageState.ts";

/** Moves the instant by so much. */
export function step(page: Page, byUs: number): void {
  const atUs = lookedAtUs(page.store.state);
  if (atUs !== undefined) page.jumpTo(atUs + byUs);
}

/** Moves the instant to the next event of the run, or the one before. */
export function stepEvent(page: Page, direction: 1 | -1): void {
  const atUs = lookedAtUs(page.store.state);
  const { picture } = page.host;
  if (atUs === undefined || picture === undefined) return;
  const nextUs = nextEventUs(picture.film.events, atUs, direction);
  if (nextUs !== undefined) page.jumpTo(nextUs);
}

/** The election after the instant; after the last of them, the first. */
export function jumpToElection(page: Page): void {
  const { instantUs, run } = page.store.state;
  const atUs = page.electionUs(instantUs ?? run?.outline?.loadedUs ?? 0);
  if (atUs !== undefined) page.jumpTo(atUs);
}
