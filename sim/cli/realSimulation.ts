/** The world behind the command line. */
import { runScenario } from "../world.ts";
import type { Simulate } from "./simulation.ts";

export const simulate: Simulate = (scenario, overrides, seed, options) =>
  runScenario(scenario, overrides, seed, options);
