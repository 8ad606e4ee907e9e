/** A film's table on the page: columns that grow by whole chunks. */
import type { FilmTables } from "../../sim/film/film.ts";

type Column = Float64Array | Int32Array | Int16Array | Uint32Array | Uint16Array | Uint8Array;

/** The columns are longer than the table: only the first `count` rows are filled. They are others once the table has grown. */
export type GrowingTable<Columns> = { readonly [Name in keyof Columns]: Columns[Name] } & {
  readonly count: number;
};

type Held = Record<string, Column> & { count: number };

const FIRST_ROWS = 1024;

/** A table with the columns of `chunk`, and its rows. */
export function tableOf<Name extends keyof FilmTables>(
  chunk: FilmTables[Name],
): GrowingTable<FilmTables[Name]> {
  const held = { count: 0 } as Held;
  for (const [name, column] of columnsOf(chunk)) held[name] = longer(column, FIRST_ROWS);
  const table = held as never as GrowingTable<FilmTables[Name]>;
  append(table, chunk);
  return table;
}

/** Adds the rows of a chunk behind those that are there. */
export function append<Name extends keyof FilmTables>(
  table: GrowingTable<FilmTables[Name]>,
  chunk: FilmTables[Name],
): void {
  const held = table as never as Held;
  let rows = 0;
  for (const [name, column] of columnsOf(chunk)) {
    rows = column.length;
    const own = held[name] as Column;
    const needed = held.count + rows;
    const roomy = own.length >= needed ? own : longer(own, Math.max(needed, own.length * 2));
    roomy.set(column, held.count);
    held[name] = roomy;
  }
  held.count += rows;
}

/** Puts the rows from `from` on into another order: `order` holds their present places. */
export function rearrange(table: object, from: number, order: Uint32Array): void {
  for (const [, column] of columnsOf(table)) {
    const before = column.slice(from, from + order.length);
    for (let row = 0; row < order.length; row++) {
      column[from + row] = before[(order[row] ?? 0) - from] ?? 0;
    }
  }
}

function columnsOf(table: object): (readonly [string, Column])[] {
  return Object.entries(table).filter((entry) => ArrayBuffer.isView(entry[1])) as never;
}

function longer(column: Column, length: number): Column {
  const Kind = column.constructor as new (size: number) => Column;
  const made = new Kind(length);
  made.set(column.length <= length ? column : column.subarray(0, length));
  return made;
}
