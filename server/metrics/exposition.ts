/** The numbers of the database nodes of one process in Prometheus's text format: those of INFO memorydb, read anew each time. */
import { AggregatorRegistry } from "prom-client";
import type { Metric } from "../../engine/commands/info/cloudWatch.ts";
import type { LatencyHistogram } from "../../engine/structures/latencyHistogram.ts";
import type { Host } from "../host/host.ts";

export const contentType: string = AggregatorRegistry.PROMETHEUS_CONTENT_TYPE;

/** Upper bounds of the buckets of a histogram, in microseconds; the engine's own are too many. */
const bucketsUs: readonly number[] = [
  10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
];

/** Who is told of; what Prometheus calls labels. */
interface NodeLabels {
  readonly cluster: string;
  readonly shard: string;
  readonly node: string;
  readonly zone: string;
}

interface Sample {
  readonly metricName: string;
  readonly labels: NodeLabels & { readonly le?: string };
  readonly value: number;
}

/** A metric as prom-client writes it down when it hands it to another process. */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: Metric["kind"];
  readonly aggregator: "first";
  readonly values: Sample[];
}

/**
 * Machines that do not run are left out. prom-client's own counters cannot be set, only incremented; so its registry is made of values,
 * as it makes the one of a whole process group.
 */
export function exposition(host: Host): Promise<string> {
  const families = new Map<string, Family>();
  for (const [nodeId, { node }] of host.programs) {
    if (host.machines.get(nodeId)?.isRunning !== true) continue;
    const labels: NodeLabels = {
      cluster: host.clusterName,
      shard: String(node.config.shard),
      node: host.nameOf(nodeId),
      zone: node.config.zone,
    };
    node.executor.forEachMetric(Date.now() * 1000, (metric, value) => {
      const name = seriesOf(metric);
      const family = families.get(name) ?? emptyFamily(name, metric);
      families.set(name, family);
      family.values.push(...samplesOf(name, labels, value));
    });
  }
  return AggregatorRegistry.aggregate([[...families.values()]]).metrics();
}

/** "AuthenticationFailures" is memorydb_authentication_failures_total: the unit follows if the name does not tell it. */
export function seriesOf({ name, unit, kind }: Pick<Metric, "name" | "unit" | "kind">): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase();
  const tellsUnit = unit === "count" || words.includes(unit);
  return `memorydb_${words}${tellsUnit ? "" : `_${unit}`}${kind === "counter" ? "_total" : ""}`;
}

function emptyFamily(name: string, { name: cloudWatchName, help, kind: type }: Metric): Family {
  return { name, help: `${cloudWatchName}: ${help}`, type, aggregator: "first", values: [] };
}

function samplesOf(name: string, labels: NodeLabels, value: number | LatencyHistogram): Sample[] {
  if (typeof value === "number") return [{ metricName: name, labels, value }];
  const buckets = bucketsUs.map((bound) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: String(bound) },
    value: value.countUpTo(bound),
  }));
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: value.total },
    { metricName: `${name}_sum`, labels, value: value.sumUs },
    { metricName: `${name}_count`, labels, value: value.total },
  ];
}
