/** LATENCY: spikes by the kind of event, and how long commands took. */
import type { CommandContext } from "./context.ts";
import { replyHelp } from "./generic.ts";
import { asciiGraph } from "./monitoring/asciiGraph.ts";
import { latencyReport } from "./monitoring/latencyReport.ts";
import type { CommandCount } from "./statistics.ts";

/**
 * LATENCY HISTORY event
 * Replies: array of pairs of Unix seconds and milliseconds, oldest first; empty for an unknown event. Record: none.
 * @see https://redis.io/docs/latest/commands/latency-history/
 */
export function latencyHistory(context: CommandContext, argv: readonly string[]): void {
  const { reply, meter } = context;
  const samples = meter.latency.series.get(argv[2] ?? "")?.samples ?? [];
  reply.array(samples.length);
  for (const { unixSeconds, latencyMs } of samples) {
    reply.array(2);
    reply.integer(unixSeconds);
    reply.integer(latencyMs);
  }
}

/**
 * LATENCY LATEST
 * Replies: array; per event its name, Unix seconds and milliseconds of the newest spike, the worst so far. Record: none.
 * @see https://redis.io/docs/latest/commands/latency-latest/
 */
export function latencyLatest(context: CommandContext): void {
  const { reply, meter } = context;
  reply.array(meter.latency.series.size);
  for (const [event, { samples, worstMs }] of meter.latency.series) {
    const newest = samples.at(-1);
    reply.array(4);
    reply.bulk(event);
    reply.integer(newest?.unixSeconds ?? 0);
    reply.integer(newest?.latencyMs ?? 0);
    reply.integer(worstMs);
  }
}

/**
 * LATENCY RESET [event [event …]]
 * Replies: integer, how many events were forgotten. Record: none.
 * @see https://redis.io/docs/latest/commands/latency-reset/
 */
export function latencyReset(context: CommandContext, argv: readonly string[]): void {
  const { latency } = context.meter;
  const named = argv.length > 2 ? argv.slice(2) : [...latency.series.keys()];
  context.reply.integer(named.filter((event) => latency.forget(event)).length);
}

const GRAPH_COLUMNS = 80;

/**
 * LATENCY GRAPH event
 * Replies: verbatim text; -ERR No samples available for event '…'. Record: none.
 * @see https://redis.io/docs/latest/commands/latency-graph/
 */
export function latencyGraph(context: CommandContext, argv: readonly string[]): void {
  const event = argv[2] ?? "";
  const series = context.meter.latency.series.get(event);
  if (series === undefined) {
    return context.failQuoting("ERR No samples available for event '", event, "'");
  }
  const nowSeconds = Math.floor(context.unixUs / 1e6);
  const columns = series.samples.map(({ unixSeconds, latencyMs }) => ({
    value: latencyMs,
    label: ageText(nowSeconds - unixSeconds),
  }));
  const values = columns.map(({ value }) => value);
  const title =
    `${event} - high ${Math.max(...values)} ms, low ${Math.min(...values)} ms ` +
    `(all time high ${series.worstMs} ms)`;
  const graph = asciiGraph(columns, GRAPH_COLUMNS);
  context.reply.verbatim("txt", `${title}\n${"-".repeat(GRAPH_COLUMNS)}\n${graph}`);
}

const MINUTE = 60;
const HOUR: number = 60 * MINUTE;
const DAY: number = 24 * HOUR;

function ageText(seconds: number): string {
  if (seconds < MINUTE) return `${seconds}s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)}h`;
  return `${Math.floor(seconds / DAY)}d`;
}

/**
 * LATENCY DOCTOR
 * Replies: verbatim text in our own words. Record: none.
 * @see https://redis.io/docs/latest/commands/latency-doctor/
 */
export function latencyDoctor(context: CommandContext): void {
  const { meter, settings, unixUs } = context;
  const report = latencyReport(meter.latency.series, Math.floor(unixUs / 1e6), {
    thresholdMs: settings.number("latency-monitor-threshold"),
    slowerThanUs: settings.number("slowlog-log-slower-than"),
  });
  context.reply.verbatim("txt", report);
}

/**
 * LATENCY HISTOGRAM [command [command …]]
 * Replies: map from commands to their calls and to a map of microseconds to how many calls took no longer; of a container all its
 * subcommands; commands without a call and unknown ones are left out. Record: none.
 * @see https://redis.io/docs/latest/commands/latency-histogram/
 */
export function latencyHistogram(context: CommandContext, argv: readonly string[]): void {
  const { commands } = context.statistics;
  const shown: [string, CommandCount][] = [];
  const show = (name: string): void => {
    const count = commands.get(name);
    if (count?.histogram !== undefined) shown.push([name, count]);
  };
  if (argv.length === 2) for (const name of commands.keys()) show(name);
  for (const asked of argv.slice(2)) {
    const spec = context.commands.find(asked);
    if (spec === undefined) continue;
    show(spec.name);
    for (const subcommand of spec.subcommands?.values() ?? []) show(subcommand.name);
  }
  context.reply.map(shown.length);
  for (const [name, count] of shown) replyHistogram(context, name, count);
}

function replyHistogram(context: CommandContext, name: string, { histogram }: CommandCount): void {
  const { reply } = context;
  const powers: [number, number][] = [];
  histogram?.forEachPower((microseconds, cumulative) => powers.push([microseconds, cumulative]));
  reply.bulk(name);
  reply.map(2);
  reply.bulk("calls");
  reply.integer(histogram?.total ?? 0);
  reply.bulk("histogram_usec");
  reply.map(powers.length);
  for (const [microseconds, cumulative] of powers) {
    reply.integer(microseconds);
    reply.integer(cumulative);
  }
}

/**
 * LATENCY HELP
 * Replies: array of lines. Record: none.
 * @see https://redis.io/docs/latest/commands/latency-help/
 */
export function latencyHelp(context: CommandContext): void {
  replyHelp(context, "LATENCY", [
    "DOCTOR",
    "    What the spikes are, in words.",
    "GRAPH <event>",
    "    The spikes of an event as a picture of characters.",
    "HISTORY <event>",
    "    The spikes of an event.",
    "LATEST",
    "    The newest spike of every event.",
    "RESET [<event> ...]",
    "    Forget the spikes of these events, or of all.",
    "HISTOGRAM [<command> ...]",
    "    How long these commands took, or all.",
  ]);
}
