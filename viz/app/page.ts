/** Acts on what a person does and on what the worker tells: the one place where state, worker, timeline and address meet. */
import type { Link } from "../../reports/link.ts";
import type { Moment } from "../../reports/story.ts";
import type { RunSpec } from "../../sim/live/runSpec.ts";
import type { ClusterState } from "../../sim/live/clusterState.ts";
import type { ConsoleAnswer } from "../../sim/live/console.ts";
import type { Explanation } from "../../sim/live/explain.ts";
import type { Selection } from "../timeline/contract.ts";
import { nextElectionUs } from "../timeline/jumps.ts";
import { Timeline } from "../timeline/timeline.ts";
import { AddressBar } from "./addressBar.ts";
import { withAnswer, withLine, type ConsoleState } from "./consoleState.ts";
import { described } from "./described.ts";
import { Forking } from "./forking.ts";
import { lastSeenText } from "./lastSeen.ts";
import { Latest } from "./latest.ts";
import {
  digestNote,
  firstState,
  infoOf,
  lookedAtUs,
  noMachines,
  nothingOfARun,
  withNote,
  type Note,
  type PageState,
  type Tab,
} from "./pageState.ts";
import { formOf, readForm, type RunForm } from "./runForm.ts";
import { RunHost, sentenceOf } from "./runHost.ts";
import { hasStarted, isOngoing, startingRun, type RunState } from "./runState.ts";
import { Store } from "./store.ts";
import { Touring } from "./touring.ts";

export class Page {
  readonly store: Store<PageState> = new Store(firstState);
  readonly timeline: Timeline;
  readonly forking: Forking;
  readonly touring: Touring;
  readonly #address: AddressBar;
  readonly #machines: Latest<number, ClusterState>;
  readonly #explanations: Latest<number, Explanation>;
  #host: RunHost;
  /** Where the link of the run that begins points to. */
  #target: Pick<Link, "atUs" | "selection" | "view"> = {};

