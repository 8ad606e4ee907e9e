/** Where keys lead. Times are true microseconds since the run began. */
import type { TimelineRun, Vocabulary } from "./contract.ts";

/** The nearest time that is later, or earlier, by more than a microsecond. */
export function nextAfter(
  times: readonly number[],
  atUs: number,
  direction: 1 | -1,
): number | undefined {
  const ordered = times.toSorted((left, right) => left - right);
  return direction === 1
    ? ordered.find((time) => time > atUs + 1)
    : ordered.findLast((time) => time < atUs - 1);
}

/** When a node became primary next; after the last time, the first. */
export function nextElectionUs(
  run: TimelineRun | undefined,
  vocabulary: Vocabulary | undefined,
  atUs: number,
): number | undefined {
  const wanted = vocabulary?.eventKinds.indexOf("role.primary") ?? -1;
  if (run === undefined || wanted < 0) return undefined;
  const { count, kind, timeUs } = run.film.events;
  let first: number | undefined;
  for (let row = 0; row < count; row++) {
    if (kind[row] !== wanted) continue;
    const time = timeUs[row] as number;
    if (time > atUs + 1) return time;
    first ??= time;
  }
  return first;
}
