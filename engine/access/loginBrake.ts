/**
 * Guessing passwords is made slow. Wrong ones are counted by the address that they come from, whatever connection or user they are for;
 * after some of them, each further attempt from there waits unexecuted until a pause is over that doubles from failure to failure.
 * Who has the right password waits at most as long.
 */

/** Wrong passwords that cost nothing: a misconfigured client's first ones. */
const freeFailures = 10;
const firstPauseUs = 100_000;
const longestPauseUs = 5_000_000;
/** Failures are forgotten when there was none for so long. */
const forgetAfterUs = 60_000_000;
/** Addresses that are remembered; the one whose failure is the oldest goes first. */
const mostAddresses = 10_000;

interface Failures {
  count: number;
  lastUs: number;
  heldUntilUs: number;
}

export class LoginBrake {
  /** The monotonic clock, as of this step. */
  nowUs: number = 0;
  /** When the first pause ends that somebody waits for; Infinity: nobody does. */
  nextDueUs: number = Infinity;
  /** Hosts that began to be slowed since somebody took them, to be told to the operator. */
  private slowed: string[] = [];
  /** By host, the newest failure last. */
  private readonly byHost = new Map<string, Failures>();

  /** `address` is the client's, with its port: a host has many. */
  failed(address: string): void {
    const host = hostOf(address);
    const known = this.byHost.get(host);
    const isFresh = known !== undefined && this.nowUs - known.lastUs < forgetAfterUs;
    const count = isFresh ? known.count + 1 : 1;
    const beyond = count - freeFailures;
    const pauseUs = beyond <= 0 ? 0 : Math.min(firstPauseUs * 2 ** (beyond - 1), longestPauseUs);
    this.byHost.delete(host);
    this.byHost.set(host, { count, lastUs: this.nowUs, heldUntilUs: this.nowUs + pauseUs });
    if (beyond === 1) this.slowed.push(host);
    if (this.byHost.size <= mostAddresses) return;
    const [oldest] = this.byHost.keys();
    if (oldest !== undefined) this.byHost.delete(oldest);
  }

  /** No attempt from there is heard now. */
  isHeld(address: string): boolean {
    if (this.byHost.size === 0) return false;
    const failures = this.byHost.get(hostOf(address));
    return failures !== undefined && this.nowUs < failures.heldUntilUs;
  }

  /** The same for an attempt that waits if it is not: it is asked again when the pause is over. */
  holds(address: string): boolean {
    if (!this.isHeld(address)) return false;
    const untilUs = this.byHost.get(hostOf(address))?.heldUntilUs ?? 0;
    this.nextDueUs = Math.min(this.nextDueUs, untilUs);
    return true;
  }

  takeSlowed(): readonly string[] {
    if (this.slowed.length === 0) return NOBODY;
    const taken = this.slowed;
    this.slowed = [];
    return taken;
  }
}

const NOBODY: readonly string[] = [];

/** "10.0.0.1:5000", "[::1]:5000", "/path:0". */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(":"));
}
