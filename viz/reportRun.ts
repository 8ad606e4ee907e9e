/** A report's page data as the timeline takes a run: a film that holds operations alone. */
import type { OperationColumns, PageData } from "../reports/page.ts";
import { outcomeNames, type FilmOperations } from "../sim/film/film.ts";
import { emptyChunk } from "./film/emptyChunk.ts";
import { FilmStore } from "./film/filmStore.ts";
import type { TimelineRun } from "./timeline/contract.ts";

export function reportRun({ report, moments, operations }: PageData): TimelineRun {
  const nodes = new Set(operations.node);
  const places = ["clients", ...[...nodes].map((text) => operations.texts[text] ?? "")];
  const film = new FilmStore(places);
  film.add({
    ...emptyChunk,
    texts: operations.texts,
    operations: filmOperations(operations, places),
  });
  const faults = report.faults.map((fault, index) => ({ ...fault, id: `${index}-${fault.kind}` }));
  return { outline: { ...report, faults }, film, moments, checks: report.checks };
}

function filmOperations(columns: OperationColumns, places: readonly string[]): FilmOperations {
  const open = outcomeNames.indexOf("open");
  const placeOf = new Map(places.map((name, place) => [name, place]));
  let timeUs = 0;
  const dueUs = Float64Array.from(columns.dueDeltaUs, (deltaUs) => (timeUs += deltaUs));
  const at = (values: readonly number[], row: number): number => values[row] ?? 0;
  return {
    id: Int32Array.from(dueUs, (_, row) => row),
    offered: Int32Array.from(dueUs, (_, row) => row),
    dueUs,
    invokedUs: dueUs.map((us, row) => us + at(columns.waitedUs, row)),
    completedUs: dueUs.map((us, row) =>
      columns.outcome[row] === open ? -1 : us + at(columns.latencyUs, row),
    ),
    repliedUs: new Float64Array(dueUs.length).fill(-1),
    access: Uint8Array.from(columns.access),
    outcome: Uint8Array.from(columns.outcome),
    shard: Int16Array.from(columns.shard),
    process: Int32Array.from(columns.process),
    place: Uint16Array.from(columns.node, (text) => placeOf.get(columns.texts[text] ?? "") ?? 0),
    command: Uint32Array.from(columns.command),
    answer: Uint32Array.from(columns.answer),
  };
}
