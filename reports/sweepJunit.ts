/** JUnit XML of a campaign: one test case for all seeds that held, one for each kind of failure. */
import { failureGroups, waysToSee, type FailureGroup } from "./failureGroups.ts";
import { plural } from "./figures.ts";
import { escapeXml } from "./junit.ts";
import type { Sweep } from "./sweep.ts";

/** An XML document. Violations, stuck clusters and missed figures are failures; what the harness could not decide or run is an error. */
export function sweepJunit(sweep: Sweep): string {
  const groups = failureGroups(sweep.results, sweep.minimal);
  const passed = sweep.results.filter((result) => result.verdict === "ok").length;
  const missing = sweep.asked - sweep.results.length;
  const cases = [
    testCase(sweep, `${plural(passed, "seed")} held`, ""),
    ...groups.map((group) => failureCase(sweep, group)),
  ];
  for (const goal of sweep.missedGoals) {
    const message = escapeXml(goal);
    cases.push(testCase(sweep, goal, `<failure message="${message}" type="missed"/>`));
  }
  if (missing > 0 || sweep.results.length === 0) {
    const message = `${missing} of ${plural(sweep.asked, "seed")} were not run`;
    cases.push(testCase(sweep, "complete", `<error message="${escapeXml(message)}"/>`));
  }
  const failures =
    groups.filter((group) => elementOf(group) === "failure").length + sweep.missedGoals.length;
  const errors = cases.length - 1 - failures;
  const attributes = `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
  const seconds = sweep.results.reduce((sum, result) => sum + result.wallMs, 0) / 1000;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="azimuth" ${attributes} time="${seconds.toFixed(3)}">`,
    `  <testsuite name="${escapeXml(sweep.scenario)}" ${attributes} skipped="0" time="${seconds.toFixed(3)}">`,
    "    <properties>",
    `      <property name="version" value="${escapeXml(sweep.version)}"/>`,
    `      <property name="seeds" value="${sweep.results.length}"/>`,
    "    </properties>",
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function failureCase(sweep: Sweep, group: FailureGroup): string {
  const { signature, verdict, seeds, example, minimal } = group;
  const element = elementOf(group);
  const body = [
    `seeds ${seeds.join(", ")}`,
    `seed ${example.seed}: ${example.headline}`,
    ...waysToSee(sweep, example.seed),
    ...(minimal === undefined ? [] : ["minimal:", ...minimal.faults, minimal.replay]),
  ].join("\n");
  const message = `${plural(seeds.length, "seed")}: ${example.headline}`;
  const inner = `<${element} message="${escapeXml(message)}" type="${verdict}">${escapeXml(body)}</${element}>`;
  return testCase(sweep, signature === "" ? verdict : signature, inner);
}

function elementOf({ verdict }: FailureGroup): "failure" | "error" {
  return verdict === "harness" || verdict === "undecided" ? "error" : "failure";
}

function testCase(sweep: Sweep, name: string, inner: string): string {
  const head = `    <testcase classname="${escapeXml(sweep.scenario)}" name="${escapeXml(name)}" time="0"`;
  return inner === "" ? `${head}/>` : `${head}>\n      ${inner}\n    </testcase>`;
}
