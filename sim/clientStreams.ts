/**
 * Connections between clients and database nodes: byte streams in order, as TCP gives them. A cut path delays bytes and loses
 * none; a machine without power says nothing; a machine with power but without the process, or with a later one,
 * answers with a reset.
 */
import { must } from "../engine/assert.ts";
import type { NodeId } from "../engine/contract.ts";
import type { ClientEvents } from "./clients/clientHost.ts";
import type { DecisionSource } from "./decisions.ts";
import { STREAM_ARRIVES, STREAM_RESENT } from "./events.ts";
import { isTotal, type LinkRule } from "./linkRules.ts";
import type { Endpoint, Link, Network } from "./network.ts";
import type { Camera } from "./film/camera.ts";
import type { FaultCounter, Place } from "./place.ts";
import type { Scheduler } from "./scheduler.ts";

/** Directions of a connection, as they stand in events. */
const TO_MACHINE = 0;
const TO_CLIENT = 1;

/** A lost segment of a stream is sent again after this long. */
const RETRANSMIT_US = 200_000;

type PieceKind = "open" | "accept" | "bytes" | "close";

export interface StreamPiece {
  readonly kind: PieceKind;
  readonly bytes: Uint8Array;
  /** When the sender gave it away. */
  readonly sentUs: number;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** The machine's side, as the streams use it. */
export interface StreamMachine extends Endpoint {
  receiveOpened(clientId: number, address: string): void;
  receiveBytes(clientId: number, bytes: Uint8Array): void;
  receiveClosed(clientId: number): void;
}

interface Tear {
  readonly decisions: DecisionSource;
  readonly counter: FaultCounter;
}

class Connection {
  readonly id: number;
  readonly machine: StreamMachine;
  readonly links: readonly [Link, Link];
  readonly lastArrivalUs: [number, number] = [0, 0];
  /** Pieces that met a cut path, in order, by direction. */
  readonly held: [StreamPiece[], StreamPiece[]] = [[], []];
  readonly isResending: [boolean, boolean] = [false, false];
  /** Bytes that the client gave before the connection was open. */
  early: StreamPiece[] = [];
  /** The machine's process that accepted; -1 before, and after its end is closed. */
  process = -1;
  isConnected = false;
  isClientOpen = true;
  /** The client's end is gone and the machine was not told: the next bytes from there are answered with a reset. */
  isAbandoned = false;
  /** The next bytes either way arrive in part, and then it breaks. */
  tear: Tear | undefined = undefined;
  isClosedByMachine = false;

  constructor(id: number, machine: StreamMachine, links: readonly [Link, Link]) {
    this.id = id;
    this.machine = machine;
    this.links = links;
  }

  /** Whether anybody is there to whom what goes that way matters. */
  isHeardIn(direction: 0 | 1): boolean {
    return direction === TO_CLIENT ? this.isClientOpen : this.machine.isRunning;
  }
}

export class ClientStreams {
  /** Who hears of connections; set before the first `connect`. */
  events: ClientEvents | undefined = undefined;
  private readonly scheduler: Scheduler;
  private readonly network: Network;
  private readonly clientPlace: Place;
  private readonly connections: Map<number, Connection> = new Map();
  private readonly camera: Camera | undefined;
  private nextId = 1;

  constructor(scheduler: Scheduler, network: Network, clientPlace: Place, camera?: Camera) {
    this.camera = camera;
    this.scheduler = scheduler;
    this.network = network;
    this.clientPlace = clientPlace;
  }

  connect(node: NodeId): number {
    const machine = this.network.endpoint(node) as StreamMachine;
    const id = this.nextId;
    this.nextId += 1;
    const links: [Link, Link] = [
      this.network.linkBetween(this.clientPlace, machine),
      this.network.linkBetween(machine, this.clientPlace),
    ];
    const connection = new Connection(id, machine, links);
    this.connections.set(id, connection);
    this.sendPiece(connection, TO_MACHINE, "open", NO_BYTES, this.scheduler.nowUs);
    return id;
  }

  send(id: number, bytes: Uint8Array): void {
    const connection = this.connections.get(id);
    if (connection === undefined || !connection.isClientOpen) return;
    const { nowUs } = this.scheduler;
    this.camera?.clientSent?.(nowUs, id);
    if (!connection.isConnected) connection.early.push({ kind: "bytes", bytes, sentUs: nowUs });
    else this.sendPiece(connection, TO_MACHINE, "bytes", bytes, nowUs);
  }

  /** The client closes its end and hears nothing more. */
  closeFromClient(id: number): void {
    const connection = this.connections.get(id);
    if (connection === undefined || !connection.isClientOpen) return;
    connection.isClientOpen = false;
    connection.early = [];
    this.sendPiece(connection, TO_MACHINE, "close", NO_BYTES, this.scheduler.nowUs);
  }

  reply(machine: StreamMachine, id: number, bytes: Uint8Array, departUs: number): void {
    const connection = this.connectionOf(machine, id);
    if (connection === undefined) return;
    this.camera?.replySent?.(departUs, machine.index, id);
    this.sendPiece(connection, TO_CLIENT, "bytes", bytes, departUs);
  }

