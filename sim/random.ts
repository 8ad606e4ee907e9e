/**
 * Named, independent streams of random numbers: every purpose has its own, so that a draw added in one place shifts no other.
 */
import seedrandom from "seedrandom";
import type { Random } from "../engine/contract.ts";

export class Streams {
  private readonly seed: string;

  constructor(seed: number) {
    this.seed = String(seed);
  }

  /** The generator of one purpose, such as "network/db-0-a→log-b". Two calls with one name give equal, separate generators. */
  stream(name: string): Random {
    // Alea: 32 good bits a draw, a few additions and one multiplication, the same in every engine (no transcendental function).
    return seedrandom.alea(`${this.seed}/${name}`);
  }
}
