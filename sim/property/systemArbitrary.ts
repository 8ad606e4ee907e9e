/** Scenarios for a system of one's own: faults that any system can have, aimed at the words that this one knows. */
import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { FaultKind } from "../nemesis/fault.ts";
import { faultKinds } from "../nemesis/registry.ts";
import type { FieldDraw } from "../nemesis/swarm.ts";
import type { Parameters, Scenario } from "../scenario.ts";
import { faultList, placedFault } from "./faultArbitrary.ts";

export interface SystemShape {
  /** What faults may call one machine: names of roles, "node:…". The first is what a shrunk fault meets. */
  readonly targets: readonly string[];
  /** Names of zones, for faults that meet those. */
  readonly zones: readonly string[];
  /** Moments of the system that a fault may wait for. */
  readonly moments: readonly string[];
  readonly mostFaults: number;
  /** Length of the load. */
  readonly horizonMs: { readonly min: number; readonly max: number };
  /** Parameters that are not drawn: clients, opsPerSecond, keys, clientTimeoutMs… */
  readonly fixed: Parameters;
  /** Names of the kinds of faults that may come; left out: all that damage nothing but what was not synced. */
  readonly kinds?: readonly string[];
}

const standardShape: Omit<SystemShape, "targets" | "zones"> = {
  moments: [],
  mostFaults: 8,
  horizonMs: { min: 500, max: 3000 },
  fixed: {},
};

export function systemScenarios(
  shape: Partial<SystemShape> & Pick<SystemShape, "targets" | "zones">,
): Arbitrary<Scenario> {
  const full = { ...standardShape, ...shape };
  const asked = full.kinds;
  const kinds = faultKinds.filter(
    ({ kind, isForAzimuthOnly }) => isForAzimuthOnly !== true && (asked?.includes(kind) ?? true),
  );
  const aims = (kind: FaultKind): Readonly<Record<string, FieldDraw>> => aimsOf(kind, full);
  return fc
    .record({
      horizonMs: fc.integer(full.horizonMs),
      faults: faultList({ kinds, mostFaults: full.mostFaults, mayLeaveBudget: false, aims }),
    })
    .map(({ horizonMs, faults }) => ({
      name: "property",
      story: "Drawn by fast-check; whatever it draws, the system must keep its promises.",
      budget: "within",
      parameters: { horizonMs, ...full.fixed },
      nemesis: faults
        .filter(({ kind, fields }) => asked !== undefined || kind.damages(fields) === "nothing")
        .map((fault, id) => placedFault(fault, id, horizonMs, 1))
        .sort((a, b) => Number(a.atMs) - Number(b.atMs)),
      expect: [],
    }));
}

/** Whom a kind meets, in this system's words. */
function aimsOf(kind: FaultKind, shape: SystemShape): Readonly<Record<string, FieldDraw>> {
  const { targets } = shape;
  const zones = shape.zones.map((zone) => `zone:${zone}`);
  const own = kind.swarm.fields["target"];
  const takesZones =
    own !== undefined &&
    "among" in own &&
    own.among.some((word) => String(word).startsWith("zone:"));
  return {
    target: { among: takesZones ? [...targets, ...zones] : targets },
    from: { among: [...targets, "machines", ...zones] },
    to: { among: ["everything", "machines", "clients", ...targets, ...zones] },
    // A system's machines count as database nodes where a kind asks.
    targets: { among: ["database"] },
    when: { among: ["now", ...shape.moments] },
  };
}
