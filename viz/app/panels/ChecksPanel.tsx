/** What was checked, of how much, and how it came out. */
import type { JSX } from "preact";
import { countText, durationText, percentText } from "../../../reports/figures.ts";
import type { Report } from "../../../reports/json.ts";
import { isBad, lengthUs, longestOutage } from "../../../reports/verdict.ts";
import type { CheckResult } from "../../../sim/run.ts";
import type { Page } from "../page.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";
import { Copies } from "./Copies.tsx";
import { LegalStates } from "./LegalStates.tsx";

export function ChecksPanel({ page }: { readonly page: Page }): JSX.Element {
  const run = useStore(page.store, (state) => state.run);
  if (run?.report === undefined) {
    return (
      <p class="note">The checks judge the whole history, so they speak when the run has ended.</p>
    );
  }
  const { report } = run;
  return (
    <>
      <Figures report={report} />
      <ul class="checks">
        {report.checks.map((check) => (
          <Check key={check.name} page={page} check={check} loadedUs={report.loadedUs} />
        ))}
      </ul>
    </>
  );
}

interface CheckProps {
  readonly page: Page;
  readonly check: CheckResult;
  readonly loadedUs: number;
}

function Check({ page, check, loadedUs }: CheckProps): JSX.Element {
  const bad = isBad(check);
  const { atUs, details = [], legalPrefix, operations = [], entry } = check;
  return (
    <li class={bad ? "bad" : "good"}>
      <span class="mark" aria-hidden="true">
        {bad ? "✘" : "✔"}
      </span>
      <div>
        <strong>{check.name}</strong>{" "}
        <span class="examined">
          {check.verdict === "ok" ? "" : `${check.verdict}, `}
          {countText(check.examined)} {check.unit}
        </span>
        <div>{check.sentence}</div>
        {atUs !== undefined && (
          <button type="button" onClick={() => page.jumpTo(atUs)}>
            Go to {instantText(atUs, loadedUs)}
          </button>
        )}
        {operations.map((id) => (
          <button key={id} type="button" onClick={() => page.select({ kind: "operation", id })}>
            Explain operation {id}
          </button>
        ))}
        {entry !== undefined && <Copies page={page} entry={entry} />}
        {details.length > 0 && (
          <details open={bad}>
            <summary>Details</summary>
            <pre>{details.join("\n")}</pre>
          </details>
        )}
        {legalPrefix !== undefined && <LegalStates prefix={legalPrefix} />}
      </div>
    </li>
  );
}

function Figures({ report }: { readonly report: Report }): JSX.Element {
  const { operations } = report;
  const outage = longestOutage(report.unavailability, "write");
  const figures: readonly (readonly [string, string, boolean])[] = [
    ["acknowledged", countText(operations.acknowledged), false],
    ["lost", countText(operations.lost), operations.lost > 0],
    [
      "longest write outage",
      outage === undefined ? "none" : durationText(lengthUs(outage)),
      outage !== undefined && lengthUs(outage) >= report.promises.unplannedUs,
    ],
    ["answered", percentText(operations.acknowledged / Math.max(1, operations.offered)), false],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, text, bad]) => (
        <div key={name} class={bad ? "bad" : ""}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
