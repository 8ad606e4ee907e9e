/**
 * What failed, apart from names, keys, numbers and times: two runs with one signature failed in the same way. The shrinker
 * keeps it while everything else goes, and a campaign groups its failures by it.
 */
import type { CheckResult, CheckVerdict } from "../run.ts";

/** Worst first, as the verdict of a run is found; "ok" and "expected violation" say nothing. */
const precedence: readonly CheckVerdict[] = [
  "violation",
  "nothing examined",
  "stuck",
  "missed",
  "unknown",
];

/** "linearizability: stale read"; "" if no check has anything to say. */
export function signatureOf(checks: readonly CheckResult[]): string {
  for (const verdict of precedence) {
    const found = checks.find((check) => check.verdict === verdict);
    if (found !== undefined) return `${found.name}: ${found.signature ?? shapeOf(found.sentence)}`;
  }
  return "";
}

/** A sentence without what differs from run to run: quoted text, names of machines and keys, numbers, what stands in brackets. */
function shapeOf(sentence: string): string {
  return sentence
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "…")
    .replaceAll(/\([^()]*\)/g, "")
    .replaceAll(/\b(?:db|log)-[\w-]+/g, "NODE")
    .replaceAll(/\b[a-z]+:\d[\w.:{}]*/g, "KEY")
    .replaceAll(/⟨?-?\d[\d.,]*⟩?/g, "N")
    .replaceAll(/\s+/g, " ")
    .trim();
}
