/**
 * A hash. A small one is a packed text of fields, each followed by its value, in the order in which they came; a big one a
 * table. The limits decide, as Redis's do, and a table is never packed again.
 */
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
import { MemberTable } from "../../structures/memberTable.ts";
import type { EncodingLimits } from "../limits.ts";
import { FieldTable } from "./fieldTable.ts";

/** Approximate bytes of the value itself. */
const VALUE_BYTES = 48;
/** The longest packed text, whatever the limits: V8's strings end at 2^29 chars. */
const LONGEST_TEXT = 2 ** 28;

export class HashValue {
  private body: string | FieldTable = "";

  get type(): "hash" {
    return "hash";
  }

  get encoding(): "listpack" | "hashtable" {
    return typeof this.body === "string" ? "listpack" : "hashtable";
  }

  get size(): number {
    return typeof this.body === "string" ? countPacked(this.body) / 2 : this.body.size;
  }

  get isEmpty(): boolean {
    return typeof this.body === "string" ? this.body === "" : this.body.size === 0;
  }

  get sizeBytes(): number {
    const { body } = this;
    return VALUE_BYTES + (typeof body === "string" ? body.length : body.sizeBytes);
  }

  /** The value of a field, undefined if there is none. Not to be kept: it may keep its neighbours alive. */
  get(field: string): string | undefined {
    const { body } = this;
    if (typeof body !== "string") return body.get(field);
    const at = findPacked(body, field, 2);
    return at < 0 ? undefined : packedAt(body, behindPacked(body, at));
  }

  has(field: string): boolean {
    const { body } = this;
    if (typeof body !== "string") return body.has(field);
    return findPacked(body, field, 2) >= 0;
  }

  /** True if the field is new. */
  set(field: string, value: string, limits: EncodingLimits): boolean {
    const { body } = this;
    if (typeof body !== "string") return body.set(field, value);
    const most = limits.hashMaxListpackValueBytes;
    const isShort = field.length <= most && value.length <= most;
    if (!isShort || body.length + field.length + value.length > LONGEST_TEXT) {
      return this.unpack(body, limits.hash).set(field, value);
    }
    const at = findPacked(body, field, 2);
    const text = flattened(
      at < 0 ? body + packed(field) + packed(value) : replaced(body, at, value),
    );
    this.body = text;
    // A field and its value take two chars at least.
    const mayBeMany = text.length > 2 * limits.hashMaxListpackEntries;
    if (mayBeMany && countPacked(text) > 2 * limits.hashMaxListpackEntries) {
      this.unpack(text, limits.hash);
    }
    return at < 0;
  }

  /** False if there was no such field. */
  delete(field: string): boolean {
    const { body } = this;
    if (typeof body !== "string") return body.delete(field);
    const at = findPacked(body, field, 2);
    if (at < 0) return false;
    const end = behindPacked(body, behindPacked(body, at));
    this.body = flattened(body.slice(0, at) + body.slice(end));
    return true;
  }

  /** Visits every field; the hash must not change meanwhile. */
  forEach(visit: (field: string, value: string) => void): void {
    const { body } = this;
    if (typeof body !== "string") {
      for (let place = 0; place < body.size; place++) {
        visit(body.fieldAt(place), body.valueAt(place));
      }
      return;
    }
    for (let at = 0; at < body.length;) {
      const valueAt = behindPacked(body, at);
      visit(packedAt(body, at), packedAt(body, valueAt));
      at = behindPacked(body, valueAt);
    }
  }

  /** One step of a scan: all at once if packed, else with the guarantee of MemberTable.scan. */
  scan(cursor: number, visit: (field: string, value: string) => void): number {
    const { body } = this;
    if (typeof body !== "string") return body.scan(cursor, visit);
    this.forEach(visit);
    return 0;
  }

  /** The field of an index below `size`, in an order that stands still while nothing changes. */
  at(index: number): string {
    const { body } = this;
    if (typeof body !== "string") return body.fieldAt(index);
    return packedAt(body, seekPacked(body, 2 * index));
  }

  copy(): HashValue {
    const made = new HashValue();
    const { body } = this;
    made.body = typeof body === "string" ? body : body.copy();
    return made;
  }

  private unpack(text: string, hash: KeyedHash): FieldTable {
    const table = new FieldTable(new MemberTable(hash));
    for (let at = 0; at < text.length;) {
      const valueAt = behindPacked(text, at);
      table.set(packedAt(text, at), packedAt(text, valueAt));
      at = behindPacked(text, valueAt);
    }
    this.body = table;
    return table;
  }
}

/** The text with another value behind the field at `at`. */
function replaced(text: string, at: number, value: string): string {
  const valueAt = behindPacked(text, at);
  return text.slice(0, valueAt) + packed(value) + text.slice(behindPacked(text, valueAt));
}
