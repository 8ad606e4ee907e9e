/**
 * The main path of a run of a system that is not Azimuth: boots its machines, loads them with its clients, breaks them as the
 * scenario says, heals them, asks for fresh answers, and judges the history. A pure function of code, scenario and seed.
 */
import type { NodeId, Random } from "../../engine/contract.ts";
import { signatureOf } from "../checker/signature.ts";
import { sayDuration } from "../checker/describe.ts";
import { checkCalls } from "../checker/specification.ts";
import { clientHostOf } from "../clientHost.ts";
import { Infrastructure } from "../infrastructure.ts";
import { Kernel, type KernelListener } from "../kernel.ts";
import type { Machine } from "../machine.ts";
import { planFault } from "../nemesis/registry.ts";
import { NemesisRunner } from "../nemesis/runner.ts";
import type { CheckResult, Run } from "../run.ts";
import type { Scenario } from "../scenario.ts";
import { settingsOf, type Settings } from "../settings.ts";
import { verdictOf } from "../verdict.ts";
import { Requesters, type SystemCall } from "./requesters.ts";
import { checkFault, SystemTopology } from "./systemTopology.ts";
import type { System } from "./system.ts";

/** Machines start before the load does. */
const BOOT_US = 500_000;
/** After all faults have ended the system must answer again within this time; how many answers are asked for. */
const RECOVER_LIMIT_US = 20_000_000;
const FRESH_ANSWERS = 20;
const POLL_US = 5000;

/** What is left of it: the part of a Run that any system has. */
export interface SystemRun<I, A> extends RunOfAnySystem {
  readonly history: readonly SystemCall<I, A>[];
}

type RunOfAnySystem = Pick<
  Run,
  | "scenario"
  | "story"
  | "budget"
  | "seed"
  | "parameters"
  | "verdict"
  | "signature"
  | "checks"
  | "faults"
  | "trace"
  | "loadedUs"
  | "simulatedUs"
  | "events"
  | "digest"
  | "checkpoints"
>;

/** `makeSystem` is called once. Throws RangeError on a scenario that makes no sense for this system. */
export function runSystem<I, A, S>(
  makeSystem: () => System<I, A, S>,
  scenario: Scenario,
  seed: number,
): SystemRun<I, A> {
  return new SystemWorld(makeSystem(), scenario, seed).run();
}

class SystemWorld<I, A, S> implements KernelListener {
  private readonly system: System<I, A, S>;
  private readonly scenario: Scenario;
  private readonly settings: Settings;
  private readonly seed: number;
  private readonly kernel: Kernel;
  private readonly infrastructure: Infrastructure;
  private readonly nemesis: NemesisRunner;
  private readonly requesters: Requesters<I, A>;
  private loadedUs = 0;
  private stopped: CheckResult | undefined = undefined;

  constructor(system: System<I, A, S>, scenario: Scenario, seed: number) {
    const settings = settingsOf(scenario, {});
    this.system = system;
    this.scenario = scenario;
    this.settings = settings;
    this.seed = seed;
    const kernel = new Kernel({ ...settings, seed, full: false }, this);
    this.kernel = kernel;
    for (const { name, zone } of system.machines)
      kernel.addMachine({ name, zone, kind: "database", shard: 0 });
    const stream = (name: string): Random => kernel.streams.stream(name);
    const infrastructure = new Infrastructure(
      kernel,
      ({ name }, incarnation) =>
        system.boot({ name, incarnation, random: stream(`node/${name}/${incarnation}`) }),
      { machineStarted: () => {}, machineStopped: () => {} },
    );
    this.infrastructure = infrastructure;
    const faults = scenario.nemesis.map((spec) => planFault(spec, settings.parameters));
    for (const fault of faults) checkFault(fault, system);
    const topology = new SystemTopology(kernel, system);
    const world = { kernel, cluster: undefined, infrastructure, topology };
    this.nemesis = new NemesisRunner(world, faults, () => {});
    this.requesters = new Requesters(system.clients, settings, clientHostOf(kernel), stream);
    kernel.onClientTimer = (token) => this.requesters.onTimer(token);
    kernel.clientStreams.events = this.requesters;
  }

  /** The phases in order. */
  run(): SystemRun<I, A> {
    const { kernel, requesters } = this;
    try {
      this.infrastructure.startAll();
      this.runTo(BOOT_US);
      this.loadedUs = kernel.nowUs;
      requesters.start();
      this.nemesis.start(this.loadedUs);
      this.runTo(this.loadedUs + this.settings.horizonUs);
      this.nemesis.heal();
      this.askAfresh();
      requesters.stop();
      this.runUntil(RECOVER_LIMIT_US, () => requesters.isIdle);
    } catch (error) {
      this.stopped = this.failureOf(error);
    }
    kernel.recorder.checkpoint(kernel.nowUs);
    return this.result();
  }

