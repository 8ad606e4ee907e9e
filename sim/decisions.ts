/**
 * Every random decision about faults and delays goes through here, under a key (stream, entity, ordinal): "the 17th delay of
 * network/db-0-a→log-b". A run is its scenario and these decisions; the seed only generates them.
 */
import type { Random } from "../engine/contract.ts";
import type { Streams } from "./random.ts";

/** The decisions of one entity in one stream, in order. */
export class DecisionSource {
  /** How many decisions were taken: the ordinal of the next one. */
  ordinal = 0;
  readonly stream: string;
  readonly entity: string;
  private readonly random: Random;

  constructor(stream: string, entity: string, random: Random) {
    this.stream = stream;
    this.entity = entity;
    this.random = random;
  }

  /** The next decision, uniform in [0, 1). */
  next(): number {
    this.ordinal += 1;
    return this.random();
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
  private readonly streams: Streams;
  private readonly sources: Map<string, DecisionSource> = new Map();

  constructor(streams: Streams) {
    this.streams = streams;
  }

  /** The one source of that name: asking twice continues it. */
  source(stream: string, entity: string): DecisionSource {
    const name = `${stream}/${entity}`;
    let source = this.sources.get(name);
    if (source === undefined) {
      source = new DecisionSource(stream, entity, this.streams.stream(name));
      this.sources.set(name, source);
    }
    return source;
  }
}
