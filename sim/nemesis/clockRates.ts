/** What the kinds of faults on monotonic clocks have in common. */
import { defaultTiming } from "../../engine/timing.ts";
import type { Machine } from "../machine.ts";
import type { Layer } from "../layered.ts";
import {
  numberOf,
  targetField,
  type Damage,
  type FaultContext,
  type Fields,
  type FieldSpec,
} from "./fault.ts";
import type { FieldDraw } from "./swarm.ts";

export const clockTargetField: FieldSpec = {
  help: `${targetField.help}; replicas, databases, log, everything`,
  standard: "primary",
};
export const clockTargets: FieldDraw = {
  among: ["primary", "replicas", "databases", "log", "logLeader", "everything"],
};

/** Ratios within the tolerated error, and where a run may leave the budget, beyond it. */
export const ratioDraw: FieldDraw = { from: 0.0005, to: 0.1, decimals: 4, isSigned: true };
export const ratioBeyond: Readonly<Record<string, FieldDraw>> = {
  ratio: { from: 0.15, to: 0.6, decimals: 2, isSigned: true },
};

export function damagesOfRatio(fields: Fields): Damage {
  const ratio = Math.abs(numberOf(fields, "ratio"));
  return ratio > defaultTiming.clockRateErrorRatio ? "clock rate" : "nothing";
}

/** Gives a machine's monotonic clock another rate until the returned function is called. */
export function beginRate(context: FaultContext, machine: Machine, ppm: number): () => void {
  const { kernel, topology, counter } = context;
  const { clock } = machine;
  const layer: Layer = clock.addRate(kernel.nowUs, ppm, counter);
  topology.clockChanged(machine);
  return () => {
    clock.removeRate(kernel.nowUs, layer);
    topology.clockChanged(machine);
  };
}
