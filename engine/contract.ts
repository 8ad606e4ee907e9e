/**
 * The one door between the engine and its host.
 *
 * A machine of the engine (database node, log node, monitor) is a value made by its constructor and a function
 * `step(machine, now, input, effects)`. The host (the simulator, or the server on real sockets) delivers one `Input`
 * at a time and carries out what the step asked of the `Effects` sink. A step is synchronous and runs to completion.
 * A database node also takes several inputs as one step (`stepAll`), all of which have arrived by its reading of the clocks.
 *
 * Order: effects carry no hidden order among each other, save that calls for one destination (one peer, one client,
 * one file) keep the order of the calls. A message that needs durability is sent by the step that learns of the
 * completed sync. A restart is a new machine built from disk bytes alone.
 */

import type { MarkName } from "./marks.ts";
import type { TraceKind } from "./trace.ts";

/** A machine's name in the cluster, such as "db-0-a" (shard 0, zone a), "log-b" or "monitor". */
export type NodeId = string;

/** One reading of both clocks, taken by the host after the step's input arrived and never cached. */
export interface Now {
  /** Microseconds of the monotonic clock: never jumps, arbitrary zero. It stands still while a machine is suspended. */
  monotonicUs: number;
  /** Microseconds since the Unix epoch on the wall clock: may jump either way. */
  unixUs: number;
}

export type InputKind =
  | "start" // the machine was just built; the first input of every incarnation
  | "clientOpened" // clientId; from = the client's "address:port"; ok = true: the connection is encrypted (TLS)
  | "clientBytes" // clientId, bytes
  | "clientEnded" // clientId: the peer sends nothing more, and still reads what it is owed
  | "clientOutput" // clientId, ok = false: it reads too slowly, and what it was sent piles up; ok = true: no longer
  | "clientClosed" // clientId: the peer closed or the connection broke; nothing can be sent to it any more
  | "peerMessage" // from, bytes: one whole frame as it was given to `send` (possibly damaged on the way)
  | "peerLost" // from: the connection to that peer broke; messages in flight may be gone
  | "diskRead" // ticket, ok, bytes: shorter than asked for at the end of the file, empty if there is no such file
  | "diskSynced" // ticket, ok: every write and removal called before that sync is on disk; ok = false: none is promised
  | "users" // bytes: the users of the configuration, in place of those before; an ACL file's text that the host has checked
  | "parameters" // bytes: values of parameters that the host has checked (settings/changes.ts), in force from now on
  | "retire" // ok = true: the host will end this machine soon, it is to hand over what it leads; ok = false: it stays after all
  | "diskSpace" // ok = false: the disk is nearly full, and only what keeps the node alive should still be written; ok = true: no longer
  | "wake"; // the deadline of the newest wakeAt has passed

