/** Leads through a tour of the gallery: runs its run, and goes from moment to moment. */
import { tourRunOf } from "../gallery/filmedRun.ts";
import { momentsOf } from "../gallery/moments.ts";
import type { Tour } from "../gallery/tour.ts";
import type { Page } from "./page.ts";

export class Touring {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Once the simulator has been loaded: a tour may take a worker of its own, and what the first one still has to say would be lost. */
  async begin(tour: Tour): Promise<void> {
    await this.#page.store.until((state) => state.about !== undefined);
    this.#page.setSpeed(Number.POSITIVE_INFINITY);
    this.#page.run(tour.spec);
    this.#page.store.change({ tour: { tour, step: 0, moments: [] } });
  }

  /** The run has ended: its moments are known. */
  arrive(): void {
    const { tour: onTour, about } = this.#page.store.state;
    const { picture } = this.#page.host;
    if (onTour === undefined || about === undefined || picture === undefined) return;
    const moments = momentsOf(onTour.tour, tourRunOf(picture, about.eventKinds));
    this.#page.store.change({ tour: { ...onTour, moments } });
    this.#goTo(0);
  }

  /** To the next moment, or the one before; at either end it stays. */
  move(by: 1 | -1): void {
    const { tour: onTour } = this.#page.store.state;
    if (onTour !== undefined) this.#goTo(onTour.step + by);
  }

  #goTo(step: number): void {
    const { tour: onTour } = this.#page.store.state;
    const moment = onTour?.moments[step];
    const words = onTour?.tour.steps[step];
    if (onTour === undefined || moment === undefined || words === undefined) return;
    this.#page.store.change({ tour: { ...onTour, step } });
    const { atUs, selection } = moment;
    this.#page.timeline.show(
      Math.max(0, atUs - words.beforeMs * 1000),
      atUs + words.afterMs * 1000,
    );
    if (words.explains === true) this.#page.select(selection);
    else this.#page.mark(selection);
    this.#page.goTo(atUs);
  }

  leave(): void {
    this.#page.store.change({ tour: undefined });
  }
}
