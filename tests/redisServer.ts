/** A real redis-server for the differential test: started on a free loopback port, spoken to in raw RESP. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Ends one reply in a stream: the number of bytes it takes, or -1 if it is not whole yet. */
function replyBytes(stream: string, start: number): number {
  const lineEnd = stream.indexOf("\r\n", start);
  if (lineEnd < 0) return -1;
  const mark = stream.charAt(start);
  const count = Number(stream.slice(start + 1, lineEnd));
  let at = lineEnd + 2;
  if (mark === "$" || mark === "=") {
    if (count < 0) return at - start;
    at += count + 2;
    return at <= stream.length ? at - start : -1;
  }
  if ("*%~>|".includes(mark)) {
    const elements = mark === "%" || mark === "|" ? count * 2 : count;
    for (let index = 0; index < elements + (mark === "|" ? 1 : 0); index++) {
      const part = replyBytes(stream, at);
      if (part < 0) return -1;
      at += part;
    }
  }
  return at - start;
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

  /** The next reply, as bytes. */
  async reply(): Promise<string> {
    for (;;) {
      const length = replyBytes(this.received, 0);
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

  /** All that was received and not taken, once it is so many bytes or this long has passed. */
  async receivedWithin(lengthBytes: number, patienceMs: number): Promise<string> {
    const until = Date.now() + patienceMs;
    while (this.received.length < lengthBytes && Date.now() < until) {
      await Promise.race([this.change(), new Promise((resolve) => setTimeout(resolve, 10))]);
    }
    return this.received;
  }

  /** Takes all that was received. */
  forget(): void {
    this.received = "";
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
  private readonly process: ChildProcess;
  private readonly folder: string;

  private constructor(port: number, process: ChildProcess, folder: string) {
    this.port = port;
    this.process = process;
    this.folder = folder;
  }

  /** A cluster of one node that owns every slot, since that is what one of our shards looks like to a client. */
  static async start(): Promise<RealServer> {
    const probe = spawnSync("redis-server", ["--version"]);
    if (probe.error !== undefined) {
      throw new Error("redis-server 7.0 is not installed: apt-get install redis-server");
    }
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "redis-differential-"));
    const options = ["--port", String(port), "--cluster-port", String(await freePort())];
    const cluster = [
      "--cluster-enabled",
      "yes",
      "--save",
      "",
      "--dir",
      folder,
      "--enable-debug-command",
      "yes",
    ];
    const child = spawn("redis-server", [...options, ...cluster, "--bind", "127.0.0.1"], {
      stdio: "ignore",
    });
    const server = new RealServer(port, child, folder);
    await server.waitUntilReady();
    return server;
  }

  connect(): RealConnection {
    return new RealConnection(this.port);
  }

  stop(): void {
    this.process.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async waitUntilReady(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const connection = this.connect();
      connection.send("CLUSTER ADDSLOTSRANGE 0 16383\r\nCLUSTER INFO\r\n");
      await connection.reply();
      const info = await connection.reply();
      connection.end();
      if (info.includes("cluster_state:ok")) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    this.stop();
    throw new Error("redis-server did not become ready");
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
