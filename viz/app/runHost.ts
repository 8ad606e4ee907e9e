/** One run in one worker: begins it, collects its film, asks about it. */
import { proxy, wrap, type Remote } from "comlink";
import type { RunSpec } from "../../sim/live/runSpec.ts";
import { listText } from "../../reports/figures.ts";
import { plantedWorkers } from "../gallery/plantedWorkers.ts";
import type { Pace, RunNews, RunWorker } from "../protocol.ts";
import { FilmStore } from "../film/filmStore.ts";
import type { TimelineRun } from "../timeline/contract.ts";
import { runAfter, startingRun, type RunState } from "./runState.ts";

/** A worker and the end of it. */
export interface Connection {
  readonly remote: Remote<RunWorker>;
  close(): void;
}

export interface RunListener {
  /** isAnother: not the run of before. */
  changed(run: RunState, isAnother: boolean): void;
  /** The worker is gone, and with it the run. */
  crashed(sentence: string): void;
}

/**
 * Starts a worker; `crashed` hears of what no call can answer.
 * @param mutant the bug that its code has; undefined: none. Throws an Error, in words, if there is no such worker.
 */
function connectWorker(
  mutant: string | undefined,
  crashed: (sentence: string) => void,
): Connection {
  const worker = mutant === undefined ? ownWorker() : plantedWorker(mutant);
  worker.addEventListener("error", (event) => {
    crashed(event.message === "" ? "its script could not be loaded" : event.message);
  });
  worker.addEventListener("messageerror", () => crashed("it sent what cannot be read"));
  return { remote: wrap<RunWorker>(worker), close: () => worker.terminate() };
}

function ownWorker(): Worker {
  return new Worker(new URL("../worker.ts", import.meta.url), { type: "module" });
}

function plantedWorker(mutant: string): Worker {
  const start = plantedWorkers[mutant];
  if (start !== undefined) return start();
  throw new Error(
    `This page has no worker with the bug "${mutant}": it has ${listText(Object.keys(plantedWorkers), 20)}.`,
  );
}

export class RunHost {
  /** The bug that its worker's code has. */
  readonly mutant: string | undefined;
  readonly #listener: RunListener;
  readonly #connection: Connection;
  readonly #crash: Promise<never>;
  #run: RunState | undefined;
  /** The run as it began: tells the news of one run from those of the next. */
  #begun: RunState | undefined;
  #film: FilmStore | undefined;

  constructor(
    listener: RunListener,
    mutant: string | undefined,
    connect: typeof connectWorker = connectWorker,
  ) {
    this.#listener = listener;
    this.mutant = mutant;
    let reject: (error: Error) => void = () => undefined;
    this.#crash = new Promise<never>((_, refuse) => (reject = refuse));
    // Whoever waits for an answer hears of it; nobody may be waiting.
    this.#crash.catch(() => undefined);
    this.#connection = connect(mutant, (sentence) => {
      reject(new Error(sentence));
      listener.crashed(sentence);
    });
  }

  get run(): RunState | undefined {
    return this.#run;
  }

  /** What the timeline draws; undefined before the cluster stands. */
  get picture(): TimelineRun | undefined {
    const { outline, moments = [], report } = this.#run ?? {};
    if (outline === undefined || this.#film === undefined) return undefined;
    return { outline, film: this.#film, moments, checks: report?.checks ?? [] };
  }

  begin(spec: RunSpec, pace: Pace): void {
    const begun = startingRun(spec);
    this.#run = begun;
    this.#film = undefined;
    this.#begun = begun;
    this.#listener.changed(begun, true);
    const tell = (news: RunNews): void => {
      // What an earlier run still had to say is not heard.
      if (this.#begun !== begun || this.#run === undefined) return;
      this.#collect(news);
      this.#run = runAfter(this.#run, news);
      this.#listener.changed(this.#run, false);
    };
    this.ask((remote) => remote.run(spec, pace, proxy(tell))).catch((error: unknown) => {
      tell({ kind: "failed", sentence: sentenceOf(error) });
    });
  }

  /** Rejects, in words, when the call fails or the worker dies. */
  async ask<Answer>(call: (remote: Remote<RunWorker>) => Promise<Answer>): Promise<Answer> {
    return Promise.race([call(this.#connection.remote), this.#crash]);
  }

  close(): void {
    this.#connection.close();
  }

  #collect(news: RunNews): void {
    if (news.kind === "started") this.#film = new FilmStore(news.places);
    if (news.kind === "progress" || news.kind === "ended") this.#film?.add(news.chunk);
  }
}

export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
