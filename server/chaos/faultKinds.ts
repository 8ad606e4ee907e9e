/** The faults that a running cluster can be given, as data: what the HTTP interface takes, its description tells, and the page offers. */

export type FieldValue = string | number | boolean;

export interface FieldSpec {
  readonly type: "string" | "integer" | "boolean";
  readonly help: string;
  /** Undefined: left out unless told. */
  readonly standard?: FieldValue;
  readonly among?: readonly string[];
  readonly least?: number;
  readonly most?: number;
}

/** "none": it begins and is over. "until told": lasts `forMs`, or until it is healed. */
export type Lasting = "none" | "until told";

export interface FaultKindSpec {
  readonly help: string;
  readonly lasts: Lasting;
  /** Whom it may strike: any machine, those that clients connect to, or log nodes. */
  readonly strikes: "machines" | "databases" | "logs" | "shard";
  readonly fields: Readonly<Record<string, FieldSpec>>;
}

/** Beside the kind's own fields. One of zone, node and role says who is meant. */
const targetFields: Readonly<Record<string, FieldSpec>> = {
  zone: { type: "string", help: "every machine of a zone", among: ["a", "b", "c"] },
  node: { type: "string", help: "one machine, such as db-0-a or log-b" },
  role: {
    type: "string",
    help: "whoever holds the role now, for `shard`",
    among: ["primary", "replica", "logLeader", "logFollower"],
  },
  shard: { type: "integer", help: "whose role is meant", standard: 0, least: 0 },
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
  "cut",
  "slow-log",
  "failover",
  "drop-clients",
  "refuse-clients",
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
  cut: {
    help: "the network between the target and others loses everything",
    lasts: "until told",
    strikes: "machines",
    fields: {
      to: {
        type: "string",
        help: "everything, peers (all machines), clients, databases, log, zone:b or node:log-b",
        standard: "everything",
      },
      oneWay: {
        type: "boolean",
        help: "only what the target sends is lost; clients are cut off either way",
        standard: false,
      },
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
  failover: {
    help: "the primary hands its leadership over in good order",
    lasts: "none",
    strikes: "shard",
    fields: {
      shard: { type: "integer", help: "which shard", standard: 0, least: 0 },
      to: { type: "string", help: "the node that is to lead", standard: "" },
    },
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
    ...(strikes === "shard" ? {} : targetFields),
    ...fields,
    ...(lasts === "none" ? {} : lastingFields),
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
