/** The page without a run: what this is, and three runs to begin with. */
import type { JSX } from "preact";
import type { RunSpec } from "../../sim/live/runSpec.ts";
import { Gallery } from "../gallery/Gallery.tsx";
import { tours } from "../gallery/tours.ts";
import type { Page } from "./page.ts";

interface Suggestion {
  readonly title: string;
  readonly text: string;
  readonly spec: RunSpec;
}

const suggestions: readonly Suggestion[] = [
  {
    title: "A zone goes dark",
    text: "The primary's zone loses power for twenty seconds. Watch its lease run out, a replica take over, and writes come back.",
    spec: { scenario: "az-outage", seed: 1, overrides: {}, edits: [] },
  },
  {
    title: "A primary that nobody hears",
    text: "Clients still reach the primary, but the log does not. It must stop answering before another may lead.",
    spec: { scenario: "primary-cut-from-log", seed: 1, overrides: {}, edits: [] },
  },
  {
    title: "Whatever the seed brings",
    text: "A swarm: load, faults and delays are drawn from the seed. Take any number; the same number is the same run, on every machine.",
    spec: { scenario: "swarm", seed: 17, overrides: {}, edits: [] },
  },
];

export function Welcome({ page }: { readonly page: Page }): JSX.Element {
  return (
    <main class="welcome">
      <h1>Watch a database survive</h1>
      <p class="lead">
        Azimuth keeps data in memory and promises that no acknowledged write is lost, whatever one
        zone of three does. This page runs its simulator here in your browser: real database and log
        nodes, virtual time, faults on purpose. Every run is exact: move to any instant, ask any
        node, change what happened and compare the two futures.
      </p>
      <ul class="suggestions">
        {suggestions.map(({ title, text, spec }) => (
          <li key={title}>
            <button type="button" class="suggestion" onClick={() => page.run(spec)}>
              <strong>{title}</strong>
              <span>{text}</span>
              <code>
                {spec.scenario} seed {spec.seed}
              </code>
            </button>
          </li>
        ))}
      </ul>
      <h2>The gallery: lessons on real runs</h2>
      <p class="note">
        Most of them have a bug planted in the engine, so that its promise breaks before your eyes.
      </p>
      <Gallery tours={tours} onOpen={(tour) => void page.touring.begin(tour)} />
      <p class="lead">
        Or choose a scenario and a seed above, or drop a <code>report.json</code>, a{" "}
        <code>trace.jsonl</code> or a scenario file here: its run is executed again, and its digest
        compared.
      </p>
    </main>
  );
}
