/** A finished run as tours look at it, from its film. */
import { accessNames, NOWHERE, outcomeNames } from "../../sim/film/film.ts";
import type { CheckResult } from "../../sim/run.ts";
import type { TourEvent, TourOperation, TourRun } from "./moments.ts";

type Column = ArrayLike<number>;

/** What is needed of a film that holds all chunks; of each table the first `count` rows. */
export interface WholeFilm {
  readonly places: readonly string[];
  readonly texts: readonly string[];
  readonly events: {
    readonly count: number;
    readonly timeUs: Column;
    readonly kind: Column;
    readonly place: Column;
  };
  readonly operations: {
    readonly count: number;
    readonly id: Column;
    readonly invokedUs: Column;
    readonly completedUs: Column;
    readonly access: Column;
    readonly outcome: Column;
    readonly answer: Column;
  };
}

export interface FilmedRun {
  readonly outline: Pick<TourRun, "loadedUs" | "faults" | "leases">;
  readonly film: WholeFilm;
  readonly checks: readonly CheckResult[];
}

/** @param eventKinds the names of the film's events, by their number */
export function tourRunOf(
  { outline, film, checks }: FilmedRun,
  eventKinds: readonly string[],
): TourRun {
  const { loadedUs, faults, leases } = outline;
  return {
    loadedUs,
    faults,
    leases,
    checks,
    events: Array.from({ length: film.events.count }, (_, row) => eventOf(film, eventKinds, row)),
    operations: Array.from({ length: film.operations.count }, (_, row) => operationOf(film, row)),
  };
}

function eventOf(
  { events, places }: WholeFilm,
  eventKinds: readonly string[],
  row: number,
): TourEvent {
  return {
    timeUs: events.timeUs[row] ?? 0,
    kind: eventKinds[events.kind[row] ?? -1] ?? "",
    node: places[events.place[row] ?? NOWHERE] ?? "",
  };
}

function operationOf({ operations, texts }: WholeFilm, row: number): TourOperation {
  return {
    id: operations.id[row] ?? -1,
    invokedUs: operations.invokedUs[row] ?? 0,
    completedUs: operations.completedUs[row] ?? -1,
    access: accessNames[operations.access[row] ?? -1] ?? "",
    outcome: outcomeNames[operations.outcome[row] ?? -1] ?? "",
    answer: texts[operations.answer[row] ?? -1] ?? "",
  };
}
