/** One run that is watched: goes on in pieces, is filmed, and can be looked at and asked at any instant up to its present. */
import { FilmCamera } from "../film/filmCamera.ts";
import { layoutOf } from "../layout.ts";
import { quietObserver } from "../quietObserver.ts";
import type { EntryName, Run } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import { settingsOf } from "../settings.ts";
import { type RunOptions, World } from "../world.ts";
import { type ClusterState, stateOf } from "./clusterState.ts";
import { Console, type ConsoleAnswer } from "./console.ts";
import { type CopyHistory, copiesOf } from "./copies.ts";
import { scenarioOf } from "./edits.ts";
import { type Explanation, explain } from "./explain.ts";
import { type KeyPage, keyPageOf } from "./keyPage.ts";
import type { Outline } from "./outline.ts";
import type { RunSpec } from "./runSpec.ts";
import { TimeTravel } from "./timeTravel.ts";

/** Clients, all machines, and the zones that faults name. */
const zones = ["a", "b", "c"];

export class LiveRun {
  /** Names by the index that films use. */
  readonly places: readonly string[];
  readonly camera: FilmCamera;
  private readonly spec: RunSpec;
  private readonly scenario: Scenario;
  /** Undefined once it has come to its end: its checks and its history are as large as the run was long. */
  private world: World | undefined;
  private presentUs = 0;
  private lastOutline: Outline;
  private readonly travel: TimeTravel;
  private console: { readonly atUs: number; readonly console: Console } | undefined = undefined;

  /** Throws RangeError, in words, on a spec that makes no sense. */
  constructor(spec: RunSpec, known: readonly Scenario[]) {
    this.spec = spec;
    this.scenario = scenarioOf(spec, known);
    const settings = settingsOf(this.scenario, spec.overrides);
    this.places = placesOf(settings.shards, settings.replicas);
    this.camera = new FilmCamera(this.places);
    this.world = this.makeWorld({ full: false, camera: this.camera });
    this.lastOutline = this.world.outline();
    this.travel = new TimeTravel(() => this.makeQuietWorld({}));
  }

  get nowUs(): number {
    return this.presentUs;
  }

  /** Goes on as World.advance has it; the finished run, once, when it has come to its end. */
  advance(untilUs: number, maxEvents: number): Run | undefined {
    const { world } = this;
    if (world === undefined) return undefined;
    const run = world.advance(untilUs, maxEvents);
    this.presentUs = world.kernel.nowUs;
    if (run === undefined) return undefined;
    this.lastOutline = world.outline();
    this.travel.spread(run.simulatedUs, run.events);
    this.world = undefined;
    return run;
  }

  /** Ends it where it stands. */
  giveUp(): void {
    this.world?.giveUp();
  }

  outline(): Outline {
    return this.world?.outline() ?? this.lastOutline;
  }

  /** Work for idle time, by so many events; false: there is none. */
  prepare(maxEvents: number): boolean {
    return this.travel.prepare(maxEvents);
  }

  stateAt(atUs: number): ClusterState {
    return stateOf(this.travel.at(this.bounded(atUs)));
  }

  keysAt(atUs: number, node: string, query: Parameters<typeof keyPageOf>[2]): KeyPage {
    return keyPageOf(this.travel.at(this.bounded(atUs)), node, query);
  }

  /** Questions of one instant share a console, and so their sessions. */
  ask(atUs: number, node: string, line: string): ConsoleAnswer {
    const instantUs = this.bounded(atUs);
    if (this.console?.atUs !== instantUs) {
      const console = new Console(this.travel.take(instantUs));
      this.console = { atUs: instantUs, console };
    }
    return this.console.console.ask(node, line);
  }

  /** The way of one operation. Throws RangeError if there is none of that id. */
  explain(operation: number): Explanation {
    return explain((options) => this.makeQuietWorld(options), this.places, operation, this.nowUs);
  }

  /** Where the copies of a log entry came to be and died. */
  copiesOf(entry: EntryName): CopyHistory {
    return copiesOf((options) => this.makeWorld(options), entry, this.nowUs);
  }

  private bounded(atUs: number): number {
    return Math.min(Math.max(0, Math.floor(atUs)), this.nowUs);
  }

  private makeQuietWorld(options: Partial<RunOptions>): World {
    return this.makeWorld({ full: false, observer: quietObserver(), ...options });
  }

  private makeWorld(options: RunOptions): World {
    return new World(this.scenario, this.spec.overrides, this.spec.seed, options);
  }
}

function placesOf(shards: number, replicas: number): readonly string[] {
  const { logNodes, databaseNodes } = layoutOf(shards, replicas);
  const machines = [...logNodes, ...databaseNodes].map(({ nodeId }) => nodeId);
  return ["clients", ...machines, "monitor", ...zones];
}