  closeFromMachine(machine: StreamMachine, id: number, departUs: number): void {
    const connection = this.connectionOf(machine, id);
    if (connection === undefined) return;
    connection.isClosedByMachine = true;
    this.sendPiece(connection, TO_CLIENT, "close", NO_BYTES, departUs);
  }

  private connectionOf(machine: StreamMachine, id: number): Connection | undefined {
    const connection = this.connections.get(id);
    if (connection === undefined || connection.machine !== machine) return undefined;
    if (connection.process !== machine.process || connection.isClosedByMachine) return undefined;
    return connection;
  }

  /** The machine's process ended. With power its kernel resets the connections, without it nobody says anything. */
  machineStopped(machine: StreamMachine): void {
    for (const connection of this.connections.values()) {
      if (connection.machine !== machine || connection.process < 0) continue;
      connection.process = -1;
      if (machine.isDark || connection.isClosedByMachine) continue;
      connection.isClosedByMachine = true;
      this.sendPiece(connection, TO_CLIENT, "close", NO_BYTES, this.scheduler.nowUs);
    }
  }

  /** Breaks every client's connection to a machine: both ends are told at once, what is in flight is gone. */
  breakAll(machine: StreamMachine, counter: FaultCounter): number {
    // Listeners may open new connections while they are told: those are not broken.
    const broken: Connection[] = [];
    for (const connection of this.connections.values())
      if (connection.machine === machine) broken.push(connection);
    for (const connection of broken) this.break(connection, counter);
    return broken.length;
  }

  private break(connection: Connection, counter: FaultCounter): void {
    counter.connectionsBroken += 1;
    this.connections.delete(connection.id);
    this.tellMachine(connection);
    if (connection.isClientOpen) this.listener().onClosed(connection.id);
  }

  private tellMachine(connection: Connection): void {
    const { machine } = connection;
    if (connection.process === machine.process && !connection.isClosedByMachine)
      machine.receiveClosed(connection.id);
  }

  /**
   * One end of every client's connection to a machine is gone, and the other believes in it until it sends something and is answered
   * with a reset, as TCP has it. `believer`: who still believes.
   */
  halfOpen(machine: StreamMachine, believer: "machine" | "others", counter: FaultCounter): number {
    const open: Connection[] = [];
    for (const connection of this.connections.values()) {
      const isOpen = connection.isClientOpen && connection.process === machine.process;
      if (connection.machine === machine && isOpen && !connection.isClosedByMachine)
        open.push(connection);
    }
    for (const connection of open) {
      counter.connectionsBroken += 1;
      if (believer === "others") {
        this.tellMachine(connection);
        connection.process = -1;
      } else {
        connection.isClientOpen = false;
        connection.isAbandoned = true;
        this.listener().onClosed(connection.id);
      }
    }
    return open.length;
  }

  /** Marks every client's connection to a machine to break in the middle of the next bytes, until the returned function is called. */
  tearAll(machine: StreamMachine, tear: Tear): () => void {
    const marked: Connection[] = [];
    for (const connection of this.connections.values()) {
      if (connection.machine !== machine || connection.tear !== undefined) continue;
      connection.tear = tear;
      marked.push(connection);
    }
    return () => {
      for (const connection of marked) connection.tear = undefined;
    };
  }

  /** The first part of the bytes still arrives. */
  private tearAt(connection: Connection, side: 0 | 1, piece: StreamPiece, tear: Tear): void {
    connection.tear = undefined;
    const bytes = piece.bytes.slice(0, tear.decisions.integer(0, piece.bytes.length));
    tear.counter.messagesCut += 1;
    if (bytes.length > 0) this.deliver(connection, side, { ...piece, bytes });
    // What it delivered may have ended the connection already.
    if (this.connections.has(connection.id)) this.break(connection, tear.counter);
  }

  // oxlint-disable-next-line max-params -- a hot path: an options object a piece would cost more than the piece
  private sendPiece(
    connection: Connection,
    direction: 0 | 1,
    kind: PieceKind,
    bytes: Uint8Array,
    departUs: number,
  ): void {
    const link = connection.links[direction];
    let delayUs = link.drawDelayUs(bytes.length);
    for (let index = 0; index < link.rules.length; index++) {
      const rule = link.rules[index] as LinkRule;
      if (rule.effect !== "lose" || !isTotal(rule)) continue;
      if (!link.faultDecisions.chance(rule.ratio)) continue;
      if (connection.isHeardIn(direction)) rule.counter.messagesDelayed += 1;
      delayUs += RETRANSMIT_US;
    }
    const arrivesUs = Math.max(departUs + delayUs, connection.lastArrivalUs[direction]);
    connection.lastArrivalUs[direction] = arrivesUs;
    const piece: StreamPiece = { kind, bytes, sentUs: this.scheduler.nowUs };
    this.scheduler.schedule(arrivesUs, STREAM_ARRIVES, connection.id, direction, piece);
  }

