/** The port on which the other processes of the cluster reach this one. */
import { createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { NodeId } from "../../engine/contract.ts";
import { forgetSocket, resetSocket } from "../brokenSocket.ts";
import { must } from "../../engine/assert.ts";
import { listenOn } from "../listenOn.ts";
import type { Tls } from "../tls/tls.ts";
import { whyNotVerified, whyNoZone } from "../tls/verification.ts";
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
  /** Somebody was sent away before it could say anything. */
  failed(address: string, why: string): void;
}

export class PeerServer {
  private readonly events: PeerServerEvents;
  private readonly tls: Tls;
  private readonly servers: Server[] = [];
  private readonly sockets: Set<Socket> = new Set();

  constructor(tls: Tls, events: PeerServerEvents) {
    this.tls = tls;
    this.events = events;
  }

  async listen(port: number, address: string): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => {
      if (this.tls.isBetweenZones) this.agree(socket);
      else this.accept(socket);
    });
    if (await listenOn(server, port, address)) this.servers.push(server);
  }

  close(): void {
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  breakAll(): void {
    for (const socket of this.sockets) resetSocket(socket);
  }

  forgetAll(): void {
    for (const socket of this.sockets) {
      this.sockets.delete(socket);
      forgetSocket(socket);
    }
  }

  /** Whoever connects shows a certificate of the cluster's authority before it is heard. */
  private agree(raw: Socket): void {
    const { remoteAddress = "" } = raw;
    const socket = new TLSSocket(raw, {
      isServer: true,
      secureContext: must(this.tls.credentials, "credentials").server,
      requestCert: true,
      rejectUnauthorized: true,
    });
    this.sockets.add(socket);
    let isAgreed = false;
    const giveUp = setTimeout(() => socket.destroy(), GREETING_MS);
    socket.on("secure", () => {
      isAgreed = true;
      clearTimeout(giveUp);
      const why = whyNotVerified(socket, "yes") ?? whyNoZone(socket);
      if (why === undefined) return this.accept(socket);
      this.events.failed(remoteAddress, why);
      socket.destroy();
    });
    socket.on("error", (error) => {
      if (!isAgreed) this.events.failed(remoteAddress, error.message);
    });
    socket.on("close", () => {
      clearTimeout(giveUp);
      this.sockets.delete(socket);
    });
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
