/**
 * Faults out of fast-check. What a swarm draws from a seed is drawn here from the same data, with the difference that fast-check knows
 * how to make it smaller: fewer faults, earlier, shorter, the first of the words.
 */
import fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { FaultKind, Fields } from "../nemesis/fault.ts";
import type { FieldDraw } from "../nemesis/swarm.ts";
import type { FaultSpec, ParameterValue } from "../scenario.ts";

/** Times are drawn in thousandths of the horizon, so that a scenario whose horizon shrinks keeps its faults. */
const PERMILLE = 1000;

/** One fault whose time is still a share of the horizon, and whose shard may be too great. */
export interface DrawnFault {
  readonly kind: FaultKind;
  readonly fields: Fields;
  readonly atPermille: number;
  readonly shard: number;
}

export interface FaultShape {
  /** Chosen by their weights. */
  readonly kinds: readonly FaultKind[];
  readonly mostFaults: number;
  /** Whether a field's draw beyond the design's budget is allowed. */
  readonly mayLeaveBudget: boolean;
  /** Takes the place of a kind's own draws of the fields that name whom it meets: target, from, to… */
  readonly aims?: (kind: FaultKind) => Readonly<Record<string, FieldDraw>>;
}

export function faultList(shape: FaultShape): Arbitrary<readonly DrawnFault[]> {
  const weighted = shape.kinds.map((kind) => ({
    weight: Math.max(1, Math.round(kind.swarm.weight * 4)),
    arbitrary: faultOf(kind, shape),
  }));
  // Arrays of the size that fast-check likes best hold a few faults; a storm finds more.
  return fc.array(fc.oneof(...weighted), { maxLength: shape.mostFaults, size: "max" });
}

function faultOf(kind: FaultKind, shape: FaultShape): Arbitrary<DrawnFault> {
  const { fields, beyond } = kind.swarm;
  const draws = { ...(shape.mayLeaveBudget ? { ...fields, ...beyond } : fields) };
  for (const [field, draw] of Object.entries(shape.aims?.(kind) ?? {}))
    if (field in draws || field in kind.fields) draws[field] = draw;
  const arbitraries: Record<string, Arbitrary<ParameterValue>> = {};
  for (const [name, draw] of Object.entries(draws)) arbitraries[name] = fieldOf(draw);
  return fc.record({
    kind: fc.constant(kind),
    fields: fc.record(arbitraries),
    atPermille: fc.integer({ min: 30, max: PERMILLE - 1 }),
    shard: fc.nat({ max: 2 }),
  });
}

/** Words shrink to the first of them, numbers towards the smaller end and the positive sign. */
function fieldOf(draw: FieldDraw): Arbitrary<ParameterValue> {
  if ("among" in draw) return fc.constantFrom(...draw.among);
  const scale = 10 ** draw.decimals;
  const size = fc
    .integer({ min: Math.max(1, Math.round(draw.from * scale)), max: Math.round(draw.to * scale) })
    .map((whole) => whole / scale);
  if (draw.isSigned !== true) return size;
  return fc
    .tuple(size, fc.boolean())
    .map(([amount, isNegative]) => (isNegative ? -amount : amount));
}

/** A fault of a scenario: at a time of its horizon, on a shard that there is. */
export function placedFault(
  { kind, fields, atPermille, shard }: DrawnFault,
  id: number,
  horizonMs: number,
  shards: number,
): FaultSpec {
  const atMs = Math.min(horizonMs - 1, Math.floor((atPermille * horizonMs) / PERMILLE));
  const place = "shard" in kind.fields && shards > 1 ? { shard: shard % shards } : {};
  return { kind: kind.kind, atMs, ...fields, ...place, id: `${id}` };
}
