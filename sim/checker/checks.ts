/** All checkers of a run behind one observer. The world feeds it, and stops at the first violation. */
import { kindOfKey } from "../clients/keys.ts";
import type { Budget } from "../scenario.ts";
import type { CheckResult } from "../run.ts";
import type { TraceEvent } from "../trace/vocabulary.ts";
import { tellTimes } from "./describe.ts";
import { DirtyReadsCheck } from "./dirtyReads.ts";
import type { Operation } from "./history.ts";
import type { Impossible } from "./keySearch.ts";
import { defaultLimit, LinearizabilityCheck } from "./linearizability.ts";
import { LivenessCheck } from "./liveness.ts";
import { CommittedLog } from "./log/committedLog.ts";
import { LogDisks, type StoredEntry } from "./log/logDisks.ts";
import { ValueIndex } from "./log/valueIndex.ts";
import { LogSafetyCheck } from "./logSafety.ts";
import { expiringString } from "./models/expiringString.ts";
import { redisString } from "./models/redisString.ts";
import type { DatabaseFacts, LogFacts, Observer, VisitKeys } from "./observer.ts";
import { type LeaseOverlap, OneLeaderCheck } from "./oneLeader.ts";
import { SessionsCheck } from "./sessions.ts";
import { StateEqualityCheck } from "./stateEquality.ts";
import { ZeroLossCheck } from "./zeroLoss.ts";

export interface ChecksOptions {
  readonly budget: Budget;
  readonly commitRule: "majority" | "all";
  /** Unix milliseconds of true time 0. */
  readonly epochUnixMs: number;
  /** How far any machine's wall clock may be off from true time, jumps included. */
  readonly wallSkewMs: number;
  /** Configurations for one completion, above which linearizability leaves a key undecided. */
  readonly searchLimit?: number;
}

export class Checks implements Observer {
  private readonly linearizability: LinearizabilityCheck;
  private readonly disks: LogDisks;
  private readonly values: ValueIndex = new ValueIndex();
  private readonly committed: CommittedLog;
  private readonly logSafety: LogSafetyCheck = new LogSafetyCheck();
  private readonly zeroLoss: ZeroLossCheck;
  private readonly dirtyReads: DirtyReadsCheck;
  private readonly oneLeader: OneLeaderCheck;
  private readonly stateEquality: StateEqualityCheck = new StateEqualityCheck();
  private readonly sessions: SessionsCheck;
  private readonly liveness: LivenessCheck = new LivenessCheck();
  /** Sentences count time from the start of the load, as the story does. */
  private originUs = 0;
  private readonly durableByIndex: Map<number, Map<number, StoredEntry>> = new Map();

  constructor(options: ChecksOptions) {
    const isBroken = options.budget === "assumption-broken";
    const expiring = expiringString(options.epochUnixMs, options.wallSkewMs);
    this.linearizability = new LinearizabilityCheck({
      modelOf: (key) => (kindOfKey(key) === "expiring" ? expiring : redisString),
      limit: options.searchLimit ?? defaultLimit,
      toleratesStaleReads: isBroken,
    });
    this.oneLeader = new OneLeaderCheck(isBroken);
    this.committed = new CommittedLog(this.logSafety.tally, {
      committed: (nowUs, stored, shard) => {
        this.oneLeader.committed(nowUs, stored, shard);
        this.logSafety.committed(nowUs, stored, shard);
      },
    });
    this.disks = new LogDisks(options.commitRule === "all" ? 3 : 2, {
      stored: (_nowUs, stored) => this.values.add(stored),
      becameDurable: (_nowUs, stored) => this.becameDurable(stored),
      removed: (nowUs, node, stored) => this.logSafety.removed(nowUs, node, stored, this.committed),
      broken: (nowUs, sentence) => this.logSafety.tally.violate(nowUs, sentence),
    });
    this.zeroLoss = new ZeroLossCheck(this.disks, this.values, this.committed, {
      epochUnixMs: options.epochUnixMs,
      skewMs: options.wallSkewMs,
    });
    this.dirtyReads = new DirtyReadsCheck(this.disks, this.values);
    this.sessions = new SessionsCheck(this.committed, this.values);
  }

  get violation(): CheckResult | undefined {
    const found = this.firstViolation();
    return found === undefined ? undefined : tellTimes(found, this.originUs);
  }

