/**
 * Where offered operations come from: generated from a stream of random numbers that is used for nothing else, or a list
 * that an earlier run left behind. What an operation says (its values) and how its attempts go is drawn elsewhere, so
 * that an operation dropped from a list changes no other one.
 */
import type { Random } from "../../engine/contract.ts";
import type { OfferedSpec } from "../scenario.ts";
import { loadsFiles, refuseManyFiles, refuseMixture, workloadNamed } from "./workloads/registry.ts";
import type { Workload } from "./workloads/workload.ts";

/** One shard's operations in the order in which they are due. */
export interface OfferSource {
  /** The next operation; undefined when there are no more. */
  next(): OfferedSpec | undefined;
}

/** One in so many arrivals is a burst of operations on one hot key, so that clients meet there at once. */
const BURST_EVERY = 30;
const BURST_OPERATIONS = 5;
/** The share of operations that go to the first key of a kind. */
const HOT_RATIO = 1 / 3;

export interface GeneratedOptions {
  readonly shard: number;
  /** Kinds of sim/clients/workloads. */
  readonly workloads: readonly string[];
  /** Operations offered a second, bursts included. */
  readonly opsPerSecond: number;
  readonly readRatio: number;
  /** Share of the reads that go to replicas. */
  readonly replicaReadRatio: number;
  /** Keys a workload kind. */
  readonly keys: number;
  /** Nothing is due later than this; Infinity: it never ends. */
  readonly untilUs: number;
}

/** Intervals between 0 and twice the mean, and now and then a burst. */
export class GeneratedOffers implements OfferSource {
  private readonly options: GeneratedOptions;
  private readonly random: Random;
  private readonly meanUs: number;
  private atUs = 0;
  private burstLeft = 0;
  private burstWorkload = "";

  constructor(options: GeneratedOptions, random: Random) {
    this.options = options;
    this.random = random;
    const perArrival = 1 + (BURST_OPERATIONS - 1) / BURST_EVERY;
    this.meanUs = (1e6 / options.opsPerSecond) * perArrival;
  }

  next(): OfferedSpec | undefined {
    const { options, random } = this;
    if (this.burstLeft > 0) {
      this.burstLeft--;
      return this.offer(this.burstWorkload, 0);
    }
    this.atUs += Math.max(1, Math.round(this.meanUs * (random() + random())));
    if (this.atUs > options.untilUs) return undefined;
    const workload = options.workloads[Math.floor(random() * options.workloads.length)] as string;
    if (random() * BURST_EVERY < 1) {
      this.burstLeft = BURST_OPERATIONS - 1;
      this.burstWorkload = workload;
      return this.offer(workload, 0);
    }
    const isHot = random() < HOT_RATIO || options.keys === 1;
    return this.offer(workload, isHot ? 0 : 1 + Math.floor(random() * (options.keys - 1)));
  }

  private offer(workload: string, key: number): OfferedSpec {
    const { options, random } = this;
    return {
      atMs: this.atUs / 1000,
      shard: options.shard,
      workload,
      access: this.access(),
      key,
      draw: Math.floor(random() * 4_294_967_296),
    };
  }

  private access(): OfferedSpec["access"] {
    const { options, random } = this;
    if (random() >= options.readRatio) return "write";
    return random() < options.replicaReadRatio ? "replica read" : "read";
  }
}

/** Operations told one by one. */
export class ListedOffers implements OfferSource {
  private readonly specs: readonly OfferedSpec[];
  private at = 0;

  /** @param specs in the order of their times, all of one shard */
  constructor(specs: readonly OfferedSpec[]) {
    this.specs = specs;
  }

  next(): OfferedSpec | undefined {
    return this.specs[this.at++];
  }
}

/**
 * The listed operations of each shard, in order of time; equal times stay in the order of the list. What is due after
 * the end of the load is never offered. Throws RangeError, in words, on an operation that cannot be offered.
 */
export function offersByShard(
  specs: readonly OfferedSpec[],
  shardCount: number,
  untilUs: number,
): readonly (readonly OfferedSpec[])[] {
  const byShard: OfferedSpec[][] = Array.from({ length: shardCount }, () => []);
  const kinds = new Set<Workload>();
  const keysOfFiles = new Set<number>();
  specs.forEach((spec, index) => {
    const ofShard = byShard[spec.shard];
    const say = (text: string): RangeError => new RangeError(`operation ${index}: ${text}`);
    if (ofShard === undefined) {
      throw say(`shard must be a whole number below ${shardCount}, got ${spec.shard}`);
    }
    if (!(spec.atMs >= 0)) throw say(`atMs must be a number from 0 on, got ${spec.atMs}`);
    if (!Number.isInteger(spec.key) || spec.key < 0 || spec.key > MAX_KEY)
      throw say(`key must be a whole number from 0 to ${MAX_KEY}, got ${spec.key}`);
    const kind = workloadNamed(spec.workload);
    kinds.add(kind);
    if (loadsFiles(kind)) keysOfFiles.add(spec.key);
    if (Math.round(spec.atMs * 1000) <= untilUs) ofShard.push(spec);
  });
  refuseMixture([...kinds]);
  refuseManyFiles([...kinds], keysOfFiles.size, shardCount);
  for (const ofShard of byShard) ofShard.sort((a, b) => a.atMs - b.atMs);
  return byShard;
}

const MAX_KEY = 1_000_000;
