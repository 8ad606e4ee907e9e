/** What one case of the bench brings back from its process. */
export interface Measured {
  readonly case: string;
  readonly shards: number;
  readonly simulatedSeconds: number;
  readonly wallSeconds: number;
  /** User and system time of all threads, the collector's included. */
  readonly cpuSeconds: number;
  /** Steps of machines. */
  readonly steps: number;
  /** Executed events of the world. */
  readonly events: number;
  /** Client operations offered, or operations checked. */
  readonly operations: number;
  /** Completed syncs of all devices. */
  readonly syncs: number;
  /** Of the whole process, its warm-up included. */
  readonly peakMegabytes: number;
  /** "ok", or why the figures mean nothing. */
  readonly verdict: string;
  readonly recorded?: RecordedFigures;
  readonly sorted?: SortedFigures;
}

/** CPU time an operation, and bytes an entry beside its member's string. */
export interface SortedFigures {
  readonly entries: number;
  readonly addUs: number;
  readonly rankUs: number;
  /** A hundred entries. */
  readonly rangeUs: number;
  readonly removeUs: number;
  readonly entryBytes: number;
}

/** All recorded histories once, beside Porcupine's figure for the same files. */
export interface RecordedFigures {
  readonly files: number;
  readonly bestCpuSeconds: number;
  readonly porcupineCpuSeconds: number;
}

/** What a case counts itself; its process adds times and memory. */
export interface Counted {
  readonly simulatedSeconds: number;
  readonly steps: number;
  readonly events: number;
  readonly operations: number;
  readonly syncs: number;
  readonly verdict: string;
  readonly recorded?: RecordedFigures;
  readonly sorted?: SortedFigures;
}
