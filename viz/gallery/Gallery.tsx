/** All tours as cards. */
import type { JSX } from "preact";
import type { Tour } from "./tour.ts";

interface Props {
  readonly tours: readonly Tour[];
  readonly onOpen: (tour: Tour) => void;
}

export function Gallery({ tours, onOpen }: Props): JSX.Element {
  return (
    <ul class="suggestions tours">
      {tours.map((tour) => (
        <li key={tour.id}>
          <button type="button" class="suggestion" onClick={() => onOpen(tour)}>
            <strong>{tour.title}</strong>
            <span>{tour.lesson}</span>
            <small class={tour.spec.mutant === undefined ? "sound" : "planted"}>
              {bugText(tour)} · {tour.steps.length} steps
            </small>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** What is wrong with the engine of a tour, in words. */
export function bugText({ spec }: Tour): string {
  return spec.mutant === undefined ? "the engine as it is" : `planted bug ${spec.mutant}`;
}
