/** A run that a link can name: a scenario, a seed, parameters, and what was changed by hand. */
import type { DecisionEdit } from "../decisions.ts";
import type { FaultSpec, NodeRequest, Parameters, ParameterValue, Scenario } from "../scenario.ts";

export interface RunSpec {
  /** A scenario's name; with `file`, the name that stands in the file. */
  readonly scenario: string;
  /** A scenario that is not one of the registry: a file, such as a shrunk failure. */
  readonly file?: Scenario;
  readonly seed: number;
  readonly overrides: Parameters;
  /** In the order in which they were made; empty: the run as the scenario has it. */
  readonly edits: readonly RunEdit[];
  /** A bug of sim/mutants that is planted in the engine. Only a worker that was built with it can run this. */
  readonly mutant?: string;
}

/** One change by hand. Faults are named by `id`: their own, or their place and kind ("0-zoneOutage") in the scenario. */
export type RunEdit =
  | { readonly kind: "addFault"; readonly fault: FaultSpec }
  | { readonly kind: "removeFault"; readonly id: string }
  | {
      readonly kind: "changeFault";
      readonly id: string;
      readonly fields: Readonly<Record<string, ParameterValue>>;
    }
  | { readonly kind: "request"; readonly request: NodeRequest }
  | { readonly kind: "decision"; readonly decision: DecisionEdit };
