/** A server under measurement: redis-server or ours, a process of its own on loopback, with the CPU time and memory that it takes. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Requests } from "./requests.ts";

const ours: string = fileURLToPath(new URL("../../server/main.js", import.meta.url));
const settle: string = new URL("settle.js", import.meta.url).href;
/** The kernel counts CPU time in hundredths of a second (`getconf CLK_TCK`). */
const TICK_US = 10_000;
const MOST_START_MS = 20_000;

export interface Memory {
  readonly residentBytes: number;
  /** What the program itself says that it uses: `used_memory` of Redis, V8's heap and what it holds outside for ours. */
  readonly usedBytes: number;
}

export class RunningServer {
  readonly name: string;
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly isOurs: boolean;
  private readonly gone: Promise<void>;

  private constructor(name: string, port: number, isOurs: boolean, options: readonly string[]) {
    this.name = name;
    this.port = port;
    this.isOurs = isOurs;
    this.folder = mkdtempSync(join(tmpdir(), "azimuth-bench-"));
    const all = ["--port", String(port), "--bind", "127.0.0.1", "--dir", this.folder, ...options];
    const [program, before] = isOurs
      ? [process.execPath, ["--max-semi-space-size=64", "--expose-gc", "--import", settle, ours]]
      : ["redis-server", []];
    const stdio = ["ignore", "ignore", "inherit", "ipc"] as const;
    this.child = spawn(program, [...before, ...all], { stdio: isOurs ? [...stdio] : "ignore" });
    this.gone = new Promise((resolve) => {
      this.child.once("exit", () => resolve());
    });
  }

  /** redis-server without snapshots, and with the options given. */
  static redis(name: string, port: number, options: readonly string[]): Promise<RunningServer> {
    const plain = ["--save", "", "--auto-aof-rewrite-percentage", "0"];
    return new RunningServer(name, port, false, [...plain, ...options]).answering();
  }

  /** Ours with one shard that has no replicas, and with the options given. */
  static azimuth(name: string, port: number, options: readonly string[]): Promise<RunningServer> {
    const plain = ["--cluster-enabled", "no", "--loglevel", "warning"];
    return new RunningServer(name, port, true, [...plain, ...options]).answering();
  }

  /** User and system time of all threads since the start, in microseconds. */
  cpuUs(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "latin1");
    // The name in brackets may hold blanks; utime and stime are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  }

  /** After everything that could be freed was freed. */
  async memory(): Promise<Memory> {
    const residentBytes = (): number => {
      const status = readFileSync(`/proc/${this.child.pid}/status`, "latin1");
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    };
    if (this.isOurs) {
      const usedBytes = await new Promise<number>((resolve) => {
        this.child.once("message", (bytes) => resolve(Number(bytes)));
        this.child.send("settle");
      });
      return { residentBytes: residentBytes(), usedBytes };
    }
    const requests = await Requests.open(this.port);
    await requests.ask("MEMORY", "PURGE");
    const info = await requests.ask("INFO", "memory");
    requests.close();
    const usedBytes = Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
    return { residentBytes: residentBytes(), usedBytes };
  }

  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async answering(): Promise<this> {
    const lastMs = performance.now() + MOST_START_MS;
    while (!(await this.answers())) {
      if (this.child.exitCode !== null || performance.now() > lastMs) {
        await this.stop();
        throw new Error(`${this.name} does not answer on port ${this.port}`);
      }
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
    return this;
  }

  private async answers(): Promise<boolean> {
    try {
      const requests = await Requests.open(this.port);
      const reply = await requests.ask("SET", "bench:ready", "1");
      await requests.ask("FLUSHALL");
      requests.close();
      return reply === "+OK\r\n";
    } catch {
      return false;
    }
  }
}