  private firstViolation(): CheckResult | undefined {
    return (
      this.zeroLoss.tally.violation ??
      this.dirtyReads.tally.violation ??
      this.oneLeader.tally.violation ??
      this.logSafety.tally.violation ??
      this.stateEquality.tally.violation ??
      this.sessions.tally.violation ??
      this.linearizability.violation
    );
  }

  /** Acknowledged writes found missing. */
  get lost(): number {
    return this.zeroLoss.lost;
  }

  /** Budget "assumption-broken": the stale reads met. */
  staleReads(): readonly Impossible[] {
    return this.linearizability.staleReads();
  }

  /** Budget "assumption-broken": the overlapping leases met. */
  leaseOverlaps(): readonly LeaseOverlap[] {
    return this.oneLeader.overlaps;
  }

  operationInvoked(operation: Operation): void {
    this.linearizability.operationInvoked(operation);
  }

  operationCompleted(operation: Operation): void {
    this.zeroLoss.operationCompleted(operation);
    this.dirtyReads.operationCompleted(operation);
    this.sessions.operationCompleted(operation);
    this.linearizability.operationCompleted(operation);
    this.liveness.operationCompleted(operation);
  }

  repliesDisordered(nowUs: number, node: string, sentence: string): void {
    this.sessions.repliesDisordered(nowUs, node, sentence);
  }

  redirectedToItself(nowUs: number, node: string, request: string): void {
    this.sessions.redirectedToItself(nowUs, node, request);
  }

  pipelineAnswered(): void {
    this.sessions.pipelineAnswered();
  }

  databaseViewed(nowUs: number, node: string, shard: number, facts: DatabaseFacts): void {
    this.oneLeader.leaseViewed(nowUs, node, shard, facts.epoch, facts.servingUntilUs);
    this.liveness.databaseViewed(node, shard, facts);
    this.committed.claim(nowUs, node, shard, facts.committedPosition);
  }

  logViewed(nowUs: number, node: string, shard: number, facts: LogFacts): void {
    this.liveness.logViewed(node, shard, facts);
    const durableAt = this.durableByIndex.get(shard)?.get(facts.commitIndex);
    this.logSafety.commitClaimed(nowUs, node, shard, facts.commitIndex, durableAt, this.committed);
    if (facts.role === "leader") this.leaderSeen(nowUs, node, shard, facts.term);
  }

  diskSynced(nowUs: number, node: string, file: string, offset: number, bytes: Uint8Array): void {
    this.disks.synced(nowUs, node, file, offset, bytes);
  }

  diskRemoved(_nowUs: number, node: string, file: string): void {
    this.disks.removed(node, file);
  }

  diskReread(nowUs: number, node: string, files: ReadonlyMap<string, Uint8Array>): void {
    this.disks.reread(nowUs, node, files);
  }

  // oxlint-disable-next-line max-params -- the observer's signature
  stateSampled(
    nowUs: number,
    node: string,
    shard: number,
    position: number,
    visitKeys: VisitKeys,
  ): void {
    this.stateEquality.sampled(nowUs, node, shard, position, visitKeys, this.committed);
  }

  traced(event: TraceEvent): void {
    if (event.kind === "run.loaded") {
      this.originUs = event.timeUs;
    } else if (event.kind === "log.leader") {
      this.leaderSeen(event.timeUs, event.node, event.shard, event.value);
    } else if (event.kind === "run.healed") {
      this.liveness.healed(event.timeUs);
      this.zeroLoss.healed(event.timeUs);
    }
  }

  finish(nowUs: number): readonly CheckResult[] {
    const results = [
      this.linearizability.finish(),
      this.zeroLoss.finish(nowUs),
      this.dirtyReads.finish(),
      this.oneLeader.finish(),
      this.logSafety.finish(),
      this.stateEquality.finish(),
      this.sessions.finish(),
      this.liveness.finish(nowUs),
    ];
    return results.map((result) => tellTimes(result, this.originUs));
  }

  private leaderSeen(nowUs: number, node: string, shard: number, term: number): void {
    this.logSafety.leaderSeen(nowUs, node, shard, term, this.disks, this.committed);
  }

  private becameDurable(stored: StoredEntry): void {
    this.committed.becameDurable(stored);
    let ofShard = this.durableByIndex.get(stored.shard);
    if (ofShard === undefined) {
      ofShard = new Map();
      this.durableByIndex.set(stored.shard, ofShard);
    }
    ofShard.set(stored.index, stored);
  }
}
