/** All checkers of a run behind one observer. The world feeds it, and stops at the first violation. */
import type { Specification } from "../clients/workloads/workload.ts";
import type { Budget } from "../scenario.ts";
import type { CheckResult } from "../run.ts";
import type { TraceEvent } from "../trace/vocabulary.ts";
import { BackPressureCheck } from "./backPressure.ts";
import { tellTimes } from "./describe.ts";
import { FairWaitingCheck } from "./fairWaiting.ts";
import { FencingCheck } from "./fencing.ts";
import { DirtyReadsCheck } from "./dirtyReads.ts";
import { HeardMessagesCheck } from "./heardMessages.ts";
import type { Operation } from "./history.ts";
import { KeyspaceReadsCheck } from "./keyspaceReads.ts";
import type { Impossible } from "./firstImpossible.ts";
import { type LeaseRules, LeaseRulesCheck } from "./leaseRules.ts";
import { StandingCheck } from "./standing.ts";
import { CachedReadsCheck } from "./cachedReads.ts";
import { CatchingUpCheck } from "./catchingUp.ts";
import { defaultLimit, LinearizabilityCheck } from "./linearizability.ts";
import { ListAppendCheck } from "./listAppend.ts";
import { LivenessCheck } from "./liveness.ts";
import { CommittedLog } from "./log/committedLog.ts";
import { LogDisks, type StoredEntry } from "./log/logDisks.ts";
import { ValueIndex } from "./log/valueIndex.ts";
import { LogSafetyCheck } from "./logSafety.ts";
import { modelsByKey, specificationOf } from "./models/ofKey.ts";
import type {
  CacheNews,
  DatabaseFacts,
  HeardMessage,
  LogFacts,
  Observer,
  VisitKeys,
  Waiter,
} from "./observer.ts";
import { type LeaseOverlap, OneLeaderCheck } from "./oneLeader.ts";
import { RedirectsCheck } from "./redirects.ts";
import { SessionsCheck } from "./sessions.ts";
import { StateEqualityCheck } from "./stateEquality.ts";
import { UsersAgreeCheck } from "./usersAgree.ts";
import { ZeroLossCheck } from "./zeroLoss.ts";

/** Checks that a scenario may name in `endsOn`. */
export const endingChecks = [
  "zero loss",
  "no dirty reads",
  "one leader",
  "log safety",
  "sessions",
  "linearizability",
] as const;
export type EndingCheck = (typeof endingChecks)[number];

export interface ChecksOptions {
  readonly budget: Budget;
  readonly commitRule: "majority" | "all";
  /** Unix milliseconds of true time 0. */
  readonly epochUnixMs: number;
  /** How far any machine's wall clock may be off from true time, jumps included. */
  readonly wallSkewMs: number;
  /** Bytes that a primary may have unacknowledged before it executes no further write. */
  readonly inFlightBytes: number;
  readonly lease: LeaseRules;
  /** The run ends at a violation of this check only, by its name; undefined: at the first of any. */
  readonly endsOn?: EndingCheck | undefined;
  /** Clients listen to messages. */
  readonly hasListeners?: boolean;
  /** Clients cache registers, of which there are some. */
  readonly hasCachers?: boolean;
  /** Configurations for one completion, above which linearizability leaves a key undecided. */
  readonly searchLimit?: number;
}

export class Checks implements Observer {
  private readonly linearizability: LinearizabilityCheck;
  private readonly lists: ListAppendCheck;
  /** What the operations on primaries are held against. */
  private readonly asked: Set<Specification> = new Set();
  private readonly disks: LogDisks;
  private readonly values: ValueIndex = new ValueIndex();
  private readonly committed: CommittedLog;
  private readonly logSafety: LogSafetyCheck = new LogSafetyCheck();
  private readonly zeroLoss: ZeroLossCheck;
  private readonly dirtyReads: DirtyReadsCheck;
  private readonly heardMessages: HeardMessagesCheck;
  private readonly fairWaiting: FairWaitingCheck = new FairWaitingCheck();
  private readonly cachedReads: CachedReadsCheck;
  private readonly oneLeader: OneLeaderCheck;
  private readonly fencing: FencingCheck;
  private readonly backPressure: BackPressureCheck;
  private readonly standing: StandingCheck;
  private readonly catchingUp: CatchingUpCheck;
  private readonly leaseRules: LeaseRulesCheck;
  private readonly stateEquality: StateEqualityCheck = new StateEqualityCheck();
  private readonly sessions: SessionsCheck;
  private readonly redirects: RedirectsCheck;
  private readonly keyspaceReads: KeyspaceReadsCheck;
  private readonly liveness: LivenessCheck = new LivenessCheck();
  private readonly usersAgree: UsersAgreeCheck;
  private readonly endsOn: EndingCheck | undefined;
  private readonly hasListeners: boolean;
  private readonly hasCachers: boolean;
  /** Sentences count time from the start of the load, as the story does. */
  private originUs = 0;
  private readonly durableByIndex: Map<number, Map<number, StoredEntry>> = new Map();

