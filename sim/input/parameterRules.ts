/** What each parameter may be. A value that would make a run meaningless is refused before the run. */
import { timingWith } from "../../engine/timing.ts";
import { delayNames } from "../delays.ts";
import { evictionPolicies } from "../maxmemory.ts";
import { planExpectations } from "../checker/expectations.ts";
import { groupRoles, machineRoles, moments } from "../clusterTopology.ts";
import { parseWorkloads, refuseManyFiles, workloads } from "../clients/workloads/registry.ts";
import { planFault } from "../nemesis/registry.ts";
import {
  commonParameters,
  type ParameterValue,
  type Parameters,
  type Scenario,
} from "../scenario.ts";
import { unknownName } from "./nearest.ts";
import { UsageError } from "./usageError.ts";

interface NumberRule {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  readonly meaning: string;
}

const numberRules: Readonly<Record<string, NumberRule>> = {
  shards: rule(1, 500, true, "shards"),
  replicas: rule(0, 5, true, "replicas a shard"),
  clients: rule(1, 1000, true, "clients a shard"),
  opsPerSecond: rule(1, 100_000, false, "operations a second and shard"),
  readRatio: rule(0, 1, false, "share of reads"),
  replicaReadRatio: rule(0, 1, false, "share of the reads that replicas serve"),
  keys: rule(1, 100_000, true, "keys a workload kind and shard"),
  horizonMs: rule(1000, 3_600_000, false, "milliseconds of load"),
  entryBytes: rule(64, 1 << 20, true, "bytes"),
  retryMs: rule(1, 10_000, true, "milliseconds"),
  handoverMs: rule(1, 60_000, true, "milliseconds"),
  messageBytes: rule(1, 1 << 30, true, "bytes"),
  pipelineMessages: rule(1, 1000, true, "messages"),
  segmentBytes: rule(512, 1 << 30, true, "bytes"),
  tailBytes: rule(0, 1 << 30, true, "bytes"),
  raftElectionMs: rule(20, 60_000, false, "milliseconds"),
  inFlightBytes: rule(64, 1 << 30, true, "bytes"),
  checksumEveryEntries: rule(1, 1 << 20, true, "entries"),
  settleMs: rule(0, 60_000, false, "milliseconds"),
  freshMs: rule(0, 60_000, false, "milliseconds"),
  leaseMs: rule(100, 60_000, false, "milliseconds"),
  sharedEntries: rule(0, 1, true, "0 or 1"),
  maxmemoryBytes: rule(0, 1 << 30, true, "bytes"),
  scriptSlowness: rule(1, 10_000, false, "times as long"),
  busyAfterMs: rule(0, 60_000, true, "milliseconds"),
  valueBytes: rule(0, 1 << 20, true, "bytes"),
  clientTimeoutMs: rule(1, 600_000, false, "milliseconds"),
  wallSkewMs: rule(0, 60_000, false, "milliseconds"),
  driftPpm: rule(0, 100_000, false, "parts per million"),
};

const wordRules: Readonly<Record<string, readonly string[]>> = {
  commitRule: ["majority", "all"],
  logLeader: ["near", "anywhere"],
  delays: delayNames,
  maxmemoryPolicy: ["any", ...evictionPolicies],
  budget: ["within", "over", "assumption-broken"],
  types: ["all", "strings", "evicted", "cached", "scripts", "users"],
};

const workloadKinds = workloads.map((workload) => workload.kind);

function rule(least: number, most: number, isWhole: boolean, meaning: string): NumberRule {
  return { least, most, isWhole, meaning };
}

/** The rule of a parameter that only one scenario has, by the unit at the end of its name. */
function ruleFor(name: string): NumberRule {
  const known = numberRules[name];
  if (known !== undefined) return known;
  if (name.endsWith("Ms")) return rule(0, 3_600_000, false, "milliseconds");
  if (name.endsWith("Ratio")) return rule(-1, 1, false, "ratio");
  return rule(-1e9, 1e9, false, "number");
}

/** A scenario's own parameters over those that all have. */
export function parametersOf(scenario: Scenario): Parameters {
  return { ...commonParameters, ...scenario.parameters };
}

/**
 * Turns the texts of key=value into values of the types that the defaults have.
 * Throws UsageError on an unknown key, a wrong type, a value out of range, or values that do not go together.
 */
