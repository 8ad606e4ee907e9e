/** The door `azimuth/property`: scenarios out of fast-check, and what to do with one that fails. fast-check must be installed beside it. */
export { checkAzimuth } from "../property/checkAzimuth.ts";
export type { AzimuthOptions } from "../property/checkAzimuth.ts";
export { checkSystem } from "../property/checkSystem.ts";
export type { SystemOptions } from "../property/checkSystem.ts";
export { checkProperty } from "../property/checkProperty.ts";
export type {
  ComplaintOf,
  Failure,
  Judged,
  PropertyOptions,
  PropertyReport,
} from "../property/checkProperty.ts";
export { PropertyFailure } from "../property/propertyFailure.ts";
export { limits, scenarios, topologies } from "../property/scenarioArbitrary.ts";
export type { ScenarioShape } from "../property/scenarioArbitrary.ts";
export { systemScenarios } from "../property/systemArbitrary.ts";
export type { SystemShape } from "../property/systemArbitrary.ts";
