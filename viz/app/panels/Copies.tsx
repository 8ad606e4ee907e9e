/** Where the copies of a log entry came to be and died, once somebody asks. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CopyHistory } from "../../../sim/live/copies.ts";
import type { EntryName } from "../../../sim/run.ts";
import type { Page } from "../page.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";
import { useAnswer } from "../useAnswer.ts";

interface CopiesProps {
  readonly page: Page;
  readonly entry: EntryName;
}

export function Copies({ page, entry }: CopiesProps): JSX.Element {
  const [isWanted, setWanted] = useState(false);
  const { answer, sentence, isAsking } = useAnswer(isWanted ? entry : undefined, (wanted) =>
    page.host.ask((remote) => remote.copiesOf(wanted)),
  );
  if (!isWanted) {
    return (
      <button type="button" onClick={() => setWanted(true)}>
        Where did its copies live and die?
      </button>
    );
  }
  if (sentence !== "") return <p class="wrong">{sentence}</p>;
  if (answer === undefined) return <p class="note">{isAsking ? "Looking for its copies …" : ""}</p>;
  return <CopyTable page={page} history={answer} />;
}

function CopyTable({
  page,
  history,
}: {
  readonly page: Page;
  readonly history: CopyHistory;
}): JSX.Element {
  const loadedUs = useStore(page.store, (state) => state.run?.outline?.loadedUs ?? 0);
  const { lastDiedUs } = history;
  return (
    <section>
      <h3>Its copies</h3>
      <p class={lastDiedUs === undefined ? "" : "wrong"}>{history.sentence}</p>
      {lastDiedUs !== undefined && (
        <button type="button" onClick={() => page.jumpTo(lastDiedUs)}>
          Go to where the last copy died
        </button>
      )}
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">where</th>
              <th scope="col">from</th>
              <th scope="col">until</th>
            </tr>
          </thead>
          <tbody>
            {history.copies.map((copy, index) => (
              <tr key={index}>
                <td>
                  {copy.place}, {copy.medium}
                </td>
                <td>{instantText(copy.fromUs, loadedUs)}</td>
                <td>
                  {copy.untilUs < 0
                    ? "still there"
                    : `${instantText(copy.untilUs, loadedUs)}: ${copy.why}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
