/**
 * The clients of one database node. All sockets share one read buffer, and what one piece of input is answered leaves in one write:
 * on Node these two are what speed is made of (docs/PERFORMANCE.md).
 */
import { writeSync } from "node:fs";
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { TLSSocket } from "node:tls";
import { must } from "../../engine/assert.ts";
import {
  clientBytes,
  clientClosed,
  clientEnded,
  type ClientFigures,
  clientOpened,
  clientOutput,
  type ConnectionFigures,
  type RefusedValue,
} from "../../engine/contract.ts";
import type { InitialValues } from "../../engine/settings/settings.ts";
import { acceptTls, type ConnectionHandle } from "../tls/acceptedSocket.ts";
import type { Credentials } from "../tls/credentials.ts";
import { whyNotVerified } from "../tls/verification.ts";
import type { ClientSink, HostedMachine } from "../host/machine.ts";
import { affordableClients, mostOpenFiles } from "./affordableClients.ts";
import { Client } from "./client.ts";
import { refusalOf } from "./door.ts";
import { type Arrival, Doors } from "./doors.ts";
import { ClientLimits } from "./limits.ts";

const READ_BUFFER_BYTES: number = 64 << 10;
/** What was read is copied into chunks of this size: an array of its own for each piece would cost far more than the copy. */
const CHUNK_BYTES: number = 64 << 10;
/**
 * Read in one turn of the event loop, all clients together, before they have to rest: what is read is executed in one step, and for so
 * long neither another client nor the log is heard. Without it a client that sends a hundred thousand requests at once outlasts the lease.
 */
const MOST_BYTES_A_TURN: number = 32 << 10;
/** How often it is looked whether a client has been beyond its soft limit for too long. */
const SOFT_LIMIT_LOOK_MS = 100;

/** Whoever has not agreed on keys in this time is sent away. */
const HANDSHAKE_MS = 10_000;
/** Told without TLS to a client that speaks without it. */
const NEEDS_TLS = "-ERR This port speaks TLS only: connect with TLS (redis-cli --tls)\r\n";

interface AcceptedOptions extends SocketConstructorOpts {
  readonly handle: ConnectionHandle;
  readonly onread: OnReadOpts;
}

export interface ListenerOptions {
  /** Redis's parameters at a start of the node. */
  readonly parameters: () => InitialValues;
  readonly isClusterMode: boolean;
  /** A client was cut off, or sent away. */
  readonly onRefused: (why: string, address: string) => void;
  /** What TLS connections are made with; undefined if no port speaks it. */
  readonly credentials: () => Credentials | undefined;
  /** False if others have to know the port and cannot be told of another. */
  readonly isPortMovable: boolean;
  /** A port could not be opened that a client wanted. */
  readonly onShut: (why: string) => void;
  /** Nodes that share the files which this process may open. */
  readonly nodesInProcess: number;
}

export class Listener implements ClientSink {
  readonly figures: ClientFigures = {
    rejectedConnections: 0,
    outputLimitDisconnections: 0,
    failedHandshakes: 0,
  };
  private readonly machine: HostedMachine;
  private readonly options: ListenerOptions;
  private limits: ClientLimits;
  readonly doors: Doors;
  private isCut = false;
  private readonly clients: Map<number, Client> = new Map();
  /** Connections that only the other end believes in. */
  private readonly forgotten: Set<number> = new Set();
  private readonly buffer: Uint8Array = new Uint8Array(READ_BUFFER_BYTES);
  private chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
  private chunkUsed = 0;
  private lastClientId = 0;
  private readBytes = 0;
  /** Who is not read from before the next turn. */
  private resting: Client[] = [];
  private softLimitTimer: NodeJS.Timeout | undefined = undefined;
  /** Connections that nobody reads from yet; undefined once the doors are open. */
  private held: Arrival[] | undefined = [];

