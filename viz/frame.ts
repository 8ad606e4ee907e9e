/** The drawn parts that need sharp text: axes, grid, labels of lanes and faults. An SVG over the canvas. */
import {
  axisBottom,
  axisLeft,
  select,
  type ScaleLinear,
  type ScaleLogarithmic,
  type Selection,
} from "d3";
import type { Report } from "../reports/json.ts";
import { outageRow, type Geometry } from "./geometry.ts";
import type { LaneLayout } from "./lanes.ts";
import type { Bin } from "./operations.ts";
import { throughputScale } from "./paint.ts";

interface FrameInput {
  readonly geometry: Geometry;
  readonly x: ScaleLinear<number, number>;
  readonly latency: ScaleLogarithmic<number, number>;
  readonly bins: readonly Bin[];
  readonly report: Report;
  readonly layout: LaneLayout;
}

type Group = Selection<SVGGElement, unknown, null, undefined>;

/** Draws the whole frame anew; it holds a few dozen elements. */
export function drawFrame(group: SVGGElement, input: FrameInput): void {
  const frame = select(group);
  frame.selectAll("*").remove();
  drawGrid(frame, input);
  drawTimeAxis(frame, input);
  drawScales(frame, input);
  drawFaultLabels(frame, input);
  drawLaneLabels(frame, input);
  drawOutageLabels(frame, input);
}

/** A time on the axis: seconds while they tell ticks apart, then milliseconds or microseconds. */
export function tickText(us: number, stepUs: number): string {
  if (stepUs >= 1_000_000) return `${Math.round(us / 1_000_000)} s`;
  if (stepUs >= 1000)
    return `${(us / 1_000_000).toFixed(stepUs >= 100_000 ? 1 : stepUs >= 10_000 ? 2 : 3)} s`;
  return `${(us / 1000).toFixed(3)} ms`;
}

function ticksOf({ x, geometry }: FrameInput): readonly number[] {
  return x.ticks(Math.max(3, Math.floor((geometry.right - geometry.left) / 110)));
}

function drawGrid(frame: Group, input: FrameInput): void {
  const { geometry, x } = input;
  frame
    .append("g")
    .attr("class", "grid")
    .selectAll("line")
    .data(ticksOf(input))
    .join("line")
    .attr("x1", (tick) => x(tick))
    .attr("x2", (tick) => x(tick))
    .attr("y1", geometry.faults.height)
    .attr("y2", geometry.axis.top);
}

function drawTimeAxis(frame: Group, input: FrameInput): void {
  const { geometry, x } = input;
  const ticks = ticksOf(input);
  const stepUs = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const axis = axisBottom<number>(x as (value: number) => number as never)
    .tickValues([...ticks])
    .tickFormat((tick) => tickText(tick, stepUs))
    .tickSizeOuter(0);
  frame
    .append("g")
    .attr("class", "axis")
    .attr("transform", `translate(0,${geometry.axis.top})`)
    .call(axis);
}

/** A power of ten of microseconds: "100 ms". */
function powerText(us: number): string {
  if (us < 1000) return `${us} µs`;
  return us < 1_000_000 ? `${us / 1000} ms` : `${us / 1_000_000} s`;
}

const latencyTicksUs = [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

function drawScales(frame: Group, { geometry, latency, bins }: FrameInput): void {
  const rates = throughputScale(bins, geometry.throughput);
  const rateAxis = axisLeft(rates)
    .ticks(3)
    .tickSize(-(geometry.right - geometry.left));
  frame
    .append("g")
    .attr("class", "axis scale")
    .attr("transform", `translate(${geometry.left},0)`)
    .call(rateAxis);
  const [lowest = 0, highest = 0] = latency.domain();
  const latencyAxis = axisLeft(latency)
    .tickValues(latencyTicksUs.filter((tick) => tick >= lowest && tick <= highest))
    .tickFormat((tick) => powerText(Number(tick)))
    .tickSize(-(geometry.right - geometry.left));
  frame
    .append("g")
    .attr("class", "axis scale")
    .attr("transform", `translate(${geometry.left},0)`)
    .call(latencyAxis);
  const isNarrow = geometry.left < 80;
  const rateTitle = isNarrow ? "operations/s" : "operations per second, by when they were due";
  const latencyTitle = isNarrow ? "latency" : "latency of each operation; bands from median to p99";
  title(frame, geometry.left + 4, geometry.throughput.top - 5, rateTitle);
  title(frame, geometry.left + 4, geometry.latency.top - 8, latencyTitle);
}

function title(frame: Group, x: number, y: number, text: string): void {
  frame.append("text").attr("class", "title").attr("x", x).attr("y", y).text(text);
}

/** A fault's text stands in the strip above its band, cut where it would run into the next one's. */
function drawFaultLabels(frame: Group, { geometry, x, report }: FrameInput): void {
  const shown = report.faults
    .map((fault) => ({
      text: fault.text,
      from: Math.max(x(fault.fromUs - report.loadedUs), geometry.left),
      until: x(fault.untilUs - report.loadedUs),
    }))
    .filter((fault) => fault.until >= geometry.left && fault.from <= geometry.right)
    .sort((left, right) => left.from - right.from);
  shown.forEach((fault, index) => {
    const room = Math.min(shown[index + 1]?.from ?? geometry.right, geometry.right) - fault.from;
    const characters = Math.floor((room - 4) / 6.1);
    if (characters < 4) return;
    const text =
      fault.text.length <= characters ? fault.text : `${fault.text.slice(0, characters - 1)}…`;
    frame
      .append("text")
      .attr("class", "fault-label")
      .attr("x", fault.from + 1)
      .attr("y", geometry.faults.height - 8)
      .text(text);
  });
}

function drawLaneLabels(frame: Group, { geometry, layout }: FrameInput): void {
  const isNarrow = geometry.left < 80;
  for (const heading of layout.headings) {
    frame
      .append("text")
      .attr("class", "heading")
      .attr("x", 2)
      .attr("y", geometry.lanes.top + heading.y + 17)
      .text(heading.text);
  }
  for (const lane of layout.lanes) {
    if (!lane.showsLabel) continue;
    frame
      .append("text")
      .attr("class", "lane-label")
      .attr("x", geometry.left - 8)
      .attr("y", geometry.lanes.top + lane.y + Math.max(lane.height / 2 + 3, 8))
      .text(isNarrow ? lane.shortLabel : lane.label);
  }
}

function drawOutageLabels(frame: Group, { geometry, report }: FrameInput): void {
  ["write", "read"].forEach((access, row) => {
    const y = geometry.outages.top + row * outageRow + outageRow / 2 + 4;
    frame
      .append("text")
      .attr("class", "lane-label")
      .attr("x", geometry.left - 8)
      .attr("y", y)
      .text(`no ${access}s`);
    if (report.unavailability.some((window) => window.access === access)) return;
    frame
      .append("text")
      .attr("class", "title")
      .attr("x", geometry.left + 4)
      .attr("y", y)
      .text(`${access}s were never unavailable`);
  });
}
