/**
 * Clients that wait for a key (BLPOP, XREAD BLOCK …) or for the log (WAIT): who waits for which, in the order in which they began to, and until when.
 * When they are served is serveBlocked.ts.
 */
import { must } from "../assert.ts";
import type { BlockRequest, ForcedEnd } from "../commands/blocking.ts";
import type { CommandSpec } from "../commands/spec.ts";
import type { Keyspace } from "../keyspace/keyspace.ts";
import type { ReadyKeys } from "../keyspace/readyKeys.ts";
import type { Connection } from "./connections.ts";

export interface BlockedClient {
  readonly connection: Connection;
  readonly spec: CommandSpec;
  /** The request, or what runs in its place. */
  readonly argv: readonly string[];
  readonly request: BlockRequest;
  readonly keyspace: Keyspace;
  /** Monotonic microseconds; Infinity: never. */
  readonly deadlineUs: number;
  /** Counts the clients that began to wait. */
  readonly order: number;
  /** CLIENT UNBLOCK was called for it, and is carried out once the command that called has ended. */
  forcedEnd: ForcedEnd | undefined;
}

/** Who waits for one key. */
interface Queue {
  readonly clients: Set<BlockedClient>;
  /** How many of them want to know when the key is gone. */
  mourners: number;
}

export class BlockedClients {
  private readonly ready: ReadyKeys;
  private readonly queues: Map<Keyspace, Map<string, Queue>> = new Map();
  private readonly byConnection: Map<Connection, BlockedClient> = new Map();
  /** Those that do not wait for ever, by deadline and order. */
  private readonly byDeadline: BlockedClient[] = [];
  /** Those that wait for the log. */
  readonly forLog: Set<BlockedClient> = new Set();
  private forced: BlockedClient[] = [];
  private released: Connection[] = [];
  private orders = 0;

  constructor(ready: ReadyKeys) {
    this.ready = ready;
  }

  get size(): number {
    return this.byConnection.size;
  }

  /** The earliest deadline, Infinity if there is none. Monotonic microseconds. */
  get nextDeadlineUs(): number {
    return this.byDeadline[0]?.deadlineUs ?? Infinity;
  }

  get hasForced(): boolean {
    return this.forced.length > 0;
  }

  /** The client whose deadline is `nextDeadlineUs`. */
  get nextDue(): BlockedClient | undefined {
    return this.byDeadline[0];
  }

  /** Longest waiting first. */
  all(): readonly BlockedClient[] {
    return [...this.byConnection.values()];
  }

  add(made: Omit<BlockedClient, "order" | "forcedEnd">): void {
    this.orders += 1;
    const client: BlockedClient = { ...made, order: this.orders, forcedEnd: undefined };
    this.byConnection.set(client.connection, client);
    client.connection.session.isBlocked = true;
    this.ready.count(client.request.type, 1);
    if (client.request.isForLog === true) this.forLog.add(client);
    for (const key of client.request.keys) {
      const queue = this.queueOf(client.keyspace, key);
      if (queue.clients.has(client)) continue;
      queue.clients.add(client);
      if (client.request.wakesOnLoss === true) queue.mourners += 1;
      this.ready.await(client.keyspace, key);
    }
    if (client.deadlineUs < Infinity) {
      this.byDeadline.splice(this.placeOf(client), 0, client);
    }
  }

  /** The client waits no more: it was served, or is gone. */
  remove(connection: Connection): void {
    const client = this.byConnection.get(connection);
    if (client === undefined) return;
    this.byConnection.delete(connection);
    connection.session.isBlocked = false;
    this.ready.count(client.request.type, -1);
    this.forLog.delete(client);
    for (const key of client.request.keys) {
      const queue = this.queueOf(client.keyspace, key);
      if (queue.clients.delete(client) && client.request.wakesOnLoss === true) queue.mourners -= 1;
      if (queue.clients.size > 0) continue;
      this.queues.get(client.keyspace)?.delete(key);
      this.ready.release(client.keyspace, key);
    }
    if (client.deadlineUs < Infinity) this.byDeadline.splice(this.placeOf(client), 1);
    this.released.push(connection);
  }

  /** Who waits for a key, longest first; clients may be removed while it is walked. */
  waitingFor(keyspace: Keyspace, key: string): ReadonlySet<BlockedClient> | undefined {
    return this.queues.get(keyspace)?.get(key)?.clients;
  }

  /** Somebody wants to know that this key is gone. */
  isMourned(keyspace: Keyspace, key: string): boolean {
    return (this.queues.get(keyspace)?.get(key)?.mourners ?? 0) > 0;
  }

  /** False if the connection does not wait, or was forced already. */
  force(connection: Connection, end: ForcedEnd): boolean {
    const client = this.byConnection.get(connection);
    if (client === undefined || client.forcedEnd !== undefined) return false;
    client.forcedEnd = end;
    this.forced.push(client);
    return true;
  }

  /** Clients whose waiting is to be ended; those among them that have gone meanwhile are left out. */
  takeForced(): readonly BlockedClient[] {
    const taken = this.forced;
    this.forced = [];
    return taken.filter((client) => this.byConnection.get(client.connection) === client);
  }

  /** Connections that wait no more: what they have sent meanwhile is to be served now. */
  takeReleased(): readonly Connection[] {
    if (this.released.length === 0) return NOBODY;
    const taken = this.released;
    this.released = [];
    return taken;
  }

  private queueOf(keyspace: Keyspace, key: string): Queue {
    let queues = this.queues.get(keyspace);
    if (queues === undefined) {
      queues = new Map();
      this.queues.set(keyspace, queues);
    }
    let queue = queues.get(key);
    if (queue === undefined) {
      queue = { clients: new Set(), mourners: 0 };
      queues.set(key, queue);
    }
    return queue;
  }

  /** Where a client stands, or belongs, among the deadlines. */
  private placeOf({ deadlineUs, order }: BlockedClient): number {
    let low = 0;
    let high = this.byDeadline.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = must(this.byDeadline[middle], "a client with a deadline");
      const isBefore =
        other.deadlineUs < deadlineUs || (other.deadlineUs === deadlineUs && other.order < order);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NOBODY: readonly Connection[] = [];
