/** Finds the moments of a tour in a finished run. All times are true microseconds since the run began. */
import type { LinkSelection } from "../../reports/link.ts";
import type { CheckResult, LeaseInterval } from "../../sim/run.ts";
import type { Find, Tour } from "./tour.ts";

/** What tours look at. */
export interface TourRun {
  readonly loadedUs: number;
  readonly faults: readonly TourFault[];
  readonly leases: readonly LeaseInterval[];
  readonly checks: readonly CheckResult[];
  /** Ascending, as in the run's film: an event's place is its row there. */
  readonly events: readonly TourEvent[];
  readonly operations: readonly TourOperation[];
}

export interface TourFault {
  readonly id: string;
  readonly kind: string;
  readonly fromUs: number;
  readonly untilUs: number;
}

export interface TourEvent {
  readonly timeUs: number;
  readonly kind: string;
  readonly node: string;
}

export interface TourOperation {
  readonly id: number;
  readonly invokedUs: number;
  /** -1 while open. */
  readonly completedUs: number;
  readonly access: string;
  readonly outcome: string;
  readonly answer: string;
}

export interface TourMoment {
  readonly atUs: number;
  /** Undefined: nothing but the instant. */
  readonly selection?: LinkSelection;
}

/** A moment for each step, up to the first that is not in the run. */
export function momentsOf(tour: Tour, run: TourRun): readonly TourMoment[] {
  const moments: TourMoment[] = [];
  let sinceUs = 0;
  for (const { find } of tour.steps) {
    const found = momentOf(find, run, sinceUs);
    if (found === undefined) break;
    moments.push(found);
    sinceUs = found.atUs;
  }
  return moments;
}

/** The first such moment that is not earlier; undefined: there is none. */
function momentOf(find: Find, run: TourRun, sinceUs: number): TourMoment | undefined {
  switch (find.find) {
    case "load":
      return { atUs: run.loadedUs };
    case "fault": {
      const edge = find.edge === "start" ? "fromUs" : "untilUs";
      const fault = run.faults.find((one) => one.kind === find.kind && one[edge] >= sinceUs);
      return fault && { atUs: fault[edge], selection: { kind: "fault", id: fault.id } };
    }
    case "event": {
      const { kind, node = "" } = find;
      const row = run.events.findIndex(
        (one) => one.kind === kind && one.timeUs >= sinceUs && one.node.startsWith(node),
      );
      const event = run.events[row];
      return event && { atUs: event.timeUs, selection: { kind: "event", row } };
    }
    case "operation": {
      const { access, outcome, edge, answer } = find;
      const isMeant = (one: TourOperation): boolean =>
        one.access === access &&
        one.outcome === outcome &&
        (answer === undefined || one.answer === answer) &&
        one.invokedUs >= sinceUs;
      return ofOperation(earliest(run.operations.filter(isMeant)), edge);
    }
    case "overlap": {
      const atUs = firstOverlapUs(run.leases, sinceUs);
      return atUs === undefined ? undefined : { atUs };
    }
    case "leaseEnd": {
      const ends = run.leases.filter((one) => one.untilUs >= sinceUs);
      const lease = ends.sort((one, other) => one.untilUs - other.untilUs)[0];
      return lease && { atUs: lease.untilUs, selection: { kind: "node", node: lease.node } };
    }
    case "violation":
      return violationOf(find.check, run, sinceUs);
  }
}

function ofOperation(
  found: TourOperation | undefined,
  edge: "invoked" | "completed",
): TourMoment | undefined {
  if (found === undefined) return undefined;
  const atUs = edge === "invoked" ? found.invokedUs : found.completedUs;
  return { atUs, selection: { kind: "operation", id: found.id } };
}

function earliest(operations: readonly TourOperation[]): TourOperation | undefined {
  return operations.reduce<TourOperation | undefined>(
    (first, one) => (first === undefined || one.invokedUs < first.invokedUs ? one : first),
    undefined,
  );
}

function firstOverlapUs(leases: readonly LeaseInterval[], sinceUs: number): number | undefined {
  const starts = leases.flatMap((one) =>
    leases
      .filter((other) => other.node !== one.node && other.shard === one.shard)
      .filter((other) => other.fromUs <= one.fromUs && other.untilUs > one.fromUs)
      .map(() => one.fromUs),
  );
  const later = starts.filter((atUs) => atUs >= sinceUs);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** With the operation at fault, where the check looked at operations. */
function violationOf(name: string, run: TourRun, sinceUs: number): TourMoment | undefined {
  const check = run.checks.find(
    (one) =>
      one.name === name && (one.verdict === "violation" || one.verdict === "expected violation"),
  );
  const atUs = check?.atUs;
  if (atUs === undefined || atUs < sinceUs) return undefined;
  const operation = run.operations.find((one) => one.completedUs === atUs);
  if (operation === undefined) return { atUs };
  return { atUs, selection: { kind: "operation", id: operation.id } };
}
