/** The checks of a run: what they are told beforehand, and what a run that may not go on adds to their results. */
import { leastBackoffMs } from "../engine/timing.ts";
import type { ChecksOptions } from "./checker/checks.ts";
import type { LeaseRules } from "./checker/leaseRules.ts";
import { worldBeginsUnixUs } from "./clock.ts";
import { planFault } from "./nemesis/registry.ts";
import type { CheckResult } from "./run.ts";
import type { Scenario } from "./scenario.ts";
import type { Settings } from "./settings.ts";

const MS = 1000;

/** A stop takes the place of the check of the same name, keeping what that one found out. */
export function addStop(results: CheckResult[], stop: CheckResult): void {
  const index = results.findIndex((result) => result.name === stop.name);
  const found = results[index];
  if (found === undefined) {
    results.push(stop);
    return;
  }
  const reasons = found.verdict === "stuck" ? (found.details ?? [found.sentence]) : [];
  if (stop.verdict === "expected violation") {
    results[index] = { ...stop, details: reasons };
    return;
  }
  results[index] = { ...stop, examined: found.examined, unit: found.unit, details: reasons };
}

/** Wall clocks may be off by their skew and by every jump that a fault makes. */
export function wallSkewMsOf({ nemesis }: Scenario, settings: Settings): number {
  let wallSkewMs = settings.wallSkewMs;
  for (const spec of nemesis) {
    const { kind, fields } = planFault(spec, settings.parameters);
    if (kind.kind === "clockJump") wallSkewMs += Math.abs(Number(fields["byMs"]));
  }
  return wallSkewMs;
}

export function checksOptions(scenario: Scenario, settings: Settings): ChecksOptions {
  return {
    budget: scenario.budget,
    commitRule: settings.timing.commitRule,
    inFlightBytes: settings.timing.inFlightBytes,
    lease: leaseRulesOf(settings.timing),
    endsOn: scenario.endsOn,
    hasListeners: settings.listeners > 0,
    hasCachers: settings.cachers > 0,
    epochUnixMs: worldBeginsUnixUs / MS,
    wallSkewMs: wallSkewMsOf(scenario, settings),
  };
}

function leaseRulesOf({ leaseMs, clockRateErrorRatio }: Settings["timing"]): LeaseRules {
  return {
    leaseUs: leaseMs * MS,
    leastBackoffUs: leastBackoffMs(leaseMs, clockRateErrorRatio) * MS,
  };
}
