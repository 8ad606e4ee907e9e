/** The port on which the other processes of the cluster reach this one. */
import { createServer, type Server, type Socket } from "node:net";
import type { NodeId } from "../../engine/contract.ts";
import { listenOn } from "../listenOn.ts";
import { type Hello, type Note, parseNote } from "./note.ts";
import { encodeNote, PieceReader, preface } from "./wire.ts";

/** Who connects says who it is in this time. */
const GREETING_MS = 2000;
/** A link that pings twice a second and has been silent for so long is dead. */
const SILENCE_MS = 5000;

export interface PeerServerEvents {
  greeting(): Note;
  /** Undefined if the peer is welcome, else why it is not. */
  welcome(hello: Hello): string | undefined;
  /** A peer that is welcome has said something: its hello first. */
  heard(note: Note): void;
  frame(from: NodeId, to: NodeId, bytes: Uint8Array): void;
}

export class PeerServer {
  private readonly events: PeerServerEvents;
  private readonly servers: Server[] = [];
  private readonly sockets: Set<Socket> = new Set();

  constructor(events: PeerServerEvents) {
    this.events = events;
  }

  async listen(port: number, address: string): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.accept(socket));
    if (await listenOn(server, port, address)) this.servers.push(server);
  }

  close(): void {
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private accept(socket: Socket): void {
    this.sockets.add(socket);
    const reader = new PieceReader();
    let isPrefaced = false;
    let isWelcome = false;
    socket.setTimeout(GREETING_MS, () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("data", (bytes: Buffer) => {
      reader.push(bytes);
      if (!isPrefaced) {
        const text = reader.takeText(preface.length);
        if (text === undefined) return;
        isPrefaced = text === preface;
        if (!isPrefaced) {
          socket.destroy();
          return;
        }
      }
      for (let piece = reader.next(); piece !== undefined; piece = reader.next()) {
        if (piece.kind === "frame") {
          if (isWelcome) this.events.frame(piece.from, piece.to, piece.bytes);
          continue;
        }
        const note = parseNote(piece.text);
        if (note?.kind === "hello") isWelcome = this.answerHello(socket, note);
        else if (note?.kind === "ping") tell(socket, { kind: "pong" });
        else if (note !== undefined && isWelcome) this.events.heard(note);
      }
      if (reader.failure !== undefined) socket.destroy();
    });
  }

  private answerHello(socket: Socket, hello: Hello): boolean {
    const why = this.events.welcome(hello);
    if (why !== undefined) {
      tell(socket, { kind: "refused", why });
      socket.end();
      return false;
    }
    socket.setTimeout(SILENCE_MS);
    this.events.heard(hello);
    tell(socket, this.events.greeting());
    return true;
  }
}

function tell(socket: Socket, note: Note): void {
  socket.write(encodeNote(JSON.stringify(note)));
}
