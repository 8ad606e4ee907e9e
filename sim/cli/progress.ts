/** How far a campaign is, in one line. */
import { countText, plural } from "../../reports/figures.ts";

export interface ProgressState {
  readonly name: string;
  readonly asked: number;
  /** Seeds that were there before this session began. */
  readonly kept: number;
  readonly done: number;
  readonly failed: number;
  readonly elapsedMs: number;
}

/** "swarm: 1,200 of 10,000 seeds, 2 failed, 1,480 seeds/min, 6 min left". */
export function progressText(state: ProgressState): string {
  const { name, asked, kept, done, failed, elapsedMs } = state;
  const parts = [`${name}: ${countText(done)} of ${plural(asked, "seed")}`];
  if (failed > 0) parts.push(`${countText(failed)} failed`);
  const perMs = (done - kept) / Math.max(elapsedMs, 1);
  if (perMs > 0) {
    parts.push(`${countText(Math.round(perMs * 60_000))} seeds/min`);
    if (done < asked) parts.push(`${timeText((asked - done) / perMs)} left`);
  }
  return parts.join(", ");
}

function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  return `${(minutes / 60).toFixed(1)} h`;
}
