/**
 * What is told of snapshots on request (SAVE, BGSAVE, BGREWRITEAOF): the log holds every change already, so that nothing is left to
 * write, but clients that ask are told what a Redis that has done it would tell.
 */
export class Saves {
  count = 0;
  rewrites = 0;
  private lastSaveUs = 0;
  private changesAtSave = 0;

  /** `changes`: how many there were ever. */
  saved(unixUs: number, changes: number): void {
    this.count++;
    this.emptied(unixUs, changes);
  }

  /** FLUSHALL saves the empty database, which nobody has asked for. */
  emptied(unixUs: number, changes: number): void {
    this.lastSaveUs = unixUs;
    this.changesAtSave = changes;
  }

  /** Of the last save, or of the start if there was none. */
  lastUnixSeconds(startedUnixUs: number): number {
    return Math.floor(Math.max(this.lastSaveUs, startedUnixUs) / 1e6);
  }

  changesSince(changes: number): number {
    return changes - this.changesAtSave;
  }
}
