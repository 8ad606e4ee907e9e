/** The door `azimuth/kernel`: a system of one's own in the simulated world. docs/HARNESS.md shows it in use. */
export type { Effects, Input, NodeId, Now, Random } from "../../engine/contract.ts";
export type { Call, Specification } from "../checker/specification.ts";
export type { Program } from "../machine.ts";
export type { CheckResult, FaultRecord, RunVerdict } from "../run.ts";
export { commonParameters, defineScenario } from "../scenario.ts";
export type { FaultSpec, Parameters, Scenario } from "../scenario.ts";
export { runSystem } from "../system/runSystem.ts";
export type { SystemRun } from "../system/runSystem.ts";
export type { SystemCall } from "../system/requesters.ts";
export type {
  Answer,
  ProcessStart,
  Question,
  System,
  SystemClients,
  SystemMachine,
} from "../system/system.ts";
