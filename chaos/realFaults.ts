/** A scenario's faults as the running cluster can be given them. What cannot be done to real processes is refused by its name. */
import type { FieldValue } from "../server/chaos/faultKinds.ts";
import { groupNames, momentNames, roleNames } from "../server/chaos/faultKinds.ts";
import { UsageError } from "../sim/input/usageError.ts";
import type { PlannedFault } from "../sim/nemesis/registry.ts";
import type { FaultRequest } from "./api.ts";

/** A request so long after the fault's beginning. */
export interface Step {
  readonly afterMs: number;
  readonly request: FaultRequest;
}

export interface RealFault {
  readonly kind: string;
  readonly atMs: number;
  /** The first ones come at once; later ones are left out if nobody holds the role then. */
  readonly steps: readonly Step[];
  /** Until it is over; 0: it begins and is over. */
  readonly lastsMs: number;
  readonly isPlanned: boolean;
  readonly probes: boolean;
}

/** What a translation may need beside the fault's own fields. */
export interface Surroundings {
  readonly databases: readonly string[];
  readonly logs: readonly string[];
  /** The scenario's own draws, in [0, 1): the same seed draws the same. */
  readonly random: () => number;
}

type Words = Readonly<Record<string, string | number>>;
type Target = Readonly<Record<string, FieldValue>>;

const roles: ReadonlySet<string> = new Set(roleNames);
const groups: ReadonlySet<string> = new Set(groupNames);

const text = (fields: Words, name: string): string => String(fields[name]);
const number = (fields: Words, name: string): number => Number(fields[name]);

/** "zone:a", "node:db-0-a", roles and groups as the interface takes them. */
function target(word: string, { shard = 0 }: Words): Target {
  if (word.startsWith("zone:")) return { zone: word.slice(5) };
  if (word.startsWith("node:")) return { node: word.slice(5) };
  if (roles.has(word)) return { role: word, shard: Number(shard) };
  if (groups.has(word)) return { group: word, shard: Number(shard) };
  if (word === "monitor") throw new UsageError("every zone has a monitor of its own there");
  throw new UsageError(`target ${word} cannot be found on a running cluster`);
}

/** A whole zone: the one that holds the role, found when the fault begins (realNemesis.ts). */
function zoneTarget(word: string, fields: Words): Target {
  if (word.startsWith("zone:")) return { zone: word.slice(5) };
  const role = word === "both" ? "primary" : word;
  return { ...target(role, fields), wholeZone: true };
}

/** A request that lasts as long as its fault. */
function lasting(fields: Words, request: FaultRequest): readonly Step[] {
  return [{ afterMs: 0, request: { ...request, forMs: Math.ceil(number(fields, "forMs")) } }];
}

const once = (request: FaultRequest): readonly Step[] => [{ afterMs: 0, request }];

/** On the network between two sets of places. */
function link(kind: string, more: (fields: Words) => Target = () => ({})): Translate {
  return (fields) => {
    const from = target(text(fields, "from"), fields);
    const to = text(fields, "to");
    const oneWay = number(fields, "oneWay") === 1;
    return lasting(fields, { kind, ...from, to, oneWay, ...more(fields) });
  };
}

const percent = (fields: Words): Target => ({
  percent: Math.max(1, Math.round(number(fields, "ratio") * 100)),
});

function disk(how: string, times?: string): Translate {
  return (fields) =>
    lasting(fields, {
      kind: "disk",
      ...target(text(fields, "target"), fields),
      how,
      times: times === undefined ? 0 : number(fields, times),
    });
}

const rot =
  (how: string): Translate =>
  (fields) =>
    lasting(fields, { kind: "rot", ...target(text(fields, "target"), fields), how });

const onTarget =
  (kind: string, more: (fields: Words) => Target = () => ({})): Translate =>
  (fields) =>
    lasting(fields, { kind, ...target(text(fields, "target"), fields), ...more(fields) });

const ppm = (ratio: number): number => Math.round(ratio * 1e6);

/** From nearly nothing to twice the mean. */
const spread = (meanMs: number, draw: number): number => 1 + Math.floor(2 * meanMs * draw);

type Translate = (fields: Words, around: Surroundings) => readonly Step[];

