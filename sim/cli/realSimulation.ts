/** The world behind the command line. */
import { drawScenario } from "../swarm/swarm.ts";
import { runScenario } from "../world.ts";
import type { Simulate } from "./simulation.ts";

export const simulate: Simulate = (scenario, overrides, seed, options) =>
  runScenario(drawScenario(scenario, overrides, seed), overrides, seed, options);
