/** The scenario that a run spec stands for: the one named, with the changes by hand worked in. */
import { planFault } from "../nemesis/registry.ts";
import { placeId } from "../nemesis/runner.ts";
import { commonParameters, type FaultSpec, type Scenario } from "../scenario.ts";
import { drawScenario } from "../swarm/swarm.ts";
import { whyRefused } from "./nodeRequests.ts";
import type { RunEdit, RunSpec } from "./runSpec.ts";

/**
 * A generated scenario is drawn by its seed first. Faults keep their names, so that taking one away shifts no other's decisions.
 * Throws RangeError, in words, on a scenario, a fault or a request that there is not.
 */
export function scenarioOf(spec: RunSpec, known: readonly Scenario[]): Scenario {
  const named = spec.file ?? known.find(({ name }) => name === spec.scenario);
  if (named === undefined) throw new RangeError(`there is no scenario "${spec.scenario}"`);
  const drawn = drawScenario(named, spec.overrides, spec.seed);
  if (spec.edits.length === 0) return drawn;
  const nemesis = drawn.nemesis.map((fault, index) => ({ ...fault, id: idOf(fault, index) }));
  const edited = spec.edits.reduce(applyEdit, { ...drawn, nemesis });
  const parameters = { ...commonParameters, ...edited.parameters, ...spec.overrides };
  for (const fault of edited.nemesis) planFault(fault, parameters);
  return edited;
}

/** How a fault of a scenario's list is named. */
export function idOf(fault: FaultSpec, index: number): string {
  const own = String(fault["id"] ?? "");
  return own === "" ? placeId(index, fault.kind) : own;
}

function applyEdit(scenario: Scenario, edit: RunEdit): Scenario {
  const { nemesis, requests = [], decisions = [] } = scenario;
  switch (edit.kind) {
    case "addFault": {
      const id = String(edit.fault["id"] ?? "");
      if (id === "") throw new RangeError("an added fault needs an id of its own");
      if (nemesis.some((fault) => fault["id"] === id))
        throw new RangeError(`there is a fault "${id}" already`);
      return { ...scenario, nemesis: [...nemesis, edit.fault] };
    }
    case "removeFault":
      findFault(nemesis, edit.id);
      return { ...scenario, nemesis: nemesis.filter((fault) => fault["id"] !== edit.id) };
    case "changeFault": {
      const found = findFault(nemesis, edit.id);
      const changed: FaultSpec = { ...found, ...edit.fields };
      return {
        ...scenario,
        nemesis: nemesis.map((fault) => (fault === found ? changed : fault)),
      };
    }
    case "request": {
      const why = whyRefused(edit.request.words);
      if (why !== undefined) throw new RangeError(why);
      return { ...scenario, requests: [...requests, edit.request] };
    }
    case "decision":
      return { ...scenario, decisions: [...decisions, edit.decision] };
  }
}

function findFault(nemesis: readonly FaultSpec[], id: string): FaultSpec {
  const found = nemesis.find((fault) => fault["id"] === id);
  if (found !== undefined) return found;
  const names = nemesis.map((fault) => String(fault["id"])).join(", ");
  throw new RangeError(`there is no fault "${id}": the run has ${names === "" ? "none" : names}`);
}
