/** A real nats-server with JetStream for the fleet's tests: on a free loopback port, its store in a temporary folder. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class NatsServer {
  private child: ChildProcess;
  private port: number;
  private readonly folder: string;
  private readonly hasJetStream: boolean;

  private constructor(child: ChildProcess, port: number, folder: string, hasJetStream: boolean) {
    this.child = child;
    this.port = port;
    this.folder = folder;
    this.hasJetStream = hasJetStream;
  }

  static async start(hasJetStream: boolean = true): Promise<NatsServer> {
    const probe = spawnSync("nats-server", ["--version"]);
    if (probe.error !== undefined) {
      throw new Error("nats-server 2.9 or later is not installed: apt-get install nats-server");
    }
    const folder = mkdtempSync(join(tmpdir(), "nats-server-"));
    const { child, port } = await launch(folder, -1, hasJetStream);
    return new NatsServer(child, port, folder, hasJetStream);
  }

  get address(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  /** Dies at once, and is there again at the same port with what it had stored. */
  async crashAndReturn(awayMs: number): Promise<void> {
    this.child.kill("SIGKILL");
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    ({ child: this.child } = await launch(this.folder, this.port, this.hasJetStream));
  }

  stop(): void {
    this.child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Port -1: any that is free. */
async function launch(
  folder: string,
  port: number,
  hasJetStream: boolean,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const store = hasJetStream ? ["--jetstream", "--store_dir", folder] : [];
  const child = spawn("nats-server", ["--addr", "127.0.0.1", "--port", String(port), ...store], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  return new Promise((resolve, reject) => {
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      const found = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(log)?.[1];
      if (found !== undefined && log.includes("Server is ready")) {
        resolve({ child, port: Number(found) });
      }
    });
    child.on("exit", () => reject(new Error(`nats-server ended:\n${log}`)));
  });
}
