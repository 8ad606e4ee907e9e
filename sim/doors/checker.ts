/** The door `azimuth/checker`: is a history linearizable? For histories of any system, simulated or real. */
export { checkCalls } from "../checker/specification.ts";
export type { Call, CheckOptions, Specification } from "../checker/specification.ts";
export type { CheckResult } from "../run.ts";
