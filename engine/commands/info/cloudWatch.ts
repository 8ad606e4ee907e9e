/**
 * The metrics of Amazon MemoryDB that have a meaning here, by their names in CloudWatch: INFO's section "memorydb" and what the server's
 * endpoint for metrics gives out. Counters count from the node's start or, but for ReplicationBytes, the last CONFIG RESETSTAT; CloudWatch shows their growth.
 * @see https://docs.aws.amazon.com/memorydb/latest/devguide/metrics.memorydb.html
 */
import { LatencyHistogram } from "../../structures/latencyHistogram.ts";
import type { CommandContext } from "../context.ts";
import { memoryFigures, percentOf, ratioOf } from "../monitoring/memoryFigures.ts";
import type { CommandGroup, CommandSpec } from "../spec.ts";

export type MetricUnit =
  | "count"
  | "bytes"
  | "percent"
  | "ratio"
  | "seconds"
  | "milliseconds"
  | "microseconds"
  | "bytes_per_second";

/** One node in numbers; `nowUnixUs` is the wall clock. Reads only: nothing in the context changes. */
type Reader<Value> = (context: CommandContext, nowUnixUs: number) => Value;

interface MetricText {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly help: string;
}

export type Metric = MetricText &
  (
    | { readonly kind: "counter" | "gauge"; readonly read: Reader<number> }
    | { readonly kind: "histogram"; readonly read: Reader<LatencyHistogram> }
  );

type NumberMaker = (
  name: string,
  unit: MetricUnit,
  help: string,
  read: Reader<number>,
) => Extract<Metric, { kind: "counter" | "gauge" }>;

// oxlint-disable-next-line max-params -- a row
const counter: NumberMaker = (name, unit, help, read) => ({
  kind: "counter",
  name,
  unit,
  help,
  read,
});
// oxlint-disable-next-line max-params -- a row
const gauge: NumberMaker = (name, unit, help, read) => ({ kind: "gauge", name, unit, help, read });

/** Calls of the commands that `counts` is true for, rejected ones aside. */
function calls(name: string, what: string, counts: (spec: CommandSpec) => boolean): Metric {
  return counter(name, "count", `Calls of ${what}.`, ({ commands, statistics }) => {
    let sum = 0;
    for (const [command, count] of statistics.commands) {
      const spec = commands.find(command);
      if (spec !== undefined && counts(spec)) sum += count.calls;
    }
    return sum;
  });
}

function callsOf(name: string, what: string, ...groups: readonly CommandGroup[]): Metric {
  return calls(name, what, ({ row }) => groups.includes(row.group));
}

/** 0 without a limit. */
function memoryPercent(context: CommandContext): number {
  return percentOf(memoryFigures(context).usedBytes, context.settings.number("maxmemory"));
}

function readTimes({ commands, statistics }: CommandContext): LatencyHistogram {
  const all = new LatencyHistogram();
  for (const [command, { histogram }] of statistics.commands) {
    if (histogram !== undefined && commands.find(command)?.isReadonly) all.add(histogram);
  }
  return all;
}