  constructor(machine: HostedMachine, options: ListenerOptions) {
    this.machine = machine;
    this.options = options;
    this.limits = new ClientLimits(options.parameters());
    this.doors = new Doors({
      onArrival: (arrival) => this.arrived(arrival),
      backlog: () => this.limits.backlog,
      isPortMovable: options.isPortMovable,
      onShut: options.onShut,
    });
    machine.clients = this;
  }

  /** From now on clients are read from, those first that came before. */
  open(): void {
    if (this.isCut) return;
    const waiting = this.held ?? [];
    this.held = undefined;
    for (const arrival of waiting) this.accept(arrival);
  }

  reply(clientId: number, bytes: Uint8Array, owedBytes: number): void {
    const client = this.clients.get(clientId);
    if (client === undefined) return;
    // What waits for the log is output that the client has not taken, too.
    const moreBytes = bytes.length + owedBytes;
    if (client.isLarge(moreBytes) && this.breaksLimit(client, moreBytes)) {
      return this.cutOff(client);
    }
    if (client.send(bytes)) this.machine.deliver(clientOutput(clientId, false));
  }

  closeClient(clientId: number): void {
    const client = this.clients.get(clientId);
    this.clients.delete(clientId);
    client?.end();
  }

  machineStarted(): void {
    this.limits = new ClientLimits(this.options.parameters());
  }

  machineEnded(): void {
    for (const client of this.clients.values()) client.destroy();
    this.clients.clear();
  }

  configured(parameter: string, text: string): void {
    this.limits.change(parameter, text);
  }

  connection(clientId: number): ConnectionFigures {
    return this.clients.get(clientId) ?? { descriptor: -1, unsentBytes: 0, tls: "" };
  }

  /** Every client has taken what it was sent. */
  get isAtRest(): boolean {
    for (const client of this.clients.values()) if (client.unsentBytes > 0) return false;
    return true;
  }

  /** Listens elsewhere if these values say so (doors.ts), unless they ask for more clients than there are files for. */
  whyRefused(values: ReadonlyMap<string, string>): RefusedValue | undefined {
    const wanted = Number(values.get("maxclients") ?? 0);
    const affordable = affordableClients(wanted, this.options.nodesInProcess, mostOpenFiles());
    if (wanted <= affordable) return this.doors.whyRefused(values);
    const why = `The operating system is not able to handle the specified number of clients, try with ${affordable}`;
    return { parameter: "maxclients", why };
  }

  get connected(): number {
    return this.clients.size;
  }

  /** Every connection is reset. */
  dropClients(): void {
    for (const [clientId, client] of this.clients) {
      this.clients.delete(clientId);
      client.destroy();
      if (client.isKnown) this.machine.deliver(clientClosed(clientId));
    }
  }

  /** Every connection is at its end without a word: the client learns of it when it sends something. */
  forgetClients(): void {
    for (const [clientId, client] of this.clients) {
      if (!client.isKnown) continue;
      this.clients.delete(clientId);
      this.forgotten.add(clientId);
      this.machine.deliver(clientClosed(clientId));
    }
  }

  /** As if the network between it and all clients were cut: nothing is read or sent until it heals, and new connections hang. */
  cut(isCut: boolean): void {
    this.isCut = isCut;
    for (const client of this.clients.values()) client.cut(isCut);
    if (isCut) this.held ??= [];
    else this.open();
  }

  /** Lets nobody in any more; who is connected stays. */
  closeDoors(): void {
    this.doors.close();
    for (const { handle } of this.held ?? []) handle.close();
    this.held = this.held === undefined ? undefined : [];
  }

  close(): void {
    this.closeDoors();
    clearInterval(this.softLimitTimer);
    this.machineEnded();
  }

