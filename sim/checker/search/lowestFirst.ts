/** Numbers that wait by a cost, a whole number: the cheapest comes first, of equal ones the newest. */
export class LowestFirst {
  private readonly byCost: Map<number, number[]> = new Map();
  private lowest = Infinity;
  private waiting = 0;

  get count(): number {
    return this.waiting;
  }

  add(item: number, cost: number): void {
    const equals = this.byCost.get(cost);
    if (equals === undefined) this.byCost.set(cost, [item]);
    else equals.push(item);
    if (cost < this.lowest) this.lowest = cost;
    this.waiting++;
  }

  /** undefined if none waits. */
  take(): number | undefined {
    if (this.waiting === 0) return undefined;
    for (;;) {
      const item = this.byCost.get(this.lowest)?.pop();
      if (item !== undefined) {
        this.waiting--;
        return item;
      }
      this.byCost.delete(this.lowest++);
    }
  }
}
