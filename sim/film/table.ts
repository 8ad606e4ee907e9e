/** A table in columns that grows: typed arrays of doubled length, cut to their rows when they are taken out. */

export type Column =
  | Float64Array
  | Int32Array
  | Int16Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

type Kind = "f64" | "i32" | "i16" | "u32" | "u16" | "u8";

const makers: Readonly<Record<Kind, (length: number) => Column>> = {
  f64: (length) => new Float64Array(length),
  i32: (length) => new Int32Array(length),
  i16: (length) => new Int16Array(length),
  u32: (length) => new Uint32Array(length),
  u16: (length) => new Uint16Array(length),
  u8: (length) => new Uint8Array(length),
};

const FIRST_ROWS = 256;

/** `Columns`: a table of sim/film/film.ts. */
export class Table<Columns> {
  rows = 0;
  private capacity: number = FIRST_ROWS;
  private readonly names: readonly (keyof Columns & string)[];
  private readonly kinds: readonly Kind[];
  private columns: Column[];

  /** `kinds` in the order in which `push` takes its values. */
  constructor(kinds: Readonly<Record<keyof Columns & string, Kind>>) {
    this.names = Object.keys(kinds) as (keyof Columns & string)[];
    this.kinds = this.names.map((name) => kinds[name]);
    this.columns = this.kinds.map((kind) => makers[kind](FIRST_ROWS));
  }

  /** One row. */
  push(...values: readonly number[]): void {
    if (this.rows === this.capacity) this.grow();
    const { rows, columns } = this;
    for (let index = 0; index < columns.length; index++)
      (columns[index] as Column)[rows] = values[index] as number;
    this.rows = rows + 1;
  }

  private grow(): void {
    this.capacity *= 2;
    this.columns = this.columns.map((column, index) => {
      const longer = makers[this.kinds[index] as Kind](this.capacity);
      longer.set(column);
      return longer;
    });
  }

  /** Copies of the rows from `from` on. */
  since(from: number): Columns {
    const taken: Record<string, Column> = {};
    this.names.forEach((name, index) => {
      taken[name] = (this.columns[index] as Column).slice(from, this.rows);
    });
    return taken as Columns;
  }
}
