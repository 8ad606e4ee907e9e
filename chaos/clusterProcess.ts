/** A cluster of three zone processes in a folder of its own, for as long as one run lasts. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PATIENCE_MS = 120_000;
/** Of what it has said, for whom it does not come up. */
const KEPT_CHARACTERS = 4000;

export class ClusterProcess {
  private readonly dir = mkdtempSync(join(tmpdir(), "azimuth-chaos-"));
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private said = "";

  private constructor(program: string, options: readonly string[], plant: string) {
    const argv = [program, ...options, `dir=${this.dir}`];
    this.child = spawn(process.execPath, argv, {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, AZIMUTH_PLANT: plant },
    });
    const hear = (text: string): void => {
      this.said = (this.said + text).slice(-KEPT_CHARACTERS);
    };
    this.child.stdout?.setEncoding("utf8").on("data", hear);
    this.child.stderr?.setEncoding("utf8").on("data", hear);
    this.ended = new Promise((resolve) => this.child.once("exit", () => resolve()));
  }

  /** `program`: the server's main file; `plant`: what bug it is to have (plantedServer.ts), "" for none. Rejects with what it said if it ends or does not come up. */
  static async start(
    program: string,
    options: readonly string[],
    plant: string,
  ): Promise<ClusterProcess> {
    const cluster = new ClusterProcess(program, options, plant);
    let isUp = false;
    const early = cluster.ended.then(() => {
      if (!isUp) throw new Error(`the cluster ended at its start:\n${cluster.said}`);
    });
    try {
      await Promise.race([cluster.says(`${cluster.child.pid}:M`, "Ready to accept"), early]);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    isUp = true;
    return cluster;
  }

  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.ended;
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** Waits for a line of the supervisor's own. */
  private async says(begin: string, words: string): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS;
    const isSaid = (): boolean =>
      this.said.split("\n").some((line) => line.startsWith(begin) && line.includes(words));
    while (!isSaid()) {
      if (performance.now() > untilMs) throw new Error(`it never said "${words}":\n${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
