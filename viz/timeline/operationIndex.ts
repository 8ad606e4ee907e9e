/** A film's operations as plots ask for them: sums, quantiles, neighbours. Kept up to date from the first operation that moved. */
import { accessNames } from "../../sim/film/film.ts";
import type { FilmStore } from "../film/filmStore.ts";
import { firstAtLeast, nextAtLeast } from "../film/rows.ts";
import { AckCells } from "./ackCells.ts";
import { Blocks } from "./blocks.ts";
import { bucketOf, bucketUs, LATENCY_BUCKETS, quantileBuckets } from "./histogram.ts";
import { Pyramid } from "./pyramid.ts";
import { outcomeSeverities } from "./severity.ts";
import { collectColumns, type Columns, type Span } from "./stream.ts";

/** The stacked parts of the throughput plot, bottom first: answers by access, then what went wrong. */
export const throughputParts = ["read", "replica read", "write", "fail", "unknown"] as const;

export const OK_PARTS = 3;

/** The parts of the latency plot: answers by access (0 to 2), and what went wrong. */
export const WENT_WRONG = 3;
export const PLOT_BITS: number = Math.log2(LATENCY_BUCKETS);

export interface Bin extends Span {
  /** The operations due in the bin: rows in [fromRow, untilRow). */
  readonly fromRow: number;
  readonly untilRow: number;
  /** One count a part of `throughputParts`. */
  readonly counts: readonly number[];
  readonly total: number;
}

export interface QuantilePoint extends Span {
  /** Answers in the bin; without any, the quantiles say nothing and the line is broken. */
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const okAccessPart: readonly number[] = [0, 2, 1];
const WRITE = accessNames.indexOf("write");

export class OperationIndex {
  /** Latencies that were seen: the bounds of the plot. */
  lowestUs: number = Infinity;
  highestUs: number = 0;
  /** When the run ended or where it stands: operations without an answer last until then. */
  presentUs: number = 0;
  readonly acks: AckCells = new AckCells();
  private readonly film: FilmStore;
  private done = 0;
  private sums: Uint32Array[] = throughputParts.map(() => new Uint32Array(1024));
  private codes: Uint16Array = new Uint16Array(1024);
  private readonly outcomes: Pyramid = new Pyramid();
  private readonly ends: Blocks = new Blocks();
  private readonly quantilesKnown: Map<number, readonly QuantilePoint[]> = new Map();
  private quantileStepUs = 0;

  constructor(film: FilmStore) {
    this.film = film;
  }

  get count(): number {
    return this.done;
  }

  get isDone(): boolean {
    return this.done === this.film.operations.count;
  }

  /** Takes up to `most` operations; how many it took. */
  advance(most: number): number {
    this.goBackTo(this.film.takeMoved());
    const from = this.done;
    const until = Math.min(this.film.operations.count, from + most);
    if (until === from) return 0;
    this.makeRoom(until + 1);
    for (let row = from; row < until; row++) this.put(row);
    this.done = until;
    this.quantilesKnown.clear();
    return until - from;
  }

  endUs(row: number): number {
    const completedUs = this.film.operations.completedUs[row] as number;
    return completedUs < 0 ? this.presentUs : completedUs;
  }

  /** From the moment it was due. */
  latencyUs(row: number): number {
    return Math.max(0, this.endUs(row) - (this.film.operations.dueUs[row] as number));
  }

  /** Of each operation its latency's bucket and, from `PLOT_BITS` on, its part of the latency plot. */
  get plotCodes(): Uint16Array {
    return this.codes;
  }

  /** The first operation due at or after a time. */
  from(timeUs: number): number {
    return firstAtLeast(this.film.operations.dueUs, timeUs, 0, this.done);
  }

  /** Operations by when they were due, in columns of the screen. */
  collect(span: Span, columns: Columns): void {
    collectColumns(this.film.operations.dueUs, this.done, this.outcomes, span, columns);
  }

  /** The operations that were under way between two times, by due time; undefined if there are more than `most`. */
  between(fromUs: number, untilUs: number, most: number): readonly number[] | undefined {
    const found: number[] = [];
    this.ends.visit(0, this.from(untilUs), -fromUs, (row) => {
      if (this.endUs(row) >= fromUs) found.push(row);
      return found.length <= most;
    });
    return found.length > most ? undefined : found;
  }

  /** When a node acknowledged writes. */
  acksBetween(node: number, fromUs: number, untilUs: number): readonly number[] {
    const { place, outcome, access, completedUs } = this.film.operations;
    const found: number[] = [];
    this.ends.visit(0, this.from(untilUs), -fromUs, (row) => {
      const atUs = completedUs[row] as number;
      const isAck = outcome[row] === 0 && access[row] === WRITE && place[row] === node;
      if (isAck && atUs >= fromUs && atUs <= untilUs) found.push(atUs);
      return true;
    });
    return found;
  }

