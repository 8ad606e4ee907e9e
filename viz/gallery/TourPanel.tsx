/** The guide of a tour: what there is to see at this step, and the way to the next. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { bugText } from "./Gallery.tsx";
import type { Tour } from "./tour.ts";

interface Props {
  readonly tour: Tour;
  /** The run still goes on. */
  readonly isGoing: boolean;
  readonly step: number;
  /** How many of its moments are in the run. */
  readonly found: number;
  readonly onMove: (by: 1 | -1) => void;
  readonly onLeave: () => void;
  /** The same run on an engine without the bug. */
  readonly onRunSound: () => void;
}

export function TourPanel(props: Props): JSX.Element {
  const { tour, isGoing, step, found, onMove, onLeave } = props;
  const panel = useRef<HTMLElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (isGoing) return;
    next.current?.focus({ preventScroll: true });
    panel.current?.scrollIntoView({ block: "nearest" });
  }, [isGoing]);
  return (
    <section
      ref={panel}
      class="tour"
      aria-label={`Tour: ${tour.title}`}
      onKeyDown={(event) => {
        if (event.key === "ArrowRight") onMove(1);
        else if (event.key === "ArrowLeft") onMove(-1);
        else if (event.key === "Escape") onLeave();
        else return;
        event.preventDefault();
      }}
    >
      <div class="tour-words" aria-live="polite">
        <h2>
          {tour.title} <small class="note">{bugText(tour)}</small>
        </h2>
        <p>{wordsOf(props)}</p>
      </div>
      <div class="tour-way">
        <span class="tour-progress">
          <progress max={tour.steps.length} value={isGoing ? 0 : step + 1} aria-hidden="true" />
          {step + 1} of {tour.steps.length}
        </span>
        <div class="tour-buttons">
          <button
            type="button"
            disabled={isGoing || step === 0}
            title="The step before (← while the focus is here)"
            onClick={() => onMove(-1)}
          >
            Back
          </button>
          <button
            ref={next}
            type="button"
            class="main-action"
            disabled={isGoing}
            title="The next step (→ while the focus is here)"
            onClick={() => (step + 1 < found ? onMove(1) : onLeave())}
          >
            {isGoing || step + 1 < found ? "Next" : "Done"}
          </button>
          <button type="button" class="quiet" title="Leave the tour (Escape)" onClick={onLeave}>
            Leave
          </button>
        </div>
        <WithoutBug {...props} />
      </div>
    </section>
  );
}

function WithoutBug({ tour, isGoing, step, onRunSound }: Props): JSX.Element | null {
  if (tour.spec.mutant === undefined || isGoing || step < tour.steps.length - 1) return null;
  return (
    <button type="button" onClick={onRunSound}>
      Run it without the bug
    </button>
  );
}

function wordsOf({ tour, isGoing, step, found }: Props): string {
  if (isGoing) return tour.lesson;
  const text = tour.steps[step]?.text ?? "";
  if (found === 0) {
    return "None of the tour's moments is in this run. It was stopped, or another version of the code runs here.";
  }
  const isCut = step === found - 1 && found < tour.steps.length;
  return isCut ? `${text} (The next moment of the tour is not in this run.)` : text;
}
