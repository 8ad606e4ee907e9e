/** The places where the determinism guard executes a run. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { execute, type Execution, type ExecutionTask } from "./execution.ts";
import type { Simulate } from "./simulation.ts";

export interface Executor {
  /** "a worker thread": a sentence names it so. */
  readonly name: string;
  readonly execute: (task: ExecutionTask) => Promise<Execution>;
  readonly close: () => Promise<void>;
}

const compiled = new URL("./executionWorker.js", import.meta.url);

export function inThisProcess(name: string, simulate: Simulate): Executor {
  return {
    name,
    execute: async (task) => execute(task, simulate),
    close: async () => undefined,
  };
}

/** `script`: the compiled executionWorker; tests, which run sources, name it. */
export function inWorkerThread(script: URL = compiled): Executor {
  const worker = new Worker(script);
  return {
    name: "a worker thread",
    execute: (task) => oneAnswer(worker, () => worker.postMessage(task), "the worker thread ended"),
    close: async () => {
      await worker.terminate();
    },
  };
}

export function inFreshProcess(script: URL = compiled): Executor {
  const child = fork(fileURLToPath(script), { serialization: "advanced" });
  return {
    name: "a fresh process",
    execute: (task) => oneAnswer(child, () => child.send(task), "the process ended"),
    close: async () => {
      child.kill();
    },
  };
}

interface Emitter {
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
}

function oneAnswer(from: Emitter, ask: () => void, ended: string): Promise<Execution> {
  const listeners: (readonly [string, (value: unknown) => void])[] = [];
  return new Promise<Execution>((resolve, reject) => {
    listeners.push(
      ["message", (answer) => resolve(answer as Execution)],
      ["error", (error) => reject(error instanceof Error ? error : new Error(String(error)))],
      ["exit", (status) => reject(new Error(`${ended} with status ${String(status)}`))],
    );
    for (const [event, listener] of listeners) from.on(event, listener);
    ask();
  }).finally(() => {
    for (const [event, listener] of listeners) from.off(event, listener);
  });
}