/** What can happen to a machine. All kinds have the same fields, so that a step stays monomorphic in V8. */
export interface Input {
  readonly kind: InputKind;
  readonly clientId: number;
  readonly from: NodeId;
  /** Owned by the machine from the call on: the host neither keeps nor changes it. */
  readonly bytes: Uint8Array;
  readonly ticket: number;
  readonly ok: boolean;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

export const startInput: Input = input("start", 0, "", NO_BYTES, 0, true);
export const wakeInput: Input = input("wake", 0, "", NO_BYTES, 0, true);

export function clientOpened(clientId: number, address: string, isTls: boolean = false): Input {
  return input("clientOpened", clientId, address, NO_BYTES, 0, isTls);
}

export function clientBytes(clientId: number, bytes: Uint8Array): Input {
  return input("clientBytes", clientId, "", bytes, 0, true);
}

export function clientEnded(clientId: number): Input {
  return input("clientEnded", clientId, "", NO_BYTES, 0, true);
}

export function clientOutput(clientId: number, ok: boolean): Input {
  return input("clientOutput", clientId, "", NO_BYTES, 0, ok);
}

export function retire(ok: boolean): Input {
  return input("retire", 0, "", NO_BYTES, 0, ok);
}

export function newUsers(aclFile: Uint8Array): Input {
  return input("users", 0, "", aclFile, 0, true);
}

export function newParameters(values: Uint8Array): Input {
  return input("parameters", 0, "", values, 0, true);
}

export function clientClosed(clientId: number): Input {
  return input("clientClosed", clientId, "", NO_BYTES, 0, true);
}

export function peerMessage(from: NodeId, frame: Uint8Array): Input {
  return input("peerMessage", 0, from, frame, 0, true);
}

export function peerLost(from: NodeId): Input {
  return input("peerLost", 0, from, NO_BYTES, 0, true);
}

export function diskRead(ticket: number, ok: boolean, bytes: Uint8Array): Input {
  return input("diskRead", 0, "", bytes, ticket, ok);
}

export function diskSynced(ticket: number, ok: boolean): Input {
  return input("diskSynced", 0, "", NO_BYTES, ticket, ok);
}

export function diskSpace(ok: boolean): Input {
  return input("diskSpace", 0, "", NO_BYTES, 0, ok);
}

// oxlint-disable-next-line max-params -- the one place that fixes the shape of every input
function input(
  kind: InputKind,
  clientId: number,
  from: NodeId,
  bytes: Uint8Array,
  ticket: number,
  ok: boolean,
): Input {
  return { kind, clientId, from, bytes, ticket, ok };
}

/** What a machine may ask of its host. Byte arrays given away belong to the host: the machine never changes them again. */
export interface Effects {
  /** Sends one frame to a peer. May be lost, doubled, delayed or reordered; never answered by the host itself. */
  send(to: NodeId, frame: Uint8Array): void;
  /** Sends bytes to a client, in the order of the calls. `owedBytes`: of further ones that wait for the log already. */
  reply(clientId: number, bytes: Uint8Array, owedBytes?: number): void;
  /** Closes a client's connection after the replies already given; no clientClosed follows. */
  closeClient(clientId: number): void;
  /** Asks for `lengthBytes` of a file from `offset` on; answered by diskRead with the same ticket. */
  read(ticket: number, file: string, offset: number, lengthBytes: number): void;
  /** Writes at an offset, growing the file when needed. Durable only after a later sync. */
  write(file: string, offset: number, bytes: Uint8Array): void;
  /** Removes a file; durable only after a later sync. */
  remove(file: string): void;
  /** Makes every earlier write and removal of this machine durable; answered by diskSynced. One at a time is outstanding. */
  sync(ticket: number): void;
  /** Sets the machine's only alarm; a later call replaces it. `Infinity` clears it. A deadline in the past fires at once. */
  wakeAt(monotonicUs: number): void;
  /** Asks the infrastructure to see that a machine of this name runs, on new hardware if the old is gone for good. */
  provision(node: NodeId): void;
  /** Ends the machine (a failed sync, a foreign disk). The host's supervisor may start a new one from the disk. */
  exit(reason: string): void;
  /** A parameter of the configuration has this value now (CONFIG SET): some concern the host, such as limits of connections. */
  configure(parameter: string, value: string): void;
  /** A client wants the file of the configuration to hold the present values (CONFIG REWRITE): `rewrite` makes its new text of the old. */
  rewriteConfiguration(rewrite: (text: string) => string): void;
  /** A client wants this node stopped (SHUTDOWN), or not any more. */
  shutdown(order: ShutdownOrder): void;
  /** Tells an event of the vocabulary in trace.ts; changes nothing. Numbers that say nothing are -1. */
  trace(kind: TraceKind, shard: number, position: number, value: number, text: string): void;
  /** Says that a branch of marks.ts was taken; changes nothing. A host may count it or not. */
  mark(name: MarkName): void;
}

/** In good order: what is owed is given, and leadership handed over, first; the host answers by the input `retire`. */
export type ShutdownOrder = "in good order" | "now" | "abort";

/** A generator of numbers in [0, 1) that the host seeds; every machine has its own. */
export type Random = () => number;

/**
 * What a host tells a database node of itself while a step runs, for figures that operators read (INFO, SLOWLOG, LATENCY, MEMORY).
 * Nothing else may follow from it, least of all a record; save that a step ends early that has taken long, that clients are closed that
 * take too much (maxmemory-clients), and that keys are evicted for what clients take (maxmemory): which, the records say.
 */
export interface HostFigures {
  /** Microseconds on a clock that measures how long work takes; it never goes back. */
  stopwatchUs(): number;
  process(): ProcessFigures;
  /** The share of the time since this was asked last, or of the last second if that is longer, in which the engine's thread was busy. */
  busyRatio(): number;
  clients(): ClientFigures;
  connection(clientId: number): ConnectionFigures;
  /**
   * Asks the host to take these values of parameters, by name. Why it cannot; undefined if it can: then it listens where they say, and all
   * others are in force from `configure` on.
   */
  whyRefused(values: ReadonlyMap<string, string>): RefusedValue | undefined;
}

/** The parameter that the host cannot do with, and why. */
export interface RefusedValue {
  readonly parameter: string;
  readonly why: string;
}

/** What the host has done with connections of its own accord. CONFIG RESETSTAT sets it back. */
export interface ClientFigures {
  rejectedConnections: number;
  outputLimitDisconnections: number;
  /** Clients with which TLS could not be agreed on. */
  failedHandshakes: number;
}

export interface ConnectionFigures {
  /** The system's number of the socket, -1 if it has none. */
  readonly descriptor: number;
  /** What the client was sent and has not taken yet. */
  readonly unsentBytes: number;
  /** Version and cipher of TLS, such as "TLSv1.3:TLS_AES_256_GCM_SHA384"; "" without TLS. */
  readonly tls: string;
}

export interface ProcessFigures {
  readonly processId: number;
  /** Name, release and machine of the operating system. */
  readonly os: string;
  readonly executable: string;
  /** "" if there is none. */
  readonly configFile: string;
  readonly userCpuUs: number;
  readonly systemCpuUs: number;
  /** Memory of the process that is resident, that its allocator holds, and that is in use in it. */
  readonly residentBytes: number;
  readonly heldBytes: number;
  readonly usedBytes: number;
  /** Memory of the computer. */
  readonly systemBytes: number;
}

/** One machine's address book entry. */
export interface DatabaseNodeAddress {
  readonly nodeId: NodeId;
  readonly shard: number;
  readonly zone: string;
  /** What MOVED and CLUSTER SLOTS announce to clients: an address, a host name ("" for none), and ports (0 for none). */
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly tlsPort: number;
  /** Where the process of its zone hears those of the others; 0: nowhere. */
  readonly busPort: number;
}

export interface LogNodeAddress {
  readonly nodeId: NodeId;
  readonly zone: string;
}

/** The cluster as every machine knows it from its configuration; leadership is learnt, not configured. */
export interface ClusterLayout {
  readonly clusterId: string;
  readonly shardCount: number;
  readonly databaseNodes: readonly DatabaseNodeAddress[];
  /** One a zone, three in all; or a single one, whose disk is then the only copy of the log. */
  readonly logNodes: readonly LogNodeAddress[];
}
