/** In the process of a mutant: looks for a failing run in which many faults mattered, and shrinks it. */
import { drawScenario } from "../../swarm/swarm.ts";
import { runTrial, shrinkToEnd } from "../shrinkRun.ts";
import type { Simulate } from "../simulation.ts";
import type { PlantOrder, ShrinkAnswer, ShrinkOrder } from "./protocol.ts";

/** Undefined if no run failed as it should. */
export async function shrinkUnderMutant(
  plan: PlantOrder,
  order: ShrinkOrder,
  simulate: Simulate,
): Promise<ShrinkAnswer | undefined> {
  const found = richestFailure(plan, order, simulate);
  if (found === undefined) return undefined;
  const { seed, mattered } = found;
  const scenario = drawScenario(plan.scenario, plan.overrides, seed);
  // Of this process: what else runs on the machine takes nothing from it.
  const before = process.cpuUsage();
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const shrunk = await shrinkToEnd(scenario, plan.overrides, seed, simulate, {
    hasBudget: (runs) => runs < order.mostRuns && cpuMs() < order.seconds * 1000,
    onProgress: () => {},
  });
  if (shrunk === undefined) return undefined;
  return {
    seed,
    mattered,
    signature: shrunk.signature,
    faults: shrunk.needs.map(({ text }) => text),
    needed: shrunk.needs.filter(({ without }) => without === "").length,
    operations: shrunk.scenario.operations?.length ?? 0,
    isVerified: shrunk.isVerified,
    runs: shrunk.runs,
    cpuMs: cpuMs(),
  };
}

interface Failure {
  readonly seed: number;
  readonly mattered: number;
}

/** The first failing run in which enough faults mattered; if none has, the one in which most did. */
function richestFailure(
  plan: PlantOrder,
  order: ShrinkOrder,
  simulate: Simulate,
): Failure | undefined {
  let richest: Failure | undefined;
  const { firstSeed, seeds, leastFaults, expect } = order;
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const scenario = drawScenario(plan.scenario, plan.overrides, seed);
    const trial = { scenario, seed, giveUpAtUs: Infinity };
    const { signature, faults } = runTrial(trial, simulate, plan.overrides);
    if (!expect.some((check) => signature.startsWith(`${check}:`))) continue;
    const mattered = faults.filter((fault) => fault.mattered).length;
    if (mattered > (richest?.mattered ?? -1)) richest = { seed, mattered };
    if (mattered >= leastFaults) break;
  }
  return richest;
}
