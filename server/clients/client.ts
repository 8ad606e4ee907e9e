/** One connection of a client: what it is sent, and what becomes of one that does not take it. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { resetSocket } from "../brokenSocket.ts";
import { monotonicUs } from "../host/clock.ts";
import type { OutputLimit } from "./limits.ts";

/** Redis keeps so much of a client's answers in a buffer that its limits do not count, less if the client is not busy. */
const UNCOUNTED_BYTES: number = 1 << 10;
/** Below so much the limits are not looked at. */
const SMALL_BYTES: number = 16 << 10;
/**
 * Unsent bytes above which nothing more of a client is read or executed until it has taken them all. So high that a client may send a long
 * pipeline before it reads the first answer, as many do.
 */
const CONGESTED_BYTES: number = 64 << 20;
/** A connection that is to be closed waits so long for its last answers to be taken. */
const LINGER_MS = 10_000;

export class Client {
  readonly clientId: number;
  readonly descriptor: number;
  readonly address: string;
  private readonly socket: Socket;
  /** Reads too slowly: what it sends is left unread. */
  isCongested = false;
  /** While it cannot be reached: what it is owed. */
  private withheld: Uint8Array[] | undefined = undefined;
  private endsWhenHealed = false;
  /** The machine was told of it. */
  isKnown = false;
  /** Since when it has been beyond its soft limit, -1 if it is not. */
  private softSinceMs = -1;

  constructor(clientId: number, descriptor: number, socket: Socket, address: string) {
    this.clientId = clientId;
    this.descriptor = descriptor;
    this.socket = socket;
    this.address = address;
  }

  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  /** "TLSv1.3:TLS_AES_256_GCM_SHA384", or "" without TLS. */
  get tls(): string {
    const { socket } = this;
    if (!(socket instanceof TLSSocket)) return "";
    return `${socket.getProtocol() ?? ""}:${socket.getCipher().name}`;
  }

  get isBeyondSoftLimit(): boolean {
    return this.softSinceMs >= 0;
  }

  /** With so many bytes more the limits must be looked at. */
  isLarge(moreBytes: number): boolean {
    return this.socket.writableLength + moreBytes > SMALL_BYTES;
  }

  /** Whether a client with so many bytes more is to be cut off. */
  breaks(limit: OutputLimit, moreBytes: number): boolean {
    const countedBytes = Math.max(0, this.unsentBytes + moreBytes - UNCOUNTED_BYTES);
    if (limit.hardBytes > 0 && countedBytes >= limit.hardBytes) return true;
    if (limit.softBytes === 0 || countedBytes < limit.softBytes) {
      this.softSinceMs = -1;
      return false;
    }
    const nowMs = monotonicUs() / 1000;
    if (this.softSinceMs < 0) this.softSinceMs = nowMs;
    return nowMs - this.softSinceMs > limit.softMs;
  }

  /** Returns true if it has become congested: its socket is not read before `drained`. */
  send(bytes: Uint8Array): boolean {
    if (this.withheld === undefined) this.socket.write(bytes);
    else this.withheld.push(bytes);
    if (this.isCongested || this.socket.writableLength < CONGESTED_BYTES) return false;
    this.isCongested = true;
    this.socket.pause();
    return true;
  }

  /** It has taken all that it was sent. */
  drained(): void {
    this.isCongested = false;
    this.readOn();
  }

  /** Reads on after a rest. */
  readOn(): void {
    if (!this.isCongested && this.withheld === undefined) this.socket.resume();
  }

  /** While it is cut off nothing is read from it and nothing sent to it. */
  cut(isCut: boolean): void {
    if (isCut) {
      this.withheld ??= [];
      this.socket.pause();
      return;
    }
    const owed = this.withheld ?? [];
    this.withheld = undefined;
    for (const bytes of owed) this.socket.write(bytes);
    if (this.endsWhenHealed) this.end();
    else this.readOn();
  }

  reset(): void {
    resetSocket(this.socket);
  }

  /** Closes behind the last answer. */
  end(): void {
    if (this.withheld !== undefined) {
      this.endsWhenHealed = true;
      return;
    }
    const { socket } = this;
    const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.end(() => {
      clearTimeout(linger);
      socket.destroy();
    });
  }

  destroy(): void {
    this.socket.destroy();
  }
}
