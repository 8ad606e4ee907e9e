/** What of a scenario a real cluster can be given, found out before anything is started. */
import { LISTED, UNLISTED } from "../sim/clients/logins.ts";
import { UsageError } from "../sim/input/usageError.ts";
import { planFault } from "../sim/nemesis/registry.ts";
import { Streams } from "../sim/random.ts";
import { commonParameters, type Parameters, type Scenario } from "../sim/scenario.ts";
import { settingsOf, type Settings } from "../sim/settings.ts";
import { type RealFault, realFault } from "./realFaults.ts";

export interface RealPlan {
  readonly settings: Settings;
  readonly faults: readonly RealFault[];
  /** Of the server. */
  readonly options: readonly string[];
  /** Parameters of the scenario that a real cluster does not take, as name=value: it has its own limits, network and disks. */
  readonly own: readonly string[];
}

/** Limits of the protocol, and a network, disks and clocks that only a simulated world has. */
const simulatedOnly = [
  "commitRule",
  "entryBytes",
  "inFlightBytes",
  "retryMs",
  "handoverMs",
  "messageBytes",
  "sharedEntries",
  "checksumEveryEntries",
  "pipelineMessages",
  "segmentBytes",
  "tailBytes",
  "raftElectionMs",
  "delays",
  "logLeader",
  "wallSkewMs",
  "driftPpm",
];

const loadsFile = (kind: string): boolean => kind === LISTED || kind === UNLISTED;

const zoneNames = ["a", "b", "c"];

/** Throws UsageError on what a real cluster cannot be given and the scenario is about. */
export function planReal(scenario: Scenario, overrides: Parameters, seed: number): RealPlan {
  const settings = settingsOf(scenario, overrides);
  const { parameters, shards, replicas } = settings;
  const loading = parameters["workload"]?.toString().split(",").find(loadsFile);
  if (loading !== undefined) {
    throw new UsageError(
      `workload kind ${loading} is for the simulator alone: the file that ACL LOAD reads also says who there is at the start`,
    );
  }
  if (replicas > 2) throw new UsageError("a real cluster has at most 2 replicas a shard here");
  const databases = Array.from({ length: shards }, (_, shard) =>
    zoneNames.slice(0, 1 + replicas).map((zone) => `db-${shard}-${zone}`),
  ).flat();
  const logs = zoneNames.map((zone) => `log-${zone}`);
  const random = new Streams(seed).stream("real faults");
  const faults = scenario.nemesis.map((spec) =>
    realFault(planFault(spec, parameters), { databases, logs, random }),
  );
  const own = simulatedOnly
    .filter((name) => parameters[name] !== commonParameters[name])
    .map((name) => `${name}=${String(parameters[name])}`);
  return { settings, faults, options: optionsOf(settings), own };
}

function optionsOf(settings: Settings): readonly string[] {
  const { shards, replicas, timing, workload, maxmemoryBytes, maxmemoryPolicy } = settings;
  const shape = [`shards=${shards}`, `replicas=${replicas}`, `lease-ms=${timing.leaseMs}`];
  const kinds = workload.split(",");
  // Who uses the service neither makes users by commands nor says how much memory a node has, nor when it is busy.
  const profile = kinds.includes("users") ? ["profile=redis"] : [];
  if (kinds.includes("scripts")) {
    return [...shape, "profile=redis", `busy-reply-threshold=${settings.busyAfterMs}`];
  }
  if (maxmemoryBytes === 0) return [...shape, ...profile];
  const policy = maxmemoryPolicy === "any" ? "allkeys-lru" : maxmemoryPolicy;
  const limits = [`maxmemory=${maxmemoryBytes}`, `maxmemory-policy=${policy}`];
  return [...shape, "profile=redis", ...limits];
}
