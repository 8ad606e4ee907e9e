/** Operations of tours: few, and each at a time that is meant. */
import type { OfferedSpec } from "../../sim/scenario.ts";

/** Registers draw SET from this, counters INCR. */
const draw = 3_000_000_000;

/** One operation on a key of shard 0, milliseconds after the load has begun. */
export function one(
  access: OfferedSpec["access"],
  atMs: number,
  key = 0,
  workload = "registers",
): OfferedSpec {
  return { atMs, shard: 0, workload, access, key, draw };
}

/** The same operation again and again, from one time until another. */
export function many(
  access: OfferedSpec["access"],
  fromMs: number,
  untilMs: number,
  everyMs: number,
): readonly OfferedSpec[] {
  const count = Math.floor((untilMs - fromMs) / everyMs) + 1;
  return Array.from({ length: count }, (_, index) => one(access, fromMs + index * everyMs));
}
