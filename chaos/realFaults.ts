/** A scenario's faults as the running cluster can be given them. What cannot be done to real processes is refused by its name. */
import type { FieldValue } from "../server/chaos/faultKinds.ts";
import type { PlannedFault } from "../sim/nemesis/registry.ts";
import { UsageError } from "../sim/input/usageError.ts";
import type { FaultRequest } from "./api.ts";

/** What a fault asks the cluster for, one request or several at once. */
export interface RealFault {
  readonly kind: string;
  readonly atMs: number;
  readonly requests: readonly FaultRequest[];
  /** -1: it has no end of its own. */
  readonly forMs: number;
  readonly isPlanned: boolean;
  readonly probes: boolean;
}

type Words = Readonly<Record<string, string | number>>;

/** "zone:a", "node:db-0-a" and roles as the interface takes them. */
function target(word: string, { shard = 0 }: Words): Readonly<Record<string, FieldValue>> {
  if (word.startsWith("zone:")) return { zone: word.slice(5) };
  if (word.startsWith("node:")) return { node: word.slice(5) };
  if (["primary", "replica", "logLeader", "logFollower"].includes(word)) {
    return { role: word, shard: Number(shard) };
  }
  throw new UsageError(`target ${word} cannot be found on a running cluster`);
}

/** A whole zone: the one that holds the role, found when the fault begins (realNemesis.ts). */
function zoneTarget(word: string, fields: Words): Readonly<Record<string, FieldValue>> {
  if (word.startsWith("zone:")) return { zone: word.slice(5) };
  const role = word === "both" ? "primary" : word;
  return { ...target(role, fields), wholeZone: true };
}

const link = (fields: Words): readonly FaultRequest[] => {
  const to = String(fields["to"]);
  const oneWay = Number(fields["oneWay"]) === 1;
  return [{ kind: "cut", ...target(String(fields["from"]), fields), to, oneWay }];
};

const everyNode = (prefix: string): readonly Readonly<Record<string, FieldValue>>[] =>
  ["a", "b", "c"].map((zone) => ({ node: `${prefix}${zone}` }));

type Translate = (fields: Words) => readonly FaultRequest[];

/** The kinds of the simulator that real processes can suffer too. */
const translations: Readonly<Record<string, Translate>> = {
  zoneOutage: (fields) => [
    {
      kind: "kill",
      ...zoneTarget(String(fields["target"]), fields),
      disk: String(fields["disks"]),
    },
  ],
  machineCrash: (fields) => [{ kind: "kill", ...target(String(fields["target"]), fields) }],
  machinePause: (fields) => [{ kind: "pause", ...target(String(fields["target"]), fields) }],
  crashAll: (fields) => {
    if (Number(fields["staggerMs"]) !== 0) throw new UsageError("staggerMs is for the simulator");
    const prefix = fields["targets"] === "log" ? "log-" : "db-0-";
    return everyNode(prefix).map((one) => ({ kind: "kill", ...one }));
  },
  cut: link,
  logSlow: (fields) => [
    {
      kind: "slow-log",
      ...target(String(fields["target"]), fields),
      factor: Number(fields["factor"]),
    },
  ],
  plannedFailover: (fields) => {
    const to = String(fields["to"]);
    return [{ kind: "failover", shard: Number(fields["shard"]), to: to === "any" ? "" : to }];
  },
  clockJump: (fields) => [
    {
      kind: "skew-clock",
      ...target(String(fields["target"]), fields),
      byMs: Number(fields["byMs"]),
    },
  ],
};

export const realKinds: readonly string[] = Object.keys(translations);

/** Throws UsageError that names the fault and what it is about it that a running cluster cannot be given. */
export function realFault(planned: PlannedFault): RealFault {
  const { kind, fields, atUs, probes } = planned;
  const name = kind.kind;
  const refuse = (why: string): never => {
    throw new UsageError(
      `fault ${name} is for the simulator alone: ${why}. A running cluster takes ${realKinds.join(", ")}`,
    );
  };
  const translate = Object.hasOwn(translations, name) ? translations[name] : undefined;
  if (translate === undefined) return refuse("nothing does that to real processes");
  if (fields["when"] !== "now") return refuse(`when=${String(fields["when"])} is seen by it only`);
  let requests: readonly FaultRequest[];
  try {
    requests = translate(fields);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const forMs = "forMs" in fields ? Number(fields["forMs"]) : -1;
  const isPlanned = name === "plannedFailover";
  return { kind: name, atMs: atUs / 1000, requests, forMs, isPlanned, probes };
}
