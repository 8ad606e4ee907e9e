/** Topology, timing, limits and load of one seed. */
import { collectionKinds, workloads } from "../clients/workloads/registry.ts";
import type { Budget, Parameters, ParameterValue } from "../scenario.ts";
import type { Draw } from "./draw.ts";

/** How likely a limit is drawn tiny: batches of one, buffers of one. */
const TINY_RATIO = 0.25;
/** Of seeds with users, those in which ACL LOAD changes them. */
const LOADING_RATIO = 0.3;

export function drawParameters(draw: Draw, budget: Budget): Parameters {
  const shards = draw.pick([1, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
  const horizonMs = draw.whole(1400, 2800);
  const operations = draw.whole(100, 140);
  const parameters: Record<string, ParameterValue> = {
    shards,
    replicas: draw.pick([1, 2, 2, 2, 2, 3]),
    settleMs: 50,
    freshMs: 200,
    horizonMs,
    leaseMs: draw.wholeSpread(150, 600),
    clients: draw.whole(3, 12),
    opsPerSecond: Math.round(((operations * 1000) / horizonMs / shards) * 10) / 10,
    readRatio: draw.pick([0.2, 0.4, 0.6, 0.8]),
    replicaReadRatio: draw.pick([0, 0.1, 0.3]),
    keys: draw.wholeSpread(1, 8),
    workload: drawWorkload(draw),
    clientTimeoutMs: draw.wholeSpread(100, 1600),
    logLeader: draw.chance(0.3) ? "anywhere" : "near",
  };
  if (draw.chance(0.1) && budget === "within") parameters["commitRule"] = "all";
  drawTinyLimits(draw, parameters);
  if (draw.chance(0.3)) parameters["delays"] = draw.pick(["bimodal", "bimodal", "wide"]);
  if (draw.chance(0.2)) parameters["wallSkewMs"] = draw.wholeSpread(1, 2000);
  if (draw.chance(0.2)) parameters["driftPpm"] = draw.wholeSpread(1, 50_000);
  // Records in many pieces, each on its way alone: a writer that dies then leaves one unfinished.
  if (parameters["entryBytes"] !== undefined && draw.chance(0.5)) {
    parameters["entryBytes"] = draw.whole(64, 96);
    parameters["messageBytes"] = draw.wholeSpread(64, 256);
  }
  // Long values in the smallest entries are hundreds of pieces each: no load of this size could be served.
  const longestBytes = Number(parameters["entryBytes"] ?? 512) < 256 ? 48 : 512;
  if (draw.chance(TINY_RATIO)) parameters["valueBytes"] = draw.wholeSpread(16, longestBytes);
  return parameters;
}

function drawTinyLimits(draw: Draw, parameters: Record<string, ParameterValue>): void {
  if (draw.chance(TINY_RATIO)) parameters["entryBytes"] = draw.wholeSpread(64, 512);
  if (draw.chance(TINY_RATIO)) parameters["inFlightBytes"] = draw.wholeSpread(64, 4096);
  if (draw.chance(TINY_RATIO)) parameters["messageBytes"] = draw.wholeSpread(64, 1024);
  if (draw.chance(TINY_RATIO)) parameters["checksumEveryEntries"] = draw.wholeSpread(1, 64);
  if (draw.chance(TINY_RATIO)) parameters["retryMs"] = draw.wholeSpread(5, 80);
  if (draw.chance(TINY_RATIO)) parameters["handoverMs"] = draw.wholeSpread(5, 300);
  if (draw.chance(TINY_RATIO)) parameters["pipelineMessages"] = draw.whole(1, 3);
  if (draw.chance(TINY_RATIO)) {
    const segmentBytes = draw.wholeSpread(1024, 32_768);
    parameters["segmentBytes"] = segmentBytes;
    parameters["tailBytes"] = segmentBytes >> 3;
  }
  if (draw.chance(TINY_RATIO)) parameters["raftElectionMs"] = draw.wholeSpread(100, 800);
}

/** Loads of listeners, and of collections: `drawTypes` draws those; of keys that are evicted: `drawEvicted` does. */
const UNDRAWN: ReadonlySet<string> = new Set([
  "messages",
  "evicted",
  "scripts",
  "users",
  "listedUsers",
  "unlistedUsers",
  ...collectionKinds,
]);

/**
 * The kinds of load of a seed: strings as drawn, and beside them, or in their place, some on collections. These have a stream of
 * their own, so that what else a seed draws is the same without them.
 */
export function drawTypes(draw: Draw, strings: string): Parameters {
  const kinds = collectionKinds.filter(() => draw.chance(0.3));
  if (kinds.length === 0) kinds.push(draw.pick(collectionKinds));
  const isTold = draw.chance(0.15);
  if (isTold) kinds.push("messages");
  if (draw.chance(0.7)) kinds.unshift(strings);
  const sharedEntries = draw.chance(0.5) ? 1 : 0;
  return { workload: kinds.join(","), listeners: isTold ? 1 : 0, sharedEntries };
}

/** Registers, and keys that end at a time, which clients cache. */
export const cachedLoad: Parameters = { workload: "registers,expiring", listeners: 0, cachers: 1 };

/**
 * Scripts and functions beside one kind of strings or none, on hosts so slow that a script may take longer than a lease lasts or a
 * client waits.
 */
export function drawScripts(draw: Draw): Parameters {
  const beside = draw.pick(["", "", "", ",counters", ",pairs", ",keyspace"]);
  return {
    workload: `scripts${beside}`,
    listeners: 0,
    keys: draw.whole(1, 4),
    sharedEntries: draw.chance(0.5) ? 1 : 0,
    scriptSlowness: draw.wholeSpread(2, 100),
    busyAfterMs: draw.wholeSpread(5, 400),
  };
}

/**
 * Users whose rights change, beside one kind of strings or none, mostly in two shards, of which both change one of the users; or one user,
 * whom ACL LOAD changes too.
 */
export function drawUsers(draw: Draw): Parameters {
  const sharedEntries = draw.chance(0.5) ? 1 : 0;
  if (draw.chance(LOADING_RATIO)) {
    const workload = draw.pick(["listedUsers", "unlistedUsers"]);
    return { workload, listeners: 0, shards: 1, keys: 1, sharedEntries };
  }
  return {
    workload: `users${draw.pick(["", "", "", ",registers", ",scripts"])}`,
    listeners: 0,
    shards: draw.pick([1, 2, 2]),
    keys: draw.whole(1, 3),
    sharedEntries,
  };
}

/** Nodes that hold a part of their keys only; those that no policy would evict always fit. */
export function drawEvicted(draw: Draw): Parameters {
  return {
    workload: "evicted",
    listeners: 0,
    keys: draw.whole(16, 40),
    valueBytes: draw.whole(16, 48),
    // A node without keys counts 1 MiB, its clients' buffers up to 3 KiB, a key with its deadline some 150 bytes.
    maxmemoryBytes: (1 << 20) + 3072 + draw.whole(1000, 2000),
  };
}

/** Some of the kinds, at least one. */
function drawWorkload(draw: Draw): string {
  const kinds = workloads.map(({ kind }) => kind).filter((kind) => !UNDRAWN.has(kind));
  const drawn = kinds.filter(() => draw.chance(0.5));
  // FLUSHALL would empty the lists, which may only grow.
  const kept = drawn.includes("lists") ? drawn.filter((kind) => kind !== "keyspace") : drawn;
  return kept.length === 0 ? draw.pick(kinds) : kept.join(",");
}