export function parseOverrides(scenario: Scenario, texts: ReadonlyMap<string, string>): Parameters {
  const defaults = parametersOf(scenario);
  const overrides: Record<string, ParameterValue> = {};
  for (const [name, text] of texts) {
    const standard = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (standard === undefined) {
      const message = unknownName("parameter", name, Object.keys(defaults));
      throw new UsageError(`${message} ("help ${scenario.name}" lists them)`);
    }
    const value = typeof standard === "number" ? numberFrom(name, text, standard) : text;
    if (typeof value === "string") checkWord(name, value);
    // A value equal to the default changes nothing, and the replay command need not say it.
    if (value !== standard) overrides[name] = value;
  }
  checkTogether({ ...defaults, ...overrides });
  checkPlans(scenario, { ...defaults, ...overrides });
  return overrides;
}

/** Checks the values that a scenario itself sets: a file may hold anything. */
export function checkDefaults(scenario: Scenario): void {
  const known = parametersOf(scenario);
  for (const [name, value] of Object.entries(known)) {
    const common = Object.hasOwn(commonParameters, name) ? commonParameters[name] : value;
    if (typeof common !== typeof value) {
      throw new UsageError(`${name} must be a ${typeof common}, got ${JSON.stringify(value)}`);
    }
    if (typeof value === "number") checkRange(name, value, String(value), value);
    else checkWord(name, value);
  }
  checkTogether(known);
}

/** Whom a fault aims at: one machine, save for kinds that take groups as well, and the two ends of links. */
function checkTargets({ kind, fields }: ReturnType<typeof planFault>): void {
  const when = String(fields["when"]);
  if (when !== "now" && !moments.includes(when))
    throw new UsageError(unknownName("moment", when, ["now", ...moments]));
  const isLink = "from" in fields;
  const takesGroups = isLink || kind.takesGroups === true;
  for (const field of isLink ? ["from", "to"] : ["target"]) {
    const target = fields[field];
    if (target === undefined || /^(?:zone:[a-c]|node:.+)$/.test(String(target))) continue;
    const words = takesGroups ? [...machineRoles, ...groupRoles] : machineRoles;
    if (words.includes(String(target))) continue;
    const known = [...words, "zone:a", "zone:b", "zone:c", "node:NAME"];
    throw new UsageError(unknownName(field, String(target), known));
  }
}

/** Plans faults and expectations as a run would, so that a target or a check that does not exist is wrong usage. */
export function checkPlans(scenario: Scenario, parameters: Parameters): void {
  try {
    for (const fault of scenario.nemesis) {
      const planned = planFault(fault, parameters);
      checkTargets(planned);
      const { atMs } = planned.fields;
      if (Number(atMs) < Number(parameters["horizonMs"])) continue;
      throw new UsageError(
        `${fault.kind} at ${atMs} ms lies beyond horizonMs ${parameters["horizonMs"]}: it would never begin`,
      );
    }
    planExpectations(scenario.expect, parameters);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function numberFrom(name: string, text: string, standard: number): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  checkRange(name, value, text, standard);
  return value;
}

function checkRange(name: string, value: number, text: string, example: number): void {
  const { least, most, isWhole, meaning } = ruleFor(name);
  const kind = isWhole ? "a whole number" : "a number";
  const expected = `${name} expects ${kind} of ${meaning} from ${least} to ${most}, such as ${name}=${example}`;
  const isFine = value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (!isFine) throw new UsageError(`${expected}; got "${text}"`);
}

function checkWord(name: string, text: string): void {
  const words = wordRules[name];
  if (words !== undefined && !words.includes(text)) {
    throw new UsageError(`${name} must be one of ${words.join(", ")}; got "${text}"`);
  }
  if (text === "") throw new UsageError(`${name} needs a value: ${name}=…`);
  if (name !== "workload") return;
  for (const kind of text.split(",")) {
    if (workloadKinds.includes(kind)) continue;
    throw new UsageError(unknownName("kind of workload", kind, workloadKinds));
  }
}

function checkTogether(parameters: Parameters): void {
  try {
    timingWith({ leaseMs: Number(parameters["leaseMs"]) });
    const { workload, keys, shards } = parameters;
    refuseManyFiles(parseWorkloads(String(workload)), Number(keys), Number(shards));
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
