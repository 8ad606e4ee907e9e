/** A scenario's parameters, merged with its overrides, read and checked. */
import { timingWith, type Timing } from "../engine/timing.ts";
import { delayNames, type DelayName } from "./delays.ts";
import {
  commonParameters,
  type Parameters,
  type ParameterValue,
  type Scenario,
} from "./scenario.ts";

export interface Settings {
  /** All parameters in force. */
  readonly parameters: Parameters;
  /** Those that differ from the scenario's own. */
  readonly overrides: Parameters;
  readonly timing: Timing;
  readonly delays: DelayName;
  readonly shards: number;
  readonly replicas: number;
  readonly clients: number;
  readonly opsPerSecond: number;
  readonly readRatio: number;
  readonly replicaReadRatio: number;
  readonly keys: number;
  readonly listeners: number;
  readonly cachers: number;
  readonly workload: string;
  readonly horizonUs: number;
  readonly settleUs: number;
  readonly freshUs: number;
  readonly clientTimeoutMs: number;
  readonly valueBytes: number;
  readonly sharesEntries: boolean;
  readonly maxmemoryBytes: number;
  readonly maxmemoryPolicy: string;
  readonly scriptSlowness: number;
  readonly busyAfterMs: number;
  readonly wallSkewMs: number;
  readonly driftPpm: number;
}

/** Throws RangeError, in words, on an unknown parameter or an impossible value. */
export function settingsOf(scenario: Scenario, overrides: Parameters): Settings {
  const own: Parameters = { ...commonParameters, ...scenario.parameters };
  const parameters: Record<string, ParameterValue> = { ...own };
  const changed: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(overrides)) {
    if (!(name in own)) {
      const names = Object.keys(own).join(", ");
      throw new RangeError(`${scenario.name} has no parameter "${name}": it has ${names}`);
    }
    parameters[name] = value;
    if (value !== own[name]) changed[name] = value;
  }
  const commitRule = String(parameters["commitRule"]);
  if (commitRule !== "majority" && commitRule !== "all")
    throw new RangeError(`commitRule must be majority or all, got "${commitRule}"`);
  const logLeader = String(parameters["logLeader"]);
  if (logLeader !== "anywhere" && logLeader !== "near")
    throw new RangeError(`logLeader must be anywhere or near, got "${logLeader}"`);
  return {
    parameters,
    overrides: changed,
    timing: timingWith({
      leaseMs: within(parameters, "leaseMs", 100, 60_000),
      entryBytes: whole(parameters, "entryBytes", 64, 1 << 20),
      retryMs: whole(parameters, "retryMs", 1, 10_000),
      handoverMs: whole(parameters, "handoverMs", 1, 60_000),
      messageBytes: whole(parameters, "messageBytes", 1, 1 << 30),
      pipelineMessages: whole(parameters, "pipelineMessages", 1, 1000),
      segmentBytes: whole(parameters, "segmentBytes", 512, 1 << 30),
      tailBytes: whole(parameters, "tailBytes", 0, 1 << 30),
      raftElectionMs: within(parameters, "raftElectionMs", 20, 60_000),
      raftHeartbeatMs: within(parameters, "raftElectionMs", 20, 60_000) / 4,
      inFlightBytes: whole(parameters, "inFlightBytes", 64, 1 << 30),
      checksumEveryEntries: whole(parameters, "checksumEveryEntries", 1, 1 << 20),
      commitRule,
      logLeader,
    }),
    delays: delaysFrom(String(parameters["delays"])),
    shards: whole(parameters, "shards", 1, 1000),
    replicas: whole(parameters, "replicas", 0, 5),
    clients: whole(parameters, "clients", 1, 1000),
    opsPerSecond: within(parameters, "opsPerSecond", 0.1, 100_000),
    readRatio: within(parameters, "readRatio", 0, 1),
    replicaReadRatio: within(parameters, "replicaReadRatio", 0, 1),
    keys: whole(parameters, "keys", 1, 1_000_000),
    listeners: whole(parameters, "listeners", 0, 1),
    cachers: whole(parameters, "cachers", 0, 1),
    workload: String(parameters["workload"]),
    horizonUs: within(parameters, "horizonMs", 1, 86_400_000) * 1000,
    settleUs: within(parameters, "settleMs", 0, 60_000) * 1000,
    freshUs: within(parameters, "freshMs", 0, 60_000) * 1000,
    clientTimeoutMs: within(parameters, "clientTimeoutMs", 1, 600_000),
    valueBytes: whole(parameters, "valueBytes", 0, 1 << 20),
    sharesEntries: whole(parameters, "sharedEntries", 0, 1) === 1,
    maxmemoryBytes: whole(parameters, "maxmemoryBytes", 0, 1 << 30),
    maxmemoryPolicy: String(parameters["maxmemoryPolicy"]),
    scriptSlowness: within(parameters, "scriptSlowness", 1, 10_000),
    busyAfterMs: whole(parameters, "busyAfterMs", 0, 60_000),
    wallSkewMs: within(parameters, "wallSkewMs", 0, 600_000),
    driftPpm: within(parameters, "driftPpm", 0, 900_000),
  };
}

function delaysFrom(text: string): DelayName {
  const found = delayNames.find((name) => name === text);
  if (found === undefined)
    throw new RangeError(`delays must be ${delayNames.join(", ")}; got "${text}"`);
  return found;
}

function within(parameters: Parameters, name: string, least: number, most: number): number {
  const value = Number(parameters[name]);
  if (!(value >= least && value <= most))
    throw new RangeError(
      `${name} must be a number from ${least} to ${most}, got "${String(parameters[name])}"`,
    );
  return value;
}

function whole(parameters: Parameters, name: string, least: number, most: number): number {
  const value = within(parameters, name, least, most);
  if (!Number.isInteger(value)) throw new RangeError(`${name} must be a whole number`);
  return value;
}
