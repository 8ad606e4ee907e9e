/** The second future: what it changes, its run in a worker of its own, and how it differs. */
import type { RunEdit, RunSpec } from "../../sim/live/runSpec.ts";
import type { ParameterValue, Parameters } from "../../sim/scenario.ts";
import { encodeLink } from "../../reports/link.ts";
import {
  emptyDraft,
  forkOf,
  withEdit,
  withFault,
  withFields,
  type ForkDraft,
} from "./forkDraft.ts";
import type { Page } from "./page.ts";
import { RunHost, sentenceOf } from "./runHost.ts";
import { isOngoing, type RunState } from "./runState.ts";

export class Forking {
  readonly #page: Page;
  #host: RunHost | undefined;

  constructor(page: Page) {
    this.#page = page;
  }

  change(draft: ForkDraft): void {
    this.#page.store.change({ draft });
  }

  /** Adds a fault at an instant, and shows the list. */
  addFault(kind: string, atUs: number, node?: string): void {
    const { about, run, draft } = this.#page.store.state;
    const info = about?.faults.find((each) => each.kind === kind);
    const outline = run?.outline;
    if (info === undefined || outline === undefined) return;
    this.change(withFault(draft, info, msOf(atUs - outline.loadedUs), outline, node));
    this.#page.show("fork");
  }

  moveFault(id: string, atUs: number): void {
    const loadedUs = this.#page.store.state.run?.outline?.loadedUs ?? 0;
    this.changeFault(id, { atMs: msOf(atUs - loadedUs) });
    this.#page.show("fork");
  }

  changeFault(id: string, fields: Readonly<Record<string, ParameterValue>>): void {
    this.change(withFields(this.#page.store.state.draft, id, fields));
  }

  /** A command that the fork has and the run has not. */
  addRequest(node: string, atUs: number, words: readonly string[]): void {
    const { run, draft } = this.#page.store.state;
    const atMs = msOf(atUs - (run?.outline?.loadedUs ?? 0));
    const edit: RunEdit = { kind: "request", request: { atMs, node, words } };
    this.change(withEdit(draft, edit));
  }

  setOverrides(overrides: Parameters): void {
    this.change({ ...this.#page.store.state.draft, overrides });
  }

  /** The run that the draft names. */
  spec(): RunSpec | undefined {
    const { run, draft } = this.#page.store.state;
    return run === undefined ? undefined : forkOf(run.spec, draft);
  }

  start(): void {
    const spec = this.spec();
    if (spec === undefined) return;
    this.close();
    const listener = {
      changed: (run: RunState) => this.#changed(host, run),
      crashed: (sentence: string) => this.#failed(sentence),
    };
    const host: RunHost = new RunHost(listener, spec.mutant);
    this.#host = host;
    this.#page.show("fork");
    host.begin(spec, { speed: Number.POSITIVE_INFINITY, isPaused: false });
  }

  /** The address of the fork. Throws an Error, in words, if it is too large for a link. */
  href(): string {
    const { about, instantUs } = this.#page.store.state;
    const spec = this.spec();
    if (spec === undefined) return location.href;
    const url = new URL(location.href);
    const at = instantUs === undefined ? {} : { atUs: instantUs };
    url.hash = encodeLink({ spec, version: about?.version ?? "", ...at });
    return url.href;
  }

  /** The fork becomes the run. */
  adopt(): void {
    const host = this.#host;
    if (host?.run === undefined) return;
    this.#host = undefined;
    this.#page.adopt(host, host.run);
  }

  /** Ends the fork; the draft stays. */
  close(): void {
    this.#host?.close();
    this.#host = undefined;
    this.#page.store.change({ fork: undefined, comparison: undefined });
    this.#page.timeline.showFork(undefined, undefined);
  }

  discard(): void {
    this.close();
    this.change(emptyDraft);
  }

  #changed(host: RunHost, fork: RunState): void {
    if (host !== this.#host) return;
    this.#page.store.change({ fork });
    this.#draw();
    if (!isOngoing(fork) && fork.phase !== "failed") void this.#compare(host);
  }

  async #compare(host: RunHost): Promise<void> {
    const parent = this.#page.store.state.run?.spec;
    if (parent === undefined) return;
    try {
      const comparison = await host.ask((remote) => remote.compareWith(parent));
      if (host !== this.#host) return;
      this.#page.store.change({ comparison });
      this.#draw();
    } catch (error) {
      this.#page.tell({ topic: "failure", tone: "bad", text: sentenceOf(error) });
    }
  }

  #draw(): void {
    const { comparison } = this.#page.store.state;
    this.#page.timeline.showFork(this.#host?.picture, comparison?.firstDifference?.atUs);
  }

  #failed(sentence: string): void {
    const { fork } = this.#page.store.state;
    const text = `The fork's worker ended: ${sentence}`;
    if (fork !== undefined) {
      this.#page.store.change({ fork: { ...fork, phase: "failed", failure: text } });
    }
  }
}

/** Whole microseconds, in milliseconds. */
function msOf(us: number): number {
  return Math.round(us) / 1000;
}
