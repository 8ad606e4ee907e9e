/**
 * The clients of a database node: their sessions, the replies that wait for the log, and the requests that wait
 * unexecuted. Replies of one connection leave in the order of its requests, whatever waits (PROTOCOL rule 20), and what it
 * is sent unasked (pushes) stands among them where it was said; all that one step says to a client leaves as one piece.
 */
import { assert } from "../assert.ts";
import { Piece } from "../bytes/piece.ts";
import type { Effects } from "../contract.ts";
import type { Session } from "../commands/session.ts";
import type { BlockedClients } from "./blockedClients.ts";
import type { ClientBuffers } from "./clientBuffers.ts";

/** Bytes of parked replies above which a connection executes nothing more until the log has caught up. */
const parkedBytesLimit: number = 16 << 20;

/** Parked bytes above which a client that is sent more is cut off: Redis's output limit for subscribers. */
const pushedBytesLimit: number = 32 << 20;

/** Bytes of answers in one step above which a connection executes nothing more before the next. */
const stepOutputLimit: number = 16 << 20;

export interface Connection {
  readonly clientId: number;
  readonly session: Session;
  /** A request that was read but may not run yet; those behind it are still in the decoder. */
  request: readonly string[] | undefined;
  /** `request` had to wait before. */
  hasWaited: boolean;
  isWaiting: boolean;
  /** No further request is read; closed as soon as the last reply left. */
  isClosing: boolean;
  isOpen: boolean;
  /** It sends nothing more: closed once it has been answered all that it is owed. */
  isEnded: boolean;
  /** It reads too slowly: none of its requests is executed for the time being. */
  isCongested: boolean;
  /** Its requests go on in the next step. */
  isLate: boolean;
  /** The shard's time when something came from it. */
  heardUnixUs: number;
  /** Bytes answered while the client had not given the password. */
  untrustedBytes: number;
  /** Replies and pushes that wait for `parkedPositions` to commit, in order, from index `head` on; several may be one piece. */
  parked: Piece[];
  parkedPositions: number[];
  parkedArePushes: boolean[];
  parkedCounts: number[];
  head: number;
  parkedBytes: number;
  /** Of these: pushes. */
  parkedPushBytes: number;
  /** Replies and pushes in all pieces from `head` on. */
  parkedReplies: number;
  /** The newest record that a request of this connection has written. */
  writtenPosition: number;
  /** The highest position that any parked reply waits for; of no meaning while none is parked. */
  newestParked: number;
  /** What leaves at the end of this step. */
  out: Piece[];
  outBytes: number;
  /** What it held in buffers when it was weighed last. */
  weighedBytes: number;
  isTouched: boolean;
}

export class Connections {
  private readonly byId = new Map<number, Connection>();
  /** Connections by the position that the first of their parked replies waits for. */
  private readonly byPosition = new Map<number, Connection[]>();
  private touched: Connection[] = [];
  private waiting: Connection[] = [];
  /** Those whose requests go on in the next step, in turn. */
  private late: Connection[] = [];
  private committedPosition = 0;
  /** Ends what a session of a connection that is gone had begun. */
  private readonly forget: (session: Session) => void;
  private readonly buffers: ClientBuffers;
  /** Replies and pushes that wait for the log. */
  parkedReplies = 0;
  /** Those that wait for a key. */
  readonly blocked: BlockedClients;
  /** What was sent since somebody set these back. */
  sentBytes = 0;
  sentPieces = 0;

  constructor(forget: (session: Session) => void, blocked: BlockedClients, buffers: ClientBuffers) {
    this.forget = forget;
    this.blocked = blocked;
    this.buffers = buffers;
  }

