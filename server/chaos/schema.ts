/** JSON Schema of what the interface takes and answers, in the dialect of OpenAPI 3.1; written once, shown at /openapi.json. */
import { type FieldSpec, faultKindNames, fieldsOf } from "./faultKinds.ts";

export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
}

const text = (description: string): Schema => ({ type: "string", description });
const whole = (description: string): Schema => ({ type: "integer", description });

function whole0(description: string): Schema {
  return { ...whole(description), minimum: 0 };
}

/** An object with all of these properties and no others. */
function exactly(properties: Readonly<Record<string, Schema>>): Schema {
  return {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

const fault: Schema = exactly({
  id: whole("by which it is healed"),
  kind: { type: "string", enum: faultKindNames },
  text: text("in words, with the names of those who are meant"),
  targets: { type: "array", items: text("a machine") },
  sinceUnixMs: whole("when it began"),
  endsInMs: whole("until it ends by itself; -1: when it is healed"),
});

const zone: Schema = exactly({
  zone: text("a, b or c"),
  pid: whole0("of its process; 0: there is none"),
  state: { type: "string", enum: ["running", "starting", "paused", "down"] },
});

const machine: Schema = exactly({
  node: text("its name"),
  kind: { type: "string", enum: ["database", "log"] },
  zone: text("where it is"),
  shard: whole("-1: it serves all"),
  state: { type: "string", enum: ["running", "paused", "down"] },
  role: text("primary, replica …; leader, follower … of a log node"),
  epoch: whole0("of the leadership it knows; of a log node its newest term"),
  position: whole0("in the log: newest entry applied; of a log node newest index committed"),
  leaseMs: whole0("what is left of a primary's lease"),
  leads: { type: "array", items: whole0("a shard whose log it leads") },
  port: whole0("where clients find it; 0: nowhere"),
  clients: whole0("connected now"),
  commands: whole0("executed since its process began"),
});

/** By name, as the descriptions refer to them. */
export const schemas: Readonly<Record<string, Schema>> = {
  Fault: fault,
  FaultOrder: { oneOf: faultKindNames.map(orderOf) },
  Status: exactly({
    mode: { type: "string", enum: ["one process", "a process a zone"] },
    unixMs: whole("the wall clock of who answers"),
    zones: { type: "array", items: zone },
    machines: { type: "array", items: machine },
    faults: { type: "array", items: { $ref: "#/components/schemas/Fault" } },
  }),
  Faults: exactly({ faults: { type: "array", items: { $ref: "#/components/schemas/Fault" } } }),
  Events: exactly({
    events: {
      type: "array",
      items: exactly({
        id: whole("counted since the server began"),
        unixMs: { type: "number", description: "when, by the wall clock of its process" },
        node: text("a machine"),
        kind: text("role.primary, election.stood …: docs/trace.md has them"),
        shard: whole("-1: of none"),
        position: whole("in the log; -1: of none"),
        value: whole("what it is, the kind says"),
        text: text("what it is, the kind says"),
      }),
    },
  }),
  Healed: exactly({ healed: whole0("how many faults have ended") }),
  Reloaded: exactly({
    errors: {
      type: "array",
      items: text("what is wrong with the file, which changes nothing then"),
    },
  }),
  Error: exactly({ error: text("what was wrong, and what would do") }),
};

function orderOf(kind: (typeof faultKindNames)[number]): Schema {
  const fields = Object.entries(fieldsOf(kind)).map(
    ([name, spec]) => [name, schemaOf(spec)] as const,
  );
  return {
    type: "object",
    properties: { kind: { type: "string", const: kind }, ...Object.fromEntries(fields) },
    required: ["kind"],
    additionalProperties: false,
  };
}

function schemaOf({ type, help, standard, among, least, most }: FieldSpec): Schema {
  return {
    type,
    description: help,
    ...(standard === undefined ? {} : { default: standard }),
    ...(among === undefined ? {} : { enum: among }),
    ...(least === undefined ? {} : { minimum: least }),
    ...(most === undefined ? {} : { maximum: most }),
  };
}
