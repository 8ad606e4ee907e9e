import type { DatabaseNodeAddress, NodeId, Random } from "../../engine/contract.ts";
import type { Operation, OperationInput, OperationOutput, Outcome } from "../checker/history.ts";
import type { ClientHost } from "./clientHost.ts";
import type { Access, OfferedOperation } from "./offered.ts";
import { RequestEncoder } from "./resp.ts";
import type { Draw, Workload } from "./workloads/workload.ts";

/** Who hears what clients do; sim/checker's Observer has these calls, the world may listen in between. */
export interface ClientObserver {
  operationInvoked(operation: Operation): void;
  operationCompleted(operation: Operation): void;
  repliesDisordered(nowUs: number, node: string, sentence: string): void;
  redirectedToItself(nowUs: number, node: string, request: string): void;
  pipelineAnswered(): void;
  /** A client process was answered as by a primary, by another node than the last time. */
  primaryLearnt(nowUs: number, shard: number, node: NodeId): void;
}

/** An operation of the history while it runs; its owner is the client process. */
export interface OperationRecord extends Operation {
  output: OperationOutput;
  outcome: Outcome;
  completedUs: number;
  repliedUs: number;
  completedOrder: number;
  error: string;
}

/** An offered operation while it waits or runs. */
export interface OfferedRecord extends OfferedOperation {
  endUs: number;
  earlierRoundsUs: number;
  outcome: OfferedOperation["outcome"];
  readonly workload: Workload;
}

/** Numbers that are unique in the run. */
export interface Counters {
  operations: number;
  processes: number;
  offered: number;
  values: number;
}

/** What the client processes of one shard share. */
export class ShardLoad {
  readonly shard: number;
  readonly nodes: readonly DatabaseNodeAddress[];
  readonly host: ClientHost;
  readonly observer: ClientObserver;
  readonly timeoutUs: number;
  readonly history: Operation[];
  readonly draw: Draw;
  readonly encoder: RequestEncoder = new RequestEncoder();
  private readonly counters: Counters;

  // oxlint-disable-next-line max-params -- built in one place
  constructor(
    shard: number,
    nodes: readonly DatabaseNodeAddress[],
    host: ClientHost,
    observer: ClientObserver,
    timeoutUs: number,
    history: Operation[],
    counters: Counters,
    random: Random,
  ) {
    this.shard = shard;
    this.nodes = nodes;
    this.host = host;
    this.observer = observer;
    this.timeoutUs = timeoutUs;
    this.history = history;
    this.counters = counters;
    this.draw = {
      random,
      uniqueValue: () => `v${(counters.values++).toString(36).padStart(4, "0")}`,
      unixMs: () => host.unixMs(),
    };
  }

  nextProcess(): number {
    return this.counters.processes++;
  }

  offer(workload: Workload, access: Access, key: string, isScan: boolean): OfferedRecord {
    return {
      id: this.counters.offered++,
      shard: this.shard,
      access,
      key,
      dueUs: this.host.nowUs(),
      endUs: -1,
      earlierRoundsUs: 0,
      outcome: "waiting",
      isScan,
      workload,
    };
  }

  /** Enters an attempt into the history. */
  invoke(
    offered: OfferedRecord,
    process: number,
    input: OperationInput,
    node: NodeId,
    readonlyReplica: boolean,
  ): OperationRecord {
    const record: OperationRecord = {
      id: this.counters.operations++,
      offered: offered.id,
      process,
      shard: this.shard,
      input,
      output: null,
      outcome: "open",
      dueUs: offered.dueUs,
      invokedUs: this.host.nowUs(),
      completedUs: -1,
      repliedUs: -1,
      invokedOrder: this.host.nextOrder(),
      completedOrder: -1,
      node,
      readonlyReplica,
      error: "",
    };
    this.history.push(record);
    this.observer.operationInvoked(record);
    return record;
  }
}
