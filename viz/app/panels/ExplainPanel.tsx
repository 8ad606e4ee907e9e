/** The way of one operation, where its value's copies lived, and what is known of whatever else is selected. */
import type { JSX } from "preact";
import type { Explanation } from "../../../sim/live/explain.ts";
import type { Page } from "../page.ts";
import { useStore } from "../store.ts";
import { instantText } from "../times.ts";
import { useAnswer } from "../useAnswer.ts";
import { Copies } from "./Copies.tsx";
import { LegalStates } from "./LegalStates.tsx";

export function ExplainPanel({ page }: { readonly page: Page }): JSX.Element {
  const selection = useStore(page.store, (state) => state.selection);
  const operation = selection?.kind === "operation" ? selection.id : undefined;
  return (
    <>
      {selection === undefined && (
        <p class="note">
          Click an operation in the timeline, or find one with the search: its way from the client
          to the log and back is told here and drawn over the lanes.
        </p>
      )}
      {operation === undefined && selection !== undefined && <Described page={page} />}
      {operation !== undefined && <Operation key={operation} page={page} id={operation} />}
      <Violations page={page} />
    </>
  );
}

function Described({ page }: { readonly page: Page }): JSX.Element {
  const selection = useStore(page.store, (state) => state.selection);
  return (
    <ul class="plain-list">
      {(selection === undefined ? [] : page.describe(selection)).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

interface OperationProps {
  readonly page: Page;
  readonly id: number;
}

function Operation({ page, id }: OperationProps): JSX.Element {
  const { answer, sentence, isAsking } = useAnswer(id, (operation) =>
    page.host.ask((remote) => remote.explain(operation)),
  );
  if (sentence !== "") return <p class="wrong">{sentence}</p>;
  if (answer === undefined) return <p class="note">{isAsking ? "Following its way …" : ""}</p>;
  return (
    <>
      <p class="headline">{answer.headline}</p>
      {answer.sentences.map((each) => (
        <p key={each}>{each}</p>
      ))}
      <Steps page={page} explanation={answer} />
      {answer.entry !== undefined && <Copies page={page} entry={answer.entry} />}
    </>
  );
}

interface StepsProps {
  readonly page: Page;
  readonly explanation: Explanation;
}

function Steps({ page, explanation }: StepsProps): JSX.Element {
  const loadedUs = useStore(page.store, (state) => state.run?.outline?.loadedUs ?? 0);
  return (
    <ol class="story steps">
      {explanation.steps.map((step, index) => (
        <li key={index} class={step.what === "lost" ? "bad" : ""}>
          <button type="button" class="when" onClick={() => page.jumpTo(step.atUs)}>
            {instantText(step.atUs, loadedUs)}
          </button>
          <span>
            <span class="place">{step.place}</span> {step.text}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Violations({ page }: { readonly page: Page }): JSX.Element {
  const report = useStore(page.store, (state) => state.run?.report);
  const broken = (report?.checks ?? []).filter((check) => check.legalPrefix !== undefined);
  return (
    <>
      {broken.map((check) => (
        <section key={check.name}>
          <h3>{check.name}</h3>
          <p>{check.sentence}</p>
          {check.legalPrefix !== undefined && <LegalStates prefix={check.legalPrefix} />}
        </section>
      ))}
    </>
  );
}
