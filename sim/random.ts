/**
 * Named, independent streams of random numbers: every purpose has its own, so that a draw added in one place shifts no other.
 */
import seedrandom from "seedrandom";
import type { Random } from "../engine/contract.ts";

/** From a moment of virtual time on every stream goes on as another seed would have it: one run, many futures. */
export interface Branch {
  readonly atUs: number;
  readonly seed: number;
}

export class Streams {
  private readonly seed: string;
  private readonly branch: Branch | undefined;
  private readonly nowUs: () => number;

  /** `nowUs` is asked only where there is a branch. */
  constructor(seed: number, branch?: Branch, nowUs: () => number = () => 0) {
    this.seed = String(seed);
    this.branch = branch;
    this.nowUs = nowUs;
  }

  /** The generator of one purpose, such as "network/db-0-a→log-b". Two calls with one name give equal, separate generators. */
  stream(name: string): Random {
    // Alea: 32 good bits a draw, a few additions and one multiplication, the same in every engine (no transcendental function).
    const own = seedrandom.alea(`${this.seed}/${name}`);
    const { branch, nowUs } = this;
    if (branch === undefined) return own;
    let future: Random | undefined;
    return () => {
      if (nowUs() < branch.atUs) return own();
      future ??= seedrandom.alea(`${this.seed}~${branch.seed}/${name}`);
      return future();
    };
  }
}

/** A small generator from one number below 2^32, for draws that belong to one thing only: mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
