/** What LATENCY DOCTOR says. */
import type { LatencySeries } from "./latencyEvents.ts";

export interface LatencyThresholds {
  readonly thresholdMs: number;
  readonly slowerThanUs: number;
}

/** Text with line ends: the events one by one, then what to do about them. */
export function latencyReport(
  events: ReadonlyMap<string, LatencySeries>,
  nowSeconds: number,
  { thresholdMs, slowerThanUs }: LatencyThresholds,
): string {
  if (events.size === 0) {
    return thresholdMs === 0
      ? "Latency is not monitored. CONFIG SET latency-monitor-threshold <milliseconds> turns it on.\n"
      : `Nothing took ${thresholdMs} ms or longer since monitoring began.\n`;
  }
  let report = "";
  for (const [event, series] of events) report += `${sentenceOn(event, series, nowSeconds)}\n`;
  const advice = new Set<string>();
  for (const event of events.keys()) for (const line of adviceOn(event)) advice.add(line);
  if (events.has("command") && slowerThanUs < 0) {
    advice.add("SLOWLOG is off: CONFIG SET slowlog-log-slower-than turns it on.");
  } else if (events.has("command") && slowerThanUs / 1000 > thresholdMs) {
    advice.add(
      `SLOWLOG begins above the threshold of latency: CONFIG SET slowlog-log-slower-than ${thresholdMs * 1000}.`,
    );
  }
  for (const line of advice) report += `- ${line}\n`;
  return report;
}

function sentenceOn(event: string, { samples, worstMs }: LatencySeries, now: number): string {
  const latencies = samples.map(({ latencyMs }) => latencyMs);
  const mean = Math.floor(sumOf(latencies) / latencies.length);
  const deviations = latencies.map((latency) => Math.abs(latency - mean));
  const deviation = Math.floor(sumOf(deviations) / deviations.length);
  const spanSeconds = Math.max(1, now - (samples[0]?.unixSeconds ?? now));
  return (
    `${event}: ${samples.length} spikes, one in ${(spanSeconds / samples.length).toFixed(2)} s; ` +
    `${mean} ms on average, ${deviation} ms mean deviation, ${worstMs} ms at worst.`
  );
}

function adviceOn(event: string): readonly string[] {
  switch (event) {
    case "command":
      return [
        "SLOWLOG GET shows which requests took long.",
        "Requests on large values take long, deleting them too: many small values are better.",
      ];
    case "fast-command":
      return [
        "Requests that should be quick were not: the processor is shared, or a collection of garbage came between.",
      ];
    case "expire-cycle":
      return ["Many or large keys expired at once: spread their deadlines."];
    case "eviction-cycle":
      return ["Many keys had to go at once: give the node more memory, or let keys expire."];
    default:
      return [];
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
