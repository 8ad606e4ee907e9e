/** The tour that leads through the run, if one does. */
import type { JSX } from "preact";
import { TourPanel } from "../gallery/TourPanel.tsx";
import type { Page } from "./page.ts";
import { isOngoing } from "./runState.ts";
import { useStore } from "./store.ts";

export function TourGuide({ page }: { readonly page: Page }): JSX.Element | null {
  const onTour = useStore(page.store, (state) => state.tour);
  const isGoing = useStore(page.store, (state) => isOngoing(state.run));
  if (onTour === undefined) return null;
  const { tour, step, moments } = onTour;
  return (
    <TourPanel
      key={tour.id}
      tour={tour}
      isGoing={isGoing}
      step={step}
      found={moments.length}
      onMove={(by) => page.touring.move(by)}
      onLeave={() => page.touring.leave()}
      onRunSound={() => {
        const { mutant: _, ...sound } = tour.spec;
        page.run(sound);
      }}
    />
  );
}
