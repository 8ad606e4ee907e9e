/** What else the second future changes: parameters, commands, single decisions. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { editText, withEdit, withoutEdit } from "../forkDraft.ts";
import type { Page } from "../page.ts";
import { infoOf } from "../pageState.ts";
import { readValue } from "../runForm.ts";
import { useStore } from "../store.ts";

export function ForkChanges({ page }: { readonly page: Page }): JSX.Element {
  return (
    <>
      <OtherEdits page={page} />
      <details>
        <summary>Change a parameter</summary>
        <ParameterChange page={page} />
      </details>
      <details>
        <summary>Change a decision of the seed</summary>
        <DecisionChange page={page} />
      </details>
    </>
  );
}

/** Everything of the draft that is no fault. */
function OtherEdits({ page }: { readonly page: Page }): JSX.Element | null {
  const draft = useStore(page.store, (state) => state.draft);
  const edits = draft.edits.filter((edit) => edit.kind === "request" || edit.kind === "decision");
  const overrides = Object.entries(draft.overrides);
  if (edits.length + overrides.length === 0) return null;
  const takeBack = (name: string): void => {
    const { [name]: _, ...others } = draft.overrides;
    page.forking.setOverrides(others);
  };
  return (
    <ul class="plain-list changes">
      {edits.map((edit, index) => (
        <li key={index}>
          {editText(edit)}{" "}
          <button type="button" onClick={() => page.forking.change(withoutEdit(draft, edit))}>
            Take back
          </button>
        </li>
      ))}
      {overrides.map(([name, value]) => (
        <li key={name}>
          {name} = {value}{" "}
          <button type="button" onClick={() => takeBack(name)}>
            Take back
          </button>
        </li>
      ))}
    </ul>
  );
}

function ParameterChange({ page }: { readonly page: Page }): JSX.Element {
  const outline = useStore(page.store, (state) => state.run?.outline);
  const info = useStore(page.store, (state) => infoOf(state.about, state.run?.spec.scenario ?? ""));
  const draft = useStore(page.store, (state) => state.draft);
  const names = Object.keys(outline?.parameters ?? {});
  const [name, setName] = useState("leaseMs");
  const inForce = outline?.parameters[name];
  const [isWrong, setWrong] = useState(false);
  const change = (text: string): void => {
    const value = readValue(text, inForce);
    setWrong(value === undefined);
    if (value !== undefined) page.forking.setOverrides({ ...draft.overrides, [name]: value });
  };
  return (
    <>
      <div class="row">
        <select
          aria-label="Parameter"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        >
          {names.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
        <input
          key={name}
          aria-label={`New value of ${name}`}
          aria-invalid={isWrong}
          placeholder={String(inForce ?? "")}
          value={String(draft.overrides[name] ?? "")}
          onChange={(event) => change(event.currentTarget.value)}
        />
      </div>
      <p class={isWrong ? "wrong" : "note"}>
        {isWrong ? `${name} is a number, such as ${inForce}.` : info?.parameterHelp[name]}
      </p>
    </>
  );
}

function DecisionChange({ page }: { readonly page: Page }): JSX.Element {
  const [stream, setStream] = useState("network");
  const [entity, setEntity] = useState("");
  const [ordinal, setOrdinal] = useState("");
  const [value, setValue] = useState("0.5");
  const isRight =
    /^\d*$/.test(ordinal) && /^0?\.?\d+$/.test(value) && Number(value) >= 0 && Number(value) < 1;
  const add = (): void => {
    const decision = {
      stream,
      ...(entity === "" ? {} : { entity }),
      ...(ordinal === "" ? {} : { ordinal: Number(ordinal) }),
      value: Number(value),
    };
    page.forking.change(withEdit(page.store.state.draft, { kind: "decision", decision }));
  };
  return (
    <>
      <p class="note">
        Every delay and every chance is drawn under a name. Without entity or number all of a stream
        are meant. A value from 0 to below 1; where a delay is drawn, 0.5 is the median.
      </p>
      <div class="row">
        <input
          aria-label="Stream"
          value={stream}
          onInput={(e) => setStream(e.currentTarget.value)}
        />
        <input
          aria-label="Entity"
          placeholder="db-0-a→log-b"
          value={entity}
          onInput={(e) => setEntity(e.currentTarget.value)}
        />
        <input
          aria-label="Number"
          placeholder="number"
          value={ordinal}
          onInput={(e) => setOrdinal(e.currentTarget.value)}
        />
        <input aria-label="Value" value={value} onInput={(e) => setValue(e.currentTarget.value)} />
        <button type="button" disabled={!isRight || stream === ""} onClick={add}>
          Add
        </button>
      </div>
    </>
  );
}
