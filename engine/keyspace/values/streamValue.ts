/**
 * A stream: entries in nodes of limited size, in the order of their ids, and its consumer groups. What a deletion or a
 * trim does depends on how entries are shared out between nodes, so the writer of an entry says whether it begins a node,
 * and a record tells it: nodes are the same everywhere, whatever limits are configured where.
 */
import { latin1Of } from "../../bytes/latin1.ts";
import { counterPlus, type Counter } from "../../structures/counter.ts";
import { OrderedIndex } from "../../structures/orderedIndex.ts";
import { ConsumerGroup } from "./consumerGroup.ts";
import { GREATEST_ID, LEAST_ID, idText, type StreamId } from "./streamId.ts";
import type { StreamEntry } from "./entryCursor.ts";
import { StreamNode } from "./streamNode.ts";

/** Approximate bytes of the objects. */
const STREAM_BYTES = 560;
const NODE_BYTES = 240;
/** Redis packs no more into a node, whatever is configured. */
const MOST_NODE_BYTES: number = 2 ** 30;

/** What an entry must be greater than, and what else of a stream outlives its entries. */
export interface StreamCounts {
  readonly lastId: StreamId;
  readonly entriesAdded: Counter;
  readonly maxDeletedId: StreamId;
}

/** What to trim: down to so many entries, or all below an id. */
export interface TrimTarget {
  readonly strategy: "maxLength" | "minId";
  readonly maxLength: number;
  readonly minId: StreamId;
  /** Only whole nodes. */
  readonly isApproximate: boolean;
  /** Not more entries than these; 0 is no limit. */
  readonly limit: number;
}

/** A trim as it is carried out: the first nodes whole, and then some entries of the next. */
export interface Trim {
  readonly nodes: number;
  readonly entries: number;
}

export class StreamValue {
  readonly type = "stream";
  readonly encoding = "stream";
  readonly groups: OrderedIndex<ConsumerGroup> = new OrderedIndex<ConsumerGroup>();
  private readonly nodes: OrderedIndex<StreamNode> = new OrderedIndex<StreamNode>();
  private entries = 0;
  private first: StreamId = LEAST_ID;
  private last: StreamId = LEAST_ID;
  private maxDeleted: StreamId = LEAST_ID;
  private added: Counter = 0;
  private nodesBytes = 0;
  private groupsBytes = 0;

  /** A stream stays when its last entry goes. */
  get isEmpty(): boolean {
    return false;
  }

  /** Entries that are there. */
  get length(): number {
    return this.entries;
  }

  get nodeCount(): number {
    return this.nodes.size;
  }

  /** The id of the first entry, 0-0 if there is none. */
  get firstId(): StreamId {
    return this.first;
  }

  /** The greatest id that was ever given. */
  get lastId(): StreamId {
    return this.last;
  }

  /** The greatest id that XDEL removed. */
  get maxDeletedId(): StreamId {
    return this.maxDeleted;
  }

  /** How many entries were ever added. */
  get entriesAdded(): Counter {
    return this.added;
  }

  /** Approximate bytes held. */
  get sizeBytes(): number {
    return STREAM_BYTES + this.nodesBytes + this.groupsBytes;
  }

  copy(): StreamValue {
    const stream = new StreamValue();
    this.visitNodes((node) => {
      stream.addNode(node.copy());
      return true;
    });
    this.groups.visitFrom(undefined, (group) => {
      stream.addGroup(group.copy());
      return true;
    });
    stream.setCounts({
      lastId: this.last,
      entriesAdded: this.added,
      maxDeletedId: this.maxDeleted,
    });
    return stream;
  }

  /** All that is equal on every replica. */
  toJSON(): unknown {
    const nodes: string[] = [];
    this.visitNodes((node) => nodes.push(`${idText(node.key)} ${latin1Of(node.image())}`) > 0);
    const groups: unknown[] = [];
    this.groups.visitFrom(undefined, (group) => groups.push(group.toJSON()) > 0);
    const ids = [this.first, this.last, this.maxDeleted].map((id) => idText(id));
    return { entries: this.entries, added: String(this.added), ids, nodes, groups };
  }

  /** Whether the next entry is to begin a node, under these limits; 0 is no limit. */
  needsNode(items: readonly string[], maxNodeBytes: number, maxNodeEntries: number): boolean {
    const node = this.nodes.last;
    if (node === undefined) return true;
    let bytes = node.lengthBytes;
    for (const item of items) bytes += item.length;
    const most = maxNodeBytes === 0 ? MOST_NODE_BYTES : Math.min(maxNodeBytes, MOST_NODE_BYTES);
    if (bytes >= most) return true;
    return maxNodeEntries > 0 && node.liveCount + node.deletedCount >= maxNodeEntries;
  }

  /** Adds an entry, whose id is greater than `lastId`; `items` are field, value, field, value and so on. */
  append(id: StreamId, items: readonly string[], beginsNode: boolean): void {
    const node = this.nodes.last;
    if (beginsNode || node === undefined) {
      if (node !== undefined) this.changeNode(node, () => node.seal());
      const made = StreamNode.begin(id, items);
      this.nodes.add(made);
      this.nodesBytes += NODE_BYTES + made.sizeBytes;
    } else {
      this.changeNode(node, () => node.append(id, items));
    }
    this.entries++;
    this.added = counterPlus(this.added, 1);
    this.last = id;
    if (this.entries === 1) this.first = id;
  }

