/** The texts of `help`, `list` and `help SCENARIO`. */
import { tableLines, wrapLines } from "../../reports/textTable.ts";
import { commonParameters, type Scenario } from "../scenario.ts";
import { commonParameterHelp } from "../input/parameterHelp.ts";
import { parametersOf } from "../input/parameterRules.ts";
import type { Subcommand } from "./subcommands.ts";

const width = 100;

export function generalHelp(subcommands: readonly Subcommand[]): string {
  const more = subcommands.map(
    ({ name, summary }) => `  npm run sim -- ${name.padEnd(44)} ${summary}\n`,
  );
  return `Azimuth runs a three-zone cluster in simulated time, breaks it, and checks that every promise held.

  npm run sim -- scenario=NAME [seed=N] [key=value …]         one run, told as a story
  npm run sim -- scenario=NAME seeds=A..B [workers=N]         many seeds, on all cores ("help swarm" tells
                                                              of shards, resuming and JUnit)
  npm run sim -- scenario=path/to/file.json                   a scenario of your own
  npm run sim -- diff scenario=NAME seed=1 with seed=2        the first event that differs; also
                 diff … with key=value, with a saved report.json or trace.jsonl
  npm run sim -- list                                         all scenarios
  npm run sim -- help SCENARIO                                its parameters and their defaults
${more.join("")}
Options
  seed=N        from 0 to 4294967295; 1 unless told
  out=DIR       where the files go: DIR/<scenario>-<seed>/ (reports/out unless told): index.html,
                report.json, history.jsonl, trace.jsonl, junit.xml. Of many seeds: index.html,
                summary.json, results.jsonl, and the files of seeds that failed
  view          prints the link to the run in the viewer, and does not run it
  json          prints report.json (or summary.json) instead of the story
  record=FILE   writes down every decision of the run, for "replay FILE"
  trace=full    puts single messages, operations and syncs into trace.jsonl
  key=value     changes a parameter of the scenario

Exit status
  0 all held   1 a safety check failed   2 wrong usage   3 stuck, or a promised figure missed
  4 the harness failed, or a check examined nothing   5 undecided: a checker ran out of its budget
  130 interrupted: the command that goes on is printed
  Of many seeds the worst counts: 1, then 4, 3, 5, 0. diff: 0 equal, 1 different.
`;
}

export function listText(scenarios: readonly Scenario[]): string {
  const nameWidth = scenarios.reduce((w, scenario) => Math.max(w, scenario.name.length), 0);
  const lines: string[] = [];
  for (const scenario of scenarios) {
    const budget = scenario.budget === "within" ? "" : ` (${scenario.budget})`;
    wrapLines(scenario.story + budget, width - nameWidth - 4).forEach((line, index) => {
      const head = index === 0 ? scenario.name.padEnd(nameWidth) : " ".repeat(nameWidth);
      lines.push(`  ${head}  ${line}`);
    });
  }
  return `${lines.join("\n")}\n`;
}

export function scenarioHelp(scenario: Scenario): string {
  const parameters = parametersOf(scenario);
  const rows = Object.entries(parameters).map(([name, value]) => {
    const common = Object.hasOwn(commonParameters, name) ? commonParameters[name] : undefined;
    const help = scenario.parameterHelp?.[name] ?? commonParameterHelp[name] ?? "";
    const note = common !== undefined && common !== value ? ` (elsewhere ${common})` : "";
    return [`  ${name}`, String(value), help + note];
  });
  const faults = scenario.nemesis.map((fault) => {
    const { kind, ...fields } = fault;
    const text = Object.entries(fields).map(([field, value]) => `${field}=${value}`);
    return `  ${kind} ${text.join(" ")}`;
  });
  const expected = scenario.expect.map(({ check, ...fields }) => {
    const text = Object.entries(fields).map(([field, value]) => `${field}=${value}`);
    return `  ${check} ${text.join(" ")}`.trimEnd();
  });
  return [
    `${scenario.name} (budget: ${scenario.budget})`,
    ...wrapLines(scenario.story, width - 2).map((line) => `  ${line}`),
    "",
    "Parameters",
    ...tableLines(rows, ["left", "left", "left"]),
    "",
    ...(faults.length > 0 ? ["Faults", ...faults, ""] : ["No faults", ""]),
    "What must hold besides zero loss, linearizability and the other standing checks",
    ...(expected.length > 0 ? expected : ["  nothing more"]),
    "",
  ].join("\n");
}
