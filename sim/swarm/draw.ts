import type { Random } from "../../engine/contract.ts";

/** The few shapes of chance that the swarm uses. No logarithm: its last bit may differ between engines. */
export class Draw {
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number in [least, most]. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  /** One of the list, each as likely as the others. */
  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.random() * items.length)] as Item;
  }

  /**
   * Spread over the orders of magnitude between two bounds: first a doubling of `least`, each as likely as the others, then a
   * place inside it.
   */
  spread(least: number, most: number): number {
    const doublings: number[] = [];
    for (let low = least; low < most; low *= 2) doublings.push(low);
    const low = doublings.length === 0 ? least : this.pick(doublings);
    const high = Math.min(most, low * 2);
    return low + this.random() * (high - low);
  }

  /** `spread`, whole. */
  wholeSpread(least: number, most: number): number {
    return Math.round(this.spread(least, most));
  }
}
