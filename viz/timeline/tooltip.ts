/** What the pointer's place in the picture says, as lines of text; the first is the time. */
import { countText, durationText } from "../../reports/figures.ts";
import { accessNames, messageFates, outcomeNames } from "../../sim/film/film.ts";
import type { Selection } from "./contract.ts";
import { logKey } from "./filmIndex.ts";
import { eventLabel, messageLabel, operationLabel } from "./find.ts";
import { contains, outageRow } from "./geometry.ts";
import { hit, rowBefore, type Drawn, type Point } from "./hit.ts";
import { intervalAt, laneAt, type Lane } from "./lanes.ts";
import { throughputParts } from "./operationIndex.ts";
import { ratePerSecond } from "./paintPlots.ts";
import type { Scene } from "./scene.ts";
import { believedLeads, trueLeadsOf, type TruthKind } from "./truths.ts";
import { timeAt, usPerPixel } from "./view.ts";

export function tooltipLines(scene: Scene, drawn: Drawn, point: Point): readonly string[] {
  const { geometry, view, shown } = scene;
  const timeUs = timeAt(view, point.x);
  const seconds = (timeUs - shown.run.outline.loadedUs) / 1_000_000;
  const lines = [`${seconds.toFixed(usPerPixel(view) < 1000 ? 6 : 3)} s`];
  const { y } = point;
  if (contains(geometry.throughput, y, 4)) lines.push(...throughputLines(scene, timeUs));
  else if (contains(geometry.outages, y, 3)) lines.push(...outageLines(scene, timeUs, y));
  else if (contains(geometry.truths, y)) lines.push(...truthLines(scene, timeUs, y));
  else {
    const selection = hit(scene, drawn, point);
    if (selection !== undefined) lines.push(...selectionLines(scene, selection));
    const isOfLane = selection === undefined || selection.kind === "node";
    if (contains(geometry.lanes, y) && isOfLane) lines.push(...laneLines(scene, timeUs, y));
  }
  lines.push(...faultLines(scene, timeUs));
  return lines;
}

/** All that the film knows of one thing. */
function selectionLines(scene: Scene, selection: Selection): readonly string[] {
  const { shown, vocabulary = { eventKinds: [], frameKinds: [] } } = scene;
  const { film } = shown.run;
  switch (selection.kind) {
    case "operation":
      return operationLines(scene, shown.index.rowOfOperation(selection.id));
    case "event": {
      const { position, value, shard } = film.events;
      const { row } = selection;
      const numbers = [
        ["shard", shard[row]],
        ["position", position[row]],
        ["value", value[row]],
      ] as const;
      const known = numbers.filter(([, number]) => number !== undefined && number >= 0);
      const last = known.map(([name, number]) => `${name} ${number}`).join(", ");
      return [eventLabel(film, vocabulary, row), ...(last === "" ? [] : [last])];
    }
    case "message": {
      const { row } = selection;
      const { sentUs, endUs, bytes, fate } = film.messages;
      const tookUs = (endUs[row] as number) - (sentUs[row] as number);
      const end = messageFates[fate[row] as number] ?? "";
      return [
        messageLabel(film, vocabulary, row),
        `${countText(bytes[row] as number)} bytes, ${end} after ${durationText(tookUs)}`,
      ];
    }
    case "fault":
    case "node":
      return [];
  }
}

function operationLines({ shown }: Scene, row: number): readonly string[] {
  if (row < 0) return [];
  const { film } = shown.run;
  const { outcome, access, shard, process, dueUs, invokedUs, repliedUs } = film.operations;
  const waitedUs = (invokedUs[row] as number) - (dueUs[row] as number);
  const replied = repliedUs[row] as number;
  const lines = [
    operationLabel(film, row),
    `${outcomeNames[outcome[row] as number]} after ${durationText(shown.index.operations.latencyUs(row))}, ${accessNames[access[row] as number]}`,
    `shard ${shard[row]}, process ${process[row]}`,
  ];
  if (waitedUs > 0) lines.push(`sent ${durationText(waitedUs)} after it was due`);
  if (replied >= 0) {
    lines.push(`answered by the node after ${durationText(replied - (invokedUs[row] as number))}`);
  }
  return lines;
}

function throughputLines({ bins }: Scene, timeUs: number): readonly string[] {
  const bin = intervalAt(bins, timeUs);
  if (bin === undefined) return [];
  const lines = [
    `${countText(Math.round(ratePerSecond(bin, bin.total)))} operations/s over ${durationText(bin.untilUs - bin.fromUs)}`,
  ];
  throughputParts.forEach((part, index) => {
    const count = bin.counts[index] ?? 0;
    if (count > 0) lines.push(`${part}: ${countText(count)}`);
  });
  return lines;
}

