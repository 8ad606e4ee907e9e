/**
 * Scenarios of Azimuth out of fast-check: topology, limits, operations and faults, drawn apart from each other and put together at
 * the end, so that each shrinks by itself.
 */
import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { loadsFiles, workloads } from "../clients/workloads/registry.ts";
import { faultKinds } from "../nemesis/registry.ts";
import type {
  Budget,
  FaultSpec,
  OfferedSpec,
  Parameters,
  ParameterValue,
  Scenario,
} from "../scenario.ts";
import { Atlas } from "../swarm/atlas.ts";
import { Draw } from "../swarm/draw.ts";
import { type DrawnFault, faultList, placedFault } from "./faultArbitrary.ts";

export interface ScenarioShape {
  /** What the faults may do; the promises that are checked follow from it. */
  readonly budget: Budget;
  readonly mostFaults: number;
  readonly mostOperations: number;
  readonly horizonMs: { readonly min: number; readonly max: number };
  /** Parameters that are not drawn. */
  readonly fixed: Parameters;
  /** Names of the kinds of faults that may come; left out: all. */
  readonly kinds?: readonly string[];
}

const standardShape: ScenarioShape = {
  budget: "within",
  mostFaults: 12,
  mostOperations: 200,
  horizonMs: { min: 1500, max: 4000 },
  fixed: {},
};

/** Shards and copies. */
export function topologies(): Arbitrary<Parameters> {
  return fc.record({
    shards: fc.integer({ min: 1, max: 3 }),
    replicas: fc.integer({ min: 1, max: 3 }),
  });
}

/** Lease, sizes, clients and clocks; some of the limits tiny. */
export function limits(): Arbitrary<Parameters> {
  const tiny = (max: number): Arbitrary<number | undefined> =>
    fc.option(fc.integer({ min: 64, max }), { freq: 3, nil: undefined });
  return fc
    .record({
      leaseMs: fc.integer({ min: 200, max: 600 }),
      clients: fc.integer({ min: 2, max: 12 }),
      clientTimeoutMs: fc.integer({ min: 100, max: 1600 }),
      logLeader: fc.constantFrom("near", "anywhere"),
      entryBytes: tiny(512),
      inFlightBytes: tiny(4096),
      messageBytes: tiny(1024),
      driftPpm: fc.option(fc.nat({ max: 50_000 }), { freq: 4, nil: undefined }),
      wallSkewMs: fc.option(fc.nat({ max: 2000 }), { freq: 4, nil: undefined }),
    })
    .map(withoutGaps);
}

function withoutGaps(drawn: Readonly<Record<string, ParameterValue | undefined>>): Parameters {
  const parameters: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(drawn))
    if (value !== undefined) parameters[name] = value;
  return parameters;
}

interface DrawnOperation extends Omit<OfferedSpec, "atMs" | "workload"> {
  readonly atPermille: number;
  /** Which of the scenario's kinds, counted round. */
  readonly kind: number;
}

/**
 * Few kinds, so that operations meet on keys. FLUSHALL would empty the lists, which may only grow: those two stay apart. ACL LOAD changes
 * all users at once, so that its kinds bear no other key.
 */
function workloadKinds(): Arbitrary<readonly string[]> {
  const names = workloads.filter((kind) => !loadsFiles(kind)).map(({ kind }) => kind);
  return fc
    .subarray(names, { minLength: 1, maxLength: 3 })
    .map((kinds) =>
      kinds.includes("lists") ? kinds.filter((kind) => kind !== "keyspace") : kinds,
    );
}

/** Explicit operations, so that single ones can go. */
function operationList(most: number): Arbitrary<readonly DrawnOperation[]> {
  const operation = fc.record({
    atPermille: fc.nat({ max: 999 }),
    shard: fc.nat({ max: 2 }),
    kind: fc.nat({ max: 2 }),
    access: fc.constantFrom<OfferedSpec["access"][]>("write", "write", "read", "replica read"),
    key: fc.nat({ max: 3 }),
    draw: fc.nat({ max: 0xffff_ffff }),
  });
  return fc.array(operation, { minLength: 1, maxLength: most, size: "max" });
}

/** Scenarios within a budget. Whatever comes out is plain data, and can stand in a file. */
export function scenarios(shape: Partial<ScenarioShape> = {}): Arbitrary<Scenario> {
  const full = { ...standardShape, ...shape };
  const { budget, horizonMs } = full;
  const kinds = faultKinds.filter(({ kind }) => full.kinds?.includes(kind) ?? true);
  const mayLeaveBudget = budget === "assumption-broken";
  return fc
    .record({
      topology: topologies(),
      limits: limits(),
      horizonMs: fc.integer(horizonMs),
      operations: operationList(full.mostOperations),
      faults: faultList({ kinds, mostFaults: full.mostFaults, mayLeaveBudget }),
      kinds: workloadKinds(),
      victim: fc.nat({ max: 2 }),
    })
    .map((drawn) => {
      const parameters = {
        ...drawn.topology,
        ...drawn.limits,
        horizonMs: drawn.horizonMs,
        ...full.fixed,
      };
      const shards = Number((parameters as Parameters)["shards"]);
      const operations = placeOperations(drawn.operations, drawn.kinds, drawn.horizonMs, shards);
      const nemesis = placeFaults(drawn.faults, budget, drawn.victim, drawn.horizonMs, shards);
      return {
        name: "property",
        story: "Drawn by fast-check; whatever it draws, the promises of its budget must hold.",
        budget,
        parameters,
        nemesis,
        operations,
        expect: [],
      };
    });
}

function placeOperations(
  drawn: readonly DrawnOperation[],
  kinds: readonly string[],
  horizonMs: number,
  shards: number,
): readonly OfferedSpec[] {
  return drawn
    .map(({ atPermille, shard, kind, ...rest }) => ({
      ...rest,
      workload: kinds[kind % kinds.length] ?? "",
      atMs: Math.floor((atPermille * horizonMs) / 1000),
      shard: shard % shards,
    }))
    .sort((a, b) => a.atMs - b.atMs);
}

/** Faults that would leave the budget are moved to the one log node that may lose bytes, or left out. */
function placeFaults(
  drawn: readonly DrawnFault[],
  budget: Budget,
  victim: number,
  horizonMs: number,
  shards: number,
): readonly FaultSpec[] {
  const atlas = new Atlas(budget, new Draw(() => victim / 3));
  const placed: FaultSpec[] = [];
  drawn.forEach((fault, id) => {
    const fields = atlas.place(fault.kind, fault.fields);
    if (fields !== undefined) placed.push(placedFault({ ...fault, fields }, id, horizonMs, shards));
  });
  return placed.sort((a, b) => Number(a.atMs) - Number(b.atMs));
}
