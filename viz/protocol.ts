/**
 * What the page and its worker say to each other through Comlink. Plain data and typed arrays: nothing here runs, and nothing of the engine
 * or the simulator enters the page by it. One worker holds one run; a fork is a second worker. Times are true virtual microseconds
 * since the run began unless said otherwise.
 */
import type { Report } from "../reports/json.ts";
import type { Moment } from "../reports/story.ts";
import type { FilmChunk } from "../sim/film/film.ts";
import type { ClusterState } from "../sim/live/clusterState.ts";
import type { ConsoleAnswer } from "../sim/live/console.ts";
import type { CopyHistory } from "../sim/live/copies.ts";
import type { Explanation } from "../sim/live/explain.ts";
import type { KeyPage } from "../sim/live/keyPage.ts";
import type { Outline as OutlineSoFar } from "../sim/live/outline.ts";
import type { RunSpec } from "../sim/live/runSpec.ts";
import type { EntryName } from "../sim/run.ts";
import type { ParameterValue, Parameters, Scenario } from "../sim/scenario.ts";

/** What the worker's build can run. */
export interface About {
  /** Fingerprint of engine, world and scenarios: runs of one version are equal. */
  readonly version: string;
  readonly scenarios: readonly ScenarioInfo[];
  readonly faults: readonly FaultInfo[];
  /** Names of the peer frames and of the trace events, in the order that films use. */
  readonly frameKinds: readonly string[];
  readonly eventKinds: readonly string[];
  /** What each event says, by its kind. */
  readonly eventMeanings: Readonly<Record<string, string>>;
}

export interface ScenarioInfo {
  readonly name: string;
  readonly story: string;
  readonly budget: string;
  /** All of its parameters with their standard values. */
  readonly parameters: Parameters;
  /** A line for each parameter. */
  readonly parameterHelp: Readonly<Record<string, string>>;
}

export interface FaultInfo {
  readonly kind: string;
  readonly help: string;
  readonly fields: readonly {
    readonly name: string;
    readonly help: string;
    /** Undefined: it must be given. A text "$name" stands for a parameter. */
    readonly standard: ParameterValue | undefined;
  }[];
}

/** One fault of a run's scenario, before it begins. */
export interface PlannedFaultInfo {
  readonly id: string;
  readonly kind: string;
  /** All of its fields, with the values in force. */
  readonly fields: Parameters;
}

/** How fast a run goes: simulated seconds a second; Infinity: as fast as it can. */
export interface Pace {
  readonly speed: number;
  readonly isPaused: boolean;
}

/** What of a run is known before it has ended. */
export interface Outline extends OutlineSoFar {
  readonly promises: Report["promises"];
}

/** A step of a run's way, sent about ten times a second while it goes on. */
export type RunNews =
  | { readonly kind: "started"; readonly places: readonly string[]; readonly outline: Outline }
  | { readonly kind: "progress"; readonly outline: Outline; readonly chunk: FilmChunk }
  | {
      readonly kind: "ended";
      readonly outline: Outline;
      readonly chunk: FilmChunk;
      readonly report: Report;
      readonly moments: readonly Moment[];
      /** In words of the command line: the parameters, save those that no command line has. */
      readonly replay: string;
      /** Wall-clock milliseconds that the run took. */
      readonly tookMs: number;
    }
  /** The run could not be begun, or the harness broke: a sentence for a person. */
  | { readonly kind: "failed"; readonly sentence: string };

/** How the run differs from another. */
export interface Comparison {
  /** Undefined: the runs are equal. */
  readonly firstDifference:
    | {
        readonly atUs: number;
        /** The number of the event in the run. */
        readonly event: number;
        /** What happened then in this run and in the other; "ended" if nothing more did. */
        readonly ours: string;
        readonly theirs: string;
      }
    | undefined;
}

/** What the worker exposes. Every call but `run` needs a run that was begun; a call that fails rejects with an Error for a person. */
export interface RunWorker {
  about(): About;
  /** A scenario from the text of a JSON file. Rejects with what is wrong in it. */
  scenarioFrom(json: string): Scenario;
  /** What a parameter's text means to a scenario, and what is wrong with it in words. */
  parametersFrom(scenario: string, texts: Readonly<Record<string, string>>): Parameters;
  /** The faults of a run as edits name them, each with all of its fields. */
  faultsOf(spec: RunSpec): readonly PlannedFaultInfo[];
  /** Ends the run before, begins another and returns at once; `tell` hears of its way. */
  run(spec: RunSpec, pace: Pace, tell: (news: RunNews) => void): void;
  setPace(pace: Pace): void;
  /** Ends the run where it stands: it is judged no more, and can be looked at. */
  stop(): void;
  /** Any instant up to the present of the run. */
  stateAt(atUs: number): Promise<ClusterState>;
  /** Keys that contain a text, in order. */
  keysAt(atUs: number, node: string, text: string, from: number, count: number): Promise<KeyPage>;
  /** Asks a node at an instant. The questions of one instant and node share a session. The run is not changed. */
  ask(atUs: number, node: string, line: string): Promise<ConsoleAnswer>;
  explain(operation: number): Promise<Explanation>;
  /** Where the copies of a log entry came to be and died. */
  copiesOf(entry: EntryName): Promise<CopyHistory>;
  compareWith(spec: RunSpec): Promise<Comparison>;
  /** The whole run in Perfetto's format. */
  perfetto(): Promise<Uint8Array>;
  shiviz(fromUs: number, untilUs: number): Promise<string>;
  otlp(fromUs: number, untilUs: number): Promise<string>;
}
