import type { CheckResult, CheckVerdict, RunVerdict } from "./run.ts";

/** The worst of all checks, in the order that RunVerdict gives. */
export function verdictOf(checks: readonly CheckResult[]): RunVerdict {
  const has = (verdict: CheckVerdict): boolean => checks.some((check) => check.verdict === verdict);
  if (has("violation")) return "violation";
  if (has("nothing examined")) return "harness";
  if (has("stuck")) return "stuck";
  if (has("missed")) return "missed";
  if (has("unknown")) return "undecided";
  return "ok";
}