/** In the order of the names. */
export const cloudWatchMetrics: readonly Metric[] = [
  counter(
    "AuthenticationFailures",
    "count",
    "Passwords and user names that were refused.",
    ({ accessLog }) => accessLog.denied.auth,
  ),
  gauge(
    "BytesUsedForMemoryDB",
    "bytes",
    "What keys, values and deadlines take, and buffers of clients: used_memory of INFO.",
    (context) => memoryFigures(context).usedBytes,
  ),
  counter(
    "CommandAuthorizationFailures",
    "count",
    "Commands that users had no permission for.",
    ({ accessLog }) => accessLog.denied.command,
  ),
  gauge(
    "CurrConnections",
    "count",
    "Clients that are connected.",
    ({ server }) => Array.from(server.sessions).length,
  ),
  gauge("CurrItems", "count", "Keys.", ({ databases }) => databases.size),
  gauge(
    "DB0AverageTTL",
    "milliseconds",
    "Mean time to live of keys in database 0 that have one.",
    ({ databases }, nowUnixUs) =>
      Math.floor(databases.get(0).meanTimeToLiveMs(Math.floor(nowUnixUs / 1000))),
  ),
  gauge(
    "DatabaseCapacityUsagePercentage",
    "percent",
    "Share of maxmemory that is in use: the same as DatabaseMemoryUsagePercentage, as in the service without data tiering.",
    memoryPercent,
  ),
  gauge(
    "DatabaseMemoryUsagePercentage",
    "percent",
    "Share of maxmemory that is in use; 0 without a limit.",
    memoryPercent,
  ),
  gauge(
    "EngineCPUUtilization",
    "percent",
    "How busy the engine's thread was since this was read last, a second at least. Nodes of one process share the thread.",
    ({ meter }) => 100 * meter.figures.busyRatio(),
  ),
  counter(
    "ErrorCount",
    "count",
    "Requests that were answered with an error.",
    ({ statistics }) => statistics.errorReplies,
  ),
  calls("EvalBasedCmds", "commands that run scripts and functions", ({ runsScript }) => runsScript),
  counter(
    "Evictions",
    "count",
    "Keys that were evicted under maxmemory.",
    ({ statistics }) => statistics.evictedKeys,
  ),
  callsOf("GeoSpatialBasedCmds", "commands on geospatial indexes", "geo"),
  calls(
    "GetTypeCmds",
    "commands that read keys",
    ({ isReadonly, keys }) => isReadonly && keys.length > 0,
  ),
  callsOf("HashBasedCmds", "commands on hashes", "hash"),
  callsOf("HyperLogLogBasedCmds", "commands on HyperLogLogs", "hyperloglog"),
  gauge("IsPrimary", "count", "1 of a shard's primary, 0 of others.", ({ server }) =>
    server.role === "primary" ? 1 : 0,
  ),
  counter(
    "KeyAuthorizationFailures",
    "count",
    "Keys that users had no permission for.",
    ({ accessLog }) => accessLog.denied.key,
  ),
  callsOf("KeyBasedCmds", "commands on keys of any type", "generic"),
  gauge(
    "KeysTracked",
    "count",
    "Keys that are remembered for clients with CLIENT TRACKING.",
    ({ tracking }) => tracking.keyCount,
  ),
  counter(
    "KeyspaceHits",
    "count",
    "Keys that were looked up to be read, and found.",
    ({ statistics }) => statistics.keyspaceHits,
  ),
  counter(
    "KeyspaceMisses",
    "count",
    "Keys that were looked up to be read, and not there.",
    ({ statistics }) => statistics.keyspaceMisses,
  ),
  callsOf("ListBasedCmds", "commands on lists", "list"),
  gauge(
    "MaxReplicationThroughput",
    "bytes_per_second",
    "The highest rate of writing to the log in this minute and the one before.",
    ({ statistics }, nowUnixUs) => statistics.logRate.perSecond(nowUnixUs),
  ),
  gauge(
    "MemoryFragmentationRatio",
    "ratio",
    "Resident memory of the process to used memory of the node: mem_fragmentation_ratio of INFO.",
    (context) => {
      const { residentBytes, usedBytes } = memoryFigures(context);
      return ratioOf(residentBytes, usedBytes);
    },
  ),
  counter(
    "NetworkBytesIn",
    "bytes",
    "Bytes that clients have sent.",
    ({ statistics }) => statistics.inputBytes,
  ),
  counter(
    "NetworkBytesOut",
    "bytes",
    "Bytes that clients were sent.",
    ({ statistics }) => statistics.outputBytes,
  ),
  counter(
    "NewConnections",
    "count",
    "Connections that were accepted.",
    ({ statistics }) => statistics.connectionsReceived,
  ),
  gauge(
    "PrimaryLinkHealthStatus",
    "count",
    "1 if the node applies the newest entries of its log, 0 while it recovers.",
    ({ server }) => (server.isCaughtUp ? 1 : 0),
  ),
  callsOf("PubSubBasedCmds", "commands on channels", "pubsub"),
  counter(
    "Reclaimed",
    "count",
    "Keys that were deleted since their time had come.",
    ({ statistics }) => statistics.expiredKeys,
  ),
  counter(
    "ReplicationBytes",
    "bytes",
    "Bytes of entries that the node has given to its log, renewals of its lease among them.",
    ({ server }) => server.loggedBytes,
  ),
  counter(
    "ReplicationDelayedWriteCommands",
    "count",
    "Requests that waited before they ran, since too much was on its way to the log.",
    ({ statistics }) => statistics.delayedWrites,
  ),
  gauge(
    "ReplicationLag",
    "seconds",
    "Age of the newest entry that a replica has applied; renewals of the lease come all the time, so that it stays below their interval. 0 of a primary.",
    ({ server }, nowUnixUs) =>
      server.role === "primary" || server.readUnixMs === 0
        ? 0
        : Math.max(0, Math.round(nowUnixUs / 1000 - server.readUnixMs) / 1000),
  ),
  callsOf("SetBasedCmds", "commands on sets", "set"),
  calls(
    "SetTypeCmds",
    "commands that write keys",
    ({ isWrite, keys }) => isWrite && keys.length > 0,
  ),
  callsOf("SortedSetBasedCmds", "commands on sorted sets", "sorted-set"),
  callsOf("StreamBasedCmds", "commands on streams", "stream"),
  callsOf("StringBasedCmds", "commands on strings, those on bits among them", "string", "bitmap"),
  {
    kind: "histogram",
    name: "SuccessfulReadRequestLatency",
    unit: "microseconds",
    help: "How long commands that only read took to execute; without latency-tracking nothing is counted.",
    read: readTimes,
  },
  {
    kind: "histogram",
    name: "SuccessfulWriteRequestLatency",
    unit: "microseconds",
    help: "How long requests that have written took, from their execution to their commit in the log.",
    read: ({ statistics }) => statistics.commitTimes.histogram,
  },
];

/** What INFO shows of a histogram. */
const percentiles: readonly number[] = [0, 50, 90, 99, 100];

export function cloudWatchLines(context: CommandContext): string[] {
  return cloudWatchMetrics.map((metric) => {
    if (metric.kind !== "histogram")
      return `${metric.name}:${shown(metric.read(context, context.unixUs))}`;
    const histogram = metric.read(context, context.unixUs);
    const shares = percentiles.map(
      (percent) => `p${percent}=${(histogram.percentileNs(percent) / 1000).toFixed(3)}`,
    );
    return `${metric.name}:${shares.join(",")}`;
  });
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}
