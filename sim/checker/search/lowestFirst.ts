/** Numbers that wait by a cost, a whole number: the cheapest comes first, of equal ones the newest. */
export class LowestFirst {
  private readonly byCost: Map<number, number[]> = new Map();
  private lowest = Infinity;
  private count = 0;

  add(item: number, cost: number): void {
    const equals = this.byCost.get(cost);
    if (equals === undefined) this.byCost.set(cost, [item]);
    else equals.push(item);
    if (cost < this.lowest) this.lowest = cost;
    this.count++;
  }

  /** undefined if none waits. */
  take(): number | undefined {
    if (this.count === 0) return undefined;
    for (;;) {
      const item = this.byCost.get(this.lowest)?.pop();
      if (item !== undefined) {
        this.count--;
        return item;
      }
      this.byCost.delete(this.lowest++);
    }
  }
}