  /** Deletes the entries of some ids; returns those that were there. */
  delete(ids: readonly StreamId[]): StreamId[] {
    const deleted: StreamId[] = [];
    for (const id of ids) {
      const node = this.nodes.floor(id);
      if (node === undefined || !this.changeNode(node, () => node.delete(id))) continue;
      if (node.liveCount === 0) this.removeNode(node);
      this.entries--;
      if (id > this.maxDeleted) this.maxDeleted = id;
      deleted.push(id);
    }
    if (deleted.includes(this.first)) this.findFirst();
    return deleted;
  }

  /** What trimming to a target comes to. */
  planTrim(target: TrimTarget): Trim {
    const isByLength = target.strategy === "maxLength";
    let nodes = 0;
    let entries = 0;
    let length = this.entries;
    this.visitNodes((node) => {
      if (isByLength && length <= target.maxLength) return false;
      const live = node.liveCount;
      if (target.limit > 0 && this.entries - length + live > target.limit) return false;
      const goes = isByLength ? length - live >= target.maxLength : node.lastId < target.minId;
      if (goes) {
        nodes++;
        length -= live;
        return true;
      }
      if (target.isApproximate) return false;
      entries = isByLength ? length - target.maxLength : node.liveBefore(target.minId);
      return false;
    });
    return { nodes, entries };
  }

  /** Carries out a trim; returns how many entries it removed. */
  trim({ nodes, entries }: Trim): number {
    const before = this.entries;
    for (let left = nodes; left > 0; left--) {
      const node = this.nodes.first;
      if (node === undefined) break;
      this.entries -= node.liveCount;
      this.removeNode(node);
    }
    const next = this.nodes.first;
    if (entries > 0 && next !== undefined) {
      this.changeNode(next, () => next.deleteFirst(entries));
      this.entries -= entries;
    }
    if (this.entries < before) this.findFirst();
    return before - this.entries;
  }

  setCounts(counts: StreamCounts): void {
    this.last = counts.lastId;
    this.added = counts.entriesAdded;
    this.maxDeleted = counts.maxDeletedId;
  }

  /** Visits the entries of ids `from` to `to`, in order, until a visit returns false. */
  visit(from: StreamId, to: StreamId, visit: (entry: StreamEntry) => boolean): void {
    const start = this.nodes.floor(from) ?? this.nodes.first;
    for (let node = start; node !== undefined && node.key <= to; node = this.nodes.above(node.key))
      if (!node.visit(from, to, visit)) return;
  }

  /** The same backwards. */
  visitBack(from: StreamId, to: StreamId, visit: (entry: StreamEntry) => boolean): void {
    for (let node = this.nodes.floor(to); node !== undefined; node = this.nodes.below(node.key)) {
      if (!node.visitBack(from, to, visit) || node.key <= from) return;
    }
  }

  /** The entry of an id, if it is there. */
  entry(id: StreamId): StreamEntry | undefined {
    let found: StreamEntry | undefined;
    this.visit(id, id, (entry) => {
      found = entry;
      return false;
    });
    return found;
  }

  /** The greatest id of an entry that is there, 0-0 if there is none. */
  get lastLiveId(): StreamId {
    let found = LEAST_ID;
    this.visitBack(LEAST_ID, GREATEST_ID, ({ id }) => {
      found = id;
      return false;
    });
    return found;
  }

  /** Visits the nodes in order until a visit returns false. */
  visitNodes(visit: (node: StreamNode) => boolean): void {
    this.nodes.visitFrom(undefined, visit);
  }

  /** Adds a node behind the others, as a dump has it. */
  addNode(node: StreamNode): void {
    const wasEmpty = this.entries === 0;
    this.nodes.add(node);
    this.nodesBytes += NODE_BYTES + node.sizeBytes;
    this.entries += node.liveCount;
    if (wasEmpty) this.findFirst();
  }

  /** Adds a group whose name is not taken. */
  addGroup(group: ConsumerGroup): void {
    this.groups.add(group);
    this.groupsBytes += group.sizeBytes;
  }

  removeGroup(name: string): boolean {
    const group = this.groups.remove(name);
    if (group !== undefined) this.groupsBytes -= group.sizeBytes;
    return group !== undefined;
  }

  /** Changes a group's consumers or pending entries. */
  changeGroup(group: ConsumerGroup, change: (group: ConsumerGroup) => void): void {
    const before = group.sizeBytes;
    change(group);
    this.groupsBytes += group.sizeBytes - before;
  }

  private changeNode<T>(node: StreamNode, change: () => T): T {
    const before = node.sizeBytes;
    const result = change();
    this.nodesBytes += node.sizeBytes - before;
    return result;
  }

  private removeNode(node: StreamNode): void {
    this.nodes.remove(node.key);
    this.nodesBytes -= NODE_BYTES + node.sizeBytes;
  }

  private findFirst(): void {
    this.first = LEAST_ID;
    this.visit(LEAST_ID, GREATEST_ID, ({ id }) => {
      this.first = id;
      return false;
    });
  }
}
