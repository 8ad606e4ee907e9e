/**
 * The clocks of one machine. True time is the world's; the monotonic clock runs at a rate near it, piecewise linear; the wall
 * clock is true time plus an offset that jumps. All readings are integer microseconds, and the mapping between true and
 * monotonic time is exact both ways, so that oracles can judge a lease on true time.
 */
import { assert } from "../engine/assert.ts";
import { Layered, type Layer } from "./layered.ts";
import type { FaultCounter } from "./place.ts";

/** 2023-11-14T22:13:20Z, the Unix time of every world's beginning. */
export const worldBeginsUnixUs = 1_700_000_000_000_000;

const MILLION = 1_000_000;

export class MachineClock {
  /** Pieces of the mapping: from true time `trueUs` on the clock shows `localUs` and gains `ppm` parts in a million. */
  private readonly pieceTrueUs: number[] = [0];
  private readonly pieceLocalUs: number[];
  private readonly piecePpm: number[];
  private wallOffsetUs: number;
  private readonly basePpm: number;
  private readonly rates: Layered;
  private jumps: readonly Layer[] = [];
  /** Whether a fault changes what it shows. */
  isDisturbed = false;
  private newestTrueUs = 0;
  private newestLocalUs: number;
  private newestPpm: number;

  /** `zeroUs`: what the monotonic clock shows at true time 0. `ppm` −1,000,000 would stand still. */
  constructor(zeroUs: number, ppm: number, wallOffsetUs: number) {
    this.pieceLocalUs = [zeroUs];
    this.piecePpm = [ppm];
    this.newestLocalUs = zeroUs;
    this.newestPpm = ppm;
    this.wallOffsetUs = wallOffsetUs;
    this.basePpm = ppm;
    this.rates = new Layered(ppm);
  }

  /** What the monotonic clock shows at a true time not before the newest change of rate. */
  monotonicAt(trueUs: number): number {
    const passed = trueUs - this.newestTrueUs;
    return this.newestLocalUs + passed + Math.floor((passed * this.newestPpm) / MILLION);
  }

  /** Parts in a million that the monotonic clock gains now. */
  get ratePpm(): number {
    return this.newestPpm;
  }

  unixAt(trueUs: number): number {
    return worldBeginsUnixUs + trueUs + this.wallOffsetUs;
  }

  /** The reading itself does not jump. */
  private setRate(trueUs: number, ppm: number): void {
    assert(trueUs >= this.newestTrueUs, "rates change forward in time");
    assert(ppm >= -MILLION, "a clock never runs backwards");
    const localUs = this.monotonicAt(trueUs);
    this.pieceTrueUs.push(trueUs);
    this.pieceLocalUs.push(localUs);
    this.piecePpm.push(ppm);
    this.newestTrueUs = trueUs;
    this.newestLocalUs = localUs;
    this.newestPpm = ppm;
  }

  /** A fault gives the clock another rate from a true time on, until `removeRate`. */
  addRate(trueUs: number, ppm: number, counter: FaultCounter): Layer {
    const layer = this.rates.add(ppm, counter);
    this.setRate(trueUs, this.rates.value);
    this.settle();
    return layer;
  }

  removeRate(trueUs: number, layer: Layer): void {
    this.rates.remove(layer);
    this.setRate(trueUs, this.rates.value);
    this.settle();
  }

  /** A fault moves the wall clock at once, either way, until `removeJump` moves it back. */
  addJump(byUs: number, counter: FaultCounter): Layer {
    const layer = { value: byUs, counter };
    this.jumps = [...this.jumps, layer];
    this.wallOffsetUs += byUs;
    this.settle();
    return layer;
  }

  removeJump(layer: Layer): void {
    if (!this.jumps.includes(layer)) return;
    this.jumps = this.jumps.filter((other) => other !== layer);
    this.wallOffsetUs -= layer.value;
    this.settle();
  }

  private settle(): void {
    this.isDisturbed = this.rates.counter !== undefined || this.jumps.length > 0;
  }

  /** Somebody read the clock and counted on it: told to the faults for which it showed another time. */
  noteReading(trueUs: number, usesWall: boolean): void {
    const { counter } = this.rates;
    const gainedUs = ((trueUs - this.newestTrueUs) * (this.newestPpm - this.basePpm)) / MILLION;
    if (counter !== undefined && Math.abs(gainedUs) >= 1) counter.clockReadingsSkewed += 1;
    if (usesWall) for (const jump of this.jumps) jump.counter.clockReadingsSkewed += 1;
  }

  /** The first true time at which the monotonic clock shows at least `localUs`; Infinity if at the present rate it never will. */
  trueWhen(localUs: number): number {
    if (localUs === Infinity || localUs === -Infinity) return localUs;
    let piece = this.pieceTrueUs.length - 1;
    while (piece > 0 && (this.pieceLocalUs[piece] as number) >= localUs) piece -= 1;
    const trueUs = this.firstInPiece(piece, localUs);
    const next = this.pieceTrueUs[piece + 1];
    // The reading reaches localUs no later than the piece's end: the next piece begins at or beyond it.
    return next === undefined ? trueUs : Math.min(trueUs, next);
  }

  private firstInPiece(piece: number, localUs: number): number {
    const startTrueUs = this.pieceTrueUs[piece] as number;
    const startLocalUs = this.pieceLocalUs[piece] as number;
    const ppm = this.piecePpm[piece] as number;
    const wanted = localUs - startLocalUs;
    if (wanted <= 0 && piece > 0) return startTrueUs;
    if (ppm === -MILLION) return wanted <= 0 ? startTrueUs : Infinity;
    // Division may be off in the last place: step to the exact least solution.
    let passed = Math.floor((wanted / (MILLION + ppm)) * MILLION);
    while (passed + Math.floor((passed * ppm) / MILLION) >= wanted) passed -= 1;
    while (passed + Math.floor((passed * ppm) / MILLION) < wanted) passed += 1;
    return startTrueUs + passed;
  }
}
