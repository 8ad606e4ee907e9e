/** The form that runs seeds in this browser, with progress, stop, and the results as a file. */
import type { JSX } from "preact";
import { useStore } from "../app/store.ts";
import type { CampaignPage } from "./campaignPage.ts";
import { budgets, takesBudget, type LocalForm as Form } from "./localForm.ts";

interface Props {
  readonly page: CampaignPage;
}

export function LocalForm({ page }: Props): JSX.Element {
  const form = useStore(page.store, (state) => state.form);
  const about = useStore(page.store, (state) => state.about);
  const isRunning = useStore(page.store, (state) => state.isRunning);
  const read = page.readForm();
  const names = about?.scenarios.map(({ name }) => name) ?? [form.scenario];
  const info = about?.scenarios.find(({ name }) => name === form.scenario);
  const problem = read?.kind === "wrong" ? read.sentence : "";
  return (
    <form
      class="local-form card"
      aria-label="Run seeds here"
      onSubmit={(event) => {
        event.preventDefault();
        void page.runForm();
      }}
    >
      <div class="row">
        <label class="field">
          <span class="field-name">Scenario</span>
          <select
            value={form.scenario}
            title={info?.story ?? ""}
            onChange={(event) => page.changeForm({ scenario: event.currentTarget.value })}
          >
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <NumberField page={page} form={form} name="first" text="Seeds" />
        <NumberField page={page} form={form} name="last" text="to" />
        {takesBudget(info) && (
          <BudgetField page={page} form={form} help={info?.parameterHelp["budget"] ?? ""} />
        )}
        <NumberField page={page} form={form} name="workers" text="Workers" />
        {isRunning ? (
          <button type="button" onClick={() => page.stop()}>
            Stop
          </button>
        ) : (
          <button type="submit" class="main-action" disabled={read?.kind !== "plan"}>
            ▶ Run seeds here
          </button>
        )}
        <Download page={page} />
        <Work page={page} />
      </div>
      {problem !== "" && (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

interface BudgetProps extends Props {
  readonly form: Form;
  readonly help: string;
}

function BudgetField({ page, form, help }: BudgetProps): JSX.Element {
  return (
    <label class="field">
      <span class="field-name">Budget</span>
      <select
        value={form.budget}
        title={help}
        onChange={(event) => page.changeForm({ budget: event.currentTarget.value })}
      >
        {budgets.map((budget) => (
          <option key={budget}>{budget}</option>
        ))}
      </select>
    </label>
  );
}

interface NumberProps extends Props {
  readonly form: Form;
  readonly name: "first" | "last" | "workers";
  readonly text: string;
}

function NumberField({ page, form, name, text }: NumberProps): JSX.Element {
  return (
    <label class="field">
      <span class="field-name">{text}</span>
      <input
        class={name === "workers" ? "few-digits" : "digits"}
        inputMode="numeric"
        autoComplete="off"
        value={form[name]}
        onInput={(event) => page.changeForm({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}

function Download({ page }: Props): JSX.Element | null {
  const count = useStore(page.store, (state) => state.lines.length);
  if (count < 2) return null;
  return (
    <button
      type="button"
      title="For npm run sim -- coverage, merge and resume, or to open it here again"
      onClick={() => page.download()}
    >
      Download results.jsonl
    </button>
  );
}

function Work({ page }: Props): JSX.Element {
  const work = useStore(page.store, (state) => state.work);
  return (
    <p class="work" aria-live="polite">
      {work !== undefined && (
        <>
          <progress value={work.share} aria-label={work.text} />
          <span class="note">{work.text}</span>
        </>
      )}
    </p>
  );
}
