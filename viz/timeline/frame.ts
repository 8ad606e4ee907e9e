/** The drawn parts that need sharp text: axes, grid, labels of lanes and faults. An SVG over the canvas. */
import { axisBottom, axisLeft, scaleLinear, select, type Selection } from "d3";
import { outageRow } from "./geometry.ts";
import { throughputScale } from "./paintPlots.ts";
import type { Scene } from "./scene.ts";
import { truthHeading } from "./truths.ts";
import { xOf } from "./view.ts";

type Group = Selection<SVGGElement, unknown, null, undefined>;

interface Words {
  readonly className: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

const latencyTicksUs = [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/** The groups stay and are filled again: making elements anew for each picture would cost more than the drawing. */
export class Frame {
  private readonly grid: Group;
  private readonly time: Group;
  private readonly rates: Group;
  private readonly latencies: Group;
  private readonly labels: Group;
  private readonly faults: Group;
  /** The rates' bounds and the width for which their axis stands. */
  private ratesDrawn = "";

  constructor(place: SVGGElement) {
    const group = (className: string): Group => select(place).append("g").attr("class", className);
    this.grid = group("grid");
    this.time = group("axis");
    this.rates = group("axis scale");
    this.latencies = group("axis scale");
    this.labels = group("labels");
    this.faults = group("fault-labels");
  }

  /** What changes with the size and the lanes alone. */
  layOut(scene: Scene): void {
    const { geometry, latency } = scene;
    write(this.labels, labelsOf(scene));
    if (!geometry.hasOperations) return;
    const [lowest = 0, highest = 0] = latency.scale.domain();
    const axis = axisLeft(latency.scale)
      .tickValues(latencyTicksUs.filter((tick) => tick >= lowest && tick <= highest))
      .tickFormat((tick) => powerText(Number(tick)))
      .tickSize(geometry.left - geometry.right);
    this.latencies.attr("transform", `translate(${geometry.left},0)`).call(axis);
  }

  /** What changes with the stretch of time. */
  draw(scene: Scene): void {
    const { geometry, view, shown } = scene;
    const { loadedUs } = shown.run.outline;
    const counted = scaleLinear(
      [view.fromUs - loadedUs, view.untilUs - loadedUs],
      [geometry.left, geometry.right],
    );
    const ticks = counted.ticks(Math.max(3, Math.floor((geometry.right - geometry.left) / 110)));
    const stepUs = (ticks[1] ?? 1) - (ticks[0] ?? 0);
    this.grid
      .selectAll("line")
      .data(ticks)
      .join("line")
      .attr("x1", (tick) => counted(tick))
      .attr("x2", (tick) => counted(tick))
      .attr("y1", geometry.faults.height)
      .attr("y2", geometry.axis.top);
    const axis = axisBottom(counted)
      .tickValues(ticks)
      .tickFormat((tick) => tickText(Number(tick), stepUs))
      .tickSizeOuter(0);
    this.time.attr("transform", `translate(0,${geometry.axis.top})`).call(axis);
    this.drawRates(scene);
    write(this.faults, faultLabels(scene));
  }

  private drawRates({ geometry, bins, forkBins }: Scene): void {
    if (!geometry.hasOperations) return;
    const scale = throughputScale([...bins, ...forkBins], geometry.throughput);
    const key = `${scale.domain().join()} ${geometry.width}`;
    if (key === this.ratesDrawn) return;
    this.ratesDrawn = key;
    const axis = axisLeft(scale)
      .ticks(3)
      .tickSize(geometry.left - geometry.right);
    this.rates.attr("transform", `translate(${geometry.left},0)`).call(axis);
  }
}

function write(group: Group, words: readonly Words[]): void {
  group
    .selectAll("text")
    .data(words)
    .join("text")
    .attr("class", ({ className }) => className)
    .attr("x", ({ x }) => x)
    .attr("y", ({ y }) => y)
    .text(({ text }) => text);
}

/** A time on the axis: seconds while they tell ticks apart, then milliseconds or microseconds. */
export function tickText(us: number, stepUs: number): string {
  if (stepUs >= 1_000_000) return `${Math.round(us / 1_000_000)} s`;
  if (stepUs >= 1000)
    return `${(us / 1_000_000).toFixed(stepUs >= 100_000 ? 1 : stepUs >= 10_000 ? 2 : 3)} s`;
  return `${(us / 1000).toFixed(3)} ms`;
}

/** A power of ten of microseconds: "100 ms". */
function powerText(us: number): string {
  if (us < 1000) return `${us} µs`;
  return us < 1_000_000 ? `${us / 1000} ms` : `${us / 1_000_000} s`;
}

function labelsOf(scene: Scene): readonly Words[] {
  const { geometry } = scene;
  if (!geometry.hasOperations) return laneLabels(scene);
  const isNarrow = geometry.left < 80;
  const title = (y: number, text: string): Words => ({
    className: "title",
    x: geometry.left + 4,
    y,
    text,
  });
  return [
    title(
      geometry.throughput.top - 4,
      isNarrow ? "operations/s" : "operations per second, by when they were due",
    ),
    title(
      geometry.latency.top - 6,
      isNarrow ? "latency" : "latency of each operation; bands from median to p99",
    ),
    title(
      geometry.operations.top - 5,
      isNarrow ? "operations" : "clients' operations: each from call to answer when zoomed in",
    ),
    ...outageLabels(scene),
    ...truthLabels(scene),
    ...laneLabels(scene),
  ];
}

function laneLabels({ geometry, layout }: Scene): readonly Words[] {
  const isNarrow = geometry.left < 80;
  const headings = layout.headings.map(({ y, text }) => ({
    className: "heading",
    x: 2,
    y: geometry.lanes.top + y + 15,
    text,
  }));
  const lanes = layout.lanes
    .filter((lane) => lane.showsLabel)
    .map((lane) => {
      const { role, chart } = lane.parts;
      const middle = chart === undefined ? lane.height / 2 + 3 : role.top + role.height;
      return {
        className: "lane-label",
        x: geometry.left - 8,
        y: geometry.lanes.top + lane.y + Math.max(middle, 8),
        text: isNarrow ? lane.shortLabel : lane.label,
      };
    });
  const forks = layout.lanes
    .filter((lane) => lane.parts.fork !== undefined && lane.height >= 12)
    .map((lane) => ({
      className: "lane-label fork-label",
      x: geometry.left - 8,
      y: geometry.lanes.top + lane.y + (lane.parts.fork?.top ?? 0) + 8,
      text: "fork",
    }));
  return [...headings, ...lanes, ...forks];
}

function truthLabels({ geometry, truths, fork }: Scene): readonly Words[] {
  const firsts = truths.filter((row, index) => truths[index - 1]?.shard !== row.shard);
  const headings = firsts.map(({ shard, y }) => ({
    className: "heading",
    x: 2,
    y: geometry.truths.top + y - truthHeading + 14,
    text:
      fork === undefined
        ? `who leads shard ${shard}`
        : `who leads shard ${shard}: above in this run, below in the fork`,
  }));
  const rows = truths.map(({ kind, y, height }) => ({
    className: "lane-label",
    x: geometry.left - 8,
    y: geometry.truths.top + y + height / 2 + 3,
    text: kind,
  }));
  return [...headings, ...rows];
}

function outageLabels({ geometry, shown }: Scene): readonly Words[] {
  return ["write", "read"].flatMap((access, row) => {
    const y = geometry.outages.top + row * outageRow + outageRow / 2 + 4;
    const name = { className: "lane-label", x: geometry.left - 8, y, text: `no ${access}s` };
    if (shown.run.outline.unavailability.some((window) => window.access === access)) return [name];
    const text = `${access}s were never unavailable`;
    return [name, { className: "title", x: geometry.left + 4, y, text }];
  });
}

/** A fault's text stands in the strip above its band, cut where it would run into the next one's. */
function faultLabels({ geometry, view, shown }: Scene): readonly Words[] {
  const { left, right } = geometry;
  const inView = shown.run.outline.faults
    .map((fault) => ({
      text: fault.text,
      from: Math.max(xOf(view, fault.fromUs), left),
      until: xOf(view, fault.untilUs),
    }))
    .filter((fault) => fault.until >= left && fault.from <= right)
    .sort((a, b) => a.from - b.from);
  return inView.flatMap(({ text, from }, index) => {
    const room = Math.min(inView[index + 1]?.from ?? right, right) - from;
    const characters = Math.floor((room - 4) / 6.1);
    if (characters < 4) return [];
    return {
      className: "fault-label",
      x: from + 1,
      y: geometry.faults.height - 8,
      text: text.length <= characters ? text : `${text.slice(0, characters - 1)}…`,
    };
  });
}