  constructor(options: ChecksOptions) {
    const isBroken = options.budget === "assumption-broken";
    this.endsOn = options.endsOn;
    this.hasListeners = options.hasListeners ?? false;
    this.hasCachers = options.hasCachers ?? false;
    const { epochUnixMs, wallSkewMs } = options;
    this.linearizability = new LinearizabilityCheck({
      modelOf: modelsByKey({ epochUnixMs, skewMs: wallSkewMs }),
      limit: options.searchLimit ?? defaultLimit,
      toleratesStaleReads: isBroken,
    });
    this.lists = new ListAppendCheck(isBroken);
    this.oneLeader = new OneLeaderCheck(isBroken);
    this.fencing = new FencingCheck(this.oneLeader.tally);
    this.backPressure = new BackPressureCheck(this.logSafety.tally, options.inFlightBytes);
    this.committed = new CommittedLog(this.logSafety.tally, {
      committed: (nowUs, stored, shard) => {
        this.oneLeader.committed(nowUs, stored, shard);
        this.redirects.committed(stored);
        this.logSafety.committed(nowUs, stored, shard);
      },
    });
    this.disks = new LogDisks(options.commitRule === "all" ? 3 : 2, {
      stored: (nowUs, stored) => {
        this.values.add(stored);
        this.backPressure.stored(nowUs, stored);
      },
      becameDurable: (_nowUs, stored) => this.becameDurable(stored),
      copied: (node, stored) => this.standing.copied(node, stored),
      lost: (node, stored) => this.standing.lost(node, stored),
      voted: (nowUs, node, vote) => this.standing.voted(nowUs, node, vote),
      removed: (nowUs, node, stored) => this.logSafety.removed(nowUs, node, stored, this.committed),
      broken: (nowUs, sentence) => this.logSafety.tally.violate(nowUs, sentence),
    });
    this.standing = new StandingCheck(
      this.logSafety.tally,
      this.disks,
      this.committed,
      options.commitRule === "all" ? 3 : 2,
    );
    this.zeroLoss = new ZeroLossCheck(this.disks, this.values, this.committed, {
      epochUnixMs: options.epochUnixMs,
      skewMs: options.wallSkewMs,
      mayBeDestroyed: options.budget === "over",
    });
    this.dirtyReads = new DirtyReadsCheck(this.disks, this.values, this.committed, isBroken);
    this.heardMessages = new HeardMessagesCheck({ disks: this.disks, values: this.values });
    this.cachedReads = new CachedReadsCheck(this.values, isBroken);
    this.sessions = new SessionsCheck(this.committed, this.values);
    this.redirects = new RedirectsCheck(this.sessions.tally);
    this.leaseRules = new LeaseRulesCheck(this.oneLeader.tally, this.committed, options.lease);
    this.catchingUp = new CatchingUpCheck(this.sessions.tally, this.committed);
    this.keyspaceReads = new KeyspaceReadsCheck(this.committed, isBroken);
    this.usersAgree = new UsersAgreeCheck(this.committed);
  }

  /** What ends the run. */
  get violation(): CheckResult | undefined {
    const found = this.firstViolation();
    return found === undefined ? undefined : tellTimes(found, this.originUs);
  }

  private firstViolation(): CheckResult | undefined {
    if (this.endsOn !== undefined) return this.violationOf(this.endsOn);
    return (
      this.zeroLoss.tally.violation ??
      this.dirtyReads.tally.violation ??
      this.heardMessages.tally.violation ??
      this.cachedReads.tally.violation ??
      this.fairWaiting.tally.violation ??
      this.oneLeader.tally.violation ??
      this.logSafety.tally.violation ??
      this.stateEquality.tally.violation ??
      this.sessions.tally.violation ??
      this.keyspaceReads.tally.violation ??
      this.linearizability.violation
    );
  }

