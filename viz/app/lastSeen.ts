/** What clients saw of a node, in words. */
import { durationText } from "../../reports/figures.ts";
import { accessNames, outcomeNames } from "../../sim/film/film.ts";
import type { FilmStore } from "../film/filmStore.ts";

/** The newest answer of a node that a client had by then, in words. */
export function lastSeenText(film: FilmStore, node: string, atUs: number): string {
  const { count, place, completedUs, command, answer, outcome, access } = film.operations;
  const wanted = film.places.indexOf(node);
  let newest = -1;
  let newestUs = -1;
  for (let row = 0; row < count; row++) {
    const doneUs = completedUs[row] ?? -1;
    if (place[row] !== wanted || doneUs > atUs || doneUs <= newestUs) continue;
    newest = row;
    newestUs = doneUs;
  }
  if (newest < 0) return "nothing yet";
  const name = outcomeNames[outcome[newest] ?? 0] ?? "";
  const said = film.texts[answer[newest] ?? -1] ?? "";
  const asked = film.texts[command[newest] ?? -1] ?? accessNames[access[newest] ?? 0] ?? "";
  return `${asked} → ${name === "ok" ? said : `${name}: ${said}`}, ${durationText(atUs - newestUs)} ago`;
}