/** The kinds of the simulator that real processes can suffer too. */
const translations: Readonly<Record<string, Translate>> = {
  zoneOutage: (fields) =>
    lasting(fields, {
      kind: "kill",
      ...zoneTarget(text(fields, "target"), fields),
      disk: text(fields, "disks"),
    }),
  machineCrash: onTarget("kill"),
  crashAll: (fields, { databases, logs }) => {
    const isLog = fields["targets"] === "log";
    const staggerMs = number(fields, "staggerMs");
    if (staggerMs === 0) {
      return lasting(fields, { kind: "kill", group: isLog ? "log" : "databases" });
    }
    const forMs = number(fields, "forMs");
    return (isLog ? logs : databases).map((node, index) => ({
      afterMs: index * staggerMs,
      request: { kind: "kill", node, forMs: Math.max(1, Math.ceil(forMs - index * staggerMs)) },
    }));
  },
  crashLoop: (fields, { random }) => {
    const steps: Step[] = [];
    const downMs = Math.max(1, number(fields, "downMs"));
    const to = target(text(fields, "target"), fields);
    for (let afterMs = 0; afterMs < number(fields, "forMs");) {
      steps.push({ afterMs, request: { kind: "kill", ...to, forMs: Math.ceil(downMs) } });
      afterMs += downMs + spread(number(fields, "upMs"), random());
    }
    return steps;
  },
  rollingRestart: (fields, { databases, logs }) => {
    const targets = text(fields, "targets");
    const everyMs = number(fields, "everyMs");
    if (targets === "all") return once({ kind: "rolling-restart", everyMs });
    const nodes = targets === "log" ? logs : databases;
    return nodes.map((node, index) => ({
      afterMs: index * everyMs,
      request: { kind: "restart", node },
    }));
  },
  machinePause: onTarget("pause"),
  slowCpu: onTarget("slow-cpu", (fields) => ({
    factor: Math.max(2, Math.round(number(fields, "factor"))),
  })),
  plannedFailover: (fields) => {
    const to = text(fields, "to");
    const shard = number(fields, "shard");
    return once({ kind: "failover", shard, to: to === "any" ? "" : to });
  },
  logTransfer: (fields) =>
    once({ kind: "log-transfer", shard: number(fields, "shard"), to: text(fields, "to") }),
  cut: link("cut"),
  clog: link("clog"),
  loss: link("loss", percent),
  duplicate: link("duplicate", percent),
  reorder: link("reorder", (fields) => ({
    ...percent(fields),
    byMs: Math.max(1, Math.round(number(fields, "byMs"))),
  })),
  delayHints: (fields) =>
    lasting(fields, {
      kind: "delay",
      group: "databases",
      to: "databases",
      messages: "hints",
      byMs: number(fields, "byMs"),
    }),
  randomClog: (fields, { databases, logs, random }) => {
    const machines = [...databases, ...logs];
    const drawn = (): string => machines[Math.floor(random() * machines.length)] ?? "";
    const steps: Step[] = [];
    for (let afterMs = 0; afterMs < number(fields, "forMs");) {
      const [node, to] = [drawn(), `node:${drawn()}`];
      const forMs = spread(number(fields, "clogMs"), random());
      steps.push({ afterMs, request: { kind: "clog", node, to, oneWay: true, forMs } });
      afterMs += spread(number(fields, "everyMs"), random());
    }
    return steps;
  },
  flap: (fields) =>
    lasting(fields, {
      kind: "flap",
      ...zoneTarget(text(fields, "target"), fields),
      periodMs: Math.max(10, Math.round(number(fields, "periodMs"))),
    }),
  partition: (fields) =>
    lasting(fields, {
      kind: "partition",
      group: text(fields, "target"),
      shard: number(fields, "shard"),
      shape: text(fields, "shape"),
      oneWay: number(fields, "oneWay") === 1,
      clients: text(fields, "clients"),
    }),
  breakConnections: (fields) =>
    once({ kind: "break-connections", ...target(text(fields, "target"), fields) }),
  halfOpen: (fields) => {
    if (text(fields, "believer") === "machine") {
      throw new UsageError("clients cannot be made to forget a connection, only servers can");
    }
    return once({ kind: "half-open", ...target(text(fields, "target"), fields) });
  },
  logSlow: onTarget("slow-log", (fields) => ({ factor: number(fields, "factor") })),
  diskFull: disk("full"),
  diskStall: disk("stall"),
  diskFail: disk("sync", "syncs"),
  diskWriteFail: disk("write", "writes"),
  diskReadFail: disk("read", "reads"),
  diskReadRot: disk("garble", "reads"),
  diskRot: rot("bit"),
  diskMisdirect: rot("sector"),
  clockJump: onTarget("skew-clock", (fields) => ({ byMs: Math.round(number(fields, "byMs")) })),
  clockDrift: onTarget("skew-clock", (fields) => ({ ratePpm: ppm(number(fields, "ratio")) })),
  clockScatter: (fields, { databases, logs, random }) => {
    const word = text(fields, "target");
    const nodes = { databases, log: logs, everything: [...databases, ...logs] }[word];
    if (nodes === undefined) throw new UsageError("target must be everything, databases or log");
    return nodes.flatMap((node) => {
      const ratePpm = ppm((random() * 2 - 1) * number(fields, "ratio"));
      return lasting(fields, { kind: "skew-clock", node, ratePpm });
    });
  },
  clockSlew: (fields) => {
    const to = target(text(fields, "target"), fields);
    const periodMs = Math.ceil(number(fields, "periodMs"));
    const count = Math.ceil(number(fields, "forMs") / periodMs);
    return Array.from({ length: count }, (_, index) => {
      const ratePpm = ppm(number(fields, "ratio")) * (index % 2 === 0 ? 1 : -1);
      const request = { kind: "skew-clock", ...to, ratePpm, forMs: periodMs };
      return { afterMs: index * periodMs, request };
    });
  },
};

