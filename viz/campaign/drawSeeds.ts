/** Paints the cells of many seeds. */
import { symbol, type SymbolType } from "d3";
import type { RunVerdict } from "../../sim/run.ts";
import { cornerOf, type SeedGrid } from "./seedGrid.ts";
import { verdictSigns } from "./verdictSigns.ts";

/** The canvas becomes as large as the grid, in device pixels. */
export function drawSeeds(
  canvas: HTMLCanvasElement,
  grid: SeedGrid,
  verdicts: readonly RunVerdict[],
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = devicePixelRatio;
  canvas.width = grid.columns * grid.cellPx * ratio;
  canvas.height = grid.rows * grid.cellPx * ratio;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  fillCells(context, grid, style.getPropertyValue(verdictSigns.ok.colour));
  verdicts.forEach((verdict, index) => {
    if (verdict === "ok") return;
    context.fillStyle = style.getPropertyValue(verdictSigns[verdict].colour);
    drawSign(context, grid, index, verdictSigns[verdict].shape);
  });
}

/** All cells as one area with gaps cut out: faster than ten thousand of them one by one. */
function fillCells(context: CanvasRenderingContext2D, grid: SeedGrid, colour: string): void {
  const { count, columns, rows, cellPx } = grid;
  const width = columns * cellPx;
  const height = rows * cellPx;
  const inLastRow = count - (rows - 1) * columns;
  context.fillStyle = colour;
  context.globalAlpha = 0.4;
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
  context.clearRect(inLastRow * cellPx, height - cellPx, width, cellPx);
  for (let column = 0; column <= columns; column++) {
    context.clearRect(column * cellPx - 0.5, 0, 1, height);
  }
  for (let row = 0; row <= rows; row++) context.clearRect(0, row * cellPx - 0.5, width, 1);
}

/** In the place of a cell. */
function drawSign(
  context: CanvasRenderingContext2D,
  grid: SeedGrid,
  index: number,
  shape: SymbolType,
): void {
  const { cellPx } = grid;
  const { x, y } = cornerOf(grid, index);
  context.clearRect(x, y, cellPx, cellPx);
  context.save();
  context.translate(x + cellPx / 2, y + cellPx / 2);
  context.beginPath();
  // Shapes of d3 have an area: about two thirds of the cell's.
  symbol(shape, cellPx * cellPx * 0.62).context(context)();
  context.fill();
  context.restore();
}
