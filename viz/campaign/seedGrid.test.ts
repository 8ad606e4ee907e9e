import { describe, expect, it } from "vitest";
import { cornerOf, indexAfter, indexAt, seedGrid } from "./seedGrid.ts";

describe("the cells of seeds", () => {
  it("stand in rows, each found again under its point", () => {
    const grid = seedGrid(1000, 1300);
    expect(grid.rows * grid.cellPx).toBeLessThanOrEqual(230);
    for (const index of [0, grid.columns - 1, grid.columns, 999]) {
      const { x, y } = cornerOf(grid, index);
      expect(indexAt(grid, x + 1, y + 1)).toBe(index);
    }
    expect(indexAt(grid, -1, 0)).toBeUndefined();
    expect(indexAt(grid, 0, grid.rows * grid.cellPx + 1)).toBeUndefined();
  });

  it("stay visible when there are ten thousand on a small screen, and modest when there are few", () => {
    expect(seedGrid(10_000, 350).cellPx).toBe(4);
    expect(seedGrid(3, 1300).cellPx).toBe(16);
  });

  it("are walked with the arrow keys, never off the end", () => {
    const grid = seedGrid(100, 160);
    expect(grid.columns).toBe(10);
    expect(indexAfter(grid, 5, "ArrowDown")).toBe(15);
    expect(indexAfter(grid, 5, "ArrowUp")).toBe(5);
    expect(indexAfter(grid, 99, "ArrowRight")).toBe(99);
    expect(indexAfter(grid, 40, "Home")).toBe(0);
    expect(indexAfter(grid, 40, "End")).toBe(99);
  });
});
