/** Where the cells of many seeds stand: in rows, as large as a wanted height lets them be. */

export interface SeedGrid {
  readonly count: number;
  readonly columns: number;
  readonly rows: number;
  /** Width and height of a cell with the gap behind it. */
  readonly cellPx: number;
}

const WANTED_HEIGHT_PX = 220;
const LEAST_CELL_PX = 4;
const MOST_CELL_PX = 16;

export function seedGrid(count: number, widthPx: number): SeedGrid {
  const fitting = Math.floor(Math.sqrt((widthPx * WANTED_HEIGHT_PX) / Math.max(1, count)));
  const cellPx = Math.min(MOST_CELL_PX, Math.max(LEAST_CELL_PX, fitting));
  const columns = Math.max(1, Math.floor(widthPx / cellPx));
  return { count, columns, rows: Math.ceil(count / columns), cellPx };
}

/** Of a cell, in pixels from the grid's own. */
export function cornerOf(
  grid: SeedGrid,
  index: number,
): { readonly x: number; readonly y: number } {
  return {
    x: (index % grid.columns) * grid.cellPx,
    y: Math.floor(index / grid.columns) * grid.cellPx,
  };
}

/** The place in the list of the seed under a point; undefined if there is none. */
export function indexAt(grid: SeedGrid, xPx: number, yPx: number): number | undefined {
  const column = Math.floor(xPx / grid.cellPx);
  const row = Math.floor(yPx / grid.cellPx);
  if (column < 0 || column >= grid.columns || row < 0) return undefined;
  const index = row * grid.columns + column;
  return index < grid.count ? index : undefined;
}

/** Where an arrow key leads to; the index itself if nowhere. */
export function indexAfter(grid: SeedGrid, index: number, key: string): number {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -grid.columns,
    ArrowDown: grid.columns,
    Home: -index,
    End: grid.count - 1 - index,
  };
  const next = index + (steps[key] ?? 0);
  return next >= 0 && next < grid.count ? next : index;
}
