/**
 * The door between the clients and the world that carries their bytes. The world implements ClientHost and calls
 * ClientEvents; the clients (sim/clients/clients.ts) do the reverse. Handlers run to completion and may call the host.
 */
import type { NodeId } from "../../engine/contract.ts";

/** What the world does for clients. Times are true virtual microseconds. */
export interface ClientHost {
  nowUs(): number;
  /** The wall clock of the clients' place, Unix milliseconds (no skew: true time). */
  unixMs(): number;
  /**
   * A number that grows with every call, shared by everything that enters the history: the order of events at equal
   * times.
   */
  nextOrder(): number;
  /** Calls onTimer(token) at that time (at once if it has passed). Not cancellable: a stale token is ignored by the clients. */
  schedule(atUs: number, token: number): void;
  /**
   * Opens a stream to a node's client port. Answered by onConnected after a round trip, by onClosed when the machine is
   * up but its process is not (refused), and by nothing when the path is cut or the zone is dark.
   * @returns a connection id, never used again in this run
   */
  connect(node: NodeId): number;
  /** Sends bytes behind the earlier ones; allowed before onConnected (they leave once it is open). The bytes belong to the host. */
  send(connection: number, bytes: Uint8Array): void;
  /** Closes this end; no further event comes for this connection. The node hears of it if the path is open. */
  close(connection: number): void;
}

/** What the world does for clients that only look on (../listeners.ts, ../cachers.ts). Times are as for the others. */
export interface OnlookerHost extends Pick<ClientHost, "nowUs" | "connect" | "send" | "close"> {
  /** Calls `run` at that time. */
  at(us: number, run: () => void): void;
}

/** What the world tells clients. */
export interface ClientEvents {
  onTimer(token: number): void;
  onConnected(connection: number): void;
  /**
   * A piece of the stream from the node, in order.
   * @param bytes owned by the clients from now on
   * @param sentUs true time at which the node's step gave these bytes away: durability is judged at that moment
   */
  onBytes(connection: number, bytes: Uint8Array, sentUs: number): void;
  /** The node closed, refused, or the connection broke: nothing more comes. */
  onClosed(connection: number): void;
}
