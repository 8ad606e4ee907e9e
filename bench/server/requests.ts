/** A client for the bench: one request and its reply, or many requests whose replies nobody reads. */
import { connect, type Socket } from "node:net";

const PIECE_CHARS: number = 64 << 10;

export class Requests {
  private readonly socket: Socket;
  private received = "";
  private wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.received += bytes.toString("latin1");
      this.wake();
    });
    socket.on("close", () => this.wake());
    socket.on("error", () => {});
  }

  static open(port: number): Promise<Requests> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => resolve(new Requests(socket)));
    });
  }

  /** The reply as it came, of a request that is answered with one line or one bulk string. */
  async ask(...argv: readonly string[]): Promise<string> {
    this.received = "";
    this.socket.write(requestText(argv), "latin1");
    await this.until(() => isWhole(this.received));
    return this.received;
  }

  /** Sends many requests and resolves when the last of them is answered. Rejects at an error among the replies. */
  async load(requests: Iterable<readonly string[]>): Promise<void> {
    const last = "the last one";
    let piece = "";
    const send = async (): Promise<void> => {
      const isTaken = this.socket.write(piece, "latin1");
      piece = "";
      if (!isTaken) await new Promise((resolve) => this.socket.once("drain", resolve));
      this.forgetReplies(last.length);
    };
    for (const argv of requests) {
      piece += requestText(argv);
      if (piece.length > PIECE_CHARS) await send();
    }
    piece += requestText(["ECHO", last]);
    await send();
    await this.until(() => this.received.includes(last));
    this.forgetReplies(0);
  }

  close(): void {
    this.socket.destroy();
  }

  private forgetReplies(keptChars: number): void {
    const error = /^-.*/m.exec(this.received);
    if (error !== null) throw new Error(`a request of the load was refused: ${error[0]}`);
    this.received = this.received.slice(Math.max(0, this.received.length - keptChars - 8));
  }

  private async until(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      if (this.socket.closed) throw new Error("the server closed the connection");
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

/** A request as it is sent. */
export function requestText(argv: readonly string[]): string {
  let text = `*${argv.length}\r\n`;
  for (const word of argv) text += `$${word.length}\r\n${word}\r\n`;
  return text;
}

function isWhole(reply: string): boolean {
  const lineEnd = reply.indexOf("\r\n");
  if (lineEnd < 0) return false;
  return reply[0] !== "$" || reply.length >= lineEnd + 2 + Number(reply.slice(1, lineEnd)) + 2;
}
