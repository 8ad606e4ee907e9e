/** The faults that a running cluster can be given, as data: what the HTTP interface takes, its description tells, and the page offers. */

export type FieldValue = string | number | boolean;

/** Several machines at once. */
export const groupNames = ["everything", "databases", "replicas", "log"] as const;

/** Roles that one machine holds for a shard. */
export const roleNames = [
  "primary",
  "replica",
  "candidate",
  "handingOver",
  "recovering",
  "logLeader",
  "logFollower",
  "logRepairing",
] as const;

/** How machines fall into two sides (partition.ts). */
const partitionShapes = ["halves", "subsets", "isolate", "zone", "bridge"] as const;

export type PartitionShape = (typeof partitionShapes)[number];

/** How a disk fails (../disk/faultyFiles.ts). */
const diskFaultNames = ["full", "stall", "sync", "write", "read", "garble"] as const;

export type DiskFaultName = (typeof diskFaultNames)[number];

/** Moments that an order may wait for (moments.ts says what they are). */
export const momentNames = [
  "electing",
  "elected",
  "handover",
  "recovering",
  "lapsed",
  "logElected",
  "logRepairing",
  "scriptRuns",
] as const;

export type MomentName = (typeof momentNames)[number];

export interface FieldSpec {
  readonly type: "string" | "integer" | "boolean";
  readonly help: string;
  /** Undefined: left out unless told. */
  readonly standard?: FieldValue;
  readonly among?: readonly string[];
  readonly least?: number;
  readonly most?: number;
}

/** "none": it begins and is over. "until told": lasts `forMs`, or until it is healed. "by itself": until it has come to its end, or is healed. */
export type Lasting = "none" | "until told" | "by itself";

