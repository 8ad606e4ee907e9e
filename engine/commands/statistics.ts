/** Counters of one node that INFO shows. Times are absent: the engine has no clock of its own. */
export interface CommandCount {
  calls: number;
  rejected: number;
  failed: number;
}

export class Statistics {
  commandsProcessed = 0;
  connectionsReceived = 0;
  expiredKeys = 0;
  keyspaceHits = 0;
  keyspaceMisses = 0;
  errorReplies = 0;
  readonly commands: Map<string, CommandCount> = new Map();
  /** By the error's first word. */
  readonly errors: Map<string, number> = new Map();

  /** CONFIG RESETSTAT: everything begins anew. */
  reset(): void {
    this.commandsProcessed = 0;
    this.connectionsReceived = 0;
    this.expiredKeys = 0;
    this.keyspaceHits = 0;
    this.keyspaceMisses = 0;
    this.errorReplies = 0;
    this.commands.clear();
    this.errors.clear();
  }

  /** The counters of a command, by its full name. */
  commandCount(name: string): CommandCount {
    let count = this.commands.get(name);
    if (count === undefined) {
      count = { calls: 0, rejected: 0, failed: 0 };
      this.commands.set(name, count);
    }
    return count;
  }

  countLookup(isHit: boolean): void {
    if (isHit) this.keyspaceHits++;
    else this.keyspaceMisses++;
  }

  countError(error: string): void {
    this.errorReplies++;
    const blank = error.indexOf(" ");
    const code = blank < 0 ? error : error.slice(0, blank);
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }
}
