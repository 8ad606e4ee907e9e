/** JUnit XML, as continuous integration reads it: one test case a check. */
import type { CheckResult, Run } from "../sim/run.ts";
import { isBad, replayCommand, verdictOf } from "./verdict.ts";

/**
 * An XML document. Violations and stuck checks are failures; what the harness could not decide is an error. `watch`: where the viewer
 * shows the run, "" if nowhere.
 */
export function junitXml(run: Run, watch: string): string {
  const failures = run.checks.filter((check) => elementOf(check) === "failure").length;
  const cases = run.checks.map((check) => caseOf(run, check, watch));
  let errors = run.checks.filter((check) => elementOf(check) === "error").length;
  // A run may fail without any check at fault (nothing was checked): the file must not look green then.
  if (verdictOf(run) !== "ok" && failures + errors === 0) {
    errors = 1;
    cases.push(
      `    <testcase classname="${escapeXml(run.scenario)}" name="run" time="0">\n      <error message="${escapeXml(verdictOf(run))}"/>\n    </testcase>`,
    );
  }
  const name = `${run.scenario}, seed ${run.seed}`;
  const seconds = (run.simulatedUs / 1_000_000).toFixed(6);
  const attributes = `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="azimuth" ${attributes} time="${seconds}">`,
    `  <testsuite name="${escapeXml(name)}" ${attributes} skipped="0" time="${seconds}">`,
    "    <properties>",
    `      <property name="replay" value="${escapeXml(replayCommand(run))}"/>`,
    `      <property name="digest" value="${escapeXml(run.digest)}"/>`,
    ...(watch === "" ? [] : [`      <property name="watch" value="${escapeXml(watch)}"/>`]),
    "    </properties>",
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function caseOf(run: Run, check: CheckResult, watch: string): string {
  const head = `    <testcase classname="${escapeXml(run.scenario)}" name="${escapeXml(check.name)}" time="0"`;
  const element = elementOf(check);
  const examined = `${check.examined} ${check.unit}: ${check.sentence}`;
  if (element === undefined) {
    return `${head}>\n      <system-out>${escapeXml(examined)}</system-out>\n    </testcase>`;
  }
  const ways = watch === "" ? [replayCommand(run)] : [replayCommand(run), `watch: ${watch}`];
  const body = [examined, ...(check.details ?? []), ...ways].join("\n");
  return `${head}>\n      <${element} message="${escapeXml(check.sentence)}" type="${escapeXml(check.verdict)}">${escapeXml(body)}</${element}>\n    </testcase>`;
}

function elementOf(check: CheckResult): "failure" | "error" | undefined {
  if (!isBad(check)) return undefined;
  return failures.has(check.verdict) ? "failure" : "error";
}

/** Text for attributes and elements. Characters that XML 1.0 forbids even as references become U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- XML forbids them
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replaceAll(
        /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
        "\ufffd",
      )
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("\n", "&#10;")
      .replaceAll("\r", "&#13;")
      .replaceAll("\t", "&#9;")
  );
}

const failures: ReadonlySet<string> = new Set(["violation", "stuck", "missed"]);
