/** The server under test: a process on a port and in a folder of its own, for many units one after the other. */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnChild } from "./children.ts";
import { CompatError, type CompatOptions } from "./options.ts";
import { ports } from "./ports.ts";

/** What Redis's own continuous integration gives the server. */
const suiteFlags: readonly string[] = ["--save", ""].concat(
  ...["protected-configs", "debug-command", "module-command"].map((name) => [
    `--enable-${name}`,
    "yes",
  ]),
);
/**
 * The suite follows no redirect: one node must own every slot and lead. It also takes every refusal for a failure: the long lease
 * outlasts whatever else keeps the computer busy, and costs its length once, at the start.
 */
const ourFlags: readonly string[] =
  "--profile redis --shards 1 --replicas 0 --lease-ms 10000".split(" ");
/** A cluster in one process may take a port a node. */
const SERVER_PORTS = 16;
const READY_WITHIN_MS = 60_000;

export class ServerProcess {
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port;
    this.child = child;
    this.folder = folder;
  }

  /** Starts the server and waits until it answers. What it prints is in server-PORT.log in the folder of the logs. */
  static async start(options: CompatOptions, root: string): Promise<ServerProcess> {
    const port = await ports.take(SERVER_PORTS);
    const log = join(options.out, `server-${port}.log`);
    const folder = mkdtempSync(join(tmpdir(), "azimuth-compat-data-"));
    const [command, first] = commandOf(options, root);
    const cluster = options.mode === "cluster" ? "yes" : "no";
    const args = [
      ...first,
      "--port",
      String(port),
      "--dir",
      folder,
      "--cluster-enabled",
      cluster,
      ...(options.server === "ours" ? ourFlags : []),
      ...suiteFlags,
    ];
    const output = openSync(log, "w");
    const child = spawnChild(command, args, { stdio: ["ignore", output, output] });
    const server = new ServerProcess(port, child, folder);
    if (await server.isReady(options.mode === "cluster")) return server;
    server.stop();
    throw new CompatError(`the server does not answer on port ${port}: see ${log}`);
  }

  stop(): void {
    this.child.kill("SIGKILL");
    ports.giveBack(this.port);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Whether a unit may begin, or follow the one before: it begins with an empty server too. */
  async isServing(): Promise<boolean> {
    return this.child.exitCode === null && (await ask(this.port, "FLUSHALL")).startsWith("+OK");
  }

  private async isReady(isCluster: boolean): Promise<boolean> {
    const { port } = this;
    const end = Date.now() + READY_WITHIN_MS;
    while (Date.now() < end && this.child.exitCode === null) {
      const isAll = !isCluster || (await ask(port, "CLUSTER INFO")).includes("cluster_state:ok");
      if (isAll && (await this.isServing())) return true;
      // A cluster of one node owns nothing before it is told to; ours owns its slots from the start.
      if (!isAll) await ask(port, "CLUSTER ADDSLOTSRANGE 0 16383");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }
}

/** The command line before the options that every server takes. */
export function commandOf(options: CompatOptions, root: string): [string, readonly string[]] {
  if (options.server === "redis") return ["redis-server", []];
  return [process.execPath, ["--max-semi-space-size=64", join(root, "dist", "server", "main.js")]];
}

/** The first piece of what the server answers; empty if it does not. */
function ask(port: number, line: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => socket.write(`${line}\r\n`));
    socket.setTimeout(2000, () => socket.destroy());
    socket.once("data", (bytes: Buffer) => {
      resolve(bytes.toString("latin1"));
      socket.destroy();
    });
    socket.once("error", () => undefined);
    socket.once("close", () => resolve(""));
  });
}
