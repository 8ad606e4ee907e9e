/** A node's keyspace, searched and cut into pages. */
import { inspectDirtyKeys, inspectKeys } from "../../engine/inspect.ts";
import type { World } from "../world.ts";

export interface KeyPage {
  /** Keys that contain the text, and keys in all. */
  readonly matches: number;
  readonly total: number;
  /** In the order of their names. */
  readonly keys: readonly KeyState[];
}

export interface KeyState {
  readonly key: string;
  readonly type: string;
  /** Latin1; the first kilobyte. */
  readonly value: string;
  readonly expireAtUnixMs: number | undefined;
  /** Changed by an entry that the log has not committed. */
  readonly isDirty: boolean;
}

const MOST_CHARS = 1024;

/** The keys of a node that contain `text`: `count` of them from the place `from` on. A node that does not run has none. */
export function keyPageOf(
  { cluster }: World,
  nodeName: string,
  query: { readonly text: string; readonly from: number; readonly count: number },
): KeyPage {
  const node = cluster.databases.find(({ machine }) => machine.name === nodeName)?.node;
  if (node === undefined) return { matches: 0, total: 0, keys: [] };
  const dirty = new Set<string>();
  inspectDirtyKeys(node, (key) => dirty.add(key));
  const found: KeyState[] = [];
  let total = 0;
  inspectKeys(node, (key, type, value, expireAtUnixMs) => {
    total += 1;
    if (!key.includes(query.text)) return;
    const start = value.slice(0, MOST_CHARS);
    found.push({ key, type, value: start, expireAtUnixMs, isDirty: dirty.has(key) });
  });
  found.sort((left, right) => (left.key < right.key ? -1 : 1));
  const keys = found.slice(query.from, query.from + query.count);
  return { matches: found.length, total, keys };
}
