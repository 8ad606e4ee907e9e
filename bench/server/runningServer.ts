/** A server under measurement: redis-server or ours, a process of its own on loopback, with the CPU time and memory that it takes. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Requests } from "./requests.ts";

const ours: string = fileURLToPath(new URL("../../server/main.js", import.meta.url));
/** The kernel counts CPU time in hundredths of a second (`getconf CLK_TCK`). */
const TICK_US = 10_000;
const NS_OF_MS = 1_000_000;
const MOST_START_MS = 60_000;

export interface Memory {
  readonly residentBytes: number;
  /** `used_memory` of Redis; V8's heap and what it holds outside of that for ours. */
  readonly usedBytes: number;
}

export interface CpuTime {
  readonly userUs: number;
  readonly systemUs: number;
}

export interface ThreadTime {
  readonly allMs: number;
  readonly mainMs: number;
}

export class RunningServer {
  readonly name: string;
  readonly port: number;
  private readonly child: ChildProcess;
  private readonly folder: string;
  private readonly gone: Promise<void>;

  private constructor(name: string, port: number, isOurs: boolean, options: readonly string[]) {
    this.name = name;
    this.port = port;
    this.folder = mkdtempSync(join(tmpdir(), "azimuth-bench-"));
    const all = ["--port", String(port), "--bind", "127.0.0.1", "--dir", this.folder, ...options];
    const [program, before] = isOurs
      ? [process.execPath, ["--max-semi-space-size=64", ours]]
      : ["redis-server", []];
    this.child = spawn(program, [...before, ...all], { stdio: "ignore" });
    this.gone = new Promise((resolve) => {
      this.child.once("exit", () => resolve());
    });
  }

  /** redis-server without snapshots, and with the options given. */
  static redis(name: string, port: number, options: readonly string[]): Promise<RunningServer> {
    const plain = ["--save", "", "--auto-aof-rewrite-percentage", "0"];
    return new RunningServer(name, port, false, [...plain, ...options]).answering();
  }

  /** Ours with one shard that has no replicas, a lease that a busy computer does not end, and with the options given. */
  static azimuth(name: string, port: number, options: readonly string[]): Promise<RunningServer> {
    const plain = "--cluster-enabled no --loglevel warning --lease-ms 6000".split(" ");
    return new RunningServer(name, port, true, [...plain, ...options]).answering();
  }

  /** Of all threads since the start. */
  cpuTime(): CpuTime {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, "latin1");
    // The name in brackets may hold blanks; utime and stime are the 14th and 15th field.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { userUs: Number(fields[11]) * TICK_US, systemUs: Number(fields[12]) * TICK_US };
  }

  /** Since the start, to the microsecond: of all threads, and of the one that runs commands. */
  threadTime(): ThreadTime {
    const tasks = `/proc/${this.child.pid}/task`;
    const ofThread = (thread: string): number =>
      Number(readFileSync(`${tasks}/${thread}/schedstat`, "latin1").split(" ")[0]) / NS_OF_MS;
    return {
      allMs: readdirSync(tasks).reduce((sum, thread) => sum + ofThread(thread), 0),
      mainMs: ofThread(String(this.child.pid)),
    };
  }

  /** Of redis-server. */
  async memory(): Promise<Memory> {
    const requests = await Requests.open(this.port);
    await requests.ask("MEMORY", "PURGE");
    const info = await requests.ask("INFO", "memory");
    requests.close();
    const figure = (name: string): number =>
      Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1]);
    return { residentBytes: figure("used_memory_rss"), usedBytes: figure("used_memory") };
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