function outageLines({ shown, geometry }: Scene, timeUs: number, y: number): readonly string[] {
  const access = y < geometry.outages.top + outageRow ? "write" : "read";
  const { unavailability, promises } = shown.run.outline;
  const windows = unavailability.filter(
    (window) => window.access === access && timeUs >= window.fromUs && timeUs <= window.untilUs,
  );
  if (windows.length === 0) return [`${access}s are available`];
  const lines = windows
    .slice(0, 6)
    .map((w) => `no ${access}s on shard ${w.shard} for ${durationText(w.untilUs - w.fromUs)}`);
  if (windows.length > 6) lines.push(`and on ${windows.length - 6} more shards`);
  lines.push(
    `promise: unplanned < ${durationText(promises.unplannedUs)}, planned < ${durationText(promises.plannedUs)}`,
  );
  return lines;
}

const truthMeanings: Readonly<Record<TruthKind, string>> = {
  believed: "nodes that took themselves for the primary, with a lease that ran by their own clock",
  true: "who held the newest committed leadership, until its lease truly ended",
  "clients saw": "which node acknowledged writes",
};

function truthLines(
  { shown, truths, geometry }: Scene,
  timeUs: number,
  y: number,
): readonly string[] {
  const within = y - geometry.truths.top;
  const row = truths.find((each) => within >= each.y && within < each.y + each.height);
  if (row === undefined) return [];
  const lines = [`${row.kind}: ${truthMeanings[row.kind]}`];
  if (row.kind === "clients saw") return lines;
  const leads =
    row.kind === "believed" ? believedLeads(shown, row.shard) : trueLeadsOf(shown, row.shard);
  const now = leads.filter(({ fromUs, untilUs }) => timeUs >= fromUs && timeUs < untilUs);
  if (now.length === 0) return [...lines, "nobody"];
  return [
    ...lines,
    ...now.map(
      ({ node, epoch, untilUs }) =>
        `${node}, epoch ${epoch}, ${durationText(untilUs - timeUs)} left`,
    ),
  ];
}

function laneLines(scene: Scene, timeUs: number, y: number): readonly string[] {
  const { layout, geometry, shown } = scene;
  const lane = laneAt(layout, y - geometry.lanes.top);
  if (lane === undefined) return [];
  const bar = intervalAt(lane.bars, timeUs);
  const lines = [bar === undefined ? lane.label : `${bar.node}: ${bar.role}`];
  if (bar !== undefined && bar.epoch > 0) {
    lines.push(bar.role.startsWith("log") ? `term ${bar.epoch}` : `epoch ${bar.epoch}`);
  }
  if (bar !== undefined) lines.push(`for ${durationText(bar.untilUs - bar.fromUs)}`);
  const lease = intervalAt(lane.leases, timeUs);
  if (lease !== undefined) lines.push(`valid lease of ${lease.node}, epoch ${lease.epoch}`);
  lines.push(...stateLines(scene, lane, timeUs), ...messageLines(scene, lane, timeUs));
  const forked = intervalAt(lane.forkBars ?? [], timeUs);
  if (forked !== undefined) lines.push(`in the fork: ${forked.role}`);
  return shown.run.outline.simulatedUs < timeUs ? [lane.label] : lines;
}

/** Positions by then. */
function stateLines({ shown, shard }: Scene, lane: Lane, timeUs: number): readonly string[] {
  const place = shown.placeOf.get(lane.label) ?? -1;
  const { databases, logs } = shown.run.film;
  const isLog = lane.kind === "log";
  const { index } = shown;
  const stream = isLog ? index.logs.get(logKey(place, shard)) : index.databases.get(place);
  if (stream === undefined) return [];
  const row = rowBefore(stream.times, stream.rows, stream.count, timeUs);
  if (row < 0) return [];
  if (isLog) {
    return [
      `shard ${shard}: last ${logs.lastPosition[row]}, committed ${logs.commitPosition[row]}`,
    ];
  }
  const believedUs = (databases.believedUntilUs[row] as number) - timeUs;
  return [
    `applied ${databases.appliedPosition[row]}, knows committed ${databases.committedPosition[row]}`,
    ...(believedUs > 0 ? [`believes in its lease for ${durationText(believedUs)} more`] : []),
  ];
}

/** How many messages came within the pointer's pixel, and what became of the worst. */
function messageLines({ shown, view }: Scene, lane: Lane, timeUs: number): readonly string[] {
  const stream = shown.index.messages.get(shown.placeOf.get(lane.label) ?? -1);
  if (stream === undefined) return [];
  const half = usPerPixel(view) / 2;
  const [from, until] = [stream.from(timeUs - half), stream.from(timeUs + half)];
  if (until === from) return [];
  const counts = messageFates.map(() => 0);
  const { fate } = shown.run.film.messages;
  const last = Math.min(until, from + 100_000);
  for (let at = from; at < last; at++) {
    const each = fate[stream.rows[at] as number] as number;
    counts[each] = (counts[each] ?? 0) + 1;
  }
  const parts = messageFates.flatMap((name, at) => {
    const count = counts[at] ?? 0;
    return count === 0 ? [] : [`${countText(count)} ${name}`];
  });
  return [`messages here: ${parts.join(", ")}`];
}

function faultLines({ shown }: Scene, timeUs: number): readonly string[] {
  return shown.run.outline.faults
    .filter((fault) => timeUs >= fault.fromUs && timeUs <= fault.untilUs)
    .slice(0, 3)
    .map((fault) => `fault: ${fault.text}`);
}
