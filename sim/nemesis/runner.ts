/** Carries out a scenario's faults: each begins at its time on whoever holds its roles then, and ends after its while. */
import type { Operation } from "../checker/history.ts";
import type { Cluster } from "../cluster.ts";
import type { Infrastructure } from "../infrastructure.ts";
import type { Kernel } from "../kernel.ts";
import { createFaultCounter, type FaultCounter } from "../place.ts";
import type { FaultRecord } from "../run.ts";
import { prepareUs, type FaultContext, type RunningFault } from "./fault.ts";
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

interface Entry {
  readonly planned: PlannedFault;
  readonly counter: FaultCounter;
  readonly context: FaultContext;
  running: RunningFault | undefined;
  fromUs: number;
  untilUs: number;
}

export class NemesisRunner {
  private readonly kernel: Kernel;
  private readonly cluster: Cluster;
  private readonly onProbe: (order: ProbeOrder) => void;
  private readonly entries: Entry[] = [];
  private isHealed = false;

  constructor(
    kernel: Kernel,
    cluster: Cluster,
    infrastructure: Infrastructure,
    faults: readonly PlannedFault[],
    onProbe: (order: ProbeOrder) => void,
  ) {
    this.kernel = kernel;
    this.cluster = cluster;
    this.onProbe = onProbe;
    faults.forEach((planned, index) => {
      const counter = createFaultCounter();
      const decisions = kernel.decisions.source("nemesis", `${index}-${planned.kind.kind}`);
      const context = { kernel, cluster, infrastructure, decisions, counter };
      this.entries.push({ planned, counter, context, running: undefined, fromUs: -1, untilUs: -1 });
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
      this.kernel.at(beginUs, () => this.begin(entry));
    }
  }

  private begin(entry: Entry): void {
    if (this.isHealed) return;
    const { kernel, cluster } = this;
    const { kind, fields } = entry.planned;
    const primaries: string[] = [];
    const leaders: string[] = [];
    for (let shard = 0; shard < cluster.layout.shardCount; shard++) {
      primaries.push(cluster.primaryOf(shard)?.machine.name ?? "");
      leaders.push(cluster.logLeaderOf(shard)?.machine.name ?? "");
    }
    const running = kind.begin(entry.context, fields);
    if (running === undefined) {
      kernel.at(kernel.nowUs + RETRY_US, () => this.begin(entry));
      return;
    }
    entry.running = running;
    entry.fromUs = kernel.nowUs;
    kernel.recorder.trace(kernel.nowUs, "", "fault.started", -1, -1, -1, running.text);
    if (entry.planned.probes) this.orderProbes(entry, running, primaries, leaders);
    if (running.lastsUs === 0) this.end(entry);
    else kernel.at(kernel.nowUs + running.lastsUs, () => this.end(entry));
  }

  /** One probe a shard whose primary or log leader the fault touched. */
  private orderProbes(
    entry: Entry,
    running: RunningFault,
    primaries: readonly string[],
    leaders: readonly string[],
  ): void {
    const isHit = (name: string): boolean =>
      name !== "" &&
      (running.targets.includes(name) || running.targets.includes(this.kernel.machine(name).zone));
    for (let shard = 0; shard < primaries.length; shard++) {
      const from = primaries[shard] ?? "";
      if (!isHit(from) && !isHit(leaders[shard] ?? "")) continue;
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
    const effects = entry.counter.messagesCut + entry.counter.diskResultsChanged;
    kernel.recorder.trace(kernel.nowUs, "", "fault.ended", -1, -1, effects, running.text);
  }

  /** Ends every fault that still lasts, and begins no other. */
  heal(): void {
    this.isHealed = true;
    for (const entry of this.entries) this.end(entry);
  }

  /** What each fault did. One that never found its target is told with no effects. */
  records(history: readonly Operation[], endUs: number): FaultRecord[] {
    return this.entries.map((entry) => {
      const { kind } = entry.planned.kind;
      if (entry.running === undefined) {
        const text = `${kind}: nobody held the roles it aims at`;
        const none = { messagesCut: 0, diskResultsChanged: 0, operationsOverlapped: 0 };
        return { kind, text, targets: [], fromUs: endUs, untilUs: endUs, ...none };
      }
      const { fromUs } = entry;
      const untilUs = entry.untilUs < 0 ? endUs : entry.untilUs;
      return {
        kind,
        text: entry.running.text,
        targets: entry.running.targets,
        fromUs,
        untilUs,
        messagesCut: entry.counter.messagesCut,
        diskResultsChanged: entry.counter.diskResultsChanged,
        operationsOverlapped: countOverlaps(history, fromUs, untilUs),
      };
    });
  }
}

function countOverlaps(history: readonly Operation[], fromUs: number, untilUs: number): number {
  let count = 0;
  for (const operation of history) {
    const endedUs = operation.completedUs < 0 ? Infinity : operation.completedUs;
    if (operation.invokedUs <= untilUs && endedUs >= fromUs) count += 1;
  }
  return count;
}
