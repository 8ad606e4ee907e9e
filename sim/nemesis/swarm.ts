/**
 * How a seed draws a fault: as data beside each kind, so that a swarm needs to know no kind by name.
 *
 * Durations, factors and ratios are drawn evenly over their magnitudes (a pause of 20 to 40 ms is as likely as one of 1 to 2 s). The draw
 * doubles and interpolates, because powers and logarithms may differ in the last bit between JavaScript engines.
 */
import type { ParameterValue } from "../scenario.ts";
import type { FaultKind, Fields } from "./fault.ts";

/** Classes of faults that a seed switches off as a whole. `operator`: nothing breaks, somebody asks for something. */
export type FaultGroup = "network" | "clock" | "process" | "disk" | "zone" | "operator" | "code";

export type FieldDraw =
  /** One of these, each as likely: name one twice to make it likelier. */
  | { readonly among: readonly ParameterValue[] }
  /** Evenly over the magnitudes between two positive numbers, rounded to so many decimals; signed: of either sign. */
  | {
      readonly from: number;
      readonly to: number;
      readonly decimals: number;
      readonly isSigned?: true;
    };

export interface SwarmDraws {
  readonly group: FaultGroup;
  /** How often it is drawn, beside 1 for a common kind. */
  readonly weight: number;
  /** Fields that are drawn; the others keep their standard value. The field `shard` is drawn from the shards there are. */
  readonly fields: Readonly<Record<string, FieldDraw>>;
  /** Drawn instead where a run may leave the design's budget. */
  readonly beyond?: Readonly<Record<string, FieldDraw>>;
}

export interface DrawContext {
  readonly shards: number;
  /** Whether `beyond` is allowed. */
  readonly mayLeaveBudget: boolean;
}

/** A kind's fields as one seed draws them, ready to stand in a scenario beside `kind` and `atMs`. `next`: uniform in [0, 1). */
export function drawFields(kind: FaultKind, context: DrawContext, next: () => number): Fields {
  const { fields, beyond } = kind.swarm;
  const draws = context.mayLeaveBudget ? { ...fields, ...beyond } : fields;
  const drawn: Record<string, ParameterValue> = {};
  if ("shard" in kind.fields && context.shards > 1)
    drawn["shard"] = Math.floor(next() * context.shards);
  for (const [name, draw] of Object.entries(draws)) drawn[name] = drawField(draw, next);
  return drawn;
}

function drawField(draw: FieldDraw, next: () => number): ParameterValue {
  if ("among" in draw) return draw.among[Math.floor(next() * draw.among.length)] ?? 0;
  const size = drawMagnitude(draw.from, draw.to, next);
  const scale = 10 ** draw.decimals;
  const rounded = Math.round(size * scale) / scale;
  return draw.isSigned === true && next() < 0.5 ? -rounded : rounded;
}

/** One of the doublings between `from` and `to`, then a place inside it. */
function drawMagnitude(from: number, to: number, next: () => number): number {
  let doublings = 1;
  for (let end = from * 2; end < to; end *= 2) doublings += 1;
  const chosen = Math.floor(next() * doublings);
  const low = from * 2 ** chosen;
  return low + (Math.min(to, low * 2) - low) * next();
}

/** Draws that many kinds share. */
export const shortWhile: FieldDraw = { from: 20, to: 1500, decimals: 0 };
export const anyZone: readonly string[] = ["zone:a", "zone:b", "zone:c"];
export const anyLogNode: FieldDraw = { among: ["logFollower", "logLeader"] };
export const machineDraw: FieldDraw = {
  among: ["primary", "primary", "primary", "replica", "logLeader", "logLeader", "logFollower"],
};

/** When a fault that ends or stops something begins: far likelier in the midst of something than by the clock. */
export const midstDraws: Readonly<Record<string, FieldDraw>> = {
  when: {
    among: [
      "now",
      "appendInFlight",
      "appendInFlight",
      "appendInFlight",
      "electing",
      "handover",
      "recovering",
      "logElecting",
      "logRepairing",
      "leaseAboutToEnd",
    ],
  },
  waitMs: { among: [200] },
};
