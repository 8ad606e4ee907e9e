/** Both futures: where they part, and what came of each. */
import type { JSX } from "preact";
import { countText, durationText } from "../../../reports/figures.ts";
import type { Report } from "../../../reports/json.ts";
import { lengthUs, longestOutage, verdictWords } from "../../../reports/verdict.ts";
import type { Page } from "../page.ts";
import { isOngoing } from "../runState.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";

export function ForkResult({ page }: { readonly page: Page }): JSX.Element {
  const run = useStore(page.store, (state) => state.run);
  const fork = useStore(page.store, (state) => state.fork);
  if (fork === undefined || run === undefined) {
    return (
      <p class="note">
        Change something below and run the fork: both futures are drawn on one axis, and compared
        here. The run itself stays as it is.
      </p>
    );
  }
  if (fork.phase === "failed") return <p class="wrong">{fork.failure}</p>;
  if (isOngoing(fork)) {
    const us = fork.outline?.simulatedUs ?? 0;
    return <p class="note">The fork runs: {(us / 1_000_000).toFixed(1)} s simulated …</p>;
  }
  return (
    <section class="fork-result">
      <Difference page={page} />
      {run.report !== undefined && fork.report !== undefined && (
        <Differences ours={run.report} theirs={fork.report} />
      )}
      <button type="button" onClick={() => page.forking.adopt()}>
        Make the fork the run
      </button>
    </section>
  );
}

function Difference({ page }: { readonly page: Page }): JSX.Element {
  const comparison = useStore(page.store, (state) => state.comparison);
  const loadedUs = useStore(page.store, (state) => state.run?.outline?.loadedUs ?? 0);
  if (comparison === undefined)
    return <p class="note">Looking for the first event that differs …</p>;
  const first = comparison.firstDifference;
  if (first === undefined) return <p>The two runs are equal: what was changed changed nothing.</p>;
  return (
    <>
      <p>
        They part at{" "}
        <button type="button" onClick={() => page.jumpTo(first.atUs)}>
          {instantText(first.atUs, loadedUs)}
        </button>
        , event {countText(first.event)}.
      </p>
      <dl class="pairs parting">
        <div>
          <dt>in the run</dt>
          <dd>{first.theirs}</dd>
        </div>
        <div>
          <dt>in the fork</dt>
          <dd>{first.ours}</dd>
        </div>
      </dl>
    </>
  );
}

interface DifferencesProps {
  readonly ours: Report;
  readonly theirs: Report;
}

function Differences({ ours, theirs }: DifferencesProps): JSX.Element {
  const left = figuresOf(ours);
  const right = figuresOf(theirs);
  return (
    <table class="differences">
      <thead>
        <tr>
          <th scope="col" />
          <th scope="col">the run</th>
          <th scope="col">the fork</th>
        </tr>
      </thead>
      <tbody>
        {left.map(([name, value], index) => {
          const other = right[index]?.[1] ?? "";
          return (
            <tr key={name} class={value === other ? "" : "differs"}>
              <th scope="row">{name}</th>
              <td>{value}</td>
              <td>{other}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function figuresOf(report: Report): readonly (readonly [name: string, value: string])[] {
  const { operations, failovers } = report;
  const outageText = (access: "write" | "read"): string => {
    const outage = longestOutage(report.unavailability, access);
    return outage === undefined ? "none" : durationText(lengthUs(outage));
  };
  const last = failovers.at(-1);
  return [
    ["verdict", verdictWords[report.verdict]],
    ["longest write outage", outageText("write")],
    ["longest read outage", outageText("read")],
    ["writes lost", countText(operations.lost)],
    ["acknowledged", countText(operations.acknowledged)],
    ["outcome unknown", countText(operations.unknown)],
    ["failovers", countText(failovers.length)],
    ["led at the end by", last?.to ?? "whoever led"],
    ["elections under load", countText(report.leaderChanges)],
  ];
}
