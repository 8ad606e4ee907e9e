/**
 * Keys that are used together, found by union and find: what is judged together must be, and nothing else, because a search
 * over two keys costs far more than one over each.
 */
import { keysOf, type Operation } from "./history.ts";

export class KeyGroups {
  private readonly parents: Map<string, string> = new Map();

  /** The group of each key of a history is told by the operations that name several. */
  static of(history: readonly Operation[]): KeyGroups {
    const groups = new KeyGroups();
    for (const { input } of history) {
      if (input.f !== "transaction") continue;
      for (const key of keysOf(input)) groups.join(input.key, key);
    }
    return groups;
  }

  /** The key that stands for the group of this one; itself as long as it is alone. */
  find(key: string): string {
    if (this.parents.size === 0) return key;
    let root = key;
    for (let up = this.parents.get(root); up !== undefined; up = this.parents.get(root)) root = up;
    for (let at = key; at !== root;) {
      const up = this.parents.get(at) as string;
      this.parents.set(at, root);
      at = up;
    }
    return root;
  }

  private join(left: string, right: string): void {
    const a = this.find(left);
    const b = this.find(right);
    if (a !== b) this.parents.set(b, a);
  }
}
