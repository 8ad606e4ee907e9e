/** Everything that the page shows. */
import type { ClusterState } from "../../sim/live/clusterState.ts";
import type { RoleInterval } from "../../sim/run.ts";
import type { TourMoment } from "../gallery/moments.ts";
import type { Tour } from "../gallery/tour.ts";
import type { About, Comparison, Pace, ScenarioInfo } from "../protocol.ts";
import { emptyConsole, type ConsoleState } from "./consoleState.ts";
import { emptyDraft, type ForkDraft } from "./forkDraft.ts";
import { emptyForm, type RunForm } from "./runForm.ts";
import type { RunState } from "./runState.ts";
import type { Selection } from "../timeline/contract.ts";

export const tabs = ["story", "checks", "state", "console", "explain", "fork", "export"] as const;
export type Tab = (typeof tabs)[number];

/** Something to tell, until it is closed. One of a topic at a time. */
export interface Note {
  readonly topic: "version" | "link" | "file" | "digest" | "failure" | "copied";
  readonly tone: "plain" | "good" | "warning" | "bad";
  readonly text: string;
}

export interface PageState {
  /** Undefined until the worker has answered. */
  readonly about: About | undefined;
  /** Why nothing works any more; "": it does. */
  readonly crash: string;
  readonly form: RunForm;
  readonly pace: Pace;
  readonly run: RunState | undefined;
  /** Undefined: the present, or the end. */
  readonly instantUs: number | undefined;
  readonly selection: Selection | undefined;
  /** What of the run is on screen, from and until. */
  readonly view: readonly [number, number] | undefined;
  readonly machines: Machines;
  readonly tab: Tab;
  readonly console: ConsoleState;
  readonly draft: ForkDraft;
  readonly fork: RunState | undefined;
  readonly comparison: Comparison | undefined;
  readonly tour: OnTour | undefined;
  /** What a file says that the run must come to. */
  readonly expected: { readonly file: string; readonly digest: string } | undefined;
  readonly notes: readonly Note[];
}

/** A tour of the gallery, and how far it has come. */
export interface OnTour {
  readonly tour: Tour;
  readonly step: number;
  /** Of each step, once its run has ended. */
  readonly moments: readonly TourMoment[];
}

/** The state of all machines at the instant, or why there is none. */
export interface Machines {
  readonly state: ClusterState | undefined;
  readonly sentence: string;
}

export const noMachines: Machines = { state: undefined, sentence: "" };

export const firstState: PageState = {
  about: undefined,
  crash: "",
  form: emptyForm,
  pace: { speed: 10, isPaused: false },
  run: undefined,
  instantUs: undefined,
  selection: undefined,
  view: undefined,
  machines: noMachines,
  tab: "story",
  console: emptyConsole,
  draft: emptyDraft,
  fork: undefined,
  comparison: undefined,
  tour: undefined,
  expected: undefined,
  notes: [],
};

/** What must be forgotten when another run begins. */
export const nothingOfARun: Pick<
  PageState,
  "instantUs" | "selection" | "view" | "machines" | "draft" | "fork" | "comparison" | "tour"
> = {
  instantUs: undefined,
  selection: undefined,
  view: undefined,
  machines: noMachines,
  draft: emptyDraft,
  fork: undefined,
  comparison: undefined,
  tour: undefined,
};

export function withNote(notes: readonly Note[], note: Note): readonly Note[] {
  return [...notes.filter((each) => each.topic !== note.topic), note];
}

export function infoOf(about: About | undefined, scenario: string): ScenarioInfo | undefined {
  return about?.scenarios.find((each) => each.name === scenario);
}

/** The instant that is looked at; undefined: no cluster stands. */
export function lookedAtUs(state: PageState): number | undefined {
  return state.instantUs ?? state.run?.outline?.simulatedUs;
}

/** Whom the console asks: the node that was chosen; else the last that had led by the instant. */
export function consoleNode(state: PageState): string {
  const { nodes = [], roles = [] } = state.run?.outline ?? {};
  const chosen = state.console.node;
  if (nodes.some((each) => each.node === chosen)) return chosen;
  const atUs = lookedAtUs(state) ?? 0;
  const leads = roles.filter((each) => each.role === "primary" && each.fromUs <= atUs);
  const newest = leads.reduce<RoleInterval | undefined>(
    (last, each) => (last === undefined || each.fromUs > last.fromUs ? each : last),
    undefined,
  );
  return newest?.node ?? nodes[0]?.node ?? "";
}

/** Whether a run came to what its file says; undefined: nothing to tell yet. */
export function digestNote(state: PageState): Note | undefined {
  const { expected, run } = state;
  if (expected === undefined || run?.report === undefined) return undefined;
  const { digest } = run.report;
  return digest === expected.digest
    ? {
        topic: "digest",
        tone: "good",
        text: `Same digest ${digest}: this is the very run of ${expected.file}.`,
      }
    : {
        topic: "digest",
        tone: "bad",
        text: `${expected.file} says digest ${expected.digest}, this run has ${digest}: the file was made by another version of the code.`,
      };
}