  private breaksLimit(client: Client, moreBytes: number): boolean {
    const { limits, machine } = this;
    const isSubscriber = machine.isSubscriber(client.clientId);
    const limit = isSubscriber ? limits.subscriberOutput : limits.normalOutput;
    const breaks = client.breaks(limit, moreBytes);
    if (client.isBeyondSoftLimit) {
      this.softLimitTimer ??= setInterval(() => this.lookAtSoftLimits(), SOFT_LIMIT_LOOK_MS);
    }
    return breaks;
  }

  /** A client that is sent nothing more is beyond its limit all the same. */
  private lookAtSoftLimits(): void {
    let isAnyBeyond = false;
    for (const client of this.clients.values()) {
      if (!client.isBeyondSoftLimit) continue;
      if (this.breaksLimit(client, 0)) this.cutOff(client);
      else isAnyBeyond ||= client.isBeyondSoftLimit;
    }
    if (isAnyBeyond) return;
    clearInterval(this.softLimitTimer);
    this.softLimitTimer = undefined;
  }

  /** What it was sent last is not sent, and what waits for it is dropped. */
  private cutOff(client: Client): void {
    const { clientId } = client;
    this.figures.outputLimitDisconnections += 1;
    this.options.onRefused("closed a client beyond its output buffer limit", client.address);
    this.clients.delete(clientId);
    client.destroy();
    this.machine.deliver(clientClosed(clientId));
  }

  private arrived(arrival: Arrival): void {
    if (this.held === undefined || this.held.length >= this.limits.mostClients) {
      this.accept(arrival);
    } else {
      this.held.push(arrival);
    }
  }

  private accept({ handle, isTls }: Arrival): void {
    this.lastClientId += 1;
    const clientId = this.lastClientId;
    const onread: OnReadOpts = {
      buffer: this.buffer,
      callback: (lengthBytes) => {
        if (this.forgotten.has(clientId)) return this.reset(client);
        this.machine.gather(clientBytes(clientId, this.copyOf(lengthBytes)));
        return this.mayReadOn(client, lengthBytes);
      },
    };
    const socket = isTls ? this.newTlsSocket(handle, onread) : newSocket(handle, onread);
    const { isClusterMode } = this.options;
    const connected = this.clients.size + (this.held?.length ?? 0);
    const refusal = refusalOf(socket, this.limits, connected, isClusterMode, this.machine.isOpen);
    const client = new Client(clientId, handle.fd ?? -1, socket, this.addressOf(socket));
    if (socket instanceof TLSSocket) this.watchHandshake(client, socket);
    else socket.on("error", () => {});
    if (refusal !== undefined) return this.refuse(client, refusal);
    this.clients.set(clientId, client);
    socket.setNoDelay(true);
    const { keepAliveMs } = this.limits;
    if (keepAliveMs > 0) socket.setKeepAlive(true, keepAliveMs);
    socket.on("end", () => {
      if (client.isKnown && this.clients.has(clientId)) {
        this.machine.deliver(clientEnded(clientId));
      }
    });
    socket.on("drain", () => {
      if (!client.isCongested) return;
      client.drained();
      this.machine.deliver(clientOutput(clientId, true));
    });
    socket.on("close", () => {
      this.forgotten.delete(clientId);
      if (this.clients.delete(clientId) && client.isKnown) {
        this.machine.deliver(clientClosed(clientId));
      }
    });
    if (isTls) return;
    this.introduce(client, false);
  }

  private reset(client: Client): false {
    client.reset();
    return false;
  }

  private introduce(client: Client, isTls: boolean): void {
    client.isKnown = true;
    this.machine.deliver(clientOpened(client.clientId, client.address, isTls));
  }

  private newTlsSocket(handle: ConnectionHandle, onread: OnReadOpts): TLSSocket {
    const { server, authClients } = must(this.options.credentials(), "credentials");
    return acceptTls(handle, onread, {
      secureContext: server,
      requestCert: authClients !== "no",
      rejectUnauthorized: authClients === "yes",
    });
  }