  get size(): number {
    return this.byId.size;
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  get hasLate(): boolean {
    return this.late.length > 0;
  }

  open(session: Session, clientId: number): void {
    this.byId.set(clientId, {
      clientId,
      session,
      request: undefined,
      hasWaited: false,
      isWaiting: false,
      isClosing: false,
      isOpen: true,
      isEnded: false,
      isCongested: false,
      isLate: false,
      heardUnixUs: session.openedUnixUs,
      untrustedBytes: 0,
      parked: [],
      parkedPositions: [],
      parkedArePushes: [],
      parkedCounts: [],
      head: 0,
      parkedBytes: 0,
      parkedPushBytes: 0,
      parkedReplies: 0,
      newestParked: 0,
      writtenPosition: 0,
      out: [],
      outBytes: 0,
      weighedBytes: 0,
      isTouched: false,
    });
  }

  get(clientId: number): Connection | undefined {
    return this.byId.get(clientId);
  }

  /** Oldest first. */
  forEach(visit: (connection: Connection) => void): void {
    for (const connection of this.byId.values()) visit(connection);
  }

  /** Oldest first; those that are about to be closed count no more. */
  sessions(): Session[] {
    const sessions: Session[] = [];
    for (const { session, isClosing } of this.byId.values()) if (!isClosing) sessions.push(session);
    return sessions;
  }

  /** The connection is gone: whatever waited for it is dropped, and its watches end. */
  drop(connection: Connection): void {
    this.forget(connection.session);
    this.blocked.remove(connection);
    this.buffers.forget(connection);
    this.parkedReplies -= connection.parkedReplies;
    connection.isOpen = false;
    forgetParked(connection);
    connection.request = undefined;
    connection.out = [];
    connection.outBytes = 0;
    this.byId.delete(connection.clientId);
  }

  /** The next reply of a connection: it leaves once `position` is committed and everything before it has left. */
  answer(connection: Connection, reply: Piece, position: number): void {
    if (reply.length === 0) return;
    this.append(connection, reply, position, false);
    if (position > connection.newestParked) connection.newestParked = position;
  }

  /** Sends a client what it did not ask for, such as a message of a channel. */
  push(connection: Connection, bytes: Uint8Array, position: number): void {
    if (connection.isClosing) return;
    if (connection.parkedBytes + bytes.length > pushedBytesLimit) return this.giveUp(connection);
    this.append(connection, new Piece(bytes), position, true);
  }

  /** The same before everything that waits for the log, and behind it once more for what it says then. */
  pushAround(connection: Connection, bytes: Uint8Array): void {
    if (connection.isClosing) return;
    this.touch(connection);
    connection.out.push(new Piece(bytes));
    connection.outBytes += bytes.length;
    if (connection.head < connection.parked.length) this.push(connection, bytes, 0);
  }

  /** The position that what a client says now must wait for: nobody may hear of it before its own earlier requests are durable. */
  positionBehind(connection: Connection): number {
    return connection.head === connection.parked.length ? 0 : connection.newestParked;
  }

  /** The piece stays the caller's. */
  private append(connection: Connection, piece: Piece, position: number, isPush: boolean): void {
    const isFirst = connection.head === connection.parked.length;
    if (isFirst && position <= this.committedPosition) {
      this.touch(connection);
      const { out } = connection;
      // Mostly the only reply of its step: a list made around it is smaller than one that grows.
      if (out.length === 0) connection.out = [piece.copy()];
      else if (!addToLast(out, piece)) out.push(piece.copy());
      connection.outBytes += piece.length;
      return;
    }
    connection.parkedBytes += piece.length;
    if (isPush) connection.parkedPushBytes += piece.length;
    connection.parkedReplies += 1;
    this.parkedReplies += 1;
    const last = connection.parked.length - 1;
    const isOfLast =
      !isFirst &&
      connection.parkedPositions[last] === position &&
      connection.parkedArePushes[last] === isPush;
    if (isOfLast && addToLast(connection.parked, piece)) {
      connection.parkedCounts[last] = (connection.parkedCounts[last] as number) + 1;
      return;
    }
    if (isFirst) connection.newestParked = 0;
    connection.parked.push(piece.copy());
    connection.parkedPositions.push(position);
    connection.parkedArePushes.push(isPush);
    connection.parkedCounts.push(1);
    if (isFirst) this.waitFor(connection, position);
  }

  /** Reads no further request of this connection and closes it behind its last reply. */
  close(connection: Connection): void {
    connection.isClosing = true;
    this.blocked.remove(connection);
    this.touch(connection);
  }

  /** It sends nothing more. Who waits for a key is gone, as in Redis; others are answered first. */
  end(connection: Connection): void {
    connection.isEnded = true;
    if (connection.session.isBlocked || connection.isCongested) this.close(connection);
    else this.touch(connection);
  }

  isFull(connection: Connection): boolean {
    return connection.parkedBytes > parkedBytesLimit;
  }

  /** So much is to be sent to it in this step already that the rest has time. */
  hasEnough(connection: Connection): boolean {
    return connection.outBytes > stepOutputLimit;
  }

  /** Its requests go on in the next step, behind those that wait for the next step already. */
  goOnLater(connection: Connection): void {
    if (connection.isLate) return;
    connection.isLate = true;
    this.late.push(connection);
  }

  /** Calls `serve` for those that wait for this step until `isOver`; the others come first in the next. */
  serveLate(serve: (connection: Connection) => void, isOver: () => boolean): void {
    const taken = this.late;
    if (taken.length === 0) return;
    this.late = [];
    let count = 0;
    while (count < taken.length && !isOver()) {
      const connection = taken[count] as Connection;
      connection.isLate = false;
      count += 1;
      serve(connection);
    }
    if (count < taken.length) this.late = [...taken.slice(count), ...this.late];
  }

  /** The log has committed everything up to `position`: replies that waited for it leave, even after the lease has ended. */
  committed(position: number): void {
    const from = this.committedPosition + 1;
    this.committedPosition = position;
    if (this.byPosition.size === 0) return;
    for (let at = from; at <= position; at++) {
      const due = this.byPosition.get(at);
      if (due === undefined) continue;
      this.byPosition.delete(at);
      for (const connection of due) this.release(connection);
    }
  }

  /** Nothing is parked and the log is committed up to `position`, which may be lower than before. */
  reset(position: number): void {
    assert(this.parkedReplies === 0, "replies are parked across a change of memory");
    this.byPosition.clear();
    this.committedPosition = position;
  }

  /** Keeps a request unexecuted until `takeWaiting`. */
  wait(connection: Connection, request: readonly string[]): void {
    connection.request = request;
    connection.hasWaited = true;
    if (connection.isWaiting) return;
    connection.isWaiting = true;
    this.waiting.push(connection);
  }

  /** The connections that wait with a request, in the order in which they began to. */
  takeWaiting(): readonly Connection[] {
    const taken = this.waiting;
    this.waiting = [];
    for (const connection of taken) connection.isWaiting = false;
    return taken;
  }

  /**
   * Closes every connection with parked replies, or with writes that are not answered: whether their changes will commit is not known here, so no answer would be
   * true (PROTOCOL rule 18). Returns how many replies were given up. Pushes are dropped, as messages may be.
   */
  abandonParked(): number {
    let replies = 0;
    for (const connection of this.byId.values()) {
      if (connection.head === connection.parked.length) {
        // It asked for no answers, so that it is told in this way alone.
        if (connection.writtenPosition > this.committedPosition) this.close(connection);
        continue;
      }
      this.dropParkedPushes(connection);
      this.release(connection);
      replies += connection.parkedReplies;
      if (connection.head < connection.parked.length) this.giveUp(connection);
    }
    return replies;
  }

  private dropParkedPushes(connection: Connection): void {
    const { parked, parkedPositions, parkedArePushes, parkedCounts, head } = connection;
    const kept: Connection["parked"] = [];
    const keptPositions: number[] = [];
    const keptArePushes: boolean[] = [];
    const keptCounts: number[] = [];
    for (let index = head; index < parked.length; index++) {
      const position = parkedPositions[index] as number;
      const isPush = parkedArePushes[index] as boolean;
      const count = parkedCounts[index] as number;
      if (isPush && position > this.committedPosition) {
        const { length } = parked[index] as Piece;
        connection.parkedBytes -= length;
        connection.parkedPushBytes -= length;
        connection.parkedReplies -= count;
        this.parkedReplies -= count;
      } else {
        kept.push(parked[index] as Piece);
        keptPositions.push(position);
        keptArePushes.push(isPush);
        keptCounts.push(count);
      }
    }
    connection.parked = kept;
    connection.parkedPositions = keptPositions;
    connection.parkedArePushes = keptArePushes;
    connection.parkedCounts = keptCounts;
    connection.head = 0;
  }

  /** Closes a connection and drops what is parked for it. */
  giveUp(connection: Connection): void {
    this.parkedReplies -= connection.parkedReplies;
    forgetParked(connection);
    connection.request = undefined;
    this.close(connection);
  }

  /** Sends what this step said to each client, and closes who is to be closed. */
  flush(effects: Effects): void {
    if (this.touched.length === 0) return;
    const { touched } = this;
    this.touched = [];
    for (const connection of touched) {
      connection.isTouched = false;
      if (!connection.isOpen) continue;
      if (connection.out.length > 0) {
        const piece = joined(connection.out);
        effects.reply(connection.clientId, piece, connection.parkedBytes);
        this.sentBytes += piece.length;
        this.sentPieces += 1;
        connection.out = [];
        connection.outBytes = 0;
      }
      const isParting = connection.isClosing || (connection.isEnded && !isOwed(connection));
      if (isParting && connection.head === connection.parked.length) {
        this.drop(connection);
        effects.closeClient(connection.clientId);
      } else {
        this.buffers.weigh(connection);
      }
    }
  }

  private touch(connection: Connection): void {
    if (connection.isTouched) return;
    connection.isTouched = true;
    this.touched.push(connection);
  }

  private waitFor(connection: Connection, position: number): void {
    const others = this.byPosition.get(position);
    if (others === undefined) this.byPosition.set(position, [connection]);
    else others.push(connection);
  }

  private release(connection: Connection): void {
    if (!connection.isOpen || connection.head === connection.parked.length) return;
    this.touch(connection);
    const { parked, parkedPositions, parkedArePushes, parkedCounts } = connection;
    let { head } = connection;
    while (head < parked.length) {
      const position = parkedPositions[head] as number;
      if (position > this.committedPosition) {
        // A client that never stops sending never empties its queue: cut off what has left.
        const isLong = head > 1024;
        connection.parked = isLong ? parked.slice(head) : parked;
        connection.parkedPositions = isLong ? parkedPositions.slice(head) : parkedPositions;
        connection.parkedCounts = isLong ? parkedCounts.slice(head) : parkedCounts;
        connection.parkedArePushes = isLong ? parkedArePushes.slice(head) : parkedArePushes;
        connection.head = isLong ? 0 : head;
        this.waitFor(connection, position);
        return;
      }
      const reply = parked[head] as Piece;
      if (!addToLast(connection.out, reply)) connection.out.push(reply);
      connection.outBytes += reply.length;
      const count = parkedCounts[head] as number;
      connection.parkedBytes -= reply.length;
      if (parkedArePushes[head] as boolean) connection.parkedPushBytes -= reply.length;
      connection.parkedReplies -= count;
      this.parkedReplies -= count;
      head += 1;
    }
    forgetParked(connection);
  }
}

/** A request that it has sent is still to be executed. */
function isOwed(connection: Connection): boolean {
  const { isLate, isWaiting, request, session } = connection;
  return request !== undefined || isLate || isWaiting || session.isBlocked;
}

function forgetParked(connection: Connection): void {
  connection.parked = [];
  connection.parkedPositions = [];
  connection.parkedArePushes = [];
  connection.parkedCounts = [];
  connection.head = 0;
  connection.parkedBytes = 0;
  connection.parkedPushBytes = 0;
  connection.parkedReplies = 0;
}

/** Makes one piece of the last and the next, if they stand side by side, as replies that were written in turn do. */
function addToLast(pieces: readonly Piece[], next: Piece): boolean {
  // Asking an empty list for what stands before its beginning would cost far more than the rest.
  return pieces.length > 0 && (pieces[pieces.length - 1] as Piece).join(next);
}

function joined(pieces: readonly Piece[]): Uint8Array {
  if (pieces.length === 1) return (pieces[0] as Piece).bytes;
  let lengthBytes = 0;
  for (const piece of pieces) lengthBytes += piece.length;
  const whole = new Uint8Array(lengthBytes);
  let at = 0;
  for (const piece of pieces) {
    piece.copyTo(whole, at);
    at += piece.length;
  }
  return whole;
}
