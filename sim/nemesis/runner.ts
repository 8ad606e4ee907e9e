/** Carries out a scenario's faults: each begins at its time on whoever holds its roles then, and ends after its while. */
import type { Operation } from "../checker/history.ts";
import type { Kernel } from "../kernel.ts";
import { createFaultCounter, effectsOf, type FaultCounter } from "../place.ts";
import type { FaultRecord, Interval } from "../run.ts";
import type { Topology } from "../topology.ts";
import { numberOf, prepareUs, textOf, type FaultContext, type RunningFault } from "./fault.ts";
import type { PlannedFault } from "./registry.ts";

const RETRY_US = 10_000;

/** What the write probe is told when a fault begins. */
export interface ProbeOrder {
  readonly shard: number;
  readonly cause: string;
  readonly planned: boolean;
  readonly faultUs: number;
  /** The primary just before the fault; "" if there was none. */
  readonly from: string;
}

/** When and where an operation ran; completedUs is -1 while it is open. A system without shards does not say where. */
type Course = Pick<Operation, "invokedUs" | "completedUs"> & Partial<Pick<Operation, "shard">>;

/** The world that faults break. */
export type FaultedWorld = Omit<FaultContext, "decisions" | "counter">;

/** A fault that has begun, as an onlooker sees it. */
export interface FaultSoFar extends Interval {
  /** Its own name, or its place in the list and its kind. */
  readonly id: string;
  readonly kind: string;
  readonly text: string;
  readonly targets: readonly string[];
}

interface Entry {
  readonly id: string;
  readonly planned: PlannedFault;
  readonly counter: FaultCounter;
  readonly context: FaultContext;
  running: RunningFault | undefined;
  phases: readonly string[];
  fromUs: number;
  untilUs: number;
}

/** The name of a fault that has none of its own. */
export function placeId(index: number, kind: string): string {
  return `${index}-${kind}`;
}

export class NemesisRunner {
  private readonly kernel: Kernel;
  private readonly topology: Topology;
  private readonly onProbe: (order: ProbeOrder) => void;
  private readonly entries: Entry[] = [];
  /** Faults whose time has come and whose moment has not. */
  private waiting: readonly Entry[] = [];
  private isHealed = false;

  constructor(
    world: FaultedWorld,
    faults: readonly PlannedFault[],
    onProbe: (order: ProbeOrder) => void,
  ) {
    const { kernel, topology } = world;
    this.kernel = kernel;
    this.topology = topology;
    this.onProbe = onProbe;
    faults.forEach((planned, index) => {
      const when = textOf(planned.fields, "when");
      if (when !== "now" && !topology.moments.includes(when))
        throw new RangeError(
          `fault ${planned.kind.kind}: no moment "${when}": expected ${["now", ...topology.moments].join(", ")}`,
        );
      const counter = createFaultCounter();
      const id = textOf(planned.fields, "id") || placeId(index, planned.kind.kind);
      const decisions = kernel.decisions.source("nemesis", id);
      const context = { ...world, decisions, counter };
      const idle = { running: undefined, phases: [], fromUs: -1, untilUs: -1 };
      this.entries.push({ id, planned, counter, context, ...idle });
    });
  }

  /** Schedules everything, counted from the start of the load. */
  start(loadedUs: number): void {
    for (const entry of this.entries) {
      const { kind, fields, atUs } = entry.planned;
      const beginUs = loadedUs + atUs;
      const { prepare } = kind;
      if (prepare !== undefined)
        this.kernel.at(beginUs - prepareUs, () => prepare(entry.context, fields));
      this.kernel.at(beginUs, () => this.await(entry));
    }
  }

  private await(entry: Entry): void {
    const { fields } = entry.planned;
    if (textOf(fields, "when") === "now") return this.begin(entry);
    this.waiting = [...this.waiting, entry];
    this.kernel.at(this.kernel.nowUs + numberOf(fields, "waitMs") * 1000, () =>
      this.endWait(entry),
    );
    this.noteStep();
  }

  private endWait(entry: Entry): void {
    if (!this.waiting.includes(entry)) return;
    this.waiting = this.waiting.filter((other) => other !== entry);
    this.begin(entry);
  }

  /** To be called after every step of a machine: the moment that a fault waits for may have come. */
  noteStep(): void {
    if (this.waiting.length === 0) return;
    const due = this.waiting.filter((entry) => this.hasMomentCome(entry));
    if (due.length === 0) return;
    this.waiting = this.waiting.filter((entry) => !due.includes(entry));
    // Not within the step, which has yet to be finished.
    for (const entry of due) this.kernel.at(this.kernel.nowUs, () => this.begin(entry));
  }

  private hasMomentCome({ planned }: Entry): boolean {
    const { fields } = planned;
    const shard = "shard" in fields ? numberOf(fields, "shard") : 0;
    return this.topology.isMoment(textOf(fields, "when"), shard);
  }

