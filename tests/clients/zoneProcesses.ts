/** A cluster whose zones are processes of their own, as `npm run serve -- zone=…` starts them, to be killed by a signal. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TestClient } from "../../server/testClient.ts";

const main = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));
const ZONES = ["a", "b", "c"] as const;
const PATIENCE_MS = 240_000;

export type Zone = (typeof ZONES)[number];

/** A server process of ours: its first line of readiness has been read when `start` resolves. */
export class ServerProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;
  private told = "";

  private constructor(options: readonly string[]) {
    this.child = spawn(process.execPath, [main, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    const hear = (text: string): void => void (this.told += text);
    this.child.stdout?.setEncoding("utf8").on("data", hear);
    this.child.stderr?.setEncoding("utf8").on("data", hear);
    this.ended = new Promise((resolve) => this.child.once("close", () => resolve()));
  }

  /** Rejects with all that the process said if it ends before it is ready. */
  static async start(options: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(options);
    const ready = server.says("Ready to accept connections");
    const early = server.ended.then(() => {
      throw new Error(`the server ended at its start:\n${server.told}`);
    });
    await Promise.race([ready, early]);
    return server;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** In good order: it may have processes of its own. */
  async end(): Promise<void> {
    this.child.kill("SIGTERM");
    await this.ended;
  }

  async says(words: string): Promise<void> {
    const untilMs = performance.now() + PATIENCE_MS;
    while (!this.told.includes(words)) {
      if (performance.now() > untilMs) throw new Error(`never said "${words}":\n${this.told}`);
      await pause(20);
    }
  }
}

export interface ClusterShape {
  /** Of zone a's first node; the cluster takes `shards` times three from here on, and three for peers far behind. */
  readonly port: number;
  readonly shards: number;
  readonly options?: readonly string[];
  /** The same for TLS, beside `port`. */
  readonly tlsPort?: number;
}

interface Node {
  readonly host: string;
  readonly port: number;
}

export class ZoneProcesses {
  readonly dir: string = mkdtempSync(join(tmpdir(), "azimuth-clients-"));
  readonly shape: ClusterShape;
  private readonly running: Map<Zone, ServerProcess> = new Map();

  private constructor(shape: ClusterShape) {
    this.shape = shape;
  }

  static async start(shape: ClusterShape): Promise<ZoneProcesses> {
    const cluster = new ZoneProcesses(shape);
    const started = await Promise.allSettled(ZONES.map((zone) => cluster.startZone(zone)));
    const failed = started.find((one) => one.status === "rejected");
    if (failed === undefined) return cluster;
    await cluster.stop();
    throw failed.reason;
  }

  /** What a client is told: a node of each zone. */
  get endpoints(): readonly Node[] {
    return ZONES.map((_, index) => ({ host: "127.0.0.1", port: this.shape.port + index }));
  }

  /** Every node's port, zone by zone. */
  get ports(): readonly number[] {
    return Array.from({ length: 3 * this.shape.shards }, (_, index) => this.shape.port + index);
  }

  /** Of the zone that the node with this port is in: nodes of a shard stand zone by zone. */
  peerPortOf(port: number): number {
    return this.peerPort((port - this.shape.port) % 3);
  }

  private peerPort(index: number): number {
    return this.shape.port + 60 + index;
  }

  async startZone(zone: Zone): Promise<void> {
    const { port, shards, options = [], tlsPort } = this.shape;
    const index = ZONES.indexOf(zone);
    const others = ZONES.map((_, at) => `127.0.0.1:${port + at}@${this.peerPort(at)}`);
    const own = [`zone=${zone}`, `port=${port + index}`, `cluster-port=${this.peerPort(index)}`];
    if (tlsPort !== undefined) own.push(`tls-port=${tlsPort + index}`);
    const common = [`dir=${this.dir}`, `shards=${shards}`, `join=${others.join(",")}`];
    this.running.set(zone, await ServerProcess.start([...own, ...common, ...options]));
  }

  /** kill -9. */
  async killZone(zone: Zone): Promise<void> {
    await this.running.get(zone)?.kill();
    this.running.delete(zone);
  }

  /** The zone's disk is gone for good. */
  forget(zone: Zone): void {
    rmSync(join(this.dir, `zone-${zone}`), { recursive: true, maxRetries: 10 });
  }

  /** Where the shard's primary is. */
  async primaryOf(shard: number): Promise<{ readonly zone: Zone; readonly port: number }> {
    const ports = this.ports.filter((port) => Math.floor((port - this.shape.port) / 3) === shard);
    const port = await primaryAmong(ports);
    return { port, zone: ZONES[(port - this.shape.port) % 3] ?? "a" };
  }

  /** Every node of the zone follows its shard again, so that the next one may fail. */
  async hasCaughtUp(zone: Zone): Promise<void> {
    const first = this.shape.port + ZONES.indexOf(zone);
    for (let shard = 0; shard < this.shape.shards; shard++) {
      const untilMs = performance.now() + PATIENCE_MS;
      for (;;) {
        const text = await askOnce(first + 3 * shard, "INFO", "replication");
        if (/role:master|master_link_status:up/.test(text)) break;
        if (performance.now() > untilMs) throw new Error(`zone ${zone} does not catch up: ${text}`);
        await pause(50);
      }
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.keys()].map((zone) => this.killZone(zone)));
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The port of a shard's primary, by the word of the nodes that answer; waits until one serves. */
export async function primaryAmong(ports: readonly number[]): Promise<number> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (performance.now() < untilMs) {
    for (const port of ports) if ((await askOnce(port, "ROLE")).includes("master")) return port;
    await pause(20);
  }
  throw new Error(`none of the nodes at ${ports.join(", ")} became the primary`);
}

/** The reply as text; "" if nobody answers. */
export async function askOnce(port: number, ...argv: readonly string[]): Promise<string> {
  try {
    const client = await TestClient.open(port);
    try {
      return await client.ask(...argv);
    } finally {
      client.close();
    }
  } catch {
    return "";
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