  /** STREAM_ARRIVES. */
  arrive(id: number, direction: number, piece: StreamPiece): void {
    const connection = this.connections.get(id);
    if (connection === undefined) return;
    const side = direction === TO_MACHINE ? TO_MACHINE : TO_CLIENT;
    const link = connection.links[side];
    const held = connection.held[side];
    if (link.rules.length > 0 || held.length > 0) {
      const blockade = link.blockade();
      if (blockade !== undefined) {
        if (connection.isHeardIn(side)) blockade.counter.messagesDelayed += 1;
        held.push(piece);
        return;
      }
      if (held.length > 0) {
        held.push(piece);
        return;
      }
    }
    const { tear } = connection;
    if (tear !== undefined && piece.kind === "bytes" && connection.isHeardIn(side))
      this.tearAt(connection, side, piece, tear);
    else this.deliver(connection, side, piece);
  }

  /** Rules changed: what is held on paths that are open again is sent again, after a while as TCP's timers would have it. */
  rulesChanged(): void {
    for (const connection of this.connections.values()) {
      for (const side of [TO_MACHINE, TO_CLIENT] as const) {
        if (connection.held[side].length === 0 || connection.isResending[side]) continue;
        if (connection.links[side].blockade() !== undefined) continue;
        connection.isResending[side] = true;
        const { faultDecisions } = connection.links[side];
        const atUs = this.scheduler.nowUs + faultDecisions.integer(1000, RETRANSMIT_US);
        this.scheduler.schedule(atUs, STREAM_RESENT, connection.id, side, undefined);
      }
    }
  }

  /** STREAM_RESENT. */
  resend(id: number, direction: number): void {
    const connection = this.connections.get(id);
    if (connection === undefined) return;
    const side = direction === TO_MACHINE ? TO_MACHINE : TO_CLIENT;
    connection.isResending[side] = false;
    if (connection.links[side].blockade() !== undefined) return;
    const pieces = connection.held[side];
    connection.held[side] = [];
    for (const piece of pieces) this.deliver(connection, side, piece);
  }

  private deliver(connection: Connection, side: 0 | 1, piece: StreamPiece): void {
    if (side === TO_MACHINE) this.deliverToMachine(connection, piece);
    else this.deliverToClient(connection, piece);
  }

  private deliverToMachine(connection: Connection, piece: StreamPiece): void {
    const { machine } = connection;
    if (machine.isDark) {
      if (machine.downBy !== undefined) machine.downBy.messagesCut += 1;
      if (piece.kind === "close") this.connections.delete(connection.id);
      return;
    }
    if (piece.kind === "open") {
      this.accept(connection);
      return;
    }
    if (!machine.isRunning || connection.process !== machine.process) {
      if (machine.downBy !== undefined) machine.downBy.messagesCut += 1;
      if (piece.kind === "close") this.connections.delete(connection.id);
      else this.reset(connection);
      return;
    }
    if (piece.kind === "bytes") {
      if (connection.isClosedByMachine) return;
      this.camera?.requestArrived?.(this.scheduler.nowUs, machine.index, connection.id);
      machine.receiveBytes(connection.id, piece.bytes);
      return;
    }
    if (!connection.isClosedByMachine) machine.receiveClosed(connection.id);
    this.connections.delete(connection.id);
  }

  private accept(connection: Connection): void {
    const { machine, id } = connection;
    if (!machine.isRunning) {
      if (machine.downBy !== undefined) machine.downBy.messagesCut += 1;
      this.reset(connection);
      return;
    }
    connection.process = machine.process;
    machine.receiveOpened(id, addressOf(id));
    this.sendPiece(connection, TO_CLIENT, "accept", NO_BYTES, this.scheduler.nowUs);
  }

  private reset(connection: Connection): void {
    if (connection.isClosedByMachine) return;
    connection.isClosedByMachine = true;
    this.sendPiece(connection, TO_CLIENT, "close", NO_BYTES, this.scheduler.nowUs);
  }

  private deliverToClient(connection: Connection, piece: StreamPiece): void {
    if (!connection.isClientOpen) {
      if (piece.kind === "close") this.connections.delete(connection.id);
      else if (connection.isAbandoned) {
        connection.isAbandoned = false;
        this.sendPiece(connection, TO_MACHINE, "close", NO_BYTES, this.scheduler.nowUs);
      }
      return;
    }
    switch (piece.kind) {
      case "accept":
        connection.isConnected = true;
        this.flushEarly(connection);
        this.listener().onConnected(connection.id);
        return;
      case "bytes":
        this.listener().onBytes(connection.id, piece.bytes, piece.sentUs);
        return;
      case "close":
        this.connections.delete(connection.id);
        this.listener().onClosed(connection.id);
        return;
      case "open":
        return;
    }
  }

  private flushEarly(connection: Connection): void {
    const { early } = connection;
    connection.early = [];
    const { nowUs } = this.scheduler;
    for (const piece of early) this.sendPiece(connection, TO_MACHINE, "bytes", piece.bytes, nowUs);
  }

  private listener(): ClientEvents {
    return must(this.events, "the listener of client streams");
  }
}

function addressOf(id: number): string {
  return `10.0.9.${1 + (id % 250)}:${20_000 + (id % 40_000)}`;
}
