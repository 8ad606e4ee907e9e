/** The faults of the second future: each can be moved, changed and taken out. */
import type { JSX } from "preact";
import type { Parameters, ParameterValue } from "../../../sim/scenario.ts";
import { faultsOf, withFaultAsItWas, withoutFault, type DraftFault } from "../forkDraft.ts";
import type { Outline, PlannedFaultInfo } from "../../protocol.ts";
import type { Page } from "../page.ts";
import { readValue } from "../runForm.ts";
import { useStore } from "../store.ts";
import { useAnswer } from "../useAnswer.ts";

interface Props {
  readonly page: Page;
  readonly outline: Outline;
}

export function ForkFaults({ page, outline }: Props): JSX.Element {
  const draft = useStore(page.store, (state) => state.draft);
  const selected = useStore(page.store, ({ selection }) =>
    selection?.kind === "fault" ? selection.id : undefined,
  );
  const spec = useStore(page.store, (state) => state.run?.spec);
  const { answer: planned = [] } = useAnswer(spec, (each) =>
    page.host.ask(async (remote): Promise<readonly PlannedFaultInfo[]> => remote.faultsOf(each)),
  );
  const faults = faultsOf(draft, outline, planned);
  if (faults.length === 0) {
    return <p class="note">The run has no fault. Add one below, or drag it into the timeline.</p>;
  }
  return (
    <ul class="fork-faults">
      {faults.map((fault) => (
        <li key={fault.id} class={fault.state.replaceAll(" ", "-")}>
          <FaultHead page={page} fault={fault} />
          {fault.state !== "removed" && (
            <FaultFields
              page={page}
              fault={fault}
              isOpen={fault.id === selected || fault.state === "added"}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

interface FaultProps {
  readonly page: Page;
  readonly fault: DraftFault;
}

function FaultHead({ page, fault }: FaultProps): JSX.Element {
  const change = page.forking;
  const { draft } = page.store.state;
  return (
    <div class="row fault-head">
      <strong>{fault.kind}</strong>
      <span class="note">
        {fault.text}
        {fault.state === "changed" || fault.state === "removed" ? ` — ${fault.state}` : ""}
      </span>
      {(fault.state === "changed" || fault.state === "removed") && (
        <button type="button" onClick={() => change.change(withFaultAsItWas(draft, fault.id))}>
          As it was
        </button>
      )}
      {fault.state !== "removed" && (
        <button
          type="button"
          aria-label={`Take out ${fault.kind}`}
          onClick={() => change.change(withoutFault(draft, fault.id))}
        >
          Take out
        </button>
      )}
    </div>
  );
}

function FaultFields({
  page,
  fault,
  isOpen,
}: FaultProps & { readonly isOpen: boolean }): JSX.Element {
  const about = useStore(page.store, (state) => state.about);
  const fields = about?.faults.find((each) => each.kind === fault.kind)?.fields ?? [];
  const parameters = useStore(
    page.store,
    (state) => state.run?.outline?.parameters ?? noParameters,
  );
  return (
    <>
      <FieldInput
        name="atMs"
        help="when it begins, in milliseconds from the start of the load"
        value={String(fault.fields["atMs"])}
        isNumber
        onChange={(value) => page.forking.changeFault(fault.id, { atMs: value })}
      />
      <details open={isOpen}>
        <summary>Its other fields</summary>
        {fields
          .filter((field) => field.name !== "atMs" && field.name !== "id")
          .map((field) => (
            <FieldInput
              key={field.name}
              name={field.name}
              help={field.help}
              value={String(fault.fields[field.name] ?? "")}
              hint={hintOf(field.standard, parameters)}
              isNumber={field.name.endsWith("Ms") || typeof field.standard === "number"}
              onChange={(value) => page.forking.changeFault(fault.id, { [field.name]: value })}
            />
          ))}
      </details>
    </>
  );
}

const noParameters: Parameters = {};

/** What an empty field means; "$name" is what the parameter of that name says. */
function hintOf(standard: ParameterValue | undefined, parameters: Parameters): string {
  if (standard === undefined) return "must be given";
  const named = typeof standard === "string" && standard.startsWith("$");
  return String(named ? (parameters[standard.slice(1)] ?? standard) : standard);
}

interface FieldProps {
  readonly name: string;
  readonly help: string;
  readonly value: string;
  readonly hint?: string;
  readonly isNumber: boolean;
  readonly onChange: (value: number | string) => void;
}

function FieldInput({ name, help, value, hint, isNumber, onChange }: FieldProps): JSX.Element {
  return (
    <label class="fault-field" title={help}>
      <span>{name}</span>
      <input
        value={value}
        placeholder={hint ?? ""}
        autoComplete="off"
        onChange={(event) => {
          const read = readValue(event.currentTarget.value, isNumber ? 0 : "");
          if (read === undefined) event.currentTarget.value = value;
          else onChange(read);
        }}
      />
      <span class="note">{help}</span>
    </label>
  );
}
