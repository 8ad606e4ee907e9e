/** Walks the entries of a stream's node (streamNode.ts draws them); makes nothing for an entry that is passed over. */
import type { Listpack } from "../../structures/listpack.ts";
import { idOfWords, wordsOfId, type IdWords, type StreamId } from "./streamId.ts";

/** Flags of an entry. */
export const DELETED = 1;
export const SAME_FIELDS = 2;

const MOST_WORD = 0xffffffff;

/** An entry as it is read: `items` are field, value, field, value and so on. */
export interface StreamEntry {
  readonly id: StreamId;
  readonly items: readonly string[];
}

export class EntryCursor {
  /** Where the first entry begins. */
  readonly first: number;
  /** Where the entry begins that the cursor stands on. */
  offset = 0;
  flags = 0;
  private readonly pack: Listpack;
  private readonly key: IdWords;
  private readonly fieldCount: number;
  private fieldNames: readonly string[] | undefined = undefined;
  /** Behind flags, ms and sequence. */
  private body = 0;
  private msHigh = 0;
  private msLow = 0;
  private high = 0;
  private low = 0;

  constructor(pack: Listpack, key: StreamId) {
    this.pack = pack;
    this.key = wordsOfId(key);
    let offset = fieldCountAt(pack);
    this.fieldCount = pack.integerAt(offset);
    for (let left = this.fieldCount + 2; left > 0; left--) offset = pack.next(offset);
    this.first = offset;
  }

  get isLive(): boolean {
    return (this.flags & DELETED) === 0;
  }

  get id(): StreamId {
    return idOfWords(this.msHigh, this.msLow, this.high, this.low);
  }

  /** The field names of the head. */
  get names(): readonly string[] {
    this.fieldNames ??= this.readNames();
    return this.fieldNames;
  }

  /** Where the entry behind this one begins. */
  get behind(): number {
    const { pack } = this;
    let at = this.body;
    let left = this.hasSameFields ? this.fieldCount + 1 : pack.integerAt(at) * 2 + 2;
    for (; left > 0; left--) at = pack.next(at);
    return at;
  }

  moveTo(offset: number): void {
    const { pack, key } = this;
    const msAt = pack.next(offset);
    const sequenceAt = pack.next(msAt);
    const msLow = key[1] + pack.lowAt(msAt);
    const low = key[3] + pack.lowAt(sequenceAt);
    this.offset = offset;
    this.flags = pack.integerAt(offset);
    this.body = pack.next(sequenceAt);
    this.msHigh = (key[0] + pack.highAt(msAt) + (msLow > MOST_WORD ? 1 : 0)) >>> 0;
    this.msLow = msLow >>> 0;
    this.high = (key[2] + pack.highAt(sequenceAt) + (low > MOST_WORD ? 1 : 0)) >>> 0;
    this.low = low >>> 0;
  }

  /** To the entry that ends at `end`. */
  moveBefore(end: number): void {
    const { pack } = this;
    let at = pack.previous(end);
    for (let left = pack.integerAt(at); left > 0; left--) at = pack.previous(at);
    this.moveTo(at);
  }

  /** Negative if the entry's id is smaller, 0 if it is the same. */
  compare(words: IdWords): number {
    if (this.msHigh !== words[0]) return this.msHigh - words[0];
    if (this.msLow !== words[1]) return this.msLow - words[1];
    return this.high === words[2] ? this.low - words[3] : this.high - words[2];
  }

  read(): StreamEntry {
    const { pack } = this;
    const items: string[] = [];
    let at = this.body;
    if (this.hasSameFields) {
      for (const name of this.names) {
        items.push(name, pack.textAt(at));
        at = pack.next(at);
      }
      return { id: this.id, items };
    }
    for (let left = pack.integerAt(at) * 2; left > 0; left--) {
      at = pack.next(at);
      items.push(pack.textAt(at));
    }
    return { id: this.id, items };
  }

  private get hasSameFields(): boolean {
    return (this.flags & SAME_FIELDS) !== 0;
  }

  private readNames(): string[] {
    const { pack } = this;
    const names: string[] = [];
    let at = fieldCountAt(pack);
    for (let left = this.fieldCount; left > 0; left--) {
      at = pack.next(at);
      names.push(pack.textAt(at));
    }
    return names;
  }
}

/** Behind the counts of live and deleted entries. */
function fieldCountAt(pack: Listpack): number {
  return pack.next(pack.next(pack.first));
}
