/** A minimal scenario in prose: what is there, what happens when, and what fails. */
import { commonParameters, type Scenario } from "../scenario.ts";
import type { FaultRecord } from "../run.ts";
import type { Outcome } from "./search.ts";

/** The story that goes with a minimal failing scenario. `from` names the run that was shrunk: "swarm, seed 17". */
export function storyOf(scenario: Scenario, outcome: Outcome, from: string): string {
  const parts = [`${clusterText(scenario)}; ${loadText(scenario)}.`];
  const faults = outcome.faults.map((fault) => faultText(fault, outcome.loadedUs));
  const told = faults.length === 0 ? "nothing is broken on purpose" : faults.join("; ");
  parts.push(`${told[0]?.toUpperCase() ?? ""}${told.slice(1)}.`);
  const sentence = outcome.sentence.replaceAll(/\s+/g, " ");
  parts.push(`Then failed ${sentence.endsWith(".") ? sentence : `${sentence}.`}`);
  parts.push(`Found in ${from}.`);
  return parts.join(" ");
}

function clusterText(scenario: Scenario): string {
  const { shards, replicas } = { ...commonParameters, ...scenario.parameters };
  return `${counted(Number(shards), "shard")} with ${counted(Number(replicas), "replica")}`;
}

function loadText(scenario: Scenario): string {
  const { operations } = scenario;
  if (operations === undefined) return "a generated load";
  if (operations.length === 0) return "no load";
  const keys = new Set(operations.map((each) => `${each.shard}/${each.workload}/${each.key}`));
  return `${counted(operations.length, "operation")} on ${counted(keys.size, "key")}`;
}

function faultText(fault: FaultRecord, loadedUs: number): string {
  return `at ${seconds(fault.fromUs - loadedUs)} ${fault.text}`;
}

function seconds(us: number): string {
  return `${Math.round(us / 1000) / 1000} s`;
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
}
