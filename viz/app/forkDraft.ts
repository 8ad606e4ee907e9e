/** What is to be other in a second future: changes of faults, parameters and decisions, as a person makes them one by one. */
import type { RunEdit, RunSpec } from "../../sim/live/runSpec.ts";
import type { FaultSpec, ParameterValue, Parameters } from "../../sim/scenario.ts";
import type { FaultInfo, Outline, PlannedFaultInfo } from "../protocol.ts";

export interface ForkDraft {
  /** In the order in which they were made. */
  readonly edits: readonly RunEdit[];
  readonly overrides: Parameters;
}

/** A fault as the draft leaves it. */
export interface DraftFault {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly state: "as it was" | "changed" | "removed" | "added";
  /** Those that are known, with the values in force; "atMs" is always one of them. */
  readonly fields: Readonly<Record<string, ParameterValue>>;
}

export const emptyDraft: ForkDraft = { edits: [], overrides: {} };

export function isEmpty(draft: ForkDraft): boolean {
  return draft.edits.length === 0 && Object.keys(draft.overrides).length === 0;
}

/** The run that the draft makes of another. */
export function forkOf(spec: RunSpec, draft: ForkDraft): RunSpec {
  return {
    ...spec,
    overrides: { ...spec.overrides, ...draft.overrides },
    edits: [...spec.edits, ...draft.edits],
  };
}

export function withEdit(draft: ForkDraft, edit: RunEdit): ForkDraft {
  return { ...draft, edits: [...draft.edits, edit] };
}

export function withoutEdit(draft: ForkDraft, edit: RunEdit): ForkDraft {
  return { ...draft, edits: draft.edits.filter((each) => each !== edit) };
}

/** Adds a fault of a kind; on a node, its target is that node, or its zone where the fault strikes zones. */
export function withFault(
  draft: ForkDraft,
  info: FaultInfo,
  atMs: number,
  outline: Outline,
  nodeName?: string,
): ForkDraft {
  const node = outline.nodes.find((each) => each.node === nodeName);
  const fields: Record<string, ParameterValue> = {};
  if (node !== undefined && info.fields.some((field) => field.name === "target")) {
    fields["target"] = info.kind === "zoneOutage" ? `zone:${node.zone}` : `node:${node.node}`;
    if (node.shard > 0) fields["shard"] = node.shard;
  }
  const fault: FaultSpec = {
    kind: info.kind,
    atMs,
    id: freeId(draft, outline, info.kind),
    ...fields,
  };
  return withEdit(draft, { kind: "addFault", fault });
}

/** A fault's own fields changed: of one that was added its spec, of one of the run an edit that takes the place of the one before. */
export function withFields(
  draft: ForkDraft,
  id: string,
  fields: Readonly<Record<string, ParameterValue>>,
): ForkDraft {
  let isKnown = false;
  const edits = draft.edits.map((edit): RunEdit => {
    if (edit.kind === "addFault" && edit.fault["id"] === id) {
      isKnown = true;
      return { kind: "addFault", fault: { ...edit.fault, ...fields } };
    }
    if (edit.kind === "changeFault" && edit.id === id) {
      isKnown = true;
      return { ...edit, fields: { ...edit.fields, ...fields } };
    }
    return edit;
  });
  if (!isKnown) edits.push({ kind: "changeFault", id, fields });
  return { ...draft, edits };
}

/** Of a fault that was added nothing is left; one of the run is taken out of it. */
export function withoutFault(draft: ForkDraft, id: string): ForkDraft {
  const others = draft.edits.filter((edit) => !isAbout(edit, id));
  const wasAdded = draft.edits.some((edit) => edit.kind === "addFault" && edit.fault["id"] === id);
  return { ...draft, edits: wasAdded ? others : [...others, { kind: "removeFault", id }] };
}

/** Takes back what was changed of a fault of the run. */
export function withFaultAsItWas(draft: ForkDraft, id: string): ForkDraft {
  return { ...draft, edits: draft.edits.filter((edit) => !isAbout(edit, id)) };
}

/**
 * All faults of the second future, and those that it leaves out, in order of time.
 * @param planned of the run's scenario; a fault that stands only in the outline has no fields to show
 */
export function faultsOf(
  draft: ForkDraft,
  outline: Outline,
  planned: readonly PlannedFaultInfo[],
): readonly DraftFault[] {
  const ofRun = new Map(planned.map((each) => [each.id, each]));
  for (const { id, kind, fromUs } of outline.faults) {
    const atMs = Math.round(fromUs - outline.loadedUs) / 1000;
    if (!ofRun.has(id)) ofRun.set(id, { id, kind, fields: { atMs } });
  }
  const faults = [...ofRun.values()].map((each) => faultOfRun(draft, each, outline));
  for (const edit of draft.edits) {
    if (edit.kind !== "addFault") continue;
    const { kind, id, ...fields } = edit.fault;
    faults.push({ id: String(id), kind, text: "added", state: "added", fields });
  }
  return faults.sort((left, right) => Number(left.fields["atMs"]) - Number(right.fields["atMs"]));
}

function faultOfRun(draft: ForkDraft, planned: PlannedFaultInfo, outline: Outline): DraftFault {
  const { id, kind } = planned;
  const text = outline.faults.find((each) => each.id === id)?.text ?? "did not begin";
  const edit = draft.edits.find((each) => isAbout(each, id));
  const fault: DraftFault = { id, kind, text, state: "as it was", fields: planned.fields };
  if (edit?.kind === "removeFault") return { ...fault, state: "removed" };
  if (edit?.kind !== "changeFault") return fault;
  return { ...fault, state: "changed", fields: { ...planned.fields, ...edit.fields } };
}

function isAbout(edit: RunEdit, id: string): boolean {
  switch (edit.kind) {
    case "addFault":
      return edit.fault["id"] === id;
    case "removeFault":
    case "changeFault":
      return edit.id === id;
    case "request":
    case "decision":
      return false;
  }
}

function freeId(draft: ForkDraft, outline: Outline, kind: string): string {
  const taken = new Set(outline.faults.map((fault) => fault.id));
  for (const edit of draft.edits) if (edit.kind === "addFault") taken.add(String(edit.fault["id"]));
  let number = 1;
  while (taken.has(`hand-${number}-${kind}`)) number++;
  return `hand-${number}-${kind}`;
}

/** An edit in words, for lists. */
export function editText(edit: RunEdit): string {
  switch (edit.kind) {
    case "addFault":
      return `${edit.fault.kind} added at ${edit.fault.atMs} ms`;
    case "removeFault":
      return `${edit.id} taken out`;
    case "changeFault":
      return `${edit.id}: ${Object.entries(edit.fields)
        .map(([name, value]) => `${name} = ${value}`)
        .join(", ")}`;
    case "request":
      return `${edit.request.words.join(" ")} to ${edit.request.node} at ${edit.request.atMs} ms`;
    case "decision":
      return `decision ${edit.decision.stream}${edit.decision.entity === undefined ? "" : `/${edit.decision.entity}`}${edit.decision.ordinal === undefined ? "" : `, number ${edit.decision.ordinal}`} = ${edit.decision.value}`;
  }
}
