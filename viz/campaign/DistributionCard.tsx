/** One distribution of durations: figures, picture or table, and the slowest seeds. */
import type { ComponentChildren, JSX } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { countText, durationText, percentText } from "../../reports/figures.ts";
import type { Watched } from "../../reports/watch.ts";
import { axisBounds, barsOf, type Bar } from "./bins.ts";
import { DistributionChart } from "./DistributionChart.tsx";
import { type DistributionData, longestOf, type PromiseMark } from "./distributions.ts";
import { SeedLink } from "./SeedLink.tsx";

interface Props {
  readonly watched: Watched;
  readonly data: DistributionData;
  /** Stands in the place of the title where several share a card. */
  readonly children?: ComponentChildren;
}

const SLOWEST = 3;

export function DistributionCard({ watched, data, children }: Props): JSX.Element {
  const [isTable, setTable] = useState(false);
  const id = useId();
  const { durations, marks, figures, unit } = data;
  const bounds = useMemo(
    () =>
      axisBounds(
        durations?.us ?? [],
        marks.map(({ us }) => us),
      ),
    [durations, marks],
  );
  const bars = useMemo(() => barsOf(durations?.us ?? [], bounds), [durations, bounds]);
  return (
    <section class="card distribution" aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{data.title}</h2>
        {children}
        {durations !== undefined && (
          <button type="button" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            Table
          </button>
        )}
      </header>
      <p class="note">{data.meaning}</p>
      <dl class="quantiles">
        {[
          ["measured", countText(figures.count)],
          ["p50", durationText(figures.p50Us)],
          ["p90", durationText(figures.p90Us)],
          ["p99", durationText(figures.p99Us)],
          ["longest", durationText(figures.maxUs)],
        ].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Kept watched={watched} data={data} />
      {durations === undefined ? (
        <p class="note">
          A summary has no single {unit}s: open <code>results.jsonl</code> of the same folder for
          the picture.
        </p>
      ) : isTable ? (
        <BarTable bars={bars} unit={unit} />
      ) : (
        <DistributionChart data={data} durations={durations} bars={bars} bounds={bounds} />
      )}
      <Slowest watched={watched} data={data} />
    </section>
  );
}

/** How many stayed under each mark, in words. */
function Kept({ watched, data }: Omit<Props, "children">): JSX.Element | null {
  const { marks, figures, durations } = data;
  if (marks.length === 0) return null;
  const isOver = marks.some(({ us, of }) => figures[of] >= us);
  const hasManyFaults = watched.scenario === "swarm";
  return (
    <>
      <p class="kept">
        {marks.map((mark) => (
          <KeptMark key={mark.text} mark={mark} figures={figures} durations={durations} />
        ))}
      </p>
      {isOver && hasManyFaults && (
        <p class="note">
          Promises are for one fault in a cluster that is whole; here several come together, and the
          verdicts say what had to hold.
        </p>
      )}
    </>
  );
}

interface KeptMarkProps extends Pick<DistributionData, "figures" | "durations"> {
  readonly mark: PromiseMark;
}

function KeptMark({ mark, figures, durations }: KeptMarkProps): JSX.Element {
  const { us, text, of } = mark;
  const isKept = figures[of] < us;
  const over = durations?.us.filter((each) => each >= us).length ?? 0;
  const howMany = over === 0 ? "some took longer" : `${countText(over)} took longer`;
  return (
    <span class={isKept ? "good" : "over"}>
      {isKept ? "✔" : "▲"} {text} {durationText(us)}
      {!isKept && `: ${howMany}`}
    </span>
  );
}

function BarTable({
  bars,
  unit,
}: {
  readonly bars: readonly Bar[];
  readonly unit: string;
}): JSX.Element {
  return (
    <div class="scroll bar-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">from</th>
            <th scope="col">up to</th>
            <th scope="col" class="number">
              {unit}s
            </th>
            <th scope="col" class="number">
              so far
            </th>
          </tr>
        </thead>
        <tbody>
          {bars
            .filter(({ count }) => count > 0)
            .map(({ fromUs, untilUs, count, share }) => (
              <tr key={fromUs}>
                <td>{durationText(fromUs)}</td>
                <td>{durationText(untilUs)}</td>
                <td class="number">{countText(count)}</td>
                <td class="number">{percentText(share)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function Slowest({ watched, data: { durations } }: Omit<Props, "children">): JSX.Element | null {
  const slowest = useMemo(
    () => (durations === undefined ? [] : longestOf(durations, SLOWEST)),
    [durations],
  );
  if (slowest.length === 0) return null;
  return (
    <p class="note">
      Longest:{" "}
      {slowest.map(({ us, seed }, index) => (
        <span key={index}>
          {index > 0 && ", "}
          {durationText(us)} (<SeedLink watched={watched} seed={seed} text={`seed ${seed}`} />)
        </span>
      ))}
    </p>
  );
}
