/** The error of a property that does not hold: one sentence, the minimal list of faults, one command. */
import type { CheckResult, CheckVerdict, FaultRecord } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import { scenarioText } from "../scenarioText.ts";

interface Told {
  readonly property: string;
  /** The minimal scenario, with its seed. */
  readonly scenario: Scenario;
  readonly complaint: string;
  readonly run: {
    readonly checks: readonly CheckResult[];
    readonly faults: readonly FaultRecord[];
    readonly loadedUs: number;
  };
  /** The number of the run that failed first. */
  readonly runs: number;
  /** "" if the scenario was not saved. */
  readonly command: string;
  /** What to give checkProperty to meet it again. */
  readonly again: string;
}

export class PropertyFailure extends Error {
  override readonly name: string = "PropertyFailure";
  readonly scenario: Scenario;
  readonly signature: string;

  constructor(told: Told) {
    super(tell(told));
    this.scenario = told.scenario;
    this.signature = told.complaint;
  }
}

function tell(told: Told): string {
  const lines = [`"${told.property}" does not hold: ${sentenceOf(told)}`, ...faultLines(told)];
  const { operations } = told.scenario;
  if (operations !== undefined) lines.push(`  and ${plural(operations.length, "operation")}`);
  if (told.command === "") lines.push("Scenario:", scenarioText(told.scenario).trimEnd());
  else lines.push(`Replay: ${told.command}`);
  lines.push(`Signature: ${told.complaint}`);
  lines.push(`Found by fast-check in run ${told.runs}; to meet it again: ${told.again}`);
  return lines.join("\n");
}

const telling: readonly CheckVerdict[] = ["violation", "expected violation", "stuck"];

function sentenceOf({ run, complaint }: Told): string {
  const bad = run.checks.find(({ verdict }) => telling.includes(verdict));
  return bad?.sentence ?? complaint;
}

function faultLines({ run, scenario }: Told): string[] {
  const faults = run.faults.toSorted((a, b) => a.fromUs - b.fromUs);
  if (faults.length === 0) return [`It takes no fault, seed ${scenario.seed}:`];
  const lines = [`It takes ${plural(faults.length, "fault")}, seed ${scenario.seed}:`];
  for (const { fromUs, untilUs, text } of faults) {
    const from = milliseconds(fromUs - run.loadedUs);
    lines.push(`  ${from} to ${milliseconds(untilUs - run.loadedUs)}  ${text}`);
  }
  return lines;
}

function milliseconds(us: number): string {
  return `${Math.round(us / 1000)} ms`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
