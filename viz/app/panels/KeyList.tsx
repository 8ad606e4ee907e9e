/** The keyspace of one node at the instant, searchable, by pages. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { countText } from "../../../reports/figures.ts";
import type { ClusterState } from "../../../sim/live/clusterState.ts";
import type { KeyPage } from "../../../sim/live/keyPage.ts";
import type { Page } from "../page.ts";
import { useAnswer } from "../useAnswer.ts";

interface Props {
  readonly page: Page;
  readonly state: ClusterState;
  readonly selected: string | undefined;
}

const pageRows = 20;

export function KeyList({ page, state, selected }: Props): JSX.Element {
  const [chosen, setChosen] = useState<string>();
  const [text, setText] = useState("");
  const [from, setFrom] = useState(0);
  const nodes = state.databases.map((database) => database.node);
  const primary = state.databases.find((database) => database.role === "primary")?.node;
  const filled = state.databases.find((database) => database.keyCount > 0)?.node;
  const wanted = chosen ?? selected ?? "";
  const node = nodes.includes(wanted) ? wanted : (primary ?? filled ?? nodes[0] ?? "");
  const { answer, sentence } = useAnswer({ atUs: state.atUs, node, text, from }, (question) =>
    page.host.ask((remote) =>
      remote.keysAt(question.atUs, question.node, question.text, question.from, pageRows),
    ),
  );
  return (
    <div class="keys-view">
      <div class="row">
        <select
          aria-label="Node"
          value={node}
          onChange={(event) => {
            setChosen(event.currentTarget.value);
            setFrom(0);
          }}
        >
          {nodes.map((each) => (
            <option key={each} value={each}>
              {each}
              {each === primary ? " (primary)" : ""}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label="Search the keys"
          placeholder="Search the keys"
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setFrom(0);
          }}
        />
      </div>
      {sentence !== "" && <p class="wrong">{sentence}</p>}
      {answer !== undefined && <KeyRows keys={answer} from={from} onMove={setFrom} />}
    </div>
  );
}

interface RowsProps {
  readonly keys: KeyPage;
  readonly from: number;
  readonly onMove: (from: number) => void;
}

function KeyRows({ keys, from, onMove }: RowsProps): JSX.Element {
  if (keys.matches === 0) {
    return (
      <p class="note">
        {keys.total === 0
          ? "This node holds no key at this instant."
          : `None of ${countText(keys.total)} keys contains this text.`}
      </p>
    );
  }
  const last = Math.min(from + pageRows, keys.matches);
  return (
    <>
      <div class="scroll">
        <table class="key-table">
          <tbody>
            {keys.keys.map((each) => (
              <tr key={each.key} class={each.isDirty ? "dirty" : ""}>
                <td>
                  <code>{each.key}</code>
                </td>
                <td>{each.type}</td>
                <td>
                  <code class="value" title={each.value}>
                    {each.value}
                  </code>
                  {each.isDirty && <span class="note"> not yet durable</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="row">
        <button
          type="button"
          disabled={from === 0}
          onClick={() => onMove(Math.max(0, from - pageRows))}
        >
          ◂
        </button>
        <button
          type="button"
          disabled={last >= keys.matches}
          onClick={() => onMove(from + pageRows)}
        >
          ▸
        </button>
        <span class="note">
          {countText(from + 1)} to {countText(last)} of {countText(keys.matches)}
        </span>
      </div>
    </>
  );
}
