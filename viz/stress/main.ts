/** Shows the timeline with a film of `rows` rows (in the address, after "#": "rows=1000000") and lets a script measure it. */
import { element } from "../element.ts";
import { FilmStore } from "../film/filmStore.ts";
import { Timeline } from "../timeline/timeline.ts";
import { syntheticFilm } from "./syntheticFilm.ts";

declare global {
  interface Window {
    stress: {
      readonly timeline: Timeline;
      readonly lonelyUs: number;
      readonly lonelyPlace: string;
      readonly rows: number;
      /** From the first chunk to the picture of all of them; 0 until then. */
      pictureMs: number;
      /** The longest task since the first chunk came. */
      longestTaskMs: number;
    };
  }
}

const rows = Number(new URLSearchParams(location.hash.slice(1)).get("rows") ?? 1_000_000);
const made = syntheticFilm(rows, 1);
const timeline = new Timeline({
  instant: (atUs) => timeline.setInstant(atUs),
  select: (selection) => timeline.select(selection),
  viewed: () => {},
  faultMoved: () => {},
  faultDropped: () => {},
});
timeline.setVocabulary(made);
const said = element("p", {}, `rows=${made.rows}`);
document.querySelector("#stress")?.replaceChildren(said, timeline.root);
const { lonelyUs, lonelyPlace } = made;
window.stress = { timeline, lonelyUs, lonelyPlace, rows, pictureMs: 0, longestTaskMs: 0 };

new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    window.stress.longestTaskMs = Math.max(window.stress.longestTaskMs, duration);
  }
}).observe({ type: "longtask" });

const film = new FilmStore(made.places);
const run = { outline: made.outline, film, moments: [], checks: [] };
let beganMs = 0;

/** A chunk a task, as a worker's messages come. */
function feed(chunk: number): void {
  const next = made.chunks[chunk];
  if (next === undefined) return awaitPicture();
  film.add(next);
  if (chunk === 0) timeline.showRun(run);
  else timeline.grew(run);
  setTimeout(() => feed(chunk + 1));
}

function awaitPicture(): void {
  if (!timeline.isComplete) {
    requestAnimationFrame(awaitPicture);
    return;
  }
  window.stress.pictureMs = performance.now() - beganMs;
  said.textContent = `rows=${made.rows}, picture after ${window.stress.pictureMs.toFixed(0)} ms`;
}

// What the making of the film took is no part of the measurement.
setTimeout(() => {
  beganMs = performance.now();
  window.stress.longestTaskMs = 0;
  feed(0);
}, 500);
