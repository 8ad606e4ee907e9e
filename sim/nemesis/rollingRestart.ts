import { encodeFailoverAsk } from "../../engine/control/messages.ts";
import type { Machine } from "../machine.ts";
import { never, nothing, numberOf, textOf, type FaultContext, type FaultKind } from "./fault.ts";

/** A primary is asked to hand over, and is restarted this much later. */
const HANDOVER_US = 1_000_000;
/** How long a stopped process stays down before it starts again. */
const DOWN_US = 200_000;

export const rollingRestart: FaultKind = {
  kind: "rollingRestart",
  help: "every machine is restarted in turn, primaries after a planned failover",
  fields: {
    targets: { help: "all, database or log", standard: "all" },
    everyMs: { help: "time between two restarts", standard: 5000 },
  },
  swarm: {
    group: "operator",
    weight: 0.3,
    fields: {
      targets: { among: ["all", "database", "log"] },
      everyMs: { from: 100, to: 1000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: never,
  begin: (context, fields) => {
    const { kernel } = context;
    const targets = textOf(fields, "targets");
    const everyUs = numberOf(fields, "everyMs") * 1000;
    const machines = kernel.machines.filter(
      (machine) => targets === "all" || machine.kind === targets,
    );
    let hasEnded = false;
    machines.forEach((machine, index) => {
      kernel.at(kernel.nowUs + index * everyUs, () => {
        if (!hasEnded) restartGently(context, machine);
      });
    });
    return {
      text: `${machines.length} machines restart in turn`,
      targets: machines.map((machine) => machine.name),
      lastsUs: machines.length * everyUs,
      end: () => {
        hasEnded = true;
      },
    };
  },
};

function restartGently(context: FaultContext, machine: Machine): void {
  const { kernel, cluster } = context;
  const isPrimary = machine.shard >= 0 && cluster?.primaryOf(machine.shard)?.machine === machine;
  if (!isPrimary) {
    restart(context, machine);
    return;
  }
  machine.receiveFrame("admin", encodeFailoverAsk(machine.shard, ""));
  kernel.at(kernel.nowUs + HANDOVER_US, () => restart(context, machine));
}

function restart(context: FaultContext, machine: Machine): void {
  const { kernel, infrastructure, counter } = context;
  if (!machine.isRunning) return;
  infrastructure.crash(machine, "restart", false, counter);
  kernel.at(kernel.nowUs + DOWN_US, () => infrastructure.release(machine));
}
