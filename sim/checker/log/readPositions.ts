/** At which positions of a shard's committed log a read was true. */
import { forEachAnswered, type Operation, type StepOutput } from "../history.ts";
import type { CommittedLog, Version } from "./committedLog.ts";
import type { KeyCounts } from "./fold.ts";

/** One key and what it was read to hold; null: absent. */
export interface KeyRead {
  readonly key: string;
  readonly value: StepOutput;
}

/** What an answered operation read of single keys. */
export function readsOf(operation: Operation): readonly KeyRead[] {
  const reads: KeyRead[] = [];
  forEachAnswered(operation, ({ f, key }, value) => {
    if (f === "get") reads.push({ key, value });
  });
  const { input, output, outcome } = operation;
  if (input.f === "dump" && outcome === "ok")
    reads.push({ key: input.key, value: output as string | null });
  return reads;
}

/**
 * The first position from `from` on at which everything that the operation read was true at once, as far as the log is
 * known; undefined if there is none.
 */
export function firstPositionOf(
  committed: CommittedLog,
  operation: Operation,
  from: number,
): number | undefined {
  const reads = readsOf(operation);
  const { shard } = operation;
  let position = firstOfKeys(committed, shard, reads, from);
  if (operation.input.f !== "wide") return position;
  while (position !== undefined && !isWholeAt(committed, operation, position)) {
    if (position + 1 >= committed.of(shard).entries.length) return undefined;
    position = firstOfKeys(committed, shard, reads, position + 1);
  }
  return position;
}

function firstOfKeys(
  committed: CommittedLog,
  shard: number,
  reads: readonly KeyRead[],
  from: number,
): number | undefined {
  let position = from;
  // Each key moves it on until all agree.
  for (let agreeing = 0, index = 0; agreeing < reads.length; index = (index + 1) % reads.length) {
    const { key, value } = reads[index] as KeyRead;
    const next = firstFrom(committed.versionsOf(shard, key), value, position);
    if (next === undefined) return undefined;
    agreeing = next === position ? agreeing + 1 : 1;
    position = next;
  }
  return position;
}

/** Whether a wide read fits the keyspace at a position. Keys whose deadline has passed are not shown before their deletion is logged. */
function isWholeAt(committed: CommittedLog, operation: Operation, position: number): boolean {
  const counts = committed.of(operation.shard).fold.countsAt(position);
  return counts.some((_, record) => isWholeBehind(committed, operation, { position, record }));
}

/** The same behind one record of a position: what is between two records could be seen, what is inside one never. */
function isWholeBehind(
  committed: CommittedLog,
  operation: Operation,
  at: Pick<Version, "position" | "record">,
): boolean {
  const { input, output, shard } = operation;
  if (input.f !== "wide" || !Array.isArray(output)) return true;
  const [value, ...found] = output as readonly StepOutput[];
  const { size, mortal } = committed.of(shard).fold.countsAt(at.position)[at.record] as KeyCounts;
  const least = size - mortal;
  const valueBehind = (key: string): string | null => {
    const isBy = ({ position, record }: Version): boolean =>
      position < at.position || (position === at.position && record <= at.record);
    return committed.versionsOf(shard, key).findLast(isBy)?.value ?? null;
  };
  if (valueBehind(input.key) !== value) return false;
  if (input.command === "DBSIZE") return found[0] === size;
  const isThere = (key: StepOutput): boolean => valueBehind(String(key)) !== null;
  if (input.command === "RANDOMKEY")
    return found[0] === null ? least === 0 : isThere(found[0] ?? null);
  return found.length >= least && found.length <= size && found.every(isThere);
}

/** The value of a key at a position. */
export function valueAt(versions: readonly Version[], position: number): string | null {
  return versions[indexAt(versions, position)]?.value ?? null;
}

/** The first position from `from` on behind one of whose records the key had this value. */
function firstFrom(
  versions: readonly Version[],
  value: StepOutput,
  from: number,
): number | undefined {
  for (let index = indexAt(versions, from - 1); index < versions.length; index++) {
    const { position, value: held } = versions[index] as Version;
    if (held !== value) continue;
    if (position >= from) return position;
    // It held when `from` began: unless that position's first record has changed it, it was seen there too.
    const next = versions[index + 1];
    if (next === undefined || next.position > from || next.record > 0) return from;
  }
  return undefined;
}

/** The index of the version that holds at a position: the last one that began by then. */
function indexAt(versions: readonly Version[], position: number): number {
  let low = 0;
  let high = versions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((versions[middle] as Version).position <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
