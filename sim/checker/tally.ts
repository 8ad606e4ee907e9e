import type { CheckResult } from "../run.ts";

/** How much a check has examined, and the first thing that it found wrong. */
export class Tally {
  readonly name: string;
  readonly unit: string;
  examined = 0;
  violation: CheckResult | undefined = undefined;

  constructor(name: string, unit: string) {
    this.name = name;
    this.unit = unit;
  }

  /**
   * Keeps the first violation only.
   * @param signature what is wrong in a few words, without names and numbers
   * @param about whom it is about
   */
  violate(
    nowUs: number,
    sentence: string,
    details: readonly string[] = [],
    signature?: string,
    about: Pick<CheckResult, "operations" | "entry"> = {},
  ): void {
    this.violation ??= {
      name: this.name,
      verdict: "violation",
      examined: this.examined,
      unit: this.unit,
      sentence,
      atUs: nowUs,
      details,
      ...(signature === undefined ? {} : { signature }),
      ...about,
    };
  }

  /** The violation if there is one, "nothing examined" if nothing was, otherwise ok with this sentence. */
  result(okSentence: string, nothingSentence: string): CheckResult {
    const { name, unit, examined } = this;
    if (this.violation !== undefined) return { ...this.violation, examined };
    if (examined === 0)
      return { name, verdict: "nothing examined", examined, unit, sentence: nothingSentence };
    return { name, verdict: "ok", examined, unit, sentence: okSentence };
  }
}