export interface FaultKindSpec {
  readonly help: string;
  readonly lasts: Lasting;
  /** Whom it may strike: any machine, those that clients connect to, or log nodes; "shard" and "cluster" need no target. */
  readonly strikes: "machines" | "databases" | "logs" | "shard" | "cluster";
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

/** Beside the kind's own fields. One of zone, node, role and group says who is meant. */
const targetFields: Readonly<Record<string, FieldSpec>> = {
  zone: { type: "string", help: "every machine of a zone", among: ["a", "b", "c"] },
  node: { type: "string", help: "one machine, such as db-0-a or log-b" },
  role: {
    type: "string",
    help: "whoever holds the role now, for `shard`",
    among: roleNames,
  },
  group: { type: "string", help: "several machines; replicas of `shard`", among: groupNames },
  shard: { type: "integer", help: "whose role is meant", standard: 0, least: 0 },
};

/** What every kind has: it may wait for a moment before it begins. */
const momentFields: Readonly<Record<string, FieldSpec>> = {
  when: {
    type: "string",
    help: "now, or a moment of `shard` to wait for, as the zones tell of it",
    standard: "now",
    among: ["now", ...momentNames],
  },
  waitMs: {
    type: "integer",
    help: "how long it waits for its moment before it begins without",
    standard: 1000,
    least: 1,
    most: 600_000,
  },
};

/** Between which machines a fault on the network is. */
const linkFields: Readonly<Record<string, FieldSpec>> = {
  to: {
    type: "string",
    help: "everything, peers (all machines), clients, databases, replicas, log, a role, zone:b or node:log-b",
    standard: "everything",
  },
  oneWay: {
    type: "boolean",
    help: "only what the target sends; clients are concerned either way",
    standard: false,
  },
};

const shareField: FieldSpec = {
  type: "integer",
  help: "so many of a hundred messages",
  standard: 10,
  least: 1,
  most: 100,
};

const lateField: FieldSpec = {
  type: "integer",
  help: "by how many milliseconds, at most",
  standard: 20,
  least: 1,
  most: 600_000,
};

const lastingFields: Readonly<Record<string, FieldSpec>> = {
  forMs: {
    type: "integer",
    help: "how long it lasts, in milliseconds; until it is healed unless told",
    least: 1,
    most: 86_400_000,
  },
};

export const faultKindNames = [
  "kill",
  "pause",
  "restart",
  "rolling-restart",
  "cut",
  "flap",
  "partition",
  "clog",
  "loss",
  "duplicate",
  "reorder",
  "delay",
  "break-connections",
  "half-open",
  "drop-clients",
  "refuse-clients",
  "slow-cpu",
  "slow-log",
  "disk",
  "rot",
  "failover",
  "log-transfer",
  "skew-clock",
] as const;

export type FaultKind = (typeof faultKindNames)[number];

export const faultKinds: Readonly<Record<FaultKind, FaultKindSpec>> = {
  kill: {
    help: "kill -9: of a zone whose process is its own, that process; else the machines lose their memory and all that was not synced",
    lasts: "until told",
    strikes: "machines",
    fields: {
      disk: {
        type: "string",
        help: "lost: the zone's folder is removed, and it starts blank (a process a zone only)",
        standard: "kept",
        among: ["kept", "lost"],
      },
    },
  },
  pause: {
    help: "stands still with its clocks running on: SIGSTOP for a zone whose process is its own",
    lasts: "until told",
    strikes: "machines",
    fields: {},
  },
  restart: {
    help: "stops in good order, primaries after a planned failover, and starts again",
    lasts: "by itself",
    strikes: "machines",
    fields: {},
  },
  "rolling-restart": {
    help: "zone after zone stops in good order and starts again",
    lasts: "by itself",
    strikes: "cluster",
    fields: {
      everyMs: {
        type: "integer",
        help: "from the stop of one to the stop of the next, unless that takes longer, in milliseconds",
        standard: 5000,
        least: 0,
        most: 3_600_000,
      },
    },
  },
  cut: {
    help: "the network between the target and others loses everything",
    lasts: "until told",
    strikes: "machines",
    fields: linkFields,
  },
  flap: {
    help: "the network between the target and others is cut and heals, again and again",
    lasts: "until told",
    strikes: "machines",
    fields: {
      ...linkFields,
      periodMs: {
        type: "integer",
        help: "length of one cut, and of one pause between cuts, in milliseconds",
        standard: 700,
        least: 10,
        most: 600_000,
      },
    },
  },
  partition: {
    help: "machines fall into two sides that do not hear each other, drawn by lot",
    lasts: "until told",
    strikes: "cluster",
    fields: {
      group: {
        type: "string",
        help: "who is divided; all others hear everybody",
        standard: "everything",
        among: groupNames,
      },
      shard: { type: "integer", help: "whose replicas are meant", standard: 0, least: 0 },
      shape: {
        type: "string",
        help: "halves, subsets (each on either side), isolate (one machine), zone, bridge (halves that one machine hears both of)",
        standard: "halves",
        among: partitionShapes,
      },
      oneWay: {
        type: "boolean",
        help: "only the first side goes unheard",
        standard: false,
      },
      clients: {
        type: "string",
        help: "whom clients reach",
        standard: "both",
        among: ["both", "first", "second"],
      },
    },
  },
  clog: {
    help: "messages wait until it ends, then arrive in their order; clients' too",
    lasts: "until told",
    strikes: "machines",
    fields: linkFields,
  },
  loss: {
    help: "a share of the messages between machines is lost",
    lasts: "until told",
    strikes: "machines",
    fields: { ...linkFields, percent: shareField },
  },
  duplicate: {
    help: "a share of the messages between machines arrives twice",
    lasts: "until told",
    strikes: "machines",
    fields: { ...linkFields, percent: shareField },
  },
  reorder: {
    help: "a share of the messages between machines is held back by up to byMs, and overtaken",
    lasts: "until told",
    strikes: "machines",
    fields: { ...linkFields, percent: shareField, byMs: lateField },
  },
  delay: {
    help: "messages between machines arrive byMs later",
    lasts: "until told",
    strikes: "machines",
    fields: {
      ...linkFields,
      byMs: { ...lateField, help: "by how many milliseconds" },
      messages: {
        type: "string",
        help: "all, or hints: those alone by which a primary that hands over tells its successor",
        standard: "all",
        among: ["all", "hints"],
      },
    },
  },
  "break-connections": {
    help: "every connection of the target breaks: to clients, and of its zone to the other zones' processes",
    lasts: "none",
    strikes: "machines",
    fields: {},
  },
  "half-open": {
    help: "the target forgets its connections: the others believe in them until what they send is refused",
    lasts: "none",
    strikes: "machines",
    fields: {},
  },
  "drop-clients": {
    help: "every client's connection is closed; they may connect anew",
    lasts: "none",
    strikes: "databases",
    fields: {},
  },
  "refuse-clients": {
    help: "new connections of clients are refused; those that are there stay",
    lasts: "until told",
    strikes: "databases",
    fields: {},
  },
  "slow-cpu": {
    help: "each step of a machine takes many times longer",
    lasts: "until told",
    strikes: "machines",
    fields: {
      factor: { type: "integer", help: "how many times", standard: 10, least: 2, most: 1000 },
    },
  },
  "slow-log": {
    help: "the disks of log nodes take many times longer",
    lasts: "until told",
    strikes: "logs",
    fields: {
      factor: { type: "integer", help: "how many times", standard: 100, least: 2, most: 100_000 },
    },
  },
  disk: {
    help: "the disks of log nodes fail",
    lasts: "until told",
    strikes: "logs",
    fields: {
      how: {
        type: "string",
        help: "full; stall: no sync is completed; sync, write, read: answered with an error; garble: reads show a flipped bit. For reads the log nodes are killed, and read as they start",
        standard: "full",
        among: diskFaultNames,
      },
      times: {
        type: "integer",
        help: "so many syncs, writes or reads; 0: all while it lasts",
        standard: 0,
        least: 0,
        most: 1_000_000,
      },
    },
  },
  rot: {
    help: "log nodes die, a file of their log is damaged, and they start when it ends",
    lasts: "until told",
    strikes: "logs",
    fields: {
      how: {
        type: "string",
        help: "bit: one flips; sector: one is written over by another's bytes",
        standard: "bit",
        among: ["bit", "sector"],
      },
    },
  },
  failover: {
    help: "the primary hands its leadership over in good order",
    lasts: "none",
    strikes: "shard",
    fields: {
      shard: { type: "integer", help: "which shard", standard: 0, least: 0 },
      to: { type: "string", help: "the node that is to lead", standard: "" },
    },
  },
  "log-transfer": {
    help: "the leader of a shard's log hands over to the log node of a zone",
    lasts: "none",
    strikes: "shard",
    fields: {
      shard: { type: "integer", help: "which shard", standard: 0, least: 0 },
      to: {
        type: "string",
        help: "primary (the zone of the primary), replica, or zone:a",
        standard: "primary",
      },
    },
  },
  "skew-clock": {
    help: "the clocks of machines are wrong; a rate beyond 10 % breaks what the lease relies on",
    lasts: "until told",
    strikes: "machines",
    fields: {
      byMs: {
        type: "integer",
        help: "added to the wall clock, in milliseconds",
        standard: 0,
        least: -86_400_000,
        most: 86_400_000,
      },
      ratePpm: {
        type: "integer",
        help: "how much faster the monotonic clock runs, in millionths",
        standard: 0,
        least: -900_000,
        most: 900_000,
      },
    },
  },
};

/** Every field that an order of this kind may have, beside the kind itself. */
export function fieldsOf(kind: FaultKind): Readonly<Record<string, FieldSpec>> {
  const { strikes, lasts, fields } = faultKinds[kind];
  return {
    ...(strikes === "shard" || strikes === "cluster" ? {} : targetFields),
    ...fields,
    ...(lasts === "until told" ? lastingFields : {}),
    ...momentFields,
  };
}

/** A kind and its fields, each of the type that its kind says; those with a standard value are there. */
export interface FaultOrder {
  readonly kind: FaultKind;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What was asked for makes no sense; the message is for who asked. */
export class FaultError extends Error {
  override readonly name = "FaultError";
}

/** Throws FaultError, in words, on a kind, a field or a value that does not exist. */
export function readOrder(given: unknown): FaultOrder {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new FaultError('a fault is an object such as {"kind": "kill", "zone": "a"}');
  }
  const { kind: named, ...rest } = given as Record<string, unknown>;
  const kind = faultKindNames.find((name) => name === named);
  if (kind === undefined) {
    const known = faultKindNames.join(", ");
    throw new FaultError(`kind must be one of ${known}; got ${JSON.stringify(named)}`);
  }
  const specs = fieldsOf(kind);
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(rest)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) {
      throw new FaultError(
        `${kind} has no field "${name}": it has ${Object.keys(specs).join(", ")}`,
      );
    }
    fields[name] = readField(name, spec, value);
  }
  for (const [name, { standard }] of Object.entries(specs)) {
    if (standard !== undefined) fields[name] ??= standard;
  }
  return { kind, fields };
}

function readField(name: string, spec: FieldSpec, value: unknown): FieldValue {
  const { type, among, least = -Infinity, most = Infinity } = spec;
  const isRight =
    type === "integer"
      ? Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      : typeof value === type && (among === undefined || among.includes(value as string));
  if (isRight) return value as FieldValue;
  const range =
    least === -Infinity ? "" : ` from ${least}${most === Infinity ? "" : ` to ${most}`}`;
  const wanted =
    type === "integer"
      ? `a whole number${range}`
      : among === undefined
        ? type === "boolean"
          ? "true or false"
          : "a string"
        : `one of ${among.join(", ")}`;
  throw new FaultError(`${name} must be ${wanted}; got ${JSON.stringify(value)}`);
}
