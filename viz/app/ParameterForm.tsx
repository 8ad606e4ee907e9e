/** All parameters of the scenario: what each means, what it is unless changed, and what is changed. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Parameters } from "../../sim/scenario.ts";
import type { Page } from "./page.ts";
import { infoOf } from "./pageState.ts";
import { editText } from "./forkDraft.ts";
import { readForm, standardOf } from "./runForm.ts";
import { useStore } from "./store.ts";
import { useAnswer } from "./useAnswer.ts";

export function ParameterForm({ page }: { readonly page: Page }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const changed = useStore(
    page.store,
    ({ form }) => Object.keys(form.values).length + form.edits.length,
  );
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        title="Parameters of the scenario (p)"
        id="parameters"
        onClick={() => setOpen(true)}
      >
        Parameters{changed > 0 && <span class="count">{changed}</span>}
      </button>
      {isOpen && <ParameterDialog page={page} onClose={() => setOpen(false)} />}
    </>
  );
}

interface DialogProps {
  readonly page: Page;
  readonly onClose: () => void;
}

function ParameterDialog({ page, onClose }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState("");
  const form = useStore(page.store, (state) => state.form);
  const info = useStore(page.store, (state) => infoOf(state.about, state.form.scenario));
  useEffect(() => dialog.current?.showModal(), []);
  const read = readForm(form, info);
  // The rules themselves are the simulator's; a scenario from a file is judged when it runs.
  const isKnown = read.kind === "run" && form.file === undefined;
  const asked = isKnown ? { scenario: form.scenario, values: form.values } : undefined;
  const { sentence: refusal } = useAnswer(asked, ({ scenario, values }) =>
    page.host.ask(async (remote): Promise<Parameters> => remote.parametersFrom(scenario, values)),
  );
  const errors = read.kind === "wrong" ? read.errors : {};
  const names = Object.keys({ ...info?.parameters, ...form.file?.parameters }).filter((name) =>
    `${name} ${info?.parameterHelp[name] ?? ""}`.toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <dialog ref={dialog} class="sheet" aria-label="Parameters" onClose={onClose}>
      <div class="sheet-head">
        <h2>Parameters of {form.scenario}</h2>
        <input
          type="search"
          placeholder="Search"
          aria-label="Search the parameters"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="button" onClick={() => page.changeForm({ values: {}, edits: [] })}>
          All as they were
        </button>
        <button type="button" class="main-action" onClick={() => dialog.current?.close()}>
          Done
        </button>
      </div>
      <p class="note">{form.file?.story ?? info?.story}</p>
      {refusal !== "" && <p class="wrong">{refusal}</p>}
      {form.edits.length > 0 && <Edits page={page} />}
      {names.length === 0 && <p class="note">No parameter has “{text}” in its name or help.</p>}
      <div class="parameters">
        {names.map((name) => (
          <ParameterField
            key={name}
            page={page}
            name={name}
            help={info?.parameterHelp[name] ?? ""}
            error={errors[name] ?? (refusal.startsWith(`${name} `) ? refusal : undefined)}
            standard={String(standardOf(form, info, name) ?? "")}
          />
        ))}
      </div>
    </dialog>
  );
}

interface FieldProps {
  readonly page: Page;
  readonly name: string;
  readonly help: string;
  readonly error: string | undefined;
  readonly standard: string;
}

function ParameterField({ page, name, help, error, standard }: FieldProps): JSX.Element {
  const typed = useStore(page.store, (state) => state.form.values[name]);
  const change = (text: string | undefined): void => {
    const { [name]: _, ...others } = page.store.state.form.values;
    const values = text === undefined || text === standard ? others : { ...others, [name]: text };
    page.changeForm({ values });
  };
  const isChanged = typed !== undefined;
  return (
    <label class={isChanged ? "parameter changed" : "parameter"}>
      <span class="parameter-name">{name}</span>
      <input
        value={typed ?? standard}
        autoComplete="off"
        spellcheck={false}
        aria-invalid={error !== undefined}
        onInput={(event) => change(event.currentTarget.value)}
      />
      <span class="note">
        {error === undefined ? help : <em class="wrong">{error}</em>}
        {isChanged && (
          <button type="button" class="quiet" onClick={() => change(undefined)}>
            back to {standard}
          </button>
        )}
      </span>
    </label>
  );
}

function Edits({ page }: { readonly page: Page }): JSX.Element {
  const edits = useStore(page.store, (state) => state.form.edits);
  return (
    <section class="edits">
      <h3>Changed by hand</h3>
      <ul>
        {edits.map((edit, index) => (
          <li key={index}>
            {editText(edit)}{" "}
            <button
              type="button"
              class="quiet"
              onClick={() => page.changeForm({ edits: edits.filter((each) => each !== edit) })}
            >
              take back
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
