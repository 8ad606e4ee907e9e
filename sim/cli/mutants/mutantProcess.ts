/** A child process with something planted in it, as an object that answers seeds. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { PlantOrder, SeedAnswer, SeedOrder, ShrinkAnswer, ShrinkOrder } from "./protocol.ts";

/** A run takes a fraction of a second; one that takes so long goes round in circles. */
const hangMs = 120_000;

/** Tests run this file itself, everybody else its compiled form; the child is always the compiled one. */
const script: string = fileURLToPath(
  new URL(
    import.meta.url.endsWith(".ts") ? "../../../dist/sim/cli/mutants/child.js" : "./child.js",
    import.meta.url,
  ),
);

/** As `npm run sim` gives the main thread. */
const execArgv: readonly string[] = ["--max-semi-space-size=64"];

export class MutantProcess {
  private readonly child: ChildProcess;
  private errorText = "";

  constructor(order: PlantOrder) {
    this.child = fork(script, [], {
      execArgv: [...execArgv],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
    });
    this.child.stderr?.on("data", (text: Buffer) => (this.errorText += text.toString()));
    this.child.send(order);
  }

  /** A process that dies or hangs is a finding like any other; it answers no further seed then. */
  ask(order: SeedOrder): Promise<SeedAnswer> {
    return new Promise((resolve) => {
      const { child } = this;
      const finish = (answer: SeedAnswer): void => {
        clearTimeout(timer);
        child.off("message", onMessage);
        child.off("exit", onExit);
        resolve(answer);
      };
      const onMessage = (answer: unknown): void => finish(answer as SeedAnswer);
      const onExit = (): void => finish(deathOf(order, lastLines(this.errorText)));
      const timer = setTimeout(() => {
        child.off("exit", onExit);
        child.kill("SIGKILL");
        finish(deathOf(order, `no answer in ${hangMs / 1000} s`));
      }, hangMs);
      child.on("message", onMessage);
      child.on("exit", onExit);
      if (child.exitCode !== null || !child.connected) onExit();
      else child.send(order);
    });
  }

  /** Undefined if no run failed, or the process died. */
  shrink(order: ShrinkOrder): Promise<ShrinkAnswer | undefined> {
    return new Promise((resolve) => {
      this.child.once("message", (answer: unknown) => {
        resolve((answer as ShrinkAnswer | null) ?? undefined);
      });
      this.child.once("exit", () => resolve(undefined));
      this.child.send(order);
    });
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  end(): void {
    this.child.kill("SIGKILL");
  }
}

function deathOf({ seed }: SeedOrder, why: string): SeedAnswer {
  const finding = { notice: "harness", signature: "harness: the process died", sentence: why };
  const nothing = { ran: 0, faults: 0, operations: 0, wallMs: 0 };
  return { seed, verdict: "harness", findings: [finding], ...nothing };
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join(" ") || "it ended by itself";
}
