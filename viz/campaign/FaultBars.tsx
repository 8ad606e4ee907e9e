/** How many faults of each kind were injected, and how many of them changed anything. */
import { max, scaleLinear } from "d3";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { countText, percentText } from "../../reports/figures.ts";
import type { SweepFigures } from "../../reports/sweepFigures.ts";

type Order = "kind" | "injected" | "share";

const orders: readonly { readonly order: Order; readonly text: string }[] = [
  { order: "kind", text: "by name" },
  { order: "injected", text: "most injected" },
  { order: "share", text: "least effect" },
];

export function FaultBars({ figures }: { readonly figures: SweepFigures }): JSX.Element {
  const [order, setOrder] = useState<Order>("kind");
  const most = max(figures.faults, ({ injected }) => injected) ?? 1;
  const width = scaleLinear().domain([0, most]).range([0, 100]);
  const share = ({ injected, mattered }: SweepFigures["faults"][number]): number =>
    injected === 0 ? 0 : mattered / injected;
  const sorted = {
    kind: figures.faults,
    injected: figures.faults.toSorted((left, right) => right.injected - left.injected),
    share: figures.faults.toSorted((left, right) => share(left) - share(right)),
  }[order];
  return (
    <section class="card fault-bars" aria-label="Faults by kind">
      <header class="card-head">
        <h2>Faults, and whether they mattered</h2>
        <span class="segments" role="group" aria-label="Order">
          {orders.map((each) => (
            <button
              key={each.order}
              type="button"
              aria-pressed={each.order === order}
              onClick={() => setOrder(each.order)}
            >
              {each.text}
            </button>
          ))}
        </span>
      </header>
      <p class="note">
        {percentText(figures.matteringShare)} of the seeds had a fault that mattered: it cut or
        changed something, or overlapped operations. A seed had {figures.meanFaults.toFixed(1)},{" "}
        {figures.meanMatteringFaults.toFixed(1)} of them mattered.
      </p>
      <div class="scroll bars" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">kind</th>
              <th scope="col" aria-hidden="true" />
              <th scope="col" class="number">
                injected
              </th>
              <th scope="col" class="number">
                mattered
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ kind, injected, mattered }) => (
              <tr key={kind}>
                <td>{kind}</td>
                <td class="bar-cell" aria-hidden="true">
                  <span
                    class="bar-of"
                    style={{
                      width: `${width(injected)}%`,
                      "--mattered": `${share({ kind, injected, mattered }) * 100}%`,
                    }}
                  />
                </td>
                <td class="number">{countText(injected)}</td>
                <td class={mattered === 0 ? "number wrong" : "number"}>{countText(mattered)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
