/** ACL LOG: what was refused lately, the newest first. Alike refusals within a minute are one entry. */
import type { Settings } from "../settings/settings.ts";

export type AccessReason = "command" | "key" | "channel" | "auth";

/** Where a refused command came from. */
export type AccessContext = "toplevel" | "multi" | "lua";

export interface Refusal {
  readonly reason: AccessReason;
  readonly context: AccessContext;
  /** The command, key or channel. */
  readonly object: string;
  readonly username: string;
  readonly unixMs: number;
  /** The client's line of CLIENT LIST. */
  readonly clientInfo: string;
}

export interface AccessLogEntry extends Refusal {
  readonly count: number;
}

const alikeWithinMs = 60_000;
/** How many entries are looked at for one that is alike. */
const scanned = 10;

export class AccessLog {
  private entries: AccessLogEntry[] = [];
  private readonly settings: Settings;
  /** By reason, since the start or CONFIG RESETSTAT. */
  readonly denied: Record<AccessReason, number> = { command: 0, key: 0, channel: 0, auth: 0 };

  constructor(settings: Settings) {
    this.settings = settings;
  }

  add(refusal: Refusal): void {
    this.denied[refusal.reason] += 1;
    const at = this.entries.slice(0, scanned).findIndex((entry) => isAlike(entry, refusal));
    const count = at < 0 ? 1 : (this.entries[at] as AccessLogEntry).count + 1;
    if (at >= 0) this.entries.splice(at, 1);
    this.entries.unshift({ ...refusal, count });
    const most = this.settings.number("acllog-max-len");
    if (at < 0 && this.entries.length > most) this.entries.length = most;
  }

  newest(count: number): readonly AccessLogEntry[] {
    return this.entries.slice(0, count);
  }

  clear(): void {
    this.entries = [];
  }

  resetStatistics(): void {
    this.denied.command = 0;
    this.denied.key = 0;
    this.denied.channel = 0;
    this.denied.auth = 0;
  }
}

function isAlike(entry: Refusal, refusal: Refusal): boolean {
  return (
    entry.reason === refusal.reason &&
    entry.context === refusal.context &&
    Math.abs(entry.unixMs - refusal.unixMs) <= alikeWithinMs &&
    entry.object === refusal.object &&
    entry.username === refusal.username
  );
}
