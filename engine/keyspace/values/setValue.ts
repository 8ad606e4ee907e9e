/**
 * A set, in one of three forms:
 *
 *     integers   a packed text of integers (packedIntegers.ts), as long as all members are some and the limits allow it
 *     strings    a char 1 and a packed text (packedText.ts): a few short members. Redis has no such form, and calls it hashtable
 *     table      a table of members with places
 *
 * Integers become strings or a table, and strings a table, never the other way.
 */
import { MemberTable } from "../../structures/memberTable.ts";
import {
  countIntegers,
  findInteger,
  integerAt,
  withInteger,
  withoutInteger,
} from "../../structures/packedIntegers.ts";
import {
  behindPacked,
  countPacked,
  findPacked,
  flattened,
  packed,
  packedAt,
  seekPacked,
} from "../../structures/packedText.ts";
import type { KeyedHash } from "../../structures/keyedHash.ts";
import type { EncodingLimits } from "../limits.ts";

/** The first char of the form "strings"; that of integers is 2, 4 or 8. */
const stringsMark = "\x01";
/** Up to here a set of strings is packed: beyond, a table answers faster. */
const MOST_PACKED_MEMBERS = 64;
const MOST_PACKED_BYTES = 64;
/** Redis's own limit, whatever the parameter says. */
const MOST_INTEGERS = 2 ** 30;
/** Approximate bytes of the value itself, and of a table's entry beside the chars: a string, its pointer, the links. */
const VALUE_BYTES = 48;
const ENTRY_BYTES = 48;

/** A table with the sum of the lengths of its members. */
interface Table {
  readonly members: MemberTable;
  charCount: number;
}

export class SetValue {
  /** "" as long as nothing was added. */
  private body: string | Table = "";

  get type(): "set" {
    return "set";
  }

  get encoding(): "intset" | "hashtable" {
    const { body } = this;
    return typeof body === "string" && isOfIntegers(body) ? "intset" : "hashtable";
  }

  get size(): number {
    const { body } = this;
    if (typeof body !== "string") return body.members.size;
    return isOfIntegers(body) ? countIntegers(body) : countPacked(body, 1);
  }

  get isEmpty(): boolean {
    const { body } = this;
    return typeof body === "string" ? body.length <= 1 : body.members.size === 0;
  }

  get sizeBytes(): number {
    const { body } = this;
    if (typeof body === "string") return VALUE_BYTES + body.length;
    return VALUE_BYTES + body.members.size * ENTRY_BYTES + body.charCount;
  }

  has(member: string): boolean {
    const { body } = this;
    if (typeof body !== "string") return body.members.find(member) >= 0;
    return isOfIntegers(body)
      ? findInteger(body, member) >= 0
      : findPacked(body, member, 1, 1) >= 0;
  }

  /** False if the member was there. */
  add(member: string, limits: EncodingLimits): boolean {
    const { body } = this;
    if (typeof body !== "string") return addTo(body, member);
    if (!isOfIntegers(body)) return this.addPacked(body, member, limits.hash);
    const text = withInteger(body, member);
    if (text === undefined) {
      this.forgetIntegers(limits);
      return this.add(member, limits);
    }
    if (text === body) return false;
    this.body = text;
    const most = Math.min(limits.setMaxIntsetEntries, MOST_INTEGERS);
    if (countIntegers(text) > most) this.forgetIntegers(limits);
    return true;
  }

  /** False if the member was not there. */
  delete(member: string): boolean {
    const { body } = this;
    if (typeof body !== "string") {
      if (body.members.remove(member) < 0) return false;
      body.charCount -= member.length;
      return true;
    }
    if (isOfIntegers(body)) {
      const index = findInteger(body, member);
      if (index >= 0) this.body = withoutInteger(body, index);
      return index >= 0;
    }
    const at = findPacked(body, member, 1, 1);
    if (at < 0) return false;
    this.body = flattened(body.slice(0, at) + body.slice(behindPacked(body, at)));
    return true;
  }

  /** Visits every member, integers in ascending order; the set must not change meanwhile. */
  forEach(visit: (member: string) => void): void {
    const { body } = this;
    if (typeof body !== "string") {
      const { members } = body;
      for (let place = 0; place < members.size; place++) visit(members.keyAt(place));
    } else if (isOfIntegers(body)) {
      const count = countIntegers(body);
      for (let index = 0; index < count; index++) visit(integerAt(body, index));
    } else {
      for (let at = 1; at < body.length; at = behindPacked(body, at)) visit(packedAt(body, at));
    }
  }

  /** One step of a scan: all at once if packed, else with the guarantee of MemberTable.scan. */
  scan(cursor: number, visit: (member: string) => void): number {
    const { body } = this;
    if (typeof body !== "string") {
      const { members } = body;
      return members.scan(cursor, (place) => visit(members.keyAt(place)));
    }
    this.forEach(visit);
    return 0;
  }

  /** The member of an index below `size`, in an order that stands still while nothing changes. */
  at(index: number): string {
    const { body } = this;
    if (typeof body !== "string") return body.members.keyAt(index);
    return isOfIntegers(body) ? integerAt(body, index) : packedAt(body, seekPacked(body, index, 1));
  }

  /** Holds integers as any other members from now on. */
  forgetIntegers(limits: EncodingLimits): void {
    const { body } = this;
    if (typeof body !== "string" || !isOfIntegers(body)) return;
    const members: string[] = [];
    this.forEach((member) => members.push(member));
    if (members.length <= MOST_PACKED_MEMBERS) {
      this.body = flattened(stringsMark + members.map((member) => packed(member)).join(""));
      return;
    }
    const table = emptyTable(limits.hash);
    for (const member of members) addTo(table, member);
    this.body = table;
  }

  copy(): SetValue {
    const made = new SetValue();
    const { body } = this;
    made.body =
      typeof body === "string" ? body : { members: body.members.copy(), charCount: body.charCount };
    return made;
  }

  private addPacked(body: string, member: string, hash: KeyedHash): boolean {
    if (findPacked(body, member, 1, 1) >= 0) return false;
    // A packed member takes two chars at least, save the empty one.
    const mayBeFull = body.length > 2 * MOST_PACKED_MEMBERS - 2;
    const isFull = mayBeFull && countPacked(body, 1) === MOST_PACKED_MEMBERS;
    if (!isFull && member.length <= MOST_PACKED_BYTES) {
      this.body = flattened(body + packed(member));
      return true;
    }
    const table = emptyTable(hash);
    for (let at = 1; at < body.length; at = behindPacked(body, at))
      addTo(table, packedAt(body, at));
    addTo(table, member);
    this.body = table;
    return true;
  }
}

function isOfIntegers(body: string): boolean {
  return !body.startsWith(stringsMark);
}

function emptyTable(hash: KeyedHash): Table {
  return { members: new MemberTable(hash), charCount: 0 };
}

/** False if the member was there. */
function addTo(table: Table, member: string): boolean {
  if (table.members.find(member) >= 0) return false;
  table.members.add(member);
  table.charCount += member.length;
  return true;
}
