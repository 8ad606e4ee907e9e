/**
 * When and how often keys are used, in a stamp of 32 bits a key: what OBJECT IDLETIME and FREQ tell and eviction goes by. With
 * a policy of the LRU kind it is the Unix second of the last use, with one of the LFU kind Redis's two numbers:
 *
 *     bits 8 to 23  the minute in which the counter last changed, modulo 2^16
 *     bits 0 to 7   a counter that grows by chance, ever more slowly, and sinks with the minutes that pass
 *
 * It is each node's own: no record tells it, and after a change of the kind of policy the old stamps are misread for a while.
 * @see https://redis.io/docs/latest/develop/reference/eviction/
 */

/** What a key begins with, so that it is not evicted before it had a chance. */
const FIRST_COUNT = 5;
const MOST_COUNT = 255;
const MINUTES = 65536;

export class KeyUsage {
  isLfu = false;
  /** The larger, the more uses it takes to raise the counter. */
  logFactor = 10;
  /** Minutes in which the counter sinks by one; 0: never. */
  decayMinutes = 1;
  unixSeconds = 0;
  random: () => number = () => 0;

  /** The stamp of a key that is made. */
  fresh(): number {
    return this.isLfu ? this.counted(FIRST_COUNT) : this.unixSeconds;
  }

  /** The stamp of a key that is used once more. */
  used(stamp: number): number {
    if (!this.isLfu) return this.unixSeconds;
    const count = this.frequency(stamp);
    const chance = 1 / (Math.max(count - FIRST_COUNT, 0) * this.logFactor + 1);
    const isRaised = count < MOST_COUNT && this.random() < chance;
    return this.counted(isRaised ? count + 1 : count);
  }

  /** The stamp of a key that is given another value. */
  replaced(stamp: number): number {
    return this.isLfu ? stamp : this.unixSeconds;
  }

  idleSeconds(stamp: number): number {
    return Math.max(this.unixSeconds - stamp, 0);
  }

  /** The stamp of a key that was last used so long ago. */
  idleFor(seconds: number): number {
    return Math.max(this.unixSeconds - seconds, 0);
  }

  /** The counter, less what it has sunk since it last changed. */
  frequency(stamp: number): number {
    const count = stamp & MOST_COUNT;
    if (this.decayMinutes === 0) return count;
    const passed = (this.minute - ((stamp >>> 8) % MINUTES) + MINUTES) % MINUTES;
    return Math.max(count - Math.floor(passed / this.decayMinutes), 0);
  }

  /** The stamp of a key whose counter is this one now. */
  counted(count: number): number {
    return (this.minute << 8) | count;
  }

  private get minute(): number {
    return Math.floor(this.unixSeconds / 60) % MINUTES;
  }
}