  private begin(entry: Entry): void {
    if (this.isHealed) return;
    const { kernel } = this;
    const { kind, fields } = entry.planned;
    const leaders = this.leadersNow();
    entry.phases = this.topology.phasesAt?.(kernel.nowUs) ?? [];
    const running = kind.begin(entry.context, fields);
    if (running === undefined) {
      kernel.at(kernel.nowUs + RETRY_US, () => this.begin(entry));
      return;
    }
    entry.running = running;
    entry.fromUs = kernel.nowUs;
    kernel.recorder.trace(kernel.nowUs, "", "fault.started", -1, -1, -1, running.text);
    if (entry.planned.probes) this.orderProbes(entry, running, leaders);
    if (running.lastsUs === 0) this.end(entry);
    else kernel.at(kernel.nowUs + running.lastsUs, () => this.end(entry));
  }

  /** The names of those who hold the leading roles, by shard and in the order of the roles; "" where nobody does. */
  private leadersNow(): readonly (readonly string[])[] {
    const { topology } = this;
    return Array.from({ length: topology.shardCount }, (_, shard) =>
      topology.leadingRoles.map(({ role }) => topology.holderOf(role, shard)?.name ?? ""),
    );
  }

  /** One probe a shard of which the fault touched a leader. */
  private orderProbes(
    entry: Entry,
    running: RunningFault,
    leaders: readonly (readonly string[])[],
  ): void {
    const isHit = (name: string): boolean =>
      name !== "" &&
      (running.targets.includes(name) || running.targets.includes(this.kernel.machine(name).zone));
    for (const [shard, names] of leaders.entries()) {
      if (!names.some(isHit)) continue;
      const from = names[0] ?? "";
      const planned = entry.planned.kind.kind === "plannedFailover";
      const { kind } = entry.planned.kind;
      this.onProbe({ shard, cause: kind, planned, faultUs: this.kernel.nowUs, from });
    }
  }

  private end(entry: Entry): void {
    const { running } = entry;
    if (running === undefined || entry.untilUs >= 0) return;
    const { kernel } = this;
    entry.untilUs = kernel.nowUs;
    running.end();
    const effects = effectsOf(entry.counter);
    kernel.recorder.trace(kernel.nowUs, "", "fault.ended", -1, -1, effects, running.text);
  }

  /** Ends every fault that still lasts, and begins no other. */
  heal(): void {
    this.isHealed = true;
    for (const entry of this.entries) this.end(entry);
  }

  /** What has begun by now, in the order of the list; what still lasts ends now. */
  soFar(nowUs: number): FaultSoFar[] {
    const begun: FaultSoFar[] = [];
    for (const { id, planned, running, fromUs, untilUs } of this.entries) {
      if (running === undefined) continue;
      const { text, targets } = running;
      const endUs = untilUs < 0 ? nowUs : untilUs;
      begun.push({ id, kind: planned.kind.kind, text, targets, fromUs, untilUs: endUs });
    }
    return begun;
  }

  /** What each fault did. One that never found its target is told with no effects. */
  records(history: readonly Course[], endUs: number): FaultRecord[] {
    return this.entries.map((entry) => {
      const { kind } = entry.planned.kind;
      const { counter, running, fromUs } = entry;
      if (running === undefined) {
        const text = `${kind}: nobody held the roles it aims at`;
        const never = { fromUs: endUs, untilUs: endUs, operationsOverlapped: 0, mattered: false };
        const phases: readonly string[] = [];
        return { kind, text, targets: [], effects: counter, phases, ...never };
      }
      const untilUs = entry.untilUs < 0 ? endUs : entry.untilUs;
      const { text, targets } = running;
      const isTouched = this.shardsOf(targets);
      const operationsOverlapped = countOverlaps(history, isTouched, fromUs, untilUs);
      const mattered =
        effectsOf(counter) > 0 || (counter.processesEnded > 0 && operationsOverlapped > 0);
      return {
        kind,
        text,
        targets,
        fromUs,
        untilUs,
        effects: counter,
        operationsOverlapped,
        mattered,
        phases: entry.phases,
      };
    });
  }

  /** Which shards a fault touches: those of the database nodes among its targets; all, if it names others or nobody. */
  private shardsOf(targets: readonly string[]): (shard: number) => boolean {
    const shards = new Set<number>();
    for (const target of targets) {
      const shard = this.kernel.hasMachine(target) ? this.kernel.machine(target).shard : -1;
      if (shard < 0) return () => true;
      shards.add(shard);
    }
    return (shard) => shards.size === 0 || shards.has(shard);
  }
}

function countOverlaps(
  history: readonly Course[],
  isTouched: (shard: number) => boolean,
  fromUs: number,
  untilUs: number,
): number {
  let count = 0;
  for (const operation of history) {
    if (operation.shard !== undefined && !isTouched(operation.shard)) continue;
    const endedUs = operation.completedUs < 0 ? Infinity : operation.completedUs;
    if (operation.invokedUs <= untilUs && endedUs >= fromUs) count += 1;
  }
  return count;
}
