/** INFO's sections on commands and on errors. */
import type { CommandContext } from "../context.ts";

export function commandLines(context: CommandContext): string[] {
  const lines: string[] = [];
  for (const [name, count] of context.statistics.commands) {
    const each = count.calls === 0 ? 0 : count.microseconds / count.calls;
    lines.push(
      `cmdstat_${name}:calls=${count.calls},usec=${count.microseconds},` +
        `usec_per_call=${each.toFixed(2)},rejected_calls=${count.rejected},failed_calls=${count.failed}`,
    );
  }
  return lines;
}

export function latencyLines(context: CommandContext): string[] {
  const percents = context.settings.get("latency-tracking-info-percentiles");
  const asked = percents === "" ? [] : percents.split(" ");
  const lines: string[] = [];
  for (const [name, { histogram }] of context.statistics.commands) {
    if (histogram === undefined) continue;
    const shown = asked.map(
      (percent) => `p${percent}=${(histogram.percentileNs(Number(percent)) / 1000).toFixed(3)}`,
    );
    lines.push(`latency_percentiles_usec_${name}:${shown.join(",")}`);
  }
  return lines;
}

export function errorLines(context: CommandContext): string[] {
  return [...context.statistics.errors]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([code, count]) => `errorstat_${code}:count=${count}`);
}
