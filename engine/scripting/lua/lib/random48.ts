/**
 * The numbers of lrand48, from the state in which C's library begins, as in Redis.
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/functions/drand48.html
 */
const HALF = 2 ** 24;
/** 0x5DEECE66D in halves of 24 bits, and what is added. */
const MULTIPLIER_HIGH = 0x5de;
const MULTIPLIER_LOW = 0xece66d;
const INCREMENT = 0xb;
const SEED_LOW_BITS = 0x330e;
const FIRST_SEED = 0x1234abcd;
const LARGEST = 2 ** 31 - 1;

export class Random48 {
  private high = 0;
  private low = 0;

  constructor() {
    this.seed(FIRST_SEED);
  }

  /** @param value - its lowest 32 bits count */
  seed(value: number): void {
    const bits = Number(BigInt.asUintN(32, BigInt(value)));
    const state = bits * 2 ** 16 + SEED_LOW_BITS;
    this.high = Math.floor(state / HALF);
    this.low = state % HALF;
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    const low = this.low * MULTIPLIER_LOW + INCREMENT;
    const carry = Math.floor(low / HALF);
    const cross = (this.high * MULTIPLIER_LOW) % HALF;
    this.high = (cross + this.low * MULTIPLIER_HIGH + carry) % HALF;
    this.low = low % HALF;
    // The highest 31 of 48 bits.
    const drawn = this.high * 2 ** 7 + Math.floor(this.low / 2 ** 17);
    return (drawn % LARGEST) / LARGEST;
  }
}
