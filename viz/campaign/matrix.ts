/** Fault × phase as rows and columns in a chosen order, with sums. */
import { scaleLog } from "d3";
import type { CoverageData, MatrixCell } from "../../reports/campaignData.ts";

/** By which row or column the others are put in order; undefined: as they came. The sums have the name "". */
export interface MatrixOrder {
  readonly kindsBy: string | undefined;
  readonly phasesBy: string | undefined;
}

export interface MatrixView {
  readonly kinds: readonly string[];
  readonly phases: readonly string[];
  readonly cell: (kind: string, phase: string) => MatrixCell;
  /** Faults of a kind in all phases, and of all kinds in a phase: a fault that met three phases counts three times. */
  readonly ofKind: (kind: string) => number;
  readonly ofPhase: (phase: string) => number;
  /** How strong a cell's colour is, 0 (empty) to 1. */
  readonly heat: (faults: number) => number;
  readonly filled: number;
}

export function matrixView(coverage: CoverageData, order: MatrixOrder): MatrixView {
  const cells = new Map(coverage.cells.map((cell) => [`${cell.kind}|${cell.phase}`, cell]));
  const cell = (kind: string, phase: string): MatrixCell =>
    cells.get(`${kind}|${phase}`) ?? { kind, phase, faults: 0, seeds: 0, examples: [] };
  const kindSums = sumsBy(coverage.cells, "kind");
  const phaseSums = sumsBy(coverage.cells, "phase");
  const ofKind = (kind: string): number => kindSums.get(kind) ?? 0;
  const ofPhase = (phase: string): number => phaseSums.get(phase) ?? 0;
  const { kindsBy, phasesBy } = order;
  const kindSize = (kind: string): number =>
    kindsBy === "" ? ofKind(kind) : cell(kind, kindsBy ?? "").faults;
  const phaseSize = (phase: string): number =>
    phasesBy === "" ? ofPhase(phase) : cell(phasesBy ?? "", phase).faults;
  const most = coverage.cells.reduce((high, { faults }) => Math.max(high, faults), 1);
  const strength = scaleLog()
    .domain([1, Math.max(2, most)])
    .range([0.14, 1]);
  return {
    kinds: kindsBy === undefined ? coverage.kinds : mostFirst(coverage.kinds, kindSize),
    phases: phasesBy === undefined ? coverage.phases : mostFirst(coverage.phases, phaseSize),
    cell,
    ofKind,
    ofPhase,
    heat: (faults) => (faults === 0 ? 0 : strength(faults)),
    filled: coverage.cells.length,
  };
}

function sumsBy(cells: readonly MatrixCell[], axis: "kind" | "phase"): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const cell of cells) sums.set(cell[axis], (sums.get(cell[axis]) ?? 0) + cell.faults);
  return sums;
}

function mostFirst(names: readonly string[], size: (name: string) => number): readonly string[] {
  return names.toSorted((left, right) => size(right) - size(left));
}