/** Why the others stay with the simulator. */
const refusals: Readonly<Record<string, string>> = {
  machineSuspend: "the monotonic clock of a process that is stopped runs on",
  blankRestart:
    "a blank disk is formatted only in the place of a whole zone: zoneOutage with disks: lost does that",
  diskSwap: "two processes never open one folder, which is locked",
  diskLostWrite:
    "a real log node reads through the operating system's cache, and would see at once what no drive shows before a restart",
  tearStreams: "where a stream is cut into pieces only the operating system decides",
  hostQuirks: "the real host has quirks of its own, and only those",
};

const momentRefusals: Readonly<Record<string, string>> = {
  appendInFlight: "under load an append is always in flight",
  logElecting: "it is over before another process hears of it: logElected can be waited for",
  leaseAboutToEnd:
    "the last 50 ms of a lease are over before another process hears of them: lapsed can be waited for",
};

export const realKinds: readonly string[] = Object.keys(translations);
export const refusedKinds: readonly string[] = Object.keys(refusals);

/** Throws UsageError that names the fault and what it is about it that a running cluster cannot be given. */
export function realFault(planned: PlannedFault, around: Surroundings): RealFault {
  const { kind, fields, atUs, probes } = planned;
  const name = kind.kind;
  const refuse = (why: string): never => {
    throw new UsageError(
      `fault ${name} is for the simulator alone: ${why}. A running cluster takes ${realKinds.join(", ")}`,
    );
  };
  const translate = Object.hasOwn(translations, name) ? translations[name] : undefined;
  if (translate === undefined) return refuse(refusals[name] ?? "nothing does it to real processes");
  const when = String(fields["when"]);
  const isMoment = when === "now" || momentNames.some((one) => one === when);
  if (!isMoment) return refuse(`when=${when}: ${momentRefusals[when] ?? "no such moment"}`);
  let steps: readonly Step[];
  try {
    steps = translate(fields, around);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
  const waits = when === "now" ? {} : { when, waitMs: number(fields, "waitMs") };
  return {
    kind: name,
    atMs: atUs / 1000,
    steps: steps.map((step) =>
      step.afterMs === 0 ? { ...step, request: { ...step.request, ...waits } } : step,
    ),
    lastsMs: lastsMs(steps, fields, around),
    isPlanned: name === "plannedFailover",
    probes,
  };
}

function lastsMs(steps: readonly Step[], fields: Words, { databases }: Surroundings): number {
  if ("forMs" in fields) return number(fields, "forMs");
  const everyMs = "everyMs" in fields ? number(fields, "everyMs") : 0;
  const last = steps.at(-1)?.afterMs ?? 0;
  const isRolling = steps.some(({ request }) => request.kind === "rolling-restart");
  return isRolling ? Math.min(3, databases.length) * everyMs : last === 0 ? 0 : last + everyMs;
}
