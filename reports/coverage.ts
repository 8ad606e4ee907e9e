/**
 * What a campaign has tried (docs/coverage.md): which marks of the engine its runs hit, which kind of fault met which phase of the
 * protocol, and how various its inputs were. Adding seeds up is independent of their order, so that parts of a campaign can be merged.
 */
import { packMarks, unpackMarks } from "../sim/marks.ts";
import type { Run } from "../sim/run.ts";
import { type Dimension, dimensions, type Variety, varietyOf } from "./variety.ts";

/** What is kept of one seed. Plain data, and small: it crosses threads and machines by the thousand. */
export interface SeedCoverage {
  /** The place of each mark that was hit in the engine's list, followed by how often. */
  readonly marks: readonly number[];
  /** By "kind of fault|phase": how many faults of that kind began in that phase. */
  readonly matrix: Readonly<Record<string, number>>;
  readonly inputs: Variety;
}

/** Seeds added up. */
export interface Coverage {
  seeds: number;
  /** By mark: in how many seeds it was hit, and how often in all. */
  readonly marks: Map<string, { seeds: number; hits: number }>;
  /** By kind of fault and phase: how many began there. */
  readonly matrix: Map<string, Map<string, number>>;
  /** By dimension and cell: how many seeds covered it. */
  readonly inputs: Map<Dimension, Map<string, number>>;
}

export function seedCoverageOf(
  run: Pick<Run, "marks" | "faults" | "parameters" | "history">,
): SeedCoverage {
  const matrix: Record<string, number> = {};
  for (const { kind, phases } of run.faults) {
    for (const phase of phases) {
      const cell = `${kind}|${phase}`;
      matrix[cell] = (matrix[cell] ?? 0) + 1;
    }
  }
  return { marks: packMarks(run.marks), matrix, inputs: varietyOf(run) };
}

export function emptyCoverage(): Coverage {
  return { seeds: 0, marks: new Map(), matrix: new Map(), inputs: new Map() };
}

/** Adds one seed to `coverage`. */
export function addToCoverage(coverage: Coverage, seed: SeedCoverage): void {
  coverage.seeds += 1;
  for (const [name, count] of unpackMarks(seed.marks)) {
    const known = coverage.marks.get(name) ?? { seeds: 0, hits: 0 };
    known.seeds += 1;
    known.hits += count;
    coverage.marks.set(name, known);
  }
  addToMatrix(coverage.matrix, seed.matrix);
  for (const dimension of dimensions) {
    const cells = coverage.inputs.get(dimension) ?? new Map<string, number>();
    for (const cell of seed.inputs[dimension]) cells.set(cell, (cells.get(cell) ?? 0) + 1);
    coverage.inputs.set(dimension, cells);
  }
}

/** Seeds that ended in an exception covered nothing that is known. */
export function coverageOf(
  results: readonly { readonly coverage: SeedCoverage | undefined }[],
): Coverage {
  const coverage = emptyCoverage();
  for (const seed of results)
    if (seed.coverage !== undefined) addToCoverage(coverage, seed.coverage);
  return coverage;
}

/** Adds one seed's faults by kind and phase to a matrix. */
function addToMatrix(matrix: Map<string, Map<string, number>>, seed: SeedCoverage["matrix"]): void {
  for (const [cell, count] of Object.entries(seed)) {
    const [kind = "", phase = ""] = cell.split("|");
    const row = matrix.get(kind) ?? new Map<string, number>();
    row.set(phase, (row.get(phase) ?? 0) + count);
    matrix.set(kind, row);
  }
}

/** How various one dimension of the inputs was. */
export interface InputFigures {
  readonly dimension: Dimension;
  readonly cells: number;
  /** How many cells there could be; undefined if nobody can say. */
  readonly possible: number | undefined;
  /** Those that the fewest seeds covered. */
  readonly least: readonly { readonly cell: string; readonly seeds: number }[];
}

/** Of every dimension; `named`: how many of its least-covered cells are told. */
export function inputFigures(
  coverage: Coverage,
  demand: Pick<CoverageDemand, "faultKinds">,
  named: number,
): readonly InputFigures[] {
  const kinds = demand.faultKinds.length;
  // As many as there are ways to take some of the kinds, one perhaps twice.
  const possible = new Map<Dimension, number>([
    ["fault", kinds],
    ["pair of faults", (kinds * (kinds + 1)) / 2],
    ["triple of faults", (kinds * (kinds + 1) * (kinds + 2)) / 6],
  ]);
  return dimensions.map((dimension) => {
    const cells = [...(coverage.inputs.get(dimension) ?? [])];
    const least = cells
      .sort(([a, left], [b, right]) => left - right || (a < b ? -1 : 1))
      .slice(0, named)
      .map(([cell, seeds]) => ({ cell, seeds }));
    return { dimension, cells: cells.length, possible: possible.get(dimension), least };
  });
}

/** What a campaign that is large enough must have covered. */
export interface CoverageDemand {
  readonly marks: readonly string[];
  readonly faultKinds: readonly string[];
  readonly phases: readonly string[];
  /** "kind of fault|phase" that cannot be, or is so seldom that no campaign is failed for it. */
  readonly exempt: ReadonlySet<string>;
}

/** An empty cell is to blame when chance alone would have filled it so often; below that the campaign was too small to tell. */
const EXPECTED_AT_LEAST = 10;

/** How often a kind of fault would meet a phase if neither cared for the other. */
function expectedByChance({ matrix }: Coverage, kind: string, phase: string): number {
  let inPhase = 0;
  let all = 0;
  for (const row of matrix.values()) {
    inPhase += row.get(phase) ?? 0;
    for (const count of row.values()) all += count;
  }
  let ofKind = 0;
  for (const count of matrix.get(kind)?.values() ?? []) ofKind += count;
  return all === 0 ? 0 : (ofKind * inPhase) / all;
}

/** One sentence for each thing that was demanded and not covered. `mattered`: by kind of fault, how many changed anything. */
export function coverageProblems(
  coverage: Coverage,
  mattered: ReadonlyMap<string, number>,
  demand: CoverageDemand,
): readonly string[] {
  const problems: string[] = [];
  for (const name of demand.marks) {
    if (!coverage.marks.has(name)) problems.push(`the mark "${name}" was never hit`);
  }
  for (const phase of demand.phases) {
    if (![...coverage.matrix.values()].some((row) => row.has(phase)))
      problems.push(`no fault began in the phase "${phase}"`);
  }
  for (const kind of demand.faultKinds) {
    if ((mattered.get(kind) ?? 0) === 0) problems.push(`no fault of the kind ${kind} mattered`);
    const row = coverage.matrix.get(kind);
    for (const phase of demand.phases) {
      if ((row?.get(phase) ?? 0) > 0 || demand.exempt.has(`${kind}|${phase}`)) continue;
      const expected = expectedByChance(coverage, kind, phase);
      if (expected >= EXPECTED_AT_LEAST)
        problems.push(
          `no ${kind} began in the phase "${phase}", by chance ${Math.round(expected)} would`,
        );
    }
  }
  return problems;
}
