/** For tests: a client that sends requests on a real socket and waits for whole replies. */
import { connect, createServer, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";

/** Node's types do not know that a TLS connection may be half open. */
export type TlsClientOptions = ConnectionOptions & { readonly allowHalfOpen?: boolean };

export class TestClient {
  readonly port: number;
  private readonly socket: Socket;
  private received = "";
  private wake: () => void = () => {};
  private isClosed = false;
  private failure: Error | undefined = undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.port = socket.remotePort ?? 0;
    socket.on("data", (bytes: Buffer) => {
      this.received += bytes.toString("latin1");
      this.wake();
    });
    socket.on("close", () => {
      this.isClosed = true;
      this.wake();
    });
    socket.on("error", (error) => {
      this.failure = error;
      socket.destroy();
    });
  }

  static open(port: number): Promise<TestClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => resolve(new TestClient(socket)));
    });
  }

  /** Over TLS; rejects with what Node makes of a handshake that fails. */
  static openTls(port: number, options: TlsClientOptions): Promise<TestClient> {
    return new Promise((resolve, reject) => {
      const all: TlsClientOptions = { host: "127.0.0.1", allowHalfOpen: true, ...options, port };
      const socket = connectTls(all);
      socket.once("error", reject);
      socket.once("secureConnect", () => resolve(new TestClient(socket)));
    });
  }

  /** The protocol's version; undefined without TLS. */
  get tlsVersion(): string | null | undefined {
    return (this.socket as Partial<TLSSocket>).getProtocol?.();
  }

  /** A session that a later connection may resume, once the server has given one. */
  get tlsSession(): Buffer | undefined {
    return (this.socket as Partial<TLSSocket>).getSession?.();
  }

  get isResumed(): boolean {
    return (this.socket as Partial<TLSSocket>).isSessionReused?.() ?? false;
  }

  /** Says that nothing more will be asked. */
  endInput(): void {
    this.socket.end();
  }

  /** Resolves when the other side has closed. */
  async closed(): Promise<void> {
    while (!this.isClosed) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Sends one request and gives its reply as text in RESP. */
  ask(...argv: readonly string[]): Promise<string> {
    let request = `*${argv.length}\r\n`;
    for (const word of argv) request += `$${word.length}\r\n${word}\r\n`;
    this.send(request);
    return this.reply();
  }

  send(latin1: string): void {
    this.socket.write(Buffer.from(latin1, "latin1"));
  }

  /** The next whole reply; rejects if the connection closes before. */
  async reply(): Promise<string> {
    for (;;) {
      const end = replyEnd(this.received, 0);
      if (end >= 0) {
        const reply = this.received.slice(0, end);
        this.received = this.received.slice(end);
        return reply;
      }
      if (this.isClosed) throw new Error("the connection was closed", { cause: this.failure });
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** What is left unread when the other side has closed. */
  async rest(): Promise<string> {
    await this.closed();
    return this.received;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Where the reply that starts at an offset ends; -1 if not all of it is there. */
function replyEnd(text: string, start: number): number {
  const lineEnd = text.indexOf("\r\n", start);
  if (lineEnd < 0) return -1;
  const mark = text[start] ?? "";
  const count = Number(text.slice(start + 1, lineEnd));
  let end = lineEnd + 2;
  if (mark === "$" && count >= 0) end += count + 2;
  if (mark === "*") for (let left = count; left > 0 && end >= 0; left--) end = replyEnd(text, end);
  return end > text.length ? -1 : end;
}

/** Below the ports that the system hands out to connections. */
const LOWEST_PORT = 20_000;
const PORTS_A_WORKER = 1500;
const WORKERS = 8;
/** Where this worker looks next: it has ports of its own, and gives each of them once before it begins anew. */
let nextPort = Math.floor(Math.random() * PORTS_A_WORKER);

/** So many ports in a row that nobody listens on, and that no other test is given: they may be taken later, and again after a pause. */
export async function freePorts(count: number): Promise<number> {
  const worker = Number(process.env["VITEST_POOL_ID"] ?? process.pid) % WORKERS;
  for (;;) {
    if (nextPort + count > PORTS_A_WORKER) nextPort = 0;
    const first = LOWEST_PORT + worker * PORTS_A_WORKER + nextPort;
    nextPort += count;
    const free = await Promise.all(
      Array.from({ length: count }, (_value, index) => isFree(first + index)),
    );
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
