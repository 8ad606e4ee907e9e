/** What happens at one place, in order of time: which rows of a table, and how bad each is. */
import { firstAtLeast, nextAtLeast } from "../film/rows.ts";
import { Pyramid } from "./pyramid.ts";

/** What stands in each column of the screen. */
export interface Columns {
  readonly count: Uint32Array;
  readonly worst: Uint8Array;
}

export function makeColumns(length: number): Columns {
  return { count: new Uint32Array(length), worst: new Uint8Array(length) };
}

/** A stretch of time on the screen. */
export interface Span {
  readonly fromUs: number;
  readonly untilUs: number;
}

const FIRST_ROWS = 64;
/** The first row of each stretch of so long is known: for wide columns there is nothing to search. */
const CELL_US = 4096;
/** A column of so many cells may begin and end with them: that is an eighth of a pixel. */
const CELLS_A_COLUMN = 8;
/** Most stretches hold nothing but plain rows: one look settles so many columns. */
const COLUMNS_A_LOOK = 16;

/** Counts rows by their ascending times, and takes the worst of each column; the number in all of them. */
export function collectColumns(
  times: Float64Array,
  rows: number,
  severities: Pyramid,
  { fromUs, untilUs }: Span,
  { count, worst }: Columns,
): number {
  const stepUs = (untilUs - fromUs) / count.length;
  const first = firstAtLeast(times, fromUs, 0, rows);
  let index = first;
  for (let column = 0; column < count.length; column++) {
    const boundUs = fromUs + (column + 1) * stepUs;
    const next = index === rows ? index : nextAtLeast(times, boundUs, index, rows);
    count[column] = next - index;
    index = next;
  }
  takeWorst(severities, first, { count, worst });
  return index - first;
}

/** `first`: the row that the first column begins with. */
function takeWorst(severities: Pyramid, first: number, { count, worst }: Columns): void {
  worst.fill(0);
  let row = first;
  for (let group = 0; group < count.length; group += COLUMNS_A_LOOK) {
    const end = Math.min(count.length, group + COLUMNS_A_LOOK);
    const start = row;
    for (let column = group; column < end; column++) row += count[column] as number;
    if (row === start || severities.worst(start, row) === 0) continue;
    for (let column = group, at = start; column < end; column++) {
      const next = at + (count[column] as number);
      worst[column] = severities.worst(at, next);
      at = next;
    }
  }
}

export class Stream {
  /** Ascending; only the first `count` are filled, and so with the rows. */
  times: Float64Array = new Float64Array(FIRST_ROWS);
  rows: Uint32Array = new Uint32Array(FIRST_ROWS);
  private readonly severities: Pyramid = new Pyramid();
  private cellRows: Uint32Array = new Uint32Array(FIRST_ROWS);
  private cells = 0;

  get count(): number {
    return this.severities.count;
  }

  /** Times must not descend. */
  push(timeUs: number, row: number, severity: number): void {
    const { count } = this;
    if (count === this.rows.length) {
      const times = new Float64Array(count * 2);
      const rows = new Uint32Array(count * 2);
      times.set(this.times);
      rows.set(this.rows);
      this.times = times;
      this.rows = rows;
    }
    this.beginCells(Math.floor(timeUs / CELL_US) + 1, count);
    this.times[count] = timeUs;
    this.rows[count] = row;
    this.severities.push(severity);
  }

  /** The first place in the stream at or after a time. */
  from(timeUs: number): number {
    return firstAtLeast(this.times, timeUs, 0, this.count);
  }

  severityAt(index: number): number {
    return this.severities.at(index);
  }

  worst(from: number, until: number): number {
    return this.severities.worst(from, until);
  }

  /** Fills one column after the other; the number in all of them. The cost goes with the columns, not with the rows. */
  collect(span: Span, columns: Columns): number {
    const stepUs = (span.untilUs - span.fromUs) / columns.count.length;
    if (stepUs < CELL_US * CELLS_A_COLUMN) {
      return collectColumns(this.times, this.count, this.severities, span, columns);
    }
    const first = this.cellRow(span.fromUs);
    let index = first;
    for (let column = 0; column < columns.count.length; column++) {
      const next = this.cellRow(span.fromUs + (column + 1) * stepUs);
      columns.count[column] = next - index;
      index = next;
    }
    takeWorst(this.severities, first, columns);
    return index - first;
  }

  /** The first row at or after the cell's beginning that is next to a time. */
  private cellRow(timeUs: number): number {
    const cell = Math.max(0, Math.ceil(timeUs / CELL_US));
    return cell < this.cells ? (this.cellRows[cell] as number) : this.count;
  }

  private beginCells(until: number, row: number): void {
    if (until > this.cellRows.length) {
      const longer = new Uint32Array(Math.max(until, this.cellRows.length * 2));
      longer.set(this.cellRows);
      this.cellRows = longer;
    }
    while (this.cells < until) this.cellRows[this.cells++] = row;
  }
}
