/** A server in a process of its own that is killed and started again on the same folder. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { TearOrder } from "../../server/forgetfulServer.ts";
import { TestClient } from "../../server/testClient.ts";

export interface VictimOptions {
  readonly dir: string;
  readonly port: number;
  /** "real": files as they are, so that the operating system keeps what was written. "forgetful": it keeps only what was synced. */
  readonly files: "real" | "forgetful" | "lying";
}

const dist = join(import.meta.dirname, "../../dist/server");
const READY_MS = 120_000;

export class Victim {
  private readonly options: VictimOptions;
  private child: ChildProcess | undefined;
  private ended: Promise<unknown> = Promise.resolve();
  private told = "";

  constructor(options: VictimOptions) {
    this.options = options;
  }

  get port(): number {
    return this.options.port;
  }

  /** Resolves when it answers reads. */
  async start(): Promise<void> {
    const { dir, port, files } = this.options;
    const main = join(dist, files === "real" ? "main.js" : "forgetfulServer.js");
    const given = ["profile=standalone", "lease-ms=1000", `dir=${dir}`, `port=${port}`];
    if (files === "lying") given.push("lies");
    const child = fork(main, given, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.child = child;
    this.told = "";
    const keep = (bytes: Buffer): void => void (this.told = (this.told + bytes).slice(-4000));
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    this.ended = once(child, "exit");
    await this.ready(child);
  }

  private async ready(child: ChildProcess): Promise<void> {
    const untilMs = performance.now() + READY_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server ended by itself:\n${this.told}`);
      if (performance.now() > untilMs) throw new Error(`the server does not serve:\n${this.told}`);
      try {
        const client = await TestClient.open(this.port);
        const answer = await client.ask("SET", "serves", "yes");
        client.close();
        if (answer.startsWith("+")) return;
      } catch {
        // Not yet.
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** kill -9; with an order, by itself and with torn files. */
  async kill(order?: TearOrder): Promise<void> {
    if (order === undefined) this.child?.kill("SIGKILL");
    else this.child?.send(order, () => {});
    await this.ended;
    this.child = undefined;
  }
}
