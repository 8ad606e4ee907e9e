/** Latency spikes by the kind of event, in milliseconds: of each kind the newest 160 seconds that had one (LATENCY). */

const MOST_SAMPLES = 160;

export interface LatencySample {
  readonly unixSeconds: number;
  /** The worst of that second. */
  latencyMs: number;
}

export interface LatencySeries {
  /** Oldest first, one a second. */
  readonly samples: LatencySample[];
  worstMs: number;
}

export class LatencyEvents {
  /** By the event's name. */
  readonly series: Map<string, LatencySeries> = new Map();

  add(event: string, latencyMs: number, unixSeconds: number): void {
    let series = this.series.get(event);
    if (series === undefined) {
      series = { samples: [], worstMs: 0 };
      this.series.set(event, series);
    }
    series.worstMs = Math.max(series.worstMs, latencyMs);
    const last = series.samples.at(-1);
    if (last?.unixSeconds === unixSeconds) {
      last.latencyMs = Math.max(last.latencyMs, latencyMs);
      return;
    }
    series.samples.push({ unixSeconds, latencyMs });
    if (series.samples.length > MOST_SAMPLES) series.samples.shift();
  }

  /** Forgets one kind of event, named in any case; false if it had none. */
  forget(event: string): boolean {
    const lower = event.toLowerCase();
    for (const name of this.series.keys()) {
      if (name.toLowerCase() === lower) return this.series.delete(name);
    }
    return false;
  }
}
