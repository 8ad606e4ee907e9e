/** Processes that do not outlive this one, however it ends. */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { constants } from "node:os";

/** Process ids; negative: of a group. */
const running = new Set<number>();

/** As `spawn`; a detached process ends with its whole group. */
export function spawnChild(
  command: string,
  words: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const child = spawn(command, words, options);
  const { pid } = child;
  if (pid !== undefined) {
    const id = options.detached === true ? -pid : pid;
    running.add(id);
    child.once("exit", () => running.delete(id));
  }
  return child;
}

/** To be called once: a signal alone would end this process without a word to those that it started. */
export function endChildrenAtExit(): void {
  process.once("exit", () => {
    for (const id of running) process.kill(id, "SIGKILL");
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}