  /** Life: once nothing is broken any more, questions are answered again. */
  private askAfresh(): void {
    const { requesters, kernel } = this;
    const wanted = requesters.acknowledged + FRESH_ANSWERS;
    if (this.runUntil(RECOVER_LIMIT_US, () => requesters.acknowledged >= wanted)) return;
    const missing = wanted - requesters.acknowledged;
    const seconds = RECOVER_LIMIT_US / 1_000_000;
    this.stop({
      name: "liveness",
      verdict: "stuck",
      examined: FRESH_ANSWERS,
      unit: "fresh answers",
      sentence: `${missing} of ${FRESH_ANSWERS} fresh answers had not come ${seconds} s after all faults had ended`,
      signature: "no fresh answers after all faults had ended",
      atUs: kernel.nowUs,
    });
  }

  private runTo(untilUs: number): void {
    while (this.stopped === undefined && this.kernel.runOne(untilUs));
  }

  /** False if the time was up first. */
  private runUntil(limitUs: number, isOver: () => boolean): boolean {
    const endUs = this.kernel.nowUs + limitUs;
    while (this.stopped === undefined) {
      if (isOver()) return true;
      if (this.kernel.nowUs >= endUs) return false;
      this.runTo(Math.min(endUs, this.kernel.nowUs + POLL_US));
    }
    return true;
  }

  private stop(why: CheckResult): void {
    this.stopped ??= why;
  }

  /** What a machine throws is a broken promise of its own; anything else is a failure of the harness and goes on up. */
  private failureOf(error: unknown): CheckResult {
    const machine = this.kernel.steppingMachine;
    if (machine === undefined || !(error instanceof Error)) throw error;
    return this.violation("assertions", `${machine.name} threw: ${error.message}`, error.message);
  }

  private violation(name: string, sentence: string, signature: string): CheckResult {
    const { steps, nowUs } = this.kernel;
    return {
      name,
      verdict: "violation",
      examined: steps,
      unit: "steps",
      sentence,
      signature,
      atUs: nowUs,
    };
  }

  // What the kernel tells.

  afterStep(): void {
    this.nemesis.noteStep();
    const sentence = this.system.broken?.();
    if (sentence !== undefined) this.stop(this.violation("invariant", sentence, sentence));
  }

  machineExited(machine: Machine): void {
    this.infrastructure.processExited(machine);
  }

  provisionAsked(node: NodeId): void {
    this.infrastructure.provision(node);
  }

  diskSynced(): void {}
  diskRemoved(): void {}
  diskChanged(): void {}

  private result(): SystemRun<I, A> {
    const { kernel, scenario, settings, requesters, system } = this;
    const { history } = requesters;
    const sayTime = (us: number): string => sayDuration(us - this.loadedUs);
    const checks = [checkCalls(history, system.specification, { sayTime })];
    if (this.stopped !== undefined) {
      // Whoever never answers is stuck, which says more than that there was nothing to examine.
      if (this.stopped.verdict === "stuck" && checks[0]?.verdict === "nothing examined")
        checks.pop();
      checks.unshift(this.stopped);
    }
    return {
      scenario: scenario.name,
      story: scenario.story,
      budget: scenario.budget,
      seed: this.seed,
      parameters: settings.parameters,
      verdict: verdictOf(checks),
      signature: signatureOf(checks.map((check) => this.withoutNames(check))),
      checks,
      faults: this.nemesis.records(history.map(intervalOf), kernel.nowUs),
      history,
      trace: kernel.recorder.events,
      loadedUs: this.loadedUs,
      simulatedUs: kernel.nowUs,
      events: kernel.recorder.count,
      digest: kernel.recorder.digest.toString(),
      checkpoints: kernel.recorder.checkpoints,
    };
  }

  /** Two runs that failed in the same way on different machines have one signature. */
  private withoutNames(check: CheckResult): CheckResult {
    let { sentence } = check;
    for (const { name } of this.system.machines) sentence = sentence.replaceAll(name, "NODE");
    return { ...check, sentence };
  }
}

function intervalOf(call: SystemCall<unknown, unknown>): {
  invokedUs: number;
  completedUs: number;
} {
  return {
    invokedUs: call.invoked,
    completedUs: call.completed === Infinity ? -1 : call.completed,
  };
}
