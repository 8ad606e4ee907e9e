/**
 * Every random decision about faults and delays goes through here, under a key (stream, entity, ordinal): "the 17th delay of
 * network/db-0-a→log-b". A run is its scenario and these decisions; the seed only generates them. So a decision can be
 * edited, all of them can be written down, and a run can be repeated from what was written.
 */
import type { Random } from "../engine/contract.ts";
import type { Streams } from "./random.ts";

/** Every stream of decisions: delays, what faults make of messages and disks, clocks, starts of processes, single faults. */
export const decisionStreams: readonly string[] = [
  "network",
  "network-faults",
  "disk",
  "disk-faults",
  "clock",
  "infrastructure",
  "nemesis",
];

/** A decision that differs from the one that the seed generates. The most specific edit of a decision holds. */
export interface DecisionEdit {
  readonly stream: string;
  /** Without it every entity of the stream is meant. */
  readonly entity?: string;
  /** The first decision of an entity is 0. Without it all of them are meant. */
  readonly ordinal?: number;
  /** From 0 to below 1. Where a delay is drawn, the quantile: 0.5 is the median. */
  readonly value: number;
}

/** What every source drew, by its name "stream/entity", in the order drawn. */
export type DrawnDecisions = ReadonlyMap<string, readonly number[]>;

export interface DecisionOptions {
  readonly edits?: readonly DecisionEdit[];
  /** Decisions of an earlier run, to be taken again. One that is missing comes from the seed, at the same ordinal. */
  readonly recorded?: DrawnDecisions;
  /** Keeps what is drawn, for `drawn`. */
  readonly keepsDrawn?: boolean;
}

/** Where a repeated run asked for a decision that had not been recorded. */
export interface MissingDecision {
  readonly stream: string;
  readonly entity: string;
  readonly ordinal: number;
  readonly atUs: number;
}

/** What takes the place of the seed's decisions in one source. */
interface Script {
  readonly constant: number | undefined;
  readonly byOrdinal: ReadonlyMap<number, number>;
  readonly recorded: readonly number[] | undefined;
  readonly drawn: number[] | undefined;
  onMissing(source: DecisionSource): void;
}

/** The decisions of one entity in one stream, in order. */
export class DecisionSource {
  /** How many decisions were taken: the ordinal of the next one. */
  ordinal = 0;
  readonly stream: string;
  readonly entity: string;
  private readonly random: Random;
  /** Undefined in most runs: the seed decides alone. */
  private readonly script: Script | undefined;

  constructor(stream: string, entity: string, random: Random, script?: Script) {
    this.stream = stream;
    this.entity = entity;
    this.random = random;
    this.script = script;
  }

  /** The next decision, uniform in [0, 1). */
  next(): number {
    // The generator always advances, so that a decision without a script is the seed's own of that ordinal.
    const drawn = this.random();
    const value = this.script === undefined ? drawn : this.scripted(this.script, drawn);
    this.ordinal += 1;
    return value;
  }

  private scripted(script: Script, drawn: number): number {
    let value = script.byOrdinal.get(this.ordinal) ?? script.constant;
    if (value === undefined && script.recorded !== undefined) {
      value = script.recorded[this.ordinal];
      if (value === undefined) script.onMissing(this);
    }
    value ??= drawn;
    script.drawn?.push(value);
    return value;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** An integer in [from, until). */
  integer(from: number, until: number): number {
    return from + Math.floor(this.next() * (until - from));
  }
}

export class Decisions {
  /** The first decision that a repeated run asked for in vain. */
  firstMissing: MissingDecision | undefined = undefined;
  private readonly streams: Streams;
  private readonly options: DecisionOptions;
  private readonly nowUs: () => number;
  private readonly sources: Map<string, DecisionSource> = new Map();
  private readonly kept: Map<string, number[]> = new Map();

  constructor(streams: Streams, options: DecisionOptions = {}, nowUs: () => number = () => 0) {
    this.streams = streams;
    this.options = options;
    this.nowUs = nowUs;
  }

  /** The one source of that name: asking twice continues it. */
  source(stream: string, entity: string): DecisionSource {
    const name = `${stream}/${entity}`;
    let source = this.sources.get(name);
    if (source === undefined) {
      const script = this.scriptOf(stream, entity, name);
      source = new DecisionSource(stream, entity, this.streams.stream(name), script);
      this.sources.set(name, source);
    }
    return source;
  }

  private scriptOf(stream: string, entity: string, name: string): Script | undefined {
    const { edits = [], recorded, keepsDrawn = false } = this.options;
    const own = edits.filter(
      (edit) => edit.stream === stream && (edit.entity === undefined || edit.entity === entity),
    );
    if (own.length === 0 && recorded === undefined && !keepsDrawn) return undefined;
    const byOrdinal = new Map<number, number>();
    let ofStream: number | undefined;
    let ofEntity: number | undefined;
    for (const edit of own) {
      if (edit.ordinal !== undefined) byOrdinal.set(edit.ordinal, edit.value);
      else if (edit.entity === undefined) ofStream = edit.value;
      else ofEntity = edit.value;
    }
    const drawn: number[] | undefined = keepsDrawn ? [] : undefined;
    if (drawn !== undefined) this.kept.set(name, drawn);
    return {
      constant: ofEntity ?? ofStream,
      byOrdinal,
      recorded: recorded === undefined ? undefined : (recorded.get(name) ?? []),
      drawn,
      onMissing: ({ ordinal }) => {
        this.firstMissing ??= { stream, entity, ordinal, atUs: this.nowUs() };
      },
    };
  }

  /** What was drawn so far, where that is kept; sources that drew nothing are left out. */
  drawn(): DrawnDecisions {
    const names = [...this.kept.keys()].filter((name) => (this.kept.get(name) ?? []).length > 0);
    names.sort((left, right) => (left < right ? -1 : 1));
    return new Map(names.map((name) => [name, this.kept.get(name) ?? []]));
  }

  /** Names of the sources that decided something, sorted. */
  used(): readonly string[] {
    const names = [...this.sources.keys()];
    return names.filter((name) => (this.sources.get(name)?.ordinal ?? 0) > 0).sort();
  }

  /** How many recorded decisions of each source were not asked for; sources that used all of theirs are left out. */
  unused(): ReadonlyMap<string, number> {
    const unused = new Map<string, number>();
    for (const [name, values] of this.options.recorded ?? []) {
      const left = values.length - (this.sources.get(name)?.ordinal ?? 0);
      if (left > 0) unused.set(name, left);
    }
    return unused;
  }
}
