/** The door `azimuth/sim`: Azimuth itself, run from a scenario and a seed. */
export type { Operation } from "../checker/history.ts";
export type { CheckResult, CheckVerdict, FaultRecord, Run, RunVerdict } from "../run.ts";
export { commonParameters, defineScenario } from "../scenario.ts";
export type {
  Budget,
  Expectation,
  FaultSpec,
  OfferedSpec,
  Parameters,
  Scenario,
} from "../scenario.ts";
export { drawScenario } from "../swarm/swarm.ts";
export { runScenario } from "../world.ts";
export type { RunOptions, Simulated } from "../world.ts";
