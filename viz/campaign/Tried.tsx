/** What the seeds tried beside faults: marks of the engine, and how various the inputs were. */
import type { JSX } from "preact";
import type { CoverageData } from "../../reports/campaignData.ts";
import { countText, plural } from "../../reports/figures.ts";

type Drawn = NonNullable<CoverageData["drawn"]>;

export function Tried({ drawn }: { readonly drawn: Drawn }): JSX.Element {
  const { marksHit, marksNeverHit, inputs } = drawn;
  return (
    <section class="card tried" aria-label="What was tried">
      <h2>What the seeds tried</h2>
      <p>
        {countText(marksHit)} of {plural(marksHit + marksNeverHit.length, "mark")} hit: the odd and
        rare branches of the engine.
      </p>
      {marksNeverHit.length > 0 && (
        <details>
          <summary>{plural(marksNeverHit.length, "mark")} never hit</summary>
          <ul>
            {marksNeverHit.map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        </details>
      )}
      <div class="scroll" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">input</th>
              <th scope="col" class="number">
                cells
              </th>
              <th scope="col">covered by the fewest seeds</th>
            </tr>
          </thead>
          <tbody>
            {inputs.map(({ dimension, cells, possible, least }) => (
              <tr key={dimension}>
                <td>{dimension}</td>
                <td class="number">
                  {countText(cells)}
                  {possible !== undefined && ` of ${countText(possible)}`}
                </td>
                <td class="least">
                  {least.map(({ cell, seeds }) => `${cell} (${countText(seeds)})`).join("; ")}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
