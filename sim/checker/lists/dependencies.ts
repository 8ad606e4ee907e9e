/**
 * The graph of what must have come before what: ww, wr and rw by the lists' orders, and the orders of processes and of real
 * time. Edges lie in parallel arrays; transactions that were surely not executed are no nodes.
 */
import type { Element, ListTransaction } from "./transaction.ts";
import type { KeyVersions, Write } from "./versions.ts";

/** Numbers, so that a set of kinds is a mask. */
export const edgeKinds = { ww: 1, wr: 2, rw: 4, process: 8, realtime: 16 } as const;
export type EdgeKind = (typeof edgeKinds)[keyof typeof edgeKinds];

/**
 * Of the executed appends that no read shows, so many are set behind the last read of a list: those that ended first, which
 * are the likeliest to contradict something.
 */
const UNSEEN_APPENDS = 8;

export class Dependencies {
  readonly nodes: readonly ListTransaction[];
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly kind: EdgeKind[] = [];
  /** What the edge is about: the list, and the elements of its two ends as far as they have some. */
  readonly key: string[] = [];
  readonly elementFrom: (Element | undefined)[] = [];
  readonly elementTo: (Element | undefined)[] = [];
  private readonly indexOf: Map<ListTransaction, number> = new Map();
  private starts: Int32Array = new Int32Array(0);
  private edges: Int32Array = new Int32Array(0);

  constructor(history: readonly ListTransaction[], keys: readonly KeyVersions[]) {
    const nodes = history
      .filter(({ outcome }) => outcome !== "fail")
      .sort((a, b) => a.invokedOrder - b.invokedOrder);
    this.nodes = nodes;
    nodes.forEach((node, index) => this.indexOf.set(node, index));
    for (const key of keys) this.addKey(key);
    this.addProcesses();
    this.addRealTime();
    this.index();
  }

  /** Calls with the number of every edge that leaves the node. */
  forEachFrom(node: number, call: (edge: number) => void): void {
    const end = this.starts[node + 1] as number;
    for (let at = this.starts[node] as number; at < end; at++) call(this.edges[at] as number);
  }

  private addKey({ key, writes, reads, order }: KeyVersions): void {
    const writeAt = order.map((element) => writes.get(element));
    for (let index = 1; index < writeAt.length; index++) {
      const before = writeAt[index - 1];
      const after = writeAt[index];
      if (before === undefined || after === undefined) continue;
      this.add(before.transaction, after.transaction, edgeKinds.ww, key, before, after);
    }
    const unseen = unseenWrites(writes, order);
    const newest = writeAt[writeAt.length - 1];
    if (newest !== undefined) {
      for (const write of unseen)
        this.add(newest.transaction, write.transaction, edgeKinds.ww, key, newest, write);
    }
    for (const { transaction, elements } of reads) {
      const last = writeAt[elements.length - 1];
      if (last !== undefined)
        this.add(last.transaction, transaction, edgeKinds.wr, key, last, undefined);
      const next = writeAt[elements.length];
      if (next !== undefined)
        this.add(transaction, next.transaction, edgeKinds.rw, key, undefined, next);
      if (elements.length !== order.length) continue;
      for (const write of unseen)
        this.add(transaction, write.transaction, edgeKinds.rw, key, undefined, write);
    }
  }

  private addProcesses(): void {
    const last: Map<number, ListTransaction> = new Map();
    for (const node of this.nodes) {
      const before = last.get(node.process);
      if (before !== undefined && before.outcome === "ok")
        this.add(before, node, edgeKinds.process, "", undefined, undefined);
      last.set(node.process, node);
    }
  }

  /**
   * One ends before another begins. Of these edges only those are kept that do not follow from others: each beginning is
   * linked to the ends that no later beginning and end have covered, of which there are as many as operations run at once.
   */
  private addRealTime(): void {
    const ends = this.nodes
      .filter(({ outcome }) => outcome === "ok")
      .sort((a, b) => a.completedOrder - b.completedOrder);
    const frontier: Set<ListTransaction> = new Set();
    const predecessors: Map<ListTransaction, readonly ListTransaction[]> = new Map();
    let at = 0;
    for (const node of this.nodes) {
      for (; at < ends.length; at++) {
        const ended = ends[at] as ListTransaction;
        if (ended.completedOrder >= node.invokedOrder) break;
        for (const one of predecessors.get(ended) ?? []) frontier.delete(one);
        predecessors.delete(ended);
        frontier.add(ended);
      }
      for (const before of frontier)
        this.add(before, node, edgeKinds.realtime, "", undefined, undefined);
      if (node.outcome === "ok") predecessors.set(node, [...frontier]);
    }
  }

  // oxlint-disable-next-line max-params -- one row of the parallel arrays
  private add(
    before: ListTransaction,
    after: ListTransaction,
    kind: EdgeKind,
    key: string,
    writeBefore: Write | undefined,
    writeAfter: Write | undefined,
  ): void {
    const from = this.indexOf.get(before);
    const to = this.indexOf.get(after);
    if (from === undefined || to === undefined || from === to) return;
    this.from.push(from);
    this.to.push(to);
    this.kind.push(kind);
    this.key.push(key);
    this.elementFrom.push(writeBefore?.element);
    this.elementTo.push(writeAfter?.element);
  }

  /** Edge numbers by the node that they leave. */
  private index(): void {
    const starts = new Int32Array(this.nodes.length + 1);
    for (const node of this.from) starts[node + 1] = (starts[node + 1] as number) + 1;
    for (let node = 0; node < this.nodes.length; node++)
      starts[node + 1] = (starts[node + 1] as number) + (starts[node] as number);
    const next = starts.slice();
    const edges = new Int32Array(this.from.length);
    this.from.forEach((node, edge) => {
      edges[next[node] as number] = edge;
      next[node] = (next[node] as number) + 1;
    });
    this.starts = starts;
    this.edges = edges;
  }
}

/** Appends that were executed and are in no read: they follow everything that is. */
function unseenWrites(
  writes: ReadonlyMap<Element, Write>,
  order: readonly Element[],
): readonly Write[] {
  const seen = new Set(order);
  const unseen: Write[] = [];
  for (const write of writes.values()) {
    if (write.transaction.outcome === "ok" && !seen.has(write.element)) unseen.push(write);
  }
  unseen.sort((a, b) => a.transaction.completedOrder - b.transaction.completedOrder);
  return unseen.slice(0, UNSEEN_APPENDS);
}
