/** The world of the simulator's clients made of real sockets and clocks. Times are microseconds of this process's monotonic clock. */
import { connect, type Socket } from "node:net";
import type { ClientEvents, ClientHost, OnlookerHost } from "../sim/clients/clientHost.ts";

const HOST = "127.0.0.1";

/**
 * Servers slow whoever sends wrong passwords by the address: each connection has one of its own, as clients on many computers have. Only
 * Linux takes every address of 127.0.0.0/8 for its own.
 */
function ownAddress(connection: number): { readonly localAddress?: string } {
  if (process.platform !== "linux") return {};
  const number = connection % (254 * 254);
  return { localAddress: `127.0.${1 + Math.floor(number / 254)}.${1 + (number % 254)}` };
}

/** Until somebody hears. */
const deaf: SocketHost["events"] = { onBytes: () => {}, onClosed: () => {} };

export function nowUs(): number {
  return Math.round(performance.now() * 1000);
}

export class SocketHost implements ClientHost, OnlookerHost {
  events: Pick<ClientEvents, "onBytes" | "onClosed"> & Partial<ClientEvents> = deaf;
  private readonly timers: Set<NodeJS.Timeout> = new Set();
  private readonly portOf: (node: string) => number;
  private readonly sockets: Map<number, Socket> = new Map();
  private order = 0;
  private lastConnection = 0;

  constructor(portOf: (node: string) => number) {
    this.portOf = portOf;
  }

  nowUs(): number {
    return nowUs();
  }

  unixMs(): number {
    return Date.now();
  }

  nextOrder(): number {
    this.order += 1;
    return this.order;
  }

  schedule(atUs: number, token: number): void {
    this.at(atUs, () => this.events.onTimer?.(token));
  }

  at(us: number, run: () => void): void {
    const waitMs = Math.max(0, Math.ceil((us - nowUs()) / 1000));
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      // Node's timers may ring a little early.
      if (nowUs() < us) this.at(us, run);
      else run();
    }, waitMs);
    this.timers.add(timer);
  }

  connect(node: string): number {
    const connection = ++this.lastConnection;
    const port = this.portOf(node);
    const socket = connect({ host: HOST, port, noDelay: true, ...ownAddress(connection) });
    this.sockets.set(connection, socket);
    socket.on("connect", () => this.tell(connection, (events) => events.onConnected?.(connection)));
    socket.on("data", (bytes: Buffer) => {
      this.tell(connection, (events) => events.onBytes(connection, new Uint8Array(bytes), nowUs()));
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.tell(connection, (events) => events.onClosed(connection));
      this.sockets.delete(connection);
    });
    return connection;
  }

  send(connection: number, bytes: Uint8Array): void {
    this.sockets.get(connection)?.write(bytes);
  }

  close(connection: number): void {
    const socket = this.sockets.get(connection);
    this.sockets.delete(connection);
    socket?.destroy();
  }

  /** Nothing rings any more, and nobody is connected. */
  closeAll(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    for (const connection of this.sockets.keys()) this.close(connection);
  }

  /** Not of a connection that this end has closed. */
  private tell(connection: number, call: (events: SocketHost["events"]) => void): void {
    if (this.sockets.has(connection)) call(this.events);
  }
}