  constructor() {
    this.timeline = new Timeline({
      instant: (atUs) => this.goTo(atUs),
      select: (selection) => this.select(selection),
      viewed: (fromUs, untilUs) => this.store.change({ view: [fromUs, untilUs] }),
      faultMoved: (id, atUs) => this.forking.moveFault(id, atUs),
      faultDropped: (kind, atUs, node) => this.forking.addFault(kind, atUs, node),
    });
    this.#host = this.#newHost(undefined);
    this.forking = new Forking(this);
    this.touring = new Touring(this);
    this.#address = new AddressBar(this);
    this.#machines = new Latest(
      (atUs) => this.#host.ask((remote) => remote.stateAt(atUs)),
      (state) => this.store.change({ machines: { state, sentence: "" } }),
      (error) => this.store.change({ machines: { state: undefined, sentence: sentenceOf(error) } }),
    );
    this.#explanations = new Latest(
      (id) => this.#host.ask((remote) => remote.explain(id)),
      (explanation) => this.timeline.setPath(explanation.steps),
      () => this.timeline.setPath([]),
    );
  }

  get host(): RunHost {
    return this.#host;
  }

  async start(): Promise<void> {
    try {
      const about = await this.#host.ask((remote) => remote.about());
      this.store.change({ about });
      this.timeline.setVocabulary(about);
      this.#address.start();
    } catch (error) {
      this.#crashed(sentenceOf(error));
    }
  }

  /** Begins anew with a fresh worker, after the old one has died. */
  restart(): void {
    this.#host.close();
    this.#host = this.#newHost(undefined);
    const { about, run } = this.store.state;
    this.store.change({ ...nothingOfARun, crash: "", run: undefined });
    if (about === undefined) void this.start();
    else if (run !== undefined) this.run(run.spec);
  }

  tell(note: Note): void {
    this.store.change({ notes: withNote(this.store.state.notes, note) });
  }

  closeNote(topic: Note["topic"]): void {
    this.store.change({ notes: this.store.state.notes.filter((note) => note.topic !== topic) });
  }

  show(tab: Tab): void {
    this.store.change({ tab });
  }

  changeForm(part: Partial<RunForm>): void {
    this.store.change({ form: { ...this.store.state.form, ...part } });
  }

  /** Runs what the form says, if it can be read. */
  runForm(): void {
    const { form, about } = this.store.state;
    const read = readForm(form, infoOf(about, form.scenario));
    if (read.kind === "run") this.run(read.spec);
  }

  /** The same once more, whether or not the form could be read. */
  runAgain(): void {
    const { run } = this.store.state;
    if (run !== undefined) this.run(run.spec);
  }

  /** Begins a run; where a link points is shown as soon as it has happened. */
  run(spec: RunSpec, target: Pick<Link, "atUs" | "selection" | "view"> = {}): void {
    this.#target = target;
    const { pace } = this.store.state;
    const isLinked = target.atUs !== undefined || target.view !== undefined;
    this.store.change({
      ...nothingOfARun,
      console: { ...this.store.state.console, entries: [] },
      form: formOf(spec),
      expected: undefined,
      // Somebody who follows a link wants to see its instant, not the way there.
      pace: { speed: isLinked ? Number.POSITIVE_INFINITY : pace.speed, isPaused: false },
      notes: [],
    });
    this.forking.close();
    if (this.#takeHost(spec)) this.#host.begin(spec, this.store.state.pace);
  }

  setPaused(isPaused: boolean): void {
    this.#setPace({ ...this.store.state.pace, isPaused });
  }

  setSpeed(speed: number): void {
    this.#setPace({ ...this.store.state.pace, speed });
  }

  stop(): void {
    this.#host.ask((remote) => remote.stop()).catch((error: unknown) => this.#complain(error));
  }

  /** Moves the instant; undefined: back to the present. */
  goTo(atUs: number | undefined): void {
    const { run } = this.store.state;
    if (!hasStarted(run)) return;
    const instantUs =
      atUs === undefined
        ? undefined
        : Math.round(Math.min(Math.max(atUs, 0), run.outline.simulatedUs));
    this.store.change({ instantUs });
    this.timeline.setInstant(instantUs);
    this.#look();
  }

  /** Moves the instant and brings it on screen. */
  jumpTo(atUs: number): void {
    this.goTo(atUs);
    const [fromUs, untilUs] = this.timeline.domain();
    if (atUs >= fromUs && atUs <= untilUs && untilUs - fromUs <= closeUs) return;
    const half = Math.min(untilUs - fromUs, closeUs) / 2;
    this.timeline.show(atUs - half, atUs + half);
  }

  jumpToMoment(moment: Moment): void {
    this.jumpTo(moment.atUs + (this.store.state.run?.outline?.loadedUs ?? 0));
  }

  /** Selects without opening a panel. */
  mark(selection: Selection | undefined): void {
    this.#explanations.forget();
    this.timeline.setPath([]);
    this.store.change({ selection });
    this.timeline.select(selection);
  }

  select(selection: Selection | undefined): void {
    this.mark(selection);
    if (selection?.kind === "operation") {
      this.#explanations.ask(selection.id);
      this.show("explain");
    } else if (selection?.kind === "node") {
      this.show("state");
    }
  }

  /** The fork takes the run's place, worker and all. */
  adopt(host: RunHost, run: RunState): void {
    this.#host.close();
    this.#host = host;
    const { instantUs, console } = this.store.state;
    const form = formOf(run.spec);
    this.store.change({ ...nothingOfARun, console: { ...console, entries: [] }, run, form });
    this.timeline.showFork(undefined, undefined);
    if (host.picture !== undefined) this.timeline.showRun(host.picture);
    this.goTo(instantUs);
  }

  /** Asks a node at the instant; the answer goes into the console. */
  ask(node: string, line: string): void {
    const atUs = lookedAtUs(this.store.state);
    if (atUs === undefined) return;
    const { state, id } = withLine(this.store.state.console, { node, atUs, line });
    this.store.change({ console: state });
    const answered = (answer: ConsoleAnswer): void =>
      this.store.change({ console: withAnswer(this.store.state.console, id, answer) });
    this.#host
      .ask(async (remote): Promise<ConsoleAnswer> => remote.ask(atUs, node, line))
      .then(answered, (error: unknown) => answered({ kind: "bad", sentence: sentenceOf(error) }));
  }

  changeConsole(part: Partial<ConsoleState>): void {
    this.store.change({ console: { ...this.store.state.console, ...part } });
  }

  /** What clients saw last of a node by then. */
  lastSeen(node: string, atUs: number): string {
    const film = this.#host.picture?.film;
    return film === undefined ? "" : lastSeenText(film, node, atUs);
  }

  /** What is known of what is selected, in lines. */
  describe(selection: Selection): readonly string[] {
    const { about, run } = this.store.state;
    const film = this.#host.picture?.film;
    if (film === undefined || about === undefined || !hasStarted(run)) return [];
    return described(selection, film, about, run.outline);
  }

  /** Where the next election is, from an instant on. */
  electionUs(atUs: number): number | undefined {
    return nextElectionUs(this.#host.picture, this.store.state.about, atUs);
  }

  link(): string {
    return this.#address.href();
  }

  async copyLink(href: string = this.link()): Promise<void> {
    try {
      await navigator.clipboard.writeText(href);
      this.tell({ topic: "copied", tone: "good", text: "The link is copied." });
    } catch {
      this.tell({ topic: "copied", tone: "warning", text: `Copy it from here: ${href}` });
    }
  }

  #newHost(mutant: string | undefined): RunHost {
    const listener = {
      changed: (run: RunState, isAnother: boolean) => this.#runChanged(host, run, isAnother),
      crashed: (sentence: string) => this.#crashed(sentence),
    };
    const host: RunHost = new RunHost(listener, mutant);
    return host;
  }

  /** A worker whose code has the run's bug, or none; false: there is no such worker, and the page says so. */
  #takeHost(spec: RunSpec): boolean {
    if (spec.mutant === this.#host.mutant) return true;
    try {
      const host = this.#newHost(spec.mutant);
      this.#host.close();
      this.#host = host;
      return true;
    } catch (error) {
      const failure = sentenceOf(error);
      this.store.change({ run: { ...startingRun(spec), phase: "failed", failure } });
      return false;
    }
  }

  #runChanged(host: RunHost, run: RunState, isAnother: boolean): void {
    if (host !== this.#host) return;
    const before = this.store.state.run;
    this.store.change({ run });
    const { picture } = host;
    if (isAnother) {
      this.timeline.showFork(undefined, undefined);
      this.timeline.setInstant(undefined);
      return;
    }
    if (picture === undefined) return;
    if (before?.outline === undefined) this.timeline.showRun(picture);
    else this.timeline.grew(picture);
    this.#reachTarget(run);
    if (!isOngoing(run)) this.#look();
    if (run.phase === "ended" && before?.phase !== "ended") this.touring.arrive();
    const note = digestNote(this.store.state);
    if (note !== undefined && before?.report === undefined) this.tell(note);
  }

  /** Goes where the link pointed, once the run is there; what is only known at the end waits for the end. */
  #reachTarget(run: RunState): void {
    const { atUs, selection, view } = this.#target;
    const isOver = !isOngoing(run);
    const loadedUs = run.outline?.loadedUs ?? 0;
    const presentUs = loadedUs === 0 ? -Infinity : (run.outline?.simulatedUs ?? 0) - loadedUs;
    if (!isOver && presentUs < Math.max(atUs ?? 0, view?.[1] ?? 0)) return;
    if (!isOver && selection !== undefined) return;
    this.#target = {};
    if (view !== undefined) this.timeline.show(loadedUs + view[0], loadedUs + view[1]);
    if (selection !== undefined) this.select(selection);
    if (atUs !== undefined) this.goTo(loadedUs + atUs);
  }

  /** Asks for the machines at the instant; while the run goes on only at one that was chosen. */
  #look(): void {
    const { state } = this.store;
    const atUs = isOngoing(state.run) && !state.pace.isPaused ? state.instantUs : lookedAtUs(state);
    if (atUs !== undefined) return this.#machines.ask(atUs);
    this.#machines.forget();
    this.store.change({ machines: noMachines });
  }

  #setPace(pace: PageState["pace"]): void {
    this.store.change({ pace });
    this.#host
      .ask((remote) => remote.setPace(pace))
      .then(
        () => this.#look(),
        (error: unknown) => this.#complain(error),
      );
  }

  #complain(error: unknown): void {
    this.tell({ topic: "failure", tone: "bad", text: sentenceOf(error) });
  }

  #crashed(sentence: string): void {
    this.store.change({ crash: sentence });
  }
}

/** A jump shows at most so much around its instant. */
const closeUs = 6_000_000;
