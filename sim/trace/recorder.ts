/** Collects what happened in a run: the trace, the digest's checkpoints and, on request, a log of single events. */
import type { Camera } from "../film/camera.ts";
import { MarkCounter } from "../marks.ts";
import type { DigestCheckpoint } from "../run.ts";
import { RunDigest } from "./digest.ts";
import type { EventKind, TraceEvent } from "./vocabulary.ts";

/** One executed event of the world, as the comparison of two runs sees it. */
export interface ExecutedEvent {
  readonly number: number;
  readonly timeUs: number;
  /** What it was, to whom: "frame raftAppend log-a→log-b, 132 bytes". */
  readonly text: string;
  /** The digest after it and its effects. */
  readonly digest: string;
}

export interface RecorderOptions {
  /** Records single messages, operations and syncs too. */
  readonly full: boolean;
  /** Keeps every executed event whose number lies in [from, until); used to find the first one that differs. */
  readonly eventWindow?: { readonly from: number; readonly until: number };
  readonly camera?: Camera;
}

const CHECKPOINT_EVERY_US = 1_000_000;

export class Recorder {
  readonly digest: RunDigest = new RunDigest();
  readonly events: TraceEvent[] = [];
  readonly checkpoints: DigestCheckpoint[] = [];
  readonly executed: ExecutedEvent[] = [];
  readonly marks: MarkCounter = new MarkCounter();
  readonly isFull: boolean;
  /** Called for each recorded event of the trace. */
  onEvent: ((event: TraceEvent) => void) | undefined = undefined;
  /** Told what happens, where one looks on. */
  readonly camera: Camera | undefined;
  /** Events executed so far. */
  count = 0;
  private nextCheckpointUs = CHECKPOINT_EVERY_US;
  private readonly windowFrom: number;
  private readonly windowUntil: number;

  constructor(options: RecorderOptions) {
    this.isFull = options.full;
    this.camera = options.camera;
    this.windowFrom = options.eventWindow?.from ?? Infinity;
    this.windowUntil = options.eventWindow?.until ?? -1;
  }

  /** True while the events about to execute are to be kept singly. */
  get isInWindow(): boolean {
    return this.count >= this.windowFrom && this.count < this.windowUntil;
  }

  // oxlint-disable-next-line max-params -- the fields of one trace event
  trace(
    timeUs: number,
    node: string,
    kind: EventKind,
    shard: number,
    position: number,
    value: number,
    text: string,
  ): void {
    const event: TraceEvent = { timeUs, node, kind, shard, position, value, text };
    this.events.push(event);
    if (this.onEvent !== undefined) this.onEvent(event);
  }

  /** To be called before an event at `timeUs` executes: takes the checkpoints that lie between. */
  passTo(timeUs: number): void {
    while (timeUs >= this.nextCheckpointUs) {
      this.checkpoint(this.nextCheckpointUs);
      this.nextCheckpointUs += CHECKPOINT_EVERY_US;
    }
  }

  /** To be called after an event that `isInWindow` had asked for. */
  keep(timeUs: number, text: string): void {
    this.executed.push({ number: this.count, timeUs, text, digest: this.digest.toString() });
  }

  checkpoint(timeUs: number): void {
    this.checkpoints.push({ timeUs, events: this.count, digest: this.digest.toString() });
  }
}
