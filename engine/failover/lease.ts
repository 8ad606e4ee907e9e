/**
 * A primary's lease, on its own monotonic clock (PROTOCOL rules 11, 13, 14).
 *
 * It counts from the first send of the renewal that later committed: a replica restarts its backoff when it applies that
 * renewal, which is later than the send, so the lease ends first although no two clocks agree. Counting from the
 * acknowledgement instead would let the lease outlive the backoff by as much as the acknowledgement was delayed.
 * A retry sends the same entry again and moves nothing.
 *
 * The clock must run while the process is stopped (CLOCK_MONOTONIC does under SIGSTOP). It stands still while the whole
 * machine is suspended: a machine that can be must be given a clock that counts suspension (CLOCK_BOOTTIME), else its rate
 * error is beyond the bound, and reads, though nothing else, may be stale.
 */
import { assert } from "../assert.ts";
import type { Timing } from "../timing.ts";

interface Renewal {
  readonly position: number;
  /** Of its first send; Infinity before. */
  sentUs: number;
}

export class Lease {
  /** Requests execute while the clock is below this; -Infinity while nothing was granted. Monotonic microseconds. */
  endUs: number = -Infinity;
  private readonly leaseUs: number;
  private readonly renewEveryUs: number;
  /** Position of the newest renewal that committed. */
  renewedPosition: number = 0;
  /** Renewals that are not known to be committed, in their order in the log. */
  private readonly pending: Renewal[] = [];
  private lastSentUs = -Infinity;

  constructor(timing: Timing) {
    this.leaseUs = timing.leaseMs * 1000;
    this.renewEveryUs = timing.renewEveryMs * 1000;
  }

  isServing(nowUs: number): boolean {
    return nowUs < this.endUs;
  }

  /** Until then a renewal may be on its way: the machine was busy, which is not yet a log that is away. */
  get patienceEndUs(): number {
    return this.endUs + this.leaseUs;
  }

  /** A renewal or leadership entry was handed to the log for the first time, at this position. No other is pending then. */
  sent(position: number, nowUs: number): void {
    assert(this.pending.length === 0, "a second renewal while one is pending");
    this.pending.push({ position, sentUs: nowUs });
    this.lastSentUs = nowUs;
  }

  /** A renewal stands at this position, between the chunks of a long record, and waits for its turn to be sent. */
  planned(position: number): void {
    this.pending.push({ position, sentUs: Infinity });
  }

  /** Everything up to `position` has been sent by now. */
  sentUpTo(position: number, nowUs: number): void {
    if (this.pending.length === 0) return;
    for (const renewal of this.pending) {
      if (renewal.position > position) return;
      if (renewal.sentUs === Infinity) this.lastSentUs = renewal.sentUs = nowUs;
    }
  }

  /** The log committed everything up to `position`. True if that extended the lease (perhaps to a time already past). */
  committed(position: number): boolean {
    let newest: Renewal | undefined;
    while ((this.pending[0]?.position ?? Infinity) <= position) newest = this.pending.shift();
    if (newest === undefined) return false;
    assert(newest.sentUs < Infinity, "a renewal commits that was never sent");
    this.renewedPosition = newest.position;
    this.endUs = newest.sentUs + this.leaseUs;
    return true;
  }

  /** When the next renewal should be sent; Infinity while one is pending, which the log client repeats by itself. */
  get renewalDueUs(): number {
    return this.pending.length === 0 ? this.lastSentUs + this.renewEveryUs : Infinity;
  }

  /** Position of the first renewal that is not known to be committed, 0 if none. */
  get pendingRenewal(): number {
    return this.pending[0]?.position ?? 0;
  }

  /** Given up or fenced: nothing is served and nothing pending counts. */
  end(): void {
    this.endUs = -Infinity;
    this.pending.length = 0;
    this.lastSentUs = -Infinity;
  }
}