  /** The machine hears of a client when it and the client have agreed on keys, and it has shown whatever certificate it must. */
  private watchHandshake(client: Client, socket: TLSSocket): void {
    const { clientId, address, descriptor } = client;
    const { authClients } = must(this.options.credentials(), "credentials");
    const tooLate = setTimeout(() => socket.destroy(new Error("it took too long")), HANDSHAKE_MS);
    let isDone = false;
    socket.on("secure", () => {
      isDone = true;
      clearTimeout(tooLate);
      // It was refused, or the machine has ended meanwhile.
      if (!this.clients.has(clientId)) return;
      const why = whyNotVerified(socket, authClients);
      if (why === undefined) return this.introduce(client, true);
      this.clients.delete(clientId);
      this.handshakeFailed(`its certificate is refused: ${why}`, address);
      client.send(Buffer.from(`-ERR The client certificate is refused: ${why}\r\n`, "latin1"));
      client.end();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (isDone) return;
      if (isPlaintext(error)) sayWithoutTls(descriptor);
      this.handshakeFailed(reasonOf(error), address);
    });
    socket.on("close", () => clearTimeout(tooLate));
  }

  private handshakeFailed(why: string, address: string): void {
    this.figures.failedHandshakes += 1;
    this.options.onRefused(`TLS could not be agreed on with a client: ${why}`, address);
  }

  /** As clients are told of themselves: "address:port", or the path of a Unix socket. */
  private addressOf({ remoteAddress, remotePort }: Socket): string {
    if (remoteAddress === undefined) return `${this.doors.unixPath}:0`;
    const isLong = remoteAddress.includes(":");
    return `${isLong ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`;
  }

  private refuse(client: Client, refusal: string): void {
    this.figures.rejectedConnections += 1;
    this.options.onRefused("sent a client away", client.address);
    client.send(Buffer.from(refusal, "latin1"));
    client.end();
  }

  /** False if this socket must rest, behind the step that answers what was read. */
  private mayReadOn(client: Client, lengthBytes: number): boolean {
    if (this.readBytes === 0) setImmediate(() => this.beginTurn());
    this.readBytes += lengthBytes;
    if (this.readBytes < MOST_BYTES_A_TURN) return true;
    this.resting.push(client);
    return false;
  }

  private beginTurn(): void {
    this.readBytes = 0;
    const { resting } = this;
    if (resting.length === 0) return;
    this.resting = [];
    for (const client of resting) client.readOn();
  }

  private copyOf(lengthBytes: number): Uint8Array {
    if (this.chunkUsed + lengthBytes > CHUNK_BYTES) {
      this.chunk = new Uint8Array(CHUNK_BYTES);
      this.chunkUsed = 0;
    }
    const copy = this.chunk.subarray(this.chunkUsed, this.chunkUsed + lengthBytes);
    copy.set(this.buffer.subarray(0, lengthBytes));
    this.chunkUsed += lengthBytes;
    return copy;
  }
}

function newSocket(handle: ConnectionHandle, onread: OnReadOpts): Socket {
  // A client that has said all is still owed answers: the machine closes it behind them.
  const options: AcceptedOptions = { handle, onread, allowHalfOpen: true };
  return new Socket(options);
}

/** What came first was no record of TLS. */
function isPlaintext({ code }: NodeJS.ErrnoException): boolean {
  return code === "ERR_SSL_WRONG_VERSION_NUMBER" || code === "ERR_SSL_HTTP_REQUEST";
}

/** The socket itself can only encrypt by now. */
function sayWithoutTls(descriptor: number): void {
  try {
    writeSync(descriptor, NEEDS_TLS);
  } catch {
    // Whoever has gone already need not be told.
  }
}

/** OpenSSL's errors tell much that helps nobody. */
function reasonOf(error: NodeJS.ErrnoException): string {
  if (isPlaintext(error)) return "it speaks without TLS";
  const { reason } = error as { readonly reason?: string };
  return reason ?? error.message;
}
