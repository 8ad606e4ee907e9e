/**
 * The clients of one database node. All sockets share one read buffer, and what one piece of input is answered leaves in one write:
 * on Node these two are what speed is made of (docs/PERFORMANCE.md).
 */
import {
  createServer,
  type OnReadOpts,
  type Server,
  Socket,
  type SocketConstructorOpts,
} from "node:net";
import { clientBytes, clientClosed, clientOpened } from "../../engine/contract.ts";
import { listenOn } from "../listenOn.ts";
import type { ClientSink, HostedMachine } from "../host/machine.ts";

const READ_BUFFER_BYTES: number = 64 << 10;
/** What was read is copied into chunks of this size: an array of its own for each piece would cost far more than the copy. */
const CHUNK_BYTES: number = 64 << 10;
/**
 * Read in one turn of the event loop, all clients together, before they have to rest: what is read is executed in one step, and for so
 * long neither another client nor the log is heard. Without it a client that sends a hundred thousand requests at once outlasts the lease.
 */
const MOST_BYTES_A_TURN: number = 128 << 10;

/** libuv's handle of an accepted connection, which Node's types do not know. */
interface ConnectionHandle {
  close(): void;
}

interface AcceptedOptions extends SocketConstructorOpts {
  readonly handle: ConnectionHandle;
  readonly onread: OnReadOpts;
}

interface ServerHandle {
  onconnection: (error: number, handle: ConnectionHandle | undefined) => void;
}

export class Listener implements ClientSink {
  private readonly machine: HostedMachine;
  private readonly servers: Server[] = [];
  private readonly sockets: Map<number, Socket> = new Map();
  private readonly buffer: Uint8Array = new Uint8Array(READ_BUFFER_BYTES);
  private chunk: Uint8Array = new Uint8Array(CHUNK_BYTES);
  private chunkUsed = 0;
  private lastClientId = 0;
  private readBytes = 0;
  /** Who is not read from before the next turn. */
  private resting: Socket[] = [];
  /** Connections that nobody reads from yet; undefined once the doors are open. */
  private held: ConnectionHandle[] | undefined = [];

  constructor(machine: HostedMachine) {
    this.machine = machine;
    machine.clients = this;
  }

  /** Opens a port on one more address (listenOn.ts). Rejects with the system's error. */
  async listen(port: number, address: string): Promise<void> {
    const server = createServer();
    if (!(await listenOn(server, port, address))) return;
    this.servers.push(server);
    this.takeConnections(server);
  }

  /** From now on clients are read from, those first that came before. */
  open(): void {
    const waiting = this.held ?? [];
    this.held = undefined;
    for (const handle of waiting) this.accept(handle);
  }

  reply(clientId: number, bytes: Uint8Array): void {
    this.sockets.get(clientId)?.write(bytes);
  }

  closeClient(clientId: number): void {
    const socket = this.sockets.get(clientId);
    this.sockets.delete(clientId);
    socket?.end(() => socket.destroy());
  }

  machineEnded(): void {
    for (const socket of this.sockets.values()) socket.destroy();
    this.sockets.clear();
  }

  close(): void {
    for (const server of this.servers) server.close();
    for (const handle of this.held ?? []) handle.close();
    this.machineEnded();
  }

  /** `net.Server` has no option `onread`, so the socket is made here, around the handle that was accepted. */
  private takeConnections(server: Server): void {
    const { _handle } = server as unknown as { _handle: ServerHandle };
    _handle.onconnection = (error, handle) => {
      if (error !== 0 || handle === undefined) return;
      if (this.held === undefined) this.accept(handle);
      else this.held.push(handle);
    };
  }

  private accept(handle: ConnectionHandle): void {
    this.lastClientId += 1;
    const clientId = this.lastClientId;
    const onread: OnReadOpts = {
      buffer: this.buffer,
      callback: (lengthBytes) => {
        this.machine.gather(clientBytes(clientId, this.copyOf(lengthBytes)));
        return this.mayReadOn(socket, lengthBytes);
      },
    };
    const options: AcceptedOptions = { handle, onread };
    const socket = new Socket(options);
    this.sockets.set(clientId, socket);
    socket.setNoDelay(true);
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.sockets.delete(clientId)) this.machine.deliver(clientClosed(clientId));
    });
    const address = `${socket.remoteAddress ?? "?"}:${socket.remotePort ?? 0}`;
    this.machine.deliver(clientOpened(clientId, address));
  }

  /** False if this socket must rest, behind the step that answers what was read. */
  private mayReadOn(socket: Socket, lengthBytes: number): boolean {
    if (this.readBytes === 0) setImmediate(() => this.beginTurn());
    this.readBytes += lengthBytes;
    if (this.readBytes < MOST_BYTES_A_TURN) return true;
    this.resting.push(socket);
    return false;
  }

  private beginTurn(): void {
    this.readBytes = 0;
    const { resting } = this;
    if (resting.length === 0) return;
    this.resting = [];
    for (const socket of resting) socket.resume();
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
