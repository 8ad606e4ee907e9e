/** Checks the packed entries of a stream's node (keyspace/values/streamNode.ts draws them), which may be damaged on purpose. */
import { idOfWords, wordOfId, type StreamId } from "../../keyspace/values/streamId.ts";
import { parseBigInteger, parseInteger } from "../../structures/integerText.ts";
import { Listpack } from "../../structures/listpack.ts";
import { readListpack } from "./readListpack.ts";

const ID_CHARS = 16;
const DELETED = 1;
const SAME_FIELDS = 2;
const MOST_FLAGS = 3;

export interface CheckedNode {
  readonly pack: Listpack;
  /** Of the last entry, deleted or not. */
  readonly lastId: StreamId;
}

/** The node of a key with these packed entries; undefined if anything in it is not as a stream would have written it. */
export function checkedNode(key: string, image: Uint8Array): CheckedNode | undefined {
  const elements = readListpack(image);
  if (elements === undefined || key.length !== ID_CHARS) return undefined;
  const reader = new ElementReader(elements);
  const live = reader.count();
  const deleted = reader.count();
  const headFields = reader.count();
  reader.skip(headFields);
  if (reader.count() !== 0 || live === 0) return undefined;
  let lastId: StreamId | undefined;
  let deletedSeen = 0;
  for (let left = live + deleted; left > 0 && !reader.failed; left--) {
    const entry = reader.entry(key, headFields);
    if (entry === undefined || entry.id < key) return undefined;
    if (lastId !== undefined && entry.id <= lastId) return undefined;
    if (entry.isDeleted) deletedSeen++;
    lastId = entry.id;
  }
  if (!reader.isComplete || deletedSeen !== deleted || lastId === undefined) return undefined;
  // Packed anew, since integers may have been written as strings, or in more bytes than they take.
  const pack = new Listpack();
  for (const element of elements) pack.append(element);
  pack.shrink();
  return { pack, lastId };
}

class ElementReader {
  failed = false;
  private readonly elements: readonly string[];
  private at = 0;

  constructor(elements: readonly string[]) {
    this.elements = elements;
  }

  get isComplete(): boolean {
    return !this.failed && this.at === this.elements.length;
  }

  /** An element that counts others. */
  count(): number {
    const value = parseInteger(this.next());
    if (value !== undefined && value >= 0 && value <= this.elements.length) return value;
    this.failed = true;
    return 0;
  }

  skip(count: number): void {
    this.at += count;
    if (this.at > this.elements.length) this.failed = true;
  }

  /** An entry; undefined if it is none. */
  entry(
    key: StreamId,
    headFields: number,
  ): { readonly id: StreamId; readonly isDeleted: boolean } | undefined {
    const flags = this.count();
    const ms = parseBigInteger(this.next());
    const sequence = parseBigInteger(this.next());
    let told: number;
    if ((flags & SAME_FIELDS) !== 0) {
      this.skip(headFields);
      told = 3 + headFields;
    } else {
      const fields = this.count();
      this.skip(fields * 2);
      told = 4 + fields * 2;
    }
    const isEntry = this.count() === told && flags <= MOST_FLAGS && !this.failed;
    if (!isEntry || ms === undefined || sequence === undefined) return undefined;
    const msSum = sum(wordOfId(key, 0), wordOfId(key, 1), ms);
    const sequenceSum = sum(wordOfId(key, 2), wordOfId(key, 3), sequence);
    return { id: idOfWords(...msSum, ...sequenceSum), isDeleted: (flags & DELETED) !== 0 };
  }

  private next(): string {
    const element = this.elements[this.at++];
    if (element === undefined) this.failed = true;
    return element ?? "";
  }
}

/** high * 2^32 + low + more in 64 bits. */
function sum(high: number, low: number, more: bigint): [high: number, low: number] {
  const total = BigInt.asUintN(64, (BigInt(high) << 32n) + BigInt(low) + more);
  return [Number(total >> 32n), Number(total & 0xffffffffn)];
}
