/** Which kind of fault began in which phase, and how often: a table whose cells are coloured by their counts. */
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { CoverageData, MatrixCell } from "../../reports/campaignData.ts";
import { countText, plural } from "../../reports/figures.ts";
import type { Watched } from "../../reports/watch.ts";
import { type MatrixOrder, matrixView, type MatrixView } from "./matrix.ts";
import { SeedLinks } from "./SeedLink.tsx";

interface Props {
  readonly watched: Watched;
  readonly coverage: CoverageData;
}

const asTheyCame: MatrixOrder = { kindsBy: undefined, phasesBy: undefined };

export function FaultMatrix({ watched, coverage }: Props): JSX.Element {
  const [order, setOrder] = useState<MatrixOrder>(asTheyCame);
  const [chosen, setChosen] = useState<MatrixCell>();
  const view = useMemo(() => matrixView(coverage, order), [coverage, order]);
  // Hundreds of cells: they are not looked at again when another is pointed at.
  const grid = useMemo(
    () => <MatrixTable view={view} order={order} onOrder={setOrder} onChoose={setChosen} />,
    [view],
  );
  const all = coverage.kinds.length * coverage.phases.length;
  const isOrdered = order !== asTheyCame;
  return (
    <section class="card wide" aria-label="Faults by phase">
      <header class="card-head">
        <h2>Which fault met which phase of the protocol</h2>
        <button type="button" disabled={!isOrdered} onClick={() => setOrder(asTheyCame)}>
          Order as it was
        </button>
      </header>
      <p class="note">
        Faults by the phase that the cluster was in when they began; {countText(view.filled)} of{" "}
        {countText(all)} cells are filled. A heading puts the other axis in its order.
      </p>
      <p class="readout matrix-readout" aria-live="polite">
        {chosen === undefined ? (
          <span class="note">Point at a cell, or walk with the arrow keys.</span>
        ) : (
          <>
            <strong>{chosen.kind}</strong> in <strong>{chosen.phase}</strong>: {cellText(chosen)}{" "}
            <SeedLinks watched={watched} seeds={chosen.examples} count={chosen.seeds} />
          </>
        )}
      </p>
      {grid}
    </section>
  );
}

function cellText({ faults, seeds }: MatrixCell): string {
  return faults === 0
    ? "never met."
    : `${plural(faults, "fault")} in ${plural(seeds, "seed")}.${seeds > 0 ? " Seeds" : ""}`;
}

interface TableProps {
  readonly view: MatrixView;
  readonly order: MatrixOrder;
  readonly onOrder: (order: MatrixOrder) => void;
  readonly onChoose: (cell: MatrixCell) => void;
}

function MatrixTable({ view, order, onOrder, onChoose }: TableProps): JSX.Element {
  const body = useRef<HTMLTableSectionElement>(null);
  const choose = (target: EventTarget | null): void => {
    const place = placeOf(target);
    if (place !== undefined) {
      onChoose(view.cell(view.kinds[place.row] ?? "", view.phases[place.column] ?? ""));
    }
  };
  return (
    <div class="matrix-scroll">
      <table class="matrix" role="grid" aria-label="Faults by kind and phase">
        <thead>
          <tr>
            <td />
            {["", ...view.phases].map((phase) => (
              <th
                key={phase}
                scope="col"
                aria-sort={order.kindsBy === phase ? "descending" : "none"}
                class={phase === "" ? "sum" : ""}
              >
                <button
                  type="button"
                  title={`Kinds in order of ${phase === "" ? "their sums" : `“${phase}”`}`}
                  aria-pressed={order.kindsBy === phase}
                  onClick={() => onOrder({ ...order, kindsBy: phase })}
                >
                  {phase === "" ? "all phases" : phase}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody
          ref={body}
          onPointerOver={(event) => choose(event.target)}
          onFocusIn={(event) => choose(event.target)}
          onKeyDown={(event) => walk(event, body.current)}
        >
          {view.kinds.map((kind, row) => (
            <tr key={kind}>
              <Heading order={order} kind={kind} onOrder={onOrder} />
              <td class="sum">{countText(view.ofKind(kind))}</td>
              {view.phases.map((phase, column) => (
                <Cell
                  key={phase}
                  view={view}
                  cell={view.cell(kind, phase)}
                  row={row}
                  column={column}
                />
              ))}
            </tr>
          ))}
          <tr class="sum">
            <Heading order={order} kind="" onOrder={onOrder} />
            <td class="sum" />
            {view.phases.map((phase) => (
              <td key={phase}>{countText(view.ofPhase(phase))}</td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

interface HeadingProps {
  readonly order: MatrixOrder;
  /** "" for all of them. */
  readonly kind: string;
  readonly onOrder: (order: MatrixOrder) => void;
}

function Heading({ order, kind, onOrder }: HeadingProps): JSX.Element {
  return (
    <th scope="row">
      <button
        type="button"
        title={`Phases in order of ${kind === "" ? "their sums" : kind}`}
        aria-pressed={order.phasesBy === kind}
        onClick={() => onOrder({ ...order, phasesBy: kind })}
      >
        {kind === "" ? "all kinds" : kind}
      </button>
    </th>
  );
}

/** From here on the ground's colour is easier to read on a cell than the ink's, in light and in dark. */
const HOT = 0.82;

interface CellProps {
  readonly view: MatrixView;
  readonly cell: MatrixCell;
  readonly row: number;
  readonly column: number;
}

function Cell({ view, cell, row, column }: CellProps): JSX.Element {
  const { kind, phase, faults } = cell;
  const heat = view.heat(faults);
  return (
    <td
      role="gridcell"
      data-row={row}
      data-column={column}
      tabIndex={row === 0 && column === 0 ? 0 : -1}
      aria-label={`${kind} in ${phase}: ${cellText(cell)}`}
      class={faults === 0 ? "none" : heat > HOT ? "hot" : "warm"}
      style={{ "--heat": `${Math.round(heat * 100)}%` }}
    >
      {faults === 0 ? "·" : shortCount(faults)}
    </td>
  );
}

/** At most four signs: a cell is narrow. */
function shortCount(count: number): string {
  return count < 10_000 ? String(count) : `${Math.floor(count / 1000)}k`;
}

interface Place {
  readonly row: number;
  readonly column: number;
}

function placeOf(target: EventTarget | null): Place | undefined {
  const cell = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-row]") : null;
  if (cell === null) return undefined;
  return { row: Number(cell.dataset["row"]), column: Number(cell.dataset["column"]) };
}

const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** One cell at a time can be reached with Tab; the arrow keys lead to the others. */
function walk(event: KeyboardEvent, body: HTMLElement | null): void {
  const place = placeOf(event.target);
  const step = steps[event.key];
  if (place === undefined || step === undefined || body === null) return;
  event.preventDefault();
  const to = `[data-row="${place.row + step[0]}"][data-column="${place.column + step[1]}"]`;
  const next = body.querySelector<HTMLElement>(to);
  if (next === null) return;
  for (const cell of body.querySelectorAll<HTMLElement>('[tabindex="0"][data-row]')) {
    cell.tabIndex = -1;
  }
  next.tabIndex = 0;
  next.focus();
}
