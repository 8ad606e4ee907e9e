/** A scenario's `expect`: figures and facts that must hold in this scenario, beside the checks that hold in all. */
import { tellTimes } from "./describe.ts";
import type { CheckResult } from "../run.ts";
import type { Expectation, Parameters, ParameterValue } from "../scenario.ts";
import type { ExpectationFacts, ExpectationKind, Fields } from "./expectations/expectation.ts";
import { cleanReads, readLatency, writeLatency } from "./expectations/latency.ts";
import {
  demotions,
  elections,
  electionsNotFasterThanBackoff,
  logElections,
  traceHas,
} from "./expectations/leadership.ts";
import {
  faultHadEffect,
  leaseOverlap,
  noWritesDuringFault,
  plannedFailover,
  replicaReadsDuringFailover,
  staleReads,
  unavailability,
  unplannedFailover,
} from "./expectations/service.ts";
import { nearest } from "./nearest.ts";

export const expectationKinds: readonly ExpectationKind[] = [
  unavailability,
  plannedFailover,
  unplannedFailover,
  writeLatency,
  readLatency,
  cleanReads,
  elections,
  logElections,
  demotions,
  electionsNotFasterThanBackoff,
  replicaReadsDuringFailover,
  noWritesDuringFault,
  faultHadEffect,
  traceHas,
  staleReads,
  leaseOverlap,
];

/** An expectation whose kind was found and whose "$parameter"s were replaced. */
export interface PlannedExpectation {
  readonly kind: ExpectationKind;
  readonly fields: Fields;
}

/** Reads a scenario's expectations before the run. Throws RangeError, in words, on an unknown check, field or parameter. */
export function planExpectations(
  expectations: readonly Expectation[],
  parameters: Parameters,
): readonly PlannedExpectation[] {
  return expectations.map((expectation) => planOne(expectation, parameters));
}

/** Judges them on a run that reached its horizon. */
export function judgeExpectations(
  planned: readonly PlannedExpectation[],
  facts: ExpectationFacts,
): readonly CheckResult[] {
  return planned.map(({ kind, fields }) => judgeOne(kind, fields, facts));
}

function planOne(expectation: Expectation, parameters: Parameters): PlannedExpectation {
  const kind = expectationKinds.find((one) => one.name === expectation.check);
  if (kind === undefined) {
    const names = expectationKinds.map((one) => one.name);
    throw new RangeError(
      `unknown check "${expectation.check}" in expect; did you mean "${nearest(expectation.check, names)}"? Known: ${names.join(", ")}`,
    );
  }
  const fields: Record<string, ParameterValue> = {};
  for (const [name, value] of Object.entries(expectation)) {
    if (name === "check") continue;
    if (!(name in kind.fields)) {
      const names = Object.keys(kind.fields);
      const valid = names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
      throw new RangeError(`the check ${kind.name} has no field "${name}": ${valid}`);
    }
    fields[name] = resolved(kind.name, name, value, parameters);
  }
  for (const name of kind.required) {
    if (!(name in fields)) throw new RangeError(`the check ${kind.name} needs the field "${name}"`);
  }
  return { kind, fields };
}

function resolved(
  check: string,
  field: string,
  value: ParameterValue,
  parameters: Parameters,
): ParameterValue {
  if (typeof value !== "string" || !value.startsWith("$")) return value;
  const found = parameters[value.slice(1)];
  if (found === undefined) {
    throw new RangeError(
      `the check ${check}: ${field} names the unknown parameter "${value.slice(1)}"`,
    );
  }
  return found;
}

function judgeOne(kind: ExpectationKind, fields: Fields, facts: ExpectationFacts): CheckResult {
  const { holds, examined, unit, sentence } = kind.judge(facts, fields);
  const access = fields["access"] ?? fields["phase"] ?? fields["event"];
  const name = access === undefined ? kind.name : `${kind.name} (${access})`;
  const failure = {
    safety: "violation",
    liveness: "missed",
    coverage: "nothing examined",
  } as const;
  const verdict = examined === 0 ? "nothing examined" : holds ? "ok" : failure[kind.failsAs];
  return tellTimes({ name, examined, unit, sentence, verdict }, facts.loadedUs);
}
