import { describe, expect, it } from "vitest";
import { pageDataOf } from "../../reports/page.ts";
import { testRun } from "../../reports/testRun.ts";
import { emptyChunk } from "../film/emptyChunk.ts";
import { FilmStore } from "../film/filmStore.ts";
import { reportRun } from "../reportRun.ts";
import { OperationIndex, roundStepUs } from "./operationIndex.ts";
import { makeColumns } from "./stream.ts";

const run = testRun();
const { film, outline } = reportRun(pageDataOf(run));
const index = new OperationIndex(film);
index.presentUs = outline.simulatedUs;
while (!index.isDone) index.advance(1000);

describe("operations as plots ask for them", () => {
  it("come back from a report's columns with the times they had", () => {
    expect(index.count).toBe(run.history.length);
    expect([...film.operations.dueUs.subarray(0, index.count)]).toEqual(
      run.history.map((each) => each.dueUs),
    );
    run.history.forEach(({ completedUs, dueUs }, row) => {
      const endUs = completedUs < 0 ? run.simulatedUs : completedUs;
      expect(index.latencyUs(row)).toBe(endUs - dueUs);
    });
  });

  it("are found by time", () => {
    const at = index.from(18_400_000);
    expect(film.operations.dueUs[at]).toBeGreaterThanOrEqual(18_400_000);
    expect(film.operations.dueUs[at - 1]).toBeLessThan(18_400_000);
    expect(index.from(Infinity)).toBe(index.count);
  });

  it("fall into exactly one bin and one column each", () => {
    const bins = index.bins(0, outline.simulatedUs + 1, 150);
    expect(bins.reduce((sum, bin) => sum + bin.total, 0)).toBe(index.count);
    for (const bin of bins) {
      expect(bin.counts.reduce((sum, count) => sum + count, 0)).toBe(bin.total);
    }
    const unknown = bins.reduce((sum, bin) => sum + (bin.counts[4] ?? 0), 0);
    expect(unknown).toBe(run.history.filter((each) => each.outcome === "unknown").length);
    const columns = makeColumns(333);
    index.collect({ fromUs: 0, untilUs: outline.simulatedUs + 1 }, columns);
    expect(columns.count.reduce((sum, count) => sum + count, 0)).toBe(index.count);
  });

  it("break the line of quantiles where nothing was answered", () => {
    const bins = index.bins(13_400_000, 28_400_000, 15);
    const line = index.quantiles(1, bins);
    const dark = line.filter(({ fromUs, untilUs }) => fromUs > 18_900_000 && untilUs < 21_000_000);
    expect(dark.length).toBeGreaterThan(0);
    expect(dark.every((point) => point.count === 0)).toBe(true);
    const light = line.filter((point) => point.untilUs < 17_400_000);
    expect(light.every((point) => point.p50Us >= 1770 && point.p99Us >= point.p50Us)).toBe(true);
  });

  it("tell quantiles within two percent of the exact ones", () => {
    const [bin] = index.bins(5_000_000, 15_000_000, 1);
    const [point] = index.quantiles(0, bin === undefined ? [] : [bin]);
    const exact = run.history
      .filter(({ outcome, dueUs, input, readonlyReplica }) => {
        const isIn = dueUs >= (bin?.fromUs ?? 0) && dueUs < (bin?.untilUs ?? 0);
        return isIn && outcome === "ok" && input.f === "get" && !readonlyReplica;
      })
      .map(({ completedUs, dueUs }) => completedUs - dueUs)
      .toSorted((left, right) => left - right);
    expect(point?.count).toBe(exact.length);
    const median = exact[Math.ceil(exact.length / 2) - 1] ?? 0;
    expect(Math.abs((point?.p50Us ?? 0) / median - 1)).toBeLessThan(0.02);
  });

  it("are those under way in a stretch of time, unless there are too many", () => {
    const [fromUs, untilUs] = [18_300_000, 18_500_000];
    const wanted = run.history.flatMap(({ dueUs, completedUs }, row) => {
      const endUs = completedUs < 0 ? run.simulatedUs : completedUs;
      return dueUs < untilUs && endUs >= fromUs ? [row] : [];
    });
    expect(wanted.length).toBeGreaterThan(3);
    expect(index.between(fromUs, untilUs, 10_000)).toEqual(wanted);
    expect(index.between(fromUs, untilUs, wanted.length - 1)).toBeUndefined();
  });

  it("are the same whether they came at once or in chunks by completion", () => {
    const grown = new FilmStore(film.places);
    const other = new OperationIndex(grown);
    other.presentUs = outline.simulatedUs;
    const rows = Array.from({ length: index.count }, (_, row) => row).toSorted(
      (a, b) => index.endUs(a) - index.endUs(b),
    );
    for (let at = 0; at < rows.length; at += 100) {
      const part = rows.slice(at, at + 100);
      const columns = Object.entries(film.operations).flatMap(([name, column]) =>
        typeof column === "number" ? [] : [[name, column.constructor, column] as const],
      );
      const operations = Object.fromEntries(
        columns.map(([name, Kind, column]) => [
          name,
          (Kind as Float64ArrayConstructor).from(part, (row) => column[row] as number),
        ]),
      );
      grown.add({ ...emptyChunk, operations: operations as never });
      other.advance(Infinity);
    }
    expect([...grown.operations.dueUs.subarray(0, other.count)]).toEqual([
      ...film.operations.dueUs.subarray(0, index.count),
    ]);
    expect(other.bins(0, 64_000_000, 200)).toEqual(index.bins(0, 64_000_000, 200));
    const [ours, theirs] = [makeColumns(500), makeColumns(500)];
    const span = { fromUs: 0, untilUs: 68_000_000 };
    index.collect(span, ours);
    other.collect(span, theirs);
    expect(theirs).toEqual(ours);
    expect(other.between(18_000_000, 19_000_000, 10_000)).toHaveLength(
      index.between(18_000_000, 19_000_000, 10_000)?.length ?? -1,
    );
  });

  it("are binned by round steps", () => {
    expect([3, 10, 11, 450_000, 600_000].map(roundStepUs)).toEqual([5, 10, 20, 500_000, 1_000_000]);
  });
});
