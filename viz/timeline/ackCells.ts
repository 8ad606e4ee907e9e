/** Which node acknowledged writes in which millisecond. Marking twice changes nothing, and the order of marking neither. */
import type { Columns, Span } from "./stream.ts";

export const CELL_US = 1000;

export class AckCells {
  private readonly cells: Map<number, Uint8Array> = new Map();

  mark(place: number, atUs: number): void {
    const cell = Math.floor(atUs / CELL_US);
    let marks = this.cells.get(place) ?? new Uint8Array(1024);
    if (cell >= marks.length) {
      const longer = new Uint8Array(Math.max(cell + 1, marks.length * 2));
      longer.set(marks);
      marks = longer;
    }
    marks[cell] = 1;
    this.cells.set(place, marks);
  }

  /** Sets `count` to 1 in the columns in which the node acknowledged something. Columns are longer than a cell. */
  collect(place: number, { fromUs, untilUs }: Span, { count }: Pick<Columns, "count">): void {
    count.fill(0);
    const marks = this.cells.get(place);
    if (marks === undefined) return;
    const stepUs = (untilUs - fromUs) / count.length;
    const cellAt = (column: number): number => {
      const cell = Math.ceil((fromUs + column * stepUs) / CELL_US);
      return Math.min(marks.length, Math.max(0, cell));
    };
    let cell = cellAt(0);
    for (let column = 0; column < count.length; column++) {
      const end = cellAt(column + 1);
      while (cell < end && marks[cell] === 0) cell++;
      if (cell < end) count[column] = 1;
      cell = end;
    }
  }
}
