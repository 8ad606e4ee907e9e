/**
 * Orders in which operations took effect, as a tree: an order is its last operation and the order before it, so that
 * configurations share what they have in common.
 */
export class OrderLog<O> {
  private readonly before: number[] = [];
  private readonly operations: O[] = [];

  /** An estimate. */
  get bytes(): number {
    return 16 * this.before.length;
  }

  /** The number of an order that ends with the operation; order 0 is empty. */
  add(before: number, operation: O): number {
    this.before.push(before);
    return this.operations.push(operation);
  }

  orderOf(number: number): O[] {
    const order: O[] = [];
    for (let at = number; at > 0; at = this.before[at - 1] as number) {
      order.push(this.operations[at - 1] as O);
    }
    return order.toReversed();
  }
}
