/** What was measured, as text. */
import { countText } from "../reports/figures.ts";
import { tableLines, type Align } from "../reports/textTable.ts";
import type { Measured } from "./measured.ts";

export interface About {
  readonly commit: string;
  readonly machine: string;
}

interface Column {
  readonly head: string;
  readonly cell: (measured: Measured) => string;
}

const name: Column = { head: "case", cell: (one) => one.case };
const shards: Column = { head: "shards", cell: (one) => countText(one.shards) };
const peak: Column = { head: "peak MB", cell: (one) => countText(one.peakMegabytes) };
const cpu: Column = { head: "CPU s", cell: (one) => one.cpuSeconds.toFixed(1) };
const stepsPerSecond: Column = {
  head: "steps/s",
  cell: (one) => countText(one.steps / one.wallSeconds),
};
const eventsPerSecond: Column = {
  head: "events/s",
  cell: (one) => countText(one.events / one.wallSeconds),
};

const speedColumns: readonly Column[] = [
  name,
  shards,
  { head: "simulated s", cell: (one) => one.simulatedSeconds.toFixed(0) },
  { head: "× real time", cell: (one) => (one.simulatedSeconds / one.wallSeconds).toFixed(1) },
  { head: "per CPU s", cell: (one) => (one.simulatedSeconds / one.cpuSeconds).toFixed(1) },
  stepsPerSecond,
  { head: "per CPU s", cell: (one) => countText(one.steps / one.cpuSeconds) },
  eventsPerSecond,
  { head: "CPU µs/step", cell: (one) => stepCostUs(one).toFixed(2) },
  { head: "CPU µs/operation", cell: (one) => perOperationUs(one).toFixed(1) },
  cpu,
  peak,
];

const kernelColumns: readonly Column[] = [name, stepsPerSecond, eventsPerSecond, cpu, peak];

const checkerColumns: readonly Column[] = [
  name,
  { head: "operations/s", cell: (one) => countText(one.operations / one.wallSeconds) },
  { head: "CPU µs/operation", cell: (one) => perOperationUs(one).toFixed(2) },
  cpu,
  peak,
];

const recordedColumns: readonly Column[] = [
  name,
  { head: "files", cell: (one) => countText(one.recorded?.files ?? 0) },
  { head: "CPU ms", cell: (one) => ((one.recorded?.bestCpuSeconds ?? 0) * 1000).toFixed(2) },
  {
    head: "Porcupine's CPU ms",
    cell: (one) => ((one.recorded?.porcupineCpuSeconds ?? 0) * 1000).toFixed(2),
  },
  { head: "times as fast", cell: (one) => speedUp(one).toFixed(1) },
];

const sortedColumns: readonly Column[] = [
  name,
  { head: "entries", cell: (one) => countText(one.sorted?.entries ?? 0) },
  { head: "add µs", cell: (one) => (one.sorted?.addUs ?? 0).toFixed(2) },
  { head: "rank µs", cell: (one) => (one.sorted?.rankUs ?? 0).toFixed(2) },
  { head: "100 in a row µs", cell: (one) => (one.sorted?.rangeUs ?? 0).toFixed(1) },
  { head: "remove µs", cell: (one) => (one.sorted?.removeUs ?? 0).toFixed(2) },
  { head: "bytes an entry", cell: (one) => (one.sorted?.entryBytes ?? 0).toFixed(0) },
];

const idleColumns: readonly Column[] = [
  name,
  shards,
  { head: "steps/s and shard", cell: (one) => perShardSecond(one, one.steps).toFixed(1) },
  { head: "syncs/s and shard", cell: (one) => perShardSecond(one, one.syncs).toFixed(2) },
  { head: "× real time", cell: (one) => (one.simulatedSeconds / one.wallSeconds).toFixed(0) },
  peak,
];

/** Rates are of wall time, costs of CPU time. */
export function tables(about: About, all: readonly Measured[]): string {
  const speeds = all.filter((one) => one.operations > 0 && one.steps > 0);
  const rest = all.filter((one) => !speeds.includes(one));
  const parts = [
    `Commit ${about.commit}\n${about.machine}`,
    table("The kernel alone, with digest", kernelColumns, named(rest, "kernel")),
    table("Whole simulation, with digest and checks", speedColumns, speeds),
    growth(speeds),
    table(
      "The linearizability check alone",
      checkerColumns,
      rest.filter((one) => one.case.startsWith("linearizability")),
    ),
    table(
      "Recorded histories, all once, the quickest round",
      recordedColumns,
      named(rest, "jepsen"),
    ),
    table(
      "The order of a sorted set, CPU time",
      sortedColumns,
      rest.filter((one) => one.case.startsWith("sorted")),
    ),
    table("Nobody asks anything: simulated seconds", idleColumns, named(rest, "idle")),
    problems(all),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function named(all: readonly Measured[], wanted: string): readonly Measured[] {
  return all.filter((one) => one.case === wanted);
}

function table(title: string, columns: readonly Column[], rows: readonly Measured[]): string {
  if (rows.length === 0) return "";
  const heads = columns.map((column) => column.head);
  const cells = rows.map((one) => columns.map((column) => column.cell(one)));
  const aligns = columns.map((_, index): Align => (index === 0 ? "left" : "right"));
  return [title, ...tableLines([heads, ...cells], aligns)].join("\n");
}

/** What a step costs with many shards, as a multiple of what it costs with the fewest. */
function growth(speeds: readonly Measured[]): string {
  const lines: string[] = [];
  for (const scenario of new Set(speeds.map((one) => one.case))) {
    const [first, ...others] = named(speeds, scenario);
    if (first === undefined) continue;
    for (const one of others) {
      const ratio = (stepCostUs(one) / stepCostUs(first)).toFixed(2);
      lines.push(
        `${scenario}: a step at ${one.shards} shards costs ${ratio} of one at ${first.shards}`,
      );
    }
  }
  return lines.join("\n");
}

function problems(all: readonly Measured[]): string {
  return all
    .filter((one) => one.verdict !== "ok")
    .map((one) => `✘ ${one.case}, ${one.shards} shards: ${one.verdict}`)
    .join("\n");
}

function stepCostUs(one: Measured): number {
  return (one.cpuSeconds * 1e6) / one.steps;
}

function perOperationUs(one: Measured): number {
  return (one.cpuSeconds * 1e6) / one.operations;
}

function speedUp({ recorded }: Measured): number {
  return recorded === undefined ? 0 : recorded.porcupineCpuSeconds / recorded.bestCpuSeconds;
}

function perShardSecond(one: Measured, count: number): number {
  return count / one.simulatedSeconds / one.shards;
}
