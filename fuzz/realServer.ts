/** A real redis-server to compare with: started on a free loopback port, spoken to in raw RESP. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endOf } from "./reply.ts";

/** A request as a client sends it. */
export function encode(argv: readonly string[]): string {
  return `*${argv.length}\r\n${argv.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

export class RealConnection {
  private readonly socket: Socket;
  private received = "";
  private isClosed = false;
  private notify: () => void = () => undefined;

  constructor(port: number) {
    this.socket = createConnection(port, "127.0.0.1");
    // Else what is sent to a server that does not answer stays here until it acknowledges what came before.
    this.socket.setNoDelay(true);
    this.socket.on("data", (bytes: Buffer) => {
      this.received += bytes.toString("latin1");
      this.notify();
    });
    this.socket.on("close", () => {
      this.isClosed = true;
      this.notify();
    });
    this.socket.on("error", () => undefined);
  }

  send(bytes: string): void {
    this.socket.write(Buffer.from(bytes, "latin1"));
  }

  /** Sends one request. */
  request(argv: readonly string[]): void {
    this.send(encode(argv));
  }

  /** Sends one request and waits for its reply, with nothing else under way. */
  ask(argv: readonly string[]): Promise<string> {
    this.request(argv);
    return this.reply();
  }

  /** The next reply, as bytes. */
  async reply(): Promise<string> {
    for (;;) {
      const length = endOf(this.received, 0);
      if (length > 0) {
        const reply = this.received.slice(0, length);
        this.received = this.received.slice(length);
        return reply;
      }
      if (this.isClosed) return "(closed)";
      await this.change();
    }
  }

  /** Everything received up to the first `last`, which is left out. */
  async until(last: string): Promise<string> {
    for (;;) {
      const at = this.received.indexOf(last);
      if (at >= 0) {
        const before = this.received.slice(0, at);
        this.received = this.received.slice(at + last.length);
        return before;
      }
      if (this.isClosed) return "(closed)";
      await this.change();
    }
  }

  private async more(): Promise<void> {
    await Promise.race([this.change(), new Promise((resolve) => setTimeout(resolve, 10))]);
  }

  /** All that was received and not taken, once it is so many bytes or this long has passed. */
  async receivedWithin(lengthBytes: number, patienceMs: number): Promise<string> {
    const until = Date.now() + patienceMs;
    while (this.received.length < lengthBytes && Date.now() < until) {
      await this.more();
    }
    return this.received;
  }

  /** True as soon as anything was received and not taken; false if nothing was for so long, or the connection has ended. */
  async hasReceived(patienceMs: number): Promise<boolean> {
    if (this.received === "" && !this.isClosed) {
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, patienceMs);
      });
      await Promise.race([this.change(), patience]);
      clearTimeout(timer);
    }
    return this.received !== "";
  }

  /** Takes all that was received. */
  take(): string {
    const { received } = this;
    this.received = "";
    return received;
  }

  /** Everything up to the end of the connection. */
  async untilClosed(): Promise<string> {
    while (!this.isClosed) await this.change();
    return this.received;
  }

  end(): void {
    this.socket.destroy();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.notify = resolve;
    });
  }
}

export class RealServer {
  readonly port: number;
  private process: ChildProcess;
  private readonly words: readonly string[];
  private readonly isCluster: boolean;
  private readonly folder: string;

  private constructor(port: number, words: readonly string[], isCluster: boolean, folder: string) {
    this.port = port;
    this.words = words;
    this.isCluster = isCluster;
    this.folder = folder;
    this.process = spawn("redis-server", words, { stdio: "ignore" });
  }

  /**
   * A cluster of one node that owns every slot, since that is what one of our shards looks like to a client; or a server without
   * cluster mode. It needs a program of Redis 7.0 and throws if there is none.
   * @param more - further options of its command line
   */
  static async start(isCluster = true, more: readonly string[] = []): Promise<RealServer> {
    const probe = spawnSync("redis-server", ["--version"], { encoding: "latin1" });
    if (probe.error !== undefined) {
      throw new Error("redis-server 7.0 is not installed: apt-get install redis-server");
    }
    if (!probe.stdout.includes("v=7.0.")) {
      throw new Error(`redis-server 7.0 is needed to compare with, this is ${probe.stdout}`);
    }
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "redis-differential-"));
    const options = ["--port", String(port), "--cluster-port", String(await freePort())];
    const mode = ["--cluster-enabled", isCluster ? "yes" : "no", "--save", "", "--dir", folder];
    const access = ["--enable-debug-command", "yes", "--bind", "127.0.0.1"];
    const words = [...options, ...mode, ...access, ...more];
    const server = new RealServer(port, words, isCluster, folder);
    await server.waitUntilReady();
    return server;
  }

  connect(): RealConnection {
    return new RealConnection(this.port);
  }

  /** It answers nobody any more. */
  async hasEnded(): Promise<boolean> {
    const connection = this.connect();
    const answer = await connection.ask(["PING"]);
    connection.end();
    return answer === "(closed)";
  }

  /** How its process ended, as far as that is known. */
  get exitText(): string {
    const { exitCode, signalCode } = this.process;
    return signalCode === null ? `exit code ${exitCode}` : `by ${signalCode}`;
  }

  stop(): void {
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Starts it anew where it has ended. */
  async startAgain(): Promise<void> {
    this.process = spawn("redis-server", this.words, { stdio: "ignore" });
    await this.waitUntilReady();
  }

  private async waitUntilReady(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const connection = this.connect();
      connection.send("CLUSTER ADDSLOTSRANGE 0 16383\r\nCLUSTER INFO\r\nPING\r\n");
      await connection.reply();
      const info = await connection.reply();
      const pong = await connection.reply();
      connection.end();
      if (this.isCluster ? info.includes("cluster_state:ok") : pong === "+PONG\r\n") return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    this.stop();
    throw new Error("redis-server did not become ready");
  }
}

const LOWEST_PORT = 10_000;
const PORTS = 10_000;

/** One below those that the system hands out: until redis-server takes it, no connection may. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST_PORT + Math.floor(Math.random() * PORTS);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
