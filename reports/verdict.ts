/** What a run comes to: its verdict, the sentence that says it, the command that replays it. */
import type { CheckResult, Run, RunVerdict, Unavailability } from "../sim/run.ts";
import { countText, durationText, plural } from "./figures.ts";

/** Worst first. Exit codes follow this precedence. */
export const verdictPrecedence: readonly RunVerdict[] = [
  "violation",
  "harness",
  "stuck",
  "missed",
  "undecided",
  "ok",
];

export const verdictWords: Readonly<Record<RunVerdict, string>> = {
  ok: "ALL HELD",
  violation: "VIOLATION",
  harness: "HARNESS FAILED",
  stuck: "STUCK",
  missed: "PROMISE MISSED",
  undecided: "UNDECIDED",
};

/** The command line's exit status for each verdict; 2 is wrong usage. */
export const exitCodes: Readonly<Record<RunVerdict, number>> = {
  ok: 0,
  violation: 1,
  stuck: 3,
  missed: 3,
  harness: 4,
  undecided: 5,
};

export function worstVerdict(verdicts: readonly RunVerdict[]): RunVerdict {
  return verdictPrecedence.find((verdict) => verdicts.includes(verdict)) ?? "harness";
}

/**
 * The worse of the run's own verdict and what its checks say: a report never calls a run good in which a check looked
 * at nothing, or in which nothing was checked.
 */
export function verdictOf(run: Pick<Run, "verdict" | "checks">): RunVerdict {
  const verdicts: RunVerdict[] = [run.verdict];
  for (const check of run.checks) verdicts.push(verdictOfCheck(check));
  if (run.checks.length === 0) verdicts.push("harness");
  return worstVerdict(verdicts);
}

function verdictOfCheck(check: CheckResult): RunVerdict {
  switch (check.verdict) {
    case "violation":
      return "violation";
    case "stuck":
    case "missed":
      return check.verdict;
    case "unknown":
      return "undecided";
    case "nothing examined":
      return "harness";
    case "ok":
    case "expected violation":
      return check.examined > 0 ? "ok" : "harness";
  }
}

/** Whether a check stands in the way of "all held". */
export function isBad(check: CheckResult): boolean {
  return verdictOfCheck(check) !== "ok";
}

/** The longest stretch without an acknowledged write, if there was one. */
export function longestOutage(
  windows: readonly Unavailability[],
  access: "write" | "read",
): Unavailability | undefined {
  let longest: Unavailability | undefined;
  for (const window of windows) {
    if (window.access !== access) continue;
    if (longest === undefined || lengthUs(window) > lengthUs(longest)) longest = window;
  }
  return longest;
}

export function lengthUs(interval: { readonly fromUs: number; readonly untilUs: number }): number {
  return interval.untilUs - interval.fromUs;
}

/** One sentence for a person under stress. */
export function headlineOf(run: Run): string {
  const verdict = verdictOf(run);
  const bad = run.checks.filter(isBad);
  const first = bad.find((check) => verdictOfCheck(check) === verdict) ?? bad[0];
  switch (verdict) {
    case "ok":
      return headlineOfSuccess(run);
    case "violation":
      return first === undefined ? "A promise was broken." : `${first.name}: ${first.sentence}`;
    case "stuck":
      return first === undefined
        ? "The cluster did not come back after the faults ended."
        : `The cluster did not come back: ${first.sentence}`;
    case "missed":
      return first === undefined
        ? "A promised figure was missed."
        : `Nothing was lost and nobody lied, but ${first.sentence}`;
    case "undecided":
      return `Nothing was found wrong, but ${first?.name ?? "a check"} did not finish: ${first?.sentence ?? "its budget ran out."}`;
    case "harness":
      return first === undefined
        ? "The harness failed: no check ran, so nothing is proved."
        : `The harness failed, so nothing is proved: ${first.name}: ${first.sentence}`;
  }
}

function headlineOfSuccess(run: Run): string {
  const { acknowledged, lost } = run.operations;
  const expected = run.checks.filter((check) => check.verdict === "expected violation");
  if (expected.length > 0) {
    return `As expected beyond the bound, ${expected.map((check) => check.name).join(" and ")} broke and was named; ${countText(acknowledged)} operations acknowledged, ${lost === 0 ? "none" : countText(lost)} lost.`;
  }
  const outage = longestOutage(run.unavailability, "write");
  const pause =
    outage === undefined
      ? "writes were never unavailable"
      : `the longest write outage lasted ${durationText(lengthUs(outage))}`;
  return `Every promise held: ${plural(acknowledged, "operation")} acknowledged, ${lost === 0 ? "none lost" : `${countText(lost)} lost`}, and ${pause}.`;
}

/** The command that gives this very run again. */
export function replayCommand(run: Pick<Run, "scenario" | "seed" | "overrides">): string {
  const words = [`scenario=${shellWord(run.scenario)}`, `seed=${run.seed}`];
  for (const [name, value] of Object.entries(run.overrides)) {
    words.push(`${name}=${shellWord(String(value))}`);
  }
  return `npm run sim -- ${words.join(" ")}`;
}

export function shellWord(text: string): string {
  return /^[\w./,:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
