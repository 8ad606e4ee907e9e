import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { cloudWatchMetrics } from "../engine/commands/info/cloudWatch.ts";
import { seriesOf } from "../server/metrics/exposition.ts";

/** All metrics of the namespace AWS/MemoryDB. */
const known: readonly string[] = [
  "ActiveDefragHits",
  "AuthenticationFailures",
  "BytesReadFromDisk",
  "BytesUsedForMemoryDB",
  "BytesWrittenToDisk",
  "CPUUtilization",
  "CommandAuthorizationFailures",
  "CurrConnections",
  "CurrItems",
  "DB0AverageTTL",
  "DatabaseCapacityUsagePercentage",
  "DatabaseMemoryUsagePercentage",
  "EngineCPUUtilization",
  "ErrorCount",
  "EvalBasedCmds",
  "Evictions",
  "FreeableMemory",
  "GeoSpatialBasedCmds",
  "GetTypeCmds",
  "HashBasedCmds",
  "HyperLogLogBasedCmds",
  "IsPrimary",
  "JsonBasedCmds",
  "KeyAuthorizationFailures",
  "KeyBasedCmds",
  "KeysTracked",
  "KeyspaceHits",
  "KeyspaceMisses",
  "ListBasedCmds",
  "MaxReplicationThroughput",
  "MemoryFragmentationRatio",
  "MultiRegionClusterReplicationLag",
  "NetworkBandwidthInAllowanceExceeded",
  "NetworkBandwidthOutAllowanceExceeded",
  "NetworkBytesIn",
  "NetworkBytesOut",
  "NetworkConntrackAllowanceExceeded",
  "NetworkPacketsIn",
  "NetworkPacketsOut",
  "NetworkPacketsPerSecondAllowanceExceeded",
  "NewConnections",
  "NumItemsReadFromDisk",
  "NumItemsWrittenToDisk",
  "PrimaryLinkHealthStatus",
  "PubSubBasedCmds",
  "Reclaimed",
  "ReplicationBytes",
  "ReplicationDelayedWriteCommands",
  "ReplicationLag",
  "SearchBasedCmds",
  "SearchBasedGetCmds",
  "SearchBasedSetCmds",
  "SearchNumberOfIndexedKeys",
  "SearchNumberOfIndexes",
  "SearchTotalIndexSize",
  "SetBasedCmds",
  "SetTypeCmds",
  "SortedSetBasedCmds",
  "StreamBasedCmds",
  "StringBasedCmds",
  "SuccessfulReadRequestLatency",
  "SuccessfulWriteRequestLatency",
  "SwapUsage",
];

const page: string = readFileSync(new URL("METRICS.md", import.meta.url), "utf8");
const [told = "", without = ""] = page.split("## Without a meaning here");

describe("docs/METRICS.md", () => {
  it("lists every metric that is told, as it is told", () => {
    const rows = told.split("\n").filter((line) => /^\| [A-Z]\w+ \| `/.test(line));
    expect(rows).toEqual(
      cloudWatchMetrics.map(
        (metric) =>
          `| ${metric.name} | \`${seriesOf(metric)}\` | ${metric.kind} | ${metric.help} |`,
      ),
    );
  });

  it("gives a reason for every other one that the service has", () => {
    const rows = [...without.matchAll(/^\| ([A-Z][\w, ]+) \| (.+) \|$/gm)].slice(1);
    const left = rows.flatMap(([, names = ""]) => names.split(", "));
    for (const [, , reason = ""] of rows) expect(reason.length).toBeGreaterThan(10);
    const meant = cloudWatchMetrics.map(({ name }) => name);
    expect([...meant, ...left].toSorted()).toEqual(known.toSorted());
  });
});
