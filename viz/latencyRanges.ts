/** A small drawing a row of the latency table: median to p99 as a bar, p99.9 and maximum as ticks, on one log scale. */
import { scaleLog, select } from "d3";
import type { LatencySummary } from "../sim/run.ts";

const width = 220;
const height = 16;

/** The scale that all rows share: powers of ten around everything measured. */
export function sharedRange(rows: readonly LatencySummary[]): readonly [number, number] {
  let lowest = Infinity;
  let highest = 0;
  for (const row of rows) {
    lowest = Math.min(lowest, row.p50Us);
    highest = Math.max(highest, row.maxUs);
  }
  if (highest <= 0) return [1, 10];
  const floor = 10 ** Math.floor(Math.log10(Math.max(1, lowest)));
  return [floor, Math.max(floor * 10, 10 ** Math.ceil(Math.log10(highest)))];
}

export function latencyRange(
  row: LatencySummary,
  [lowest, highest]: readonly [number, number],
): SVGSVGElement {
  const x = scaleLog([lowest, highest], [1, width - 2]).clamp(true);
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("class", `range ${row.access.replace(" ", "-")}`)
    .attr("width", width)
    .attr("height", height)
    .attr("aria-hidden", "true");
  for (let tick = lowest; tick <= highest; tick *= 10) {
    svg
      .append("line")
      .attr("class", "grid-tick")
      .attr("x1", x(tick))
      .attr("x2", x(tick))
      .attr("y1", 0)
      .attr("y2", height);
  }
  const at = (us: number): number => x(Math.max(us, lowest));
  svg
    .append("line")
    .attr("class", "reach")
    .attr("x1", at(row.p50Us))
    .attr("x2", at(row.maxUs))
    .attr("y1", height / 2)
    .attr("y2", height / 2);
  svg
    .append("rect")
    .attr("class", "middle")
    .attr("x", at(row.p50Us))
    .attr("width", Math.max(2, at(row.p99Us) - at(row.p50Us)))
    .attr("y", 4)
    .attr("height", height - 8)
    .attr("rx", 2);
  for (const us of [row.p999Us, row.maxUs]) {
    svg
      .append("line")
      .attr("class", "mark")
      .attr("x1", at(us))
      .attr("x2", at(us))
      .attr("y1", 3)
      .attr("y2", height - 3);
  }
  return svg.node() ?? document.createElementNS("http://www.w3.org/2000/svg", "svg");
}
