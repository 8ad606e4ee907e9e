/** The process in which a mutant lives: plants it, loads the world behind it, and runs one seed after another. */
import { register } from "node:module";
import { isBad } from "../../../reports/verdict.ts";
import type { CheckResult, Run } from "../../run.ts";
import type { Simulate } from "../simulation.ts";
import type { Finding, PlantOrder, SeedAnswer, SeedOrder, ShrinkOrder } from "./protocol.ts";

declare global {
  /** Counted up by `ran()` in the planted module. */
  var mutantRuns: number;
}
globalThis.mutantRuns = 0;

let order: PlantOrder | undefined;
let simulate: Simulate | undefined;

type Message = PlantOrder | SeedOrder | ShrinkOrder;
process.on("message", (message: Message) => void receive(message));
process.on("disconnect", () => process.exit(0));

async function receive(message: Message): Promise<void> {
  if ("planted" in message) {
    order = message;
    register("./hooks.js", import.meta.url, { data: message.planted });
    return;
  }
  // Not before the hooks are in place: this is what loads the engine.
  simulate ??= (await import("../realSimulation.js")).simulate;
  if (order === undefined) throw new Error("a seed before the order to plant");
  if ("seconds" in message) {
    const { shrinkUnderMutant } = await import("./shrinkChild.js");
    process.send?.((await shrinkUnderMutant(order, message, simulate)) ?? null);
    return;
  }
  process.send?.(runSeed(order, message, simulate));
}

function runSeed(plan: PlantOrder, task: SeedOrder, simulateRun: Simulate): SeedAnswer {
  const { seed, isTwice } = task;
  const startedMs = performance.now();
  const before = globalThis.mutantRuns;
  const findings: Finding[] = [];
  let run: Run | undefined;
  try {
    run = simulateRun(plan.scenario, plan.overrides, seed, { full: false }).run;
    findings.push(...run.checks.filter(isBad).map(findingOf));
    if (isTwice) {
      const again = simulateRun(plan.scenario, plan.overrides, seed, { full: false }).run;
      if (again.digest !== run.digest) findings.push(twoDigests(run, again));
    }
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    findings.push({ notice: "harness", signature: "harness: it threw", sentence });
  }
  return {
    seed,
    verdict: run?.verdict ?? "harness",
    findings,
    ran: globalThis.mutantRuns - before,
    faults: run === undefined ? 0 : run.faults.filter((fault) => fault.mattered).length,
    operations: run?.operations.offered ?? 0,
    wallMs: performance.now() - startedMs,
  };
}

function findingOf(check: CheckResult): Finding {
  const { name, verdict, sentence } = check;
  const notice = verdict === "nothing examined" ? "harness" : name;
  return { notice, signature: `${name}: ${check.signature ?? verdict}`, sentence };
}

function twoDigests(run: Run, again: Run): Finding {
  const at = run.checkpoints.findIndex(
    (one, index) => one.digest !== again.checkpoints[index]?.digest,
  );
  const second = run.checkpoints[at]?.timeUs;
  const where = second === undefined ? "" : ` before ${second / 1e6} s of simulated time`;
  const sentence = `the same seed gave the digests ${run.digest} and ${again.digest}, which part${where}`;
  return { notice: "determinism", signature: "determinism: two digests", sentence };
}
