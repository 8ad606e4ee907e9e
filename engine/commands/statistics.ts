/** Counters of one node that INFO and LATENCY show. */
import { CommitTimes } from "./monitoring/commitTimes.ts";
import { PeakRate } from "./monitoring/peakRate.ts";
import { Rate } from "./monitoring/rate.ts";
import { LatencyHistogram } from "../structures/latencyHistogram.ts";

export interface CommandCount {
  calls: number;
  rejected: number;
  failed: number;
  /** How long all calls took together. */
  microseconds: number;
  /** How long each took; undefined before the first that is kept. */
  histogram: LatencyHistogram | undefined;
}

/** Values of more bytes than this are freed in the background by Redis; here the collector frees all. */
const LARGE_BYTES = 4096;

export class Statistics {
  commandsProcessed = 0;
  connectionsReceived = 0;
  expiredKeys = 0;
  evictedKeys = 0;
  evictedClients = 0;
  keyspaceHits = 0;
  keyspaceMisses = 0;
  errorReplies = 0;
  /** Bytes of clients, in and out, and how many pieces they came in. */
  inputBytes = 0;
  outputBytes = 0;
  reads = 0;
  writes = 0;
  /** Clients that had sent too much ahead of its execution. */
  queryLimitDisconnections = 0;
  /** Large values that UNLINK and its kin took away. */
  lazyFreed = 0;
  /** Microseconds spent on deleting keys whose deadline had passed. */
  expiryUs = 0;
  /** Requests that would have written and waited, since too much was on its way to the log. */
  delayedWrites = 0;
  /** The most bytes of keys and values that were seen. */
  peakBytes = 0;
  readonly commandRate: Rate = new Rate();
  readonly inputRate: Rate = new Rate();
  readonly outputRate: Rate = new Rate();
  /** Of bytes that this node has given to the log. */
  readonly logRate: PeakRate = new PeakRate();
  readonly commitTimes: CommitTimes = new CommitTimes();
  readonly commands: Map<string, CommandCount> = new Map();
  /** By the error's first word. */
  readonly errors: Map<string, number> = new Map();

  /** CONFIG RESETSTAT: everything begins anew. */
  reset(): void {
    this.commandsProcessed = 0;
    this.connectionsReceived = 0;
    this.expiredKeys = 0;
    this.evictedKeys = 0;
    this.evictedClients = 0;
    this.keyspaceHits = 0;
    this.keyspaceMisses = 0;
    this.errorReplies = 0;
    this.inputBytes = 0;
    this.outputBytes = 0;
    this.reads = 0;
    this.writes = 0;
    this.queryLimitDisconnections = 0;
    this.lazyFreed = 0;
    this.expiryUs = 0;
    this.delayedWrites = 0;
    this.commitTimes.histogram = new LatencyHistogram();
    this.commands.clear();
    this.errors.clear();
  }

  /** The counters of a command, by its full name. */
  commandCount(name: string): CommandCount {
    let count = this.commands.get(name);
    if (count === undefined) {
      count = { calls: 0, rejected: 0, failed: 0, microseconds: 0, histogram: undefined };
      this.commands.set(name, count);
    }
    return count;
  }

  /** Looks at what grows, for the rates; once a step is often enough. */
  look(nowUs: number, loggedBytes: number): void {
    this.commandRate.look(nowUs, this.commandsProcessed);
    this.inputRate.look(nowUs, this.inputBytes);
    this.outputRate.look(nowUs, this.outputBytes);
    this.logRate.look(nowUs, loggedBytes);
  }

  /** A value of so many bytes was taken away that Redis would free in the background: only large ones are worth it. */
  countLazyFree(bytes: number): void {
    if (bytes > LARGE_BYTES) this.lazyFreed++;
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
