/** The doors of one database node: the ports and the Unix socket by which clients come in. Ports may be moved while it runs. */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { RefusedValue } from "../../engine/contract.ts";
import type { Ports } from "../host/layout.ts";
import { listenAtOnce, listenOn } from "../listenOn.ts";
import type { ConnectionHandle } from "../tls/acceptedSocket.ts";

/** Redis's words. */
const noPort: RefusedValue = {
  parameter: "port",
  why: "Unable to listen on this port. Check server logs.",
};
const noAddress: RefusedValue = {
  parameter: "bind",
  why: "Failed to bind to specified addresses.",
};

/** Whoever has connected, with what. */
export interface Arrival {
  readonly handle: ConnectionHandle;
  readonly isTls: boolean;
}

export interface DoorsOptions {
  readonly onArrival: (arrival: Arrival) => void;
  /** Connections that the system keeps for us until they are accepted. */
  readonly backlog: () => number;
  /** False if others have to know the port and cannot be told of another. */
  readonly isPortMovable: boolean;
  /** A port could not be opened. */
  readonly onShut: (why: string) => void;
}

interface Place {
  readonly port: number;
  readonly address: string;
  readonly isTls: boolean;
}

/** What `net.Server` and the module under it both have. */
interface ListeningHandle {
  onconnection: (error: number, handle: ConnectionHandle | undefined) => void;
}

interface Door {
  readonly place: Place;
  close(): void;
}

export class Doors {
  private readonly options: DoorsOptions;
  private current: Ports = { port: 0, tlsPort: 0 };
  private addresses: readonly string[] = [];
  private unix: { readonly path: string; readonly permissions: number } | undefined = undefined;
  private opened: Door[] = [];
  private unixServer: Server | undefined = undefined;
  private isOpen = false;

  constructor(options: DoorsOptions) {
    this.options = options;
  }

  get ports(): Ports {
    return this.current;
  }

  /** As the parameter has them. */
  get bind(): readonly string[] {
    return this.addresses;
  }

  /** "" without one. */
  get unixPath(): string {
    return this.unix?.path ?? "";
  }

  /** Opens ports on addresses (listenOn.ts). Rejects with the system's error. */
  listen(ports: Ports, bind: readonly string[]): Promise<void> {
    this.current = ports;
    this.addresses = bind;
    return this.open();
  }

  /** Takes `close` back. Rejects with the system's error. */
  async open(): Promise<void> {
    if (this.isOpen) return;
    this.isOpen = true;
    const places = placesOf(this.current, this.addresses);
    await Promise.all(places.map((place) => this.openDoor(place)));
    if (this.unix !== undefined) await this.listenUnix(this.unix.path, this.unix.permissions);
  }

  /** Opens a Unix socket, in the place of one that a process has left behind. Rejects with the system's error. */
  async listenUnix(path: string, permissions: number): Promise<void> {
    rmSync(path, { force: true });
    this.unix = { path, permissions };
    const server = createServer();
    const backlog = this.options.backlog();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ path, backlog }, resolve);
    });
    if (permissions !== 0) chmodSync(path, permissions);
    this.unixServer = server;
    this.takeConnections(handleOf(server), false);
  }

  /** Lets nobody in any more. */
  close(): void {
    this.isOpen = false;
    for (const door of this.opened) door.close();
    this.opened = [];
    this.unixServer?.close();
    this.unixServer = undefined;
  }

  /**
   * Listens where these values of port and bind say; whoever is connected stays. Returns Redis's words if that is not possible: then it
   * listens where it did. Addresses are given in digits, for a name would have to be asked for.
   */
  whyRefused(values: ReadonlyMap<string, string>): RefusedValue | undefined {
    const { addresses, current } = this;
    const port = Number(values.get("port") ?? current.port);
    const bind = values.get("bind");
    const next = bind === undefined ? addresses : bind.split(" ").filter((word) => word !== "");
    const isElsewhere = next.join(" ") !== addresses.join(" ");
    if (port === current.port && !isElsewhere) return undefined;
    const why = isElsewhere ? noAddress : noPort;
    if (port !== current.port && !this.options.isPortMovable) {
      this.options.onShut("the port of a zone is fixed while its server runs");
      return noPort;
    }
    const ports = { ...current, port };
    if (this.isOpen && !this.move(placesOf(ports, next))) return why;
    this.current = ports;
    this.addresses = next;
    return undefined;
  }

  /** The old doors are shut first: an address may be part of another. */
  private move(places: readonly Place[]): boolean {
    const before = this.opened;
    const isKept = ({ place }: Door): boolean => places.some((one) => isSame(one, place));
    for (const door of before) if (!isKept(door)) door.close();
    this.opened = before.filter(isKept);
    if (this.openMissing(places)) return true;
    for (const door of this.opened) if (!before.includes(door)) door.close();
    this.opened = before.filter(isKept);
    this.openMissing(before.map(({ place }) => place));
    return false;
  }

  private openMissing(places: readonly Place[]): boolean {
    for (const place of places) {
      if (this.opened.some((door) => isSame(door.place, place))) continue;
      const { port, address, isTls } = place;
      const listening = listenAtOnce(port, address, this.options.backlog());
      if (typeof listening === "string") {
        this.options.onShut(listening);
        return false;
      }
      if (listening === undefined) continue;
      this.takeConnections(listening, isTls);
      this.opened.push({ place, close: () => listening.close() });
    }
    return true;
  }

  private async openDoor(place: Place): Promise<void> {
    const server = createServer();
    const { port, address, isTls } = place;
    if (!(await listenOn(server, port, address, this.options.backlog()))) return;
    this.opened.push({ place, close: () => server.close() });
    this.takeConnections(handleOf(server), isTls);
  }

  /** `net.Server` has no option `onread`, so sockets are made elsewhere, around the handle that was accepted. */
  private takeConnections(listening: ListeningHandle, isTls: boolean): void {
    listening.onconnection = (error, handle) => {
      if (error === 0 && handle !== undefined) this.options.onArrival({ handle, isTls });
    };
  }
}

function placesOf({ port, tlsPort }: Ports, bind: readonly string[]): readonly Place[] {
  return bind.flatMap((address) => [
    ...(port > 0 ? [{ port, address, isTls: false }] : []),
    ...(tlsPort > 0 ? [{ port: tlsPort, address, isTls: true }] : []),
  ]);
}

function isSame(one: Place, other: Place): boolean {
  return one.port === other.port && one.address === other.address && one.isTls === other.isTls;
}

function handleOf(server: Server): ListeningHandle {
  return (server as unknown as { _handle: ListeningHandle })._handle;
}
