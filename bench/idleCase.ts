/** A cluster that nobody asks anything (rule 10): what its machines do by themselves, each shard's share of it. */
import { timingWith } from "../engine/timing.ts";
import { Cluster } from "../sim/cluster.ts";
import { Infrastructure } from "../sim/infrastructure.ts";
import { Kernel } from "../sim/kernel.ts";
import { layoutOf } from "../sim/layout.ts";
import type { Machine } from "../sim/machine.ts";
import { quietObserver } from "../sim/quietObserver.ts";
import { Timeline } from "../sim/timeline.ts";
import type { Counted } from "./measured.ts";

const SETTLED_US = 10_000_000;

export function runIdle(shards: number, replicas: number, seconds: number): Counted {
  const syncs = new SyncCounter();
  const kernel: Kernel = new Kernel(
    { seed: 1, full: false, wallSkewMs: 20, driftPpm: 500 },
    {
      afterStep: (machine) => cluster.look(machine),
      machineExited: (machine) => infrastructure.processExited(machine),
      provisionAsked: (node) => infrastructure.provision(node),
      diskSynced: (machine) => syncs.wrote(machine, kernel.nowUs),
      diskRemoved: (machine) => syncs.wrote(machine, kernel.nowUs),
      diskChanged: () => {},
    },
  );
  const layout = layoutOf(shards, replicas);
  const timing = timingWith({ logLeader: "near" });
  const maxmemory = { bytes: 0, policy: "any" };
  const scripts = { slowness: 1, busyAfterMs: 5000 };
  const options = { layout, timing, monitorZone: "a", maxmemory, scripts, sharesEntries: false };
  const cluster = new Cluster(kernel, options, quietObserver(), new Timeline());
  const infrastructure = new Infrastructure(
    kernel,
    (machine, incarnation) => cluster.makeProgram(machine, incarnation),
    { machineStarted: () => {}, machineStopped: (machine) => cluster.stopped(machine) },
  );
  cluster.formatDisks();
  infrastructure.startAll();
  while (kernel.runOne(SETTLED_US));
  const why = cluster.whyNotConverged(cluster.tails());
  const before = { steps: kernel.steps, events: kernel.recorder.count, syncs: syncs.count };
  while (kernel.runOne(SETTLED_US + seconds * 1e6));
  return {
    simulatedSeconds: seconds,
    steps: kernel.steps - before.steps,
    events: kernel.recorder.count - before.events,
    operations: 0,
    syncs: syncs.count - before.syncs,
    verdict: why ?? "ok",
  };
}

/** Counts completed syncs: writes of one machine that become durable at one time were covered by one sync. */
class SyncCounter {
  count = 0;
  private readonly lastUs: Map<Machine, number> = new Map();

  wrote(machine: Machine, nowUs: number): void {
    if (this.lastUs.get(machine) === nowUs) return;
    this.lastUs.set(machine, nowUs);
    this.count += 1;
  }
}