  private violationOf(name: EndingCheck): CheckResult | undefined {
    const tallies = [this.zeroLoss, this.dirtyReads, this.oneLeader, this.logSafety, this.sessions];
    const found = tallies.find(({ tally }) => tally.name === name)?.tally;
    return found === undefined ? this.linearizability.violation : found.violation;
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

  /** Why the logs of the shards do not tell the same of every user yet; undefined if they do. */
  whyUsersDiffer(): string | undefined {
    return this.usersAgree.whyDiffer();
  }

  operationInvoked(operation: Operation): void {
    const specification = specificationOf(operation.input.key);
    if (!operation.readonlyReplica) this.asked.add(specification);
    if (operation.input.f === "wide") this.keyspaceReads.operationInvoked(operation);
    else if (specification === "lists") this.lists.operationInvoked(operation);
    else this.linearizability.operationInvoked(operation);
  }

  operationCompleted(operation: Operation): void {
    const specification = specificationOf(operation.input.key);
    this.zeroLoss.operationCompleted(operation);
    // Values of commands bear no name by which the log could tell them.
    if (specification !== "executor" && specification !== "users")
      this.dirtyReads.operationCompleted(operation);
    this.heardMessages.operationCompleted(operation);
    this.cachedReads.operationCompleted(operation);
    this.fairWaiting.operationCompleted(operation);
    this.sessions.operationCompleted(operation);
    if (operation.input.f === "wide") this.keyspaceReads.operationCompleted(operation);
    else if (specification !== "lists") this.linearizability.operationCompleted(operation);
    this.liveness.operationCompleted(operation);
  }

  repliesAmiss(nowUs: number, node: string, sentence: string): void {
    this.sessions.repliesAmiss(nowUs, node, sentence);
  }

  redirected(nowUs: number, operation: Operation, target: string): void {
    this.redirects.redirected(nowUs, operation, target);
  }

  messageHeard(nowUs: number, node: string, message: HeardMessage): void {
    this.heardMessages.heard(nowUs, node, message);
  }

  cacheTold(nowUs: number, node: string, news: CacheNews): void {
    this.cachedReads.told(nowUs, node, news);
  }

  cacheLost(connection: number): void {
    this.cachedReads.lost(connection);
  }

  pipelineAnswered(): void {
    this.sessions.pipelineAnswered();
  }

  databaseViewed(nowUs: number, node: string, shard: number, facts: DatabaseFacts): void {
    this.oneLeader.leaseViewed(nowUs, node, shard, facts.epoch, facts.servingUntilUs);
    this.liveness.databaseViewed(node, shard, facts);
    this.committed.claim(nowUs, node, shard, facts.committedPosition);
    this.leaseRules.viewed(nowUs, node, shard, facts);
    if (facts.role === "down") this.redirects.ended(nowUs, node);
  }

  // oxlint-disable-next-line max-params -- the observer's signature
  waitersViewed(
    nowUs: number,
    node: string,
    waiters: readonly Waiter[],
    localUs: number,
    isConnected: (connection: number) => boolean,
  ): void {
    this.fairWaiting.viewed(nowUs, node, waiters, localUs, isConnected);
  }

  logViewed(nowUs: number, node: string, shard: number, facts: LogFacts): void {
    this.liveness.logViewed(node, shard, facts);
    const durableAt = this.durableByIndex.get(shard)?.get(facts.commitIndex);
    this.standing.viewed(nowUs, node, shard, facts, durableAt);
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
    this.fencing.traced(event);
    this.leaseRules.traced(event);
    this.catchingUp.traced(event);
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
    const lists = this.lists.finish();
    const keyspaceReads = this.keyspaceReads.finish();
    const heardMessages = this.heardMessages.finish();
    const cachedReads = this.cachedReads.finish();
    const usersAgree = this.usersAgree.finish();
    const fairWaiting = this.fairWaiting.finish();
    this.redirects.finish();
    const results = [
      ...(this.hasOnly("lists") ? [] : [this.linearizability.finish()]),
      // Of these kinds of operations a small load may bring none.
      ...(lists.examined > 0 || this.hasOnly("lists") ? [lists] : []),
      ...(keyspaceReads.examined > 0 ? [keyspaceReads] : []),
      this.zeroLoss.finish(nowUs),
      ...(this.hasOnly("executor", "users") ? [] : [this.dirtyReads.finish()]),
      ...(heardMessages.examined > 0 || this.mustHear ? [heardMessages] : []),
      ...(cachedReads.examined > 0 || this.hasCachers ? [cachedReads] : []),
      ...(fairWaiting.examined > 0 || fairWaiting.verdict === "violation" ? [fairWaiting] : []),
      this.oneLeader.finish(),
      this.logSafety.finish(),
      this.stateEquality.finish(),
      ...(usersAgree.examined > 0 ? [usersAgree] : []),
      this.sessions.finish(),
      this.liveness.finish(nowUs),
    ];
    return results.map((result) => tellTimes(result, this.originUs));
  }

  /** Somebody listens, and enough was told. */
  private get mustHear(): boolean {
    return this.hasListeners && this.heardMessages.isExpected;
  }

  /** All operations are of these kinds, so that a check which looks at others has nothing to examine. */
  private hasOnly(...some: readonly Specification[]): boolean {
    return this.asked.size > 0 && [...this.asked].every((one) => some.includes(one));
  }

  private leaderSeen(nowUs: number, node: string, shard: number, term: number): void {
    this.logSafety.leaderSeen(nowUs, node, shard, term, this.disks, this.committed);
  }

  private becameDurable(stored: StoredEntry): void {
    this.committed.becameDurable(stored);
    this.fencing.becameDurable(stored);
    this.backPressure.becameDurable(stored);
    let ofShard = this.durableByIndex.get(stored.shard);
    if (ofShard === undefined) {
      ofShard = new Map();
      this.durableByIndex.set(stored.shard, ofShard);
    }
    ofShard.set(stored.index, stored);
  }
}
