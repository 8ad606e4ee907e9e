/** One case in its own process: runs the case that its argument tells as JSON and prints what it measured as JSON. */
import type { BenchCase } from "./cases.ts";
import { checkerCase } from "./checkerCase.ts";
import { runIdle } from "./idleCase.ts";
import { recordedCase } from "./recordedCase.ts";
import { runKernel } from "./kernelCase.ts";
import type { Counted, Measured } from "./measured.ts";
import { sortedCase } from "./sortedCase.ts";
import { runSimulations } from "./simulationCase.ts";

/** Warms up and returns what is to be measured. */
function prepare(which: BenchCase): () => Counted {
  switch (which.kind) {
    case "kernel":
      runKernel(which.events / 10);
      return () => runKernel(which.events);
    case "simulation": {
      const { scenario, overrides, runs, warmUpMs } = which;
      const fault = { faultAtMs: warmUpMs / 6, faultForMs: warmUpMs / 3 };
      runSimulations(scenario, { ...overrides, ...fault, horizonMs: warmUpMs }, 99, 1);
      return () => runSimulations(scenario, overrides, 1, runs);
    }
    case "checker":
      checkerCase({ ...which, operations: which.operations / 10 })();
      return checkerCase(which);
    case "recorded":
      recordedCase(Math.ceil(which.rounds / 2))();
      return recordedCase(which.rounds);
    case "sorted":
      sortedCase(which.structure, Math.ceil(which.entries / 10))();
      return sortedCase(which.structure, which.entries);
    case "idle":
      return () => runIdle(which.shards, which.replicas, which.seconds);
  }
}

function measure(which: BenchCase): Measured {
  const run = prepare(which);
  const wallMs = performance.now();
  const cpu = process.cpuUsage();
  const counted = run();
  const used = process.cpuUsage(cpu);
  return {
    case: which.name,
    shards: which.shards,
    ...counted,
    wallSeconds: (performance.now() - wallMs) / 1000,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}

const told = JSON.parse(process.argv[2] ?? "") as BenchCase;
process.stdout.write(`${JSON.stringify(measure(told))}\n`);
