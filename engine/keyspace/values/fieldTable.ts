/** A big hash: a table of the fields, and their values at the same places, in segments so that no growth copies much. */
import { MemberTable } from "../../structures/memberTable.ts";

const SEGMENT_BITS = 12;
const SEGMENT_MASK = (1 << SEGMENT_BITS) - 1;
/** Approximate bytes of an entry beside the chars of field and value: two strings, their pointers, the table's links. */
const ENTRY_BYTES = 76;

export class FieldTable {
  private readonly fields: MemberTable;
  private readonly values: string[][];
  private charCount = 0;

  constructor(fields: MemberTable, values: string[][] = [], charCount = 0) {
    this.fields = fields;
    this.values = values;
    this.charCount = charCount;
  }

  get size(): number {
    return this.fields.size;
  }

  get sizeBytes(): number {
    return this.charCount + this.fields.size * ENTRY_BYTES;
  }

  has(field: string): boolean {
    return this.fields.find(field) >= 0;
  }

  get(field: string): string | undefined {
    const place = this.fields.find(field);
    return place < 0 ? undefined : this.valueAt(place);
  }

  fieldAt(place: number): string {
    return this.fields.keyAt(place);
  }

  valueAt(place: number): string {
    return (this.values[place >>> SEGMENT_BITS] as string[])[place & SEGMENT_MASK] as string;
  }

  /** True if the field is new. */
  set(field: string, value: string): boolean {
    const present = this.fields.find(field);
    if (present >= 0) {
      const before = this.valueAt(present);
      // As for a key's value: the same string again is nothing new to keep.
      if (before === value) return false;
      this.charCount += value.length - before.length;
      (this.values[present >>> SEGMENT_BITS] as string[])[present & SEGMENT_MASK] = value;
      return false;
    }
    const segment = this.fields.add(field) >>> SEGMENT_BITS;
    if (segment === this.values.length) this.values.push([]);
    (this.values[segment] as string[]).push(value);
    this.charCount += field.length + value.length;
    return true;
  }

  /** False if there was no such field. */
  delete(field: string): boolean {
    const place = this.fields.remove(field);
    if (place < 0) return false;
    this.charCount -= field.length + this.valueAt(place).length;
    // What was in the last place has moved into this one.
    const last = this.fields.size;
    const segment = this.values[last >>> SEGMENT_BITS] as string[];
    const moved = segment.pop() as string;
    if (place !== last) {
      (this.values[place >>> SEGMENT_BITS] as string[])[place & SEGMENT_MASK] = moved;
    }
    if (segment.length === 0) this.values.pop();
    return true;
  }

  /** One step of a scan with the guarantee of MemberTable.scan. */
  scan(cursor: number, visit: (field: string, value: string) => void): number {
    return this.fields.scan(cursor, (place) => visit(this.fieldAt(place), this.valueAt(place)));
  }

  copy(): FieldTable {
    const values = this.values.map((segment) => segment.slice());
    return new FieldTable(this.fields.copy(), values, this.charCount);
  }
}
