/**
 * The way from this process to one other: dialled again and again for as long as it is wanted. Frames given to it while nobody listens
 * are lost, as the engine's contract allows.
 */
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { must } from "../../engine/assert.ts";
import type { NodeId } from "../../engine/contract.ts";
import { forgetSocket, resetSocket } from "../brokenSocket.ts";
import type { Tls } from "../tls/tls.ts";
import { whyNoZone } from "../tls/verification.ts";
import { type Note, parseNote } from "./note.ts";
import { encodeNote, frameHeader, PieceReader, preface } from "./wire.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;
const CONNECT_MS = 2000;
const PING_EVERY_MS = 500;
/** Without a sign of life for so long the connection is taken for dead, though TCP has not noticed. */
const SILENCE_MS = 2000;
/** What waits in this process for a peer that reads too slowly; beyond it frames are dropped. */
const MOST_WAITING_BYTES: number = 64 << 20;

export interface LinkEvents {
  /** What to say first at every connection. */
  greeting(): Note;
  /** The other side said something of itself. */
  heard(link: Link, note: Note): void;
  /** A connection that worked has ended. */
  lost(link: Link): void;
  /** Somebody listens there, and the two could not agree on TLS. */
  failed(link: Link, why: string): void;
}

export class Link {
  readonly host: string;
  readonly port: number;
  private readonly events: LinkEvents;
  private readonly tls: Tls;
  private socket: Socket | undefined = undefined;
  private isWelcome = false;
  private isClosed = false;
  private pauseMs = FIRST_PAUSE_MS;
  private timer: NodeJS.Timeout | undefined = undefined;
  private heardMs = 0;
  private isFlushing = false;

  constructor(host: string, port: number, tls: Tls, events: LinkEvents) {
    this.tls = tls;
    this.host = host;
    this.port = port;
    this.events = events;
    this.dial();
  }

  /** The other side has said who it is, and frames reach it. */
  get isOpen(): boolean {
    return this.isWelcome;
  }

  send(from: NodeId, to: NodeId, frame: Uint8Array): void {
    const { socket } = this;
    if (socket === undefined || !this.isWelcome) return;
    if (socket.writableLength > MOST_WAITING_BYTES) return;
    this.gather(socket);
    socket.write(frameHeader(from, to, frame.length));
    socket.write(frame);
  }

  tell(note: Note): void {
    this.socket?.write(encodeNote(JSON.stringify(note)));
  }

  /** The connection breaks, and is made anew. */
  breakOff(): void {
    if (this.socket !== undefined) resetSocket(this.socket);
  }

  /** The same, but the other end is not told. */
  forget(): void {
    const { socket } = this;
    if (socket === undefined || !this.isWelcome) return;
    forgetSocket(socket);
    this.ended();
  }

  close(): void {
    this.isClosed = true;
    this.isWelcome = false;
    clearTimeout(this.timer);
    this.socket?.destroy();
  }

  /** All that is sent in one turn of the event loop leaves together. */
  private gather(socket: Socket): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    socket.cork();
    setImmediate(() => {
      this.isFlushing = false;
      socket.uncork();
    });
  }

  private dial(): void {
    const reader = new PieceReader();
    const socket = this.connect(() => {
      clearTimeout(giveUp);
      this.heardMs = performance.now();
      socket.write(preface);
      this.tell(this.events.greeting());
      this.watch(socket);
    });
    this.socket = socket;
    const giveUp = setTimeout(() => socket.destroy(), CONNECT_MS);
    socket.on("data", (bytes: Buffer) => this.receive(reader, bytes));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(giveUp);
      this.ended();
    });
  }

  /** Calls back when something can be said, by TLS if the zones speak it. */
  private connect(then: () => void): Socket {
    const { host, port, tls } = this;
    if (!tls.isBetweenZones) return connect({ host, port, noDelay: true }, then);
    const secureContext = must(tls.credentials, "credentials").client;
    // Zones move between addresses: what makes a zone is a certificate of the cluster's authority that may serve.
    const checkServerIdentity = (): undefined => undefined;
    const socket = connectTls({ host, port, secureContext, checkServerIdentity });
    let isReached = false;
    let isAgreed = false;
    socket.setNoDelay(true);
    socket.on("connect", () => {
      isReached = true;
    });
    socket.on("secureConnect", () => {
      isAgreed = true;
      const why = whyNoZone(socket);
      if (why === undefined) return then();
      this.events.failed(this, why);
      socket.destroy();
    });
    socket.on("error", (error) => {
      if (isReached && !isAgreed) this.events.failed(this, error.message);
    });
    return socket;
  }

  private receive(reader: PieceReader, bytes: Buffer): void {
    this.heardMs = performance.now();
    reader.push(bytes);
    for (;;) {
      const piece = reader.next();
      if (piece === undefined) break;
      const note = piece.kind === "note" ? parseNote(piece.text) : undefined;
      if (note === undefined || note.kind === "pong") continue;
      if (note.kind === "hello") {
        this.isWelcome = true;
        this.pauseMs = FIRST_PAUSE_MS;
      }
      this.events.heard(this, note);
    }
    if (reader.failure !== undefined) this.socket?.destroy();
  }

  private watch(socket: Socket): void {
    const dueMs = performance.now() + PING_EVERY_MS;
    this.timer = setTimeout(() => {
      const nowMs = performance.now();
      // If this process itself was held up, answers may wait unread.
      const isLate = nowMs - dueMs > PING_EVERY_MS;
      if (!isLate && nowMs - this.heardMs > SILENCE_MS) {
        socket.destroy();
        return;
      }
      this.tell({ kind: "ping" });
      this.watch(socket);
    }, PING_EVERY_MS);
  }

  private ended(): void {
    clearTimeout(this.timer);
    this.socket = undefined;
    const wasOpen = this.isWelcome;
    this.isWelcome = false;
    if (wasOpen) this.events.lost(this);
    if (this.isClosed) return;
    this.timer = setTimeout(() => this.dial(), this.pauseMs);
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }
}