  /** Bins of equal, round length that cover [fromUs, untilUs] wholly. */
  bins(fromUs: number, untilUs: number, wanted: number): readonly Bin[] {
    const stepUs = roundStepUs((untilUs - fromUs) / Math.max(1, wanted));
    const startUs = Math.floor(fromUs / stepUs) * stepUs;
    const bins: Bin[] = [];
    let row = this.from(startUs);
    for (let binUs = startUs; binUs < untilUs; binUs += stepUs) {
      const endUs = binUs + stepUs;
      const next = nextAtLeast(this.film.operations.dueUs, endUs, row, this.done);
      const counts = this.sums.map((sums) => (sums[next] as number) - (sums[row] as number));
      const total = next - row;
      bins.push({ fromUs: binUs, untilUs: endUs, fromRow: row, untilRow: next, counts, total });
      row = next;
    }
    return bins;
  }

  /** Median and 99th percentile of answered reads and writes (0 and 1), a bin each. */
  quantiles(access: 0 | 1, bins: readonly Bin[]): readonly QuantilePoint[] {
    const stepUs = bins.length === 0 ? 0 : (bins[0] as Bin).untilUs - (bins[0] as Bin).fromUs;
    if (stepUs !== this.quantileStepUs) this.quantilesKnown.clear();
    this.quantileStepUs = stepUs;
    return bins.map((bin) => {
      const known = this.quantilesKnown.get(bin.fromUs) ?? this.quantilesOf(bin);
      this.quantilesKnown.set(bin.fromUs, known);
      return known[access] as QuantilePoint;
    });
  }

  private quantilesOf({ fromUs, untilUs, fromRow, untilRow }: Bin): readonly QuantilePoint[] {
    const buckets: readonly number[][] = [[], []];
    for (let row = fromRow; row < untilRow; row++) {
      const code = this.codes[row] as number;
      buckets[code >> PLOT_BITS]?.push(code & (LATENCY_BUCKETS - 1));
    }
    return buckets.map((each) => {
      const [p50Us = 0, p99Us = 0] = quantileBuckets(each, [0.5, 0.99]).map(bucketUs);
      return { fromUs, untilUs, count: each.length, p50Us, p99Us };
    });
  }

  private put(row: number): void {
    const { access, outcome, completedUs, place } = this.film.operations;
    const part = partOf(access[row] as number, outcome[row] as number);
    this.sums.forEach((sums, index) => {
      sums[row + 1] = (sums[row] as number) + Number(index === part);
    });
    const latencyUs = this.latencyUs(row);
    this.lowestUs = Math.min(this.lowestUs, Math.max(1, latencyUs));
    this.highestUs = Math.max(this.highestUs, latencyUs);
    const plotPart = outcome[row] === 0 ? (access[row] as number) : WENT_WRONG;
    this.codes[row] = (plotPart << PLOT_BITS) | bucketOf(latencyUs);
    this.outcomes.push(outcomeSeverities[outcome[row] as number] ?? 0);
    this.ends.put(row, -this.endUs(row));
    if (part === okAccessPart[WRITE])
      this.acks.mark(place[row] as number, completedUs[row] as number);
  }

  private goBackTo(row: number): void {
    if (row >= this.done) return;
    this.outcomes.cut(row);
    // Blocks begin anew at their first row.
    this.done = row;
    const blockStart = this.ends.startOf(row);
    for (let again = blockStart; again < row; again++) this.ends.put(again, -this.endUs(again));
  }

  private makeRoom(length: number): void {
    const have = this.codes.length;
    if (length <= have) return;
    const wanted = Math.max(length, have * 2);
    this.sums = this.sums.map((sums) => {
      const longer = new Uint32Array(wanted);
      longer.set(sums);
      return longer;
    });
    const codes = new Uint16Array(wanted);
    codes.set(this.codes);
    this.codes = codes;
  }
}

/** ok → by access; fail → "fail"; open and unknown → "unknown". */
function partOf(access: number, outcome: number): number {
  if (outcome === 0) return okAccessPart[access] ?? 0;
  return outcome === 1 ? 3 : 4;
}

/** The next of 1, 2, 5, 10, 20… microseconds that is not smaller. */
export function roundStepUs(us: number): number {
  let unit = 1;
  while (unit * 10 <= us) unit *= 10;
  for (const factor of [1, 2, 5]) if (unit * factor >= us) return unit * factor;
  return unit * 10;
}
