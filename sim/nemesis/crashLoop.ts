import {
  always,
  forField,
  nothing,
  numberOf,
  shardField,
  targetField,
  textOf,
  type FaultKind,
} from "./fault.ts";
import { machineDraw, midstDraws } from "./swarm.ts";
import { machineOf, tellRoles } from "./targets.ts";

export const crashLoop: FaultKind = {
  kind: "crashLoop",
  help: "a machine dies, starts, and dies again soon after, over and over",
  fields: {
    target: targetField,
    shard: shardField,
    downMs: {
      help: "how long it is down each time, beside the time that a start takes",
      standard: 0,
    },
    upMs: { help: "how long each process lives, drawn up to twice this", standard: 150 },
    forMs: forField,
  },
  swarm: {
    group: "process",
    weight: 1,
    fields: {
      ...midstDraws,
      target: machineDraw,
      downMs: { among: [0, 0, 50, 400] },
      upMs: { from: 1, to: 500, decimals: 0 },
      forMs: { from: 200, to: 3000, decimals: 0 },
    },
  },
  damages: nothing,
  probes: always,
  begin: (context, fields) => {
    const { kernel, infrastructure, counter, decisions } = context;
    const machine = machineOf(context, textOf(fields, "target"), numberOf(fields, "shard"));
    if (machine === undefined || !machine.isRunning) return undefined;
    const roles = tellRoles(context, (other) => other === machine);
    const downUs = numberOf(fields, "downMs") * 1000;
    const upUs = numberOf(fields, "upMs") * 1000;
    let hasEnded = false;
    let isDown = false;
    /** The process whose death has been decided. */
    let doomed = -1;
    const release = (): void => {
      if (isDown) infrastructure.release(machine);
      isDown = false;
    };
    const crash = (): void => {
      infrastructure.crash(machine, "crash", false, counter);
      isDown = true;
      kernel.at(kernel.nowUs + downUs, release);
    };
    const watch = (): void => {
      if (hasEnded) return;
      if (machine.isRunning && machine.process !== doomed) {
        doomed = machine.process;
        const diesUs = kernel.nowUs + Math.floor(2 * upUs * decisions.next());
        kernel.at(diesUs, () => {
          if (!hasEnded && machine.isRunning && machine.process === doomed) crash();
        });
      }
      kernel.at(kernel.nowUs + WATCH_US, watch);
    };
    doomed = machine.process;
    crash();
    watch();
    return {
      text: `${machine.name} crashes again and again${roles}`,
      targets: [machine.name],
      lastsUs: numberOf(fields, "forMs") * 1000,
      end: () => {
        hasEnded = true;
        release();
      },
    };
  },
};

/** How often it looks whether a new process has started. */
const WATCH_US = 5000;
