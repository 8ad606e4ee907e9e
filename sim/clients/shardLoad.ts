import type { DatabaseNodeAddress, NodeId, Random } from "../../engine/contract.ts";
import type { Operation, OperationInput, OperationOutput, Outcome } from "../checker/history.ts";
import type { ClientHost } from "./clientHost.ts";
import type { Access, OfferedOperation } from "./offered.ts";
import { RequestEncoder } from "./resp.ts";
import { withLoopsTimes } from "./scripts.ts";
import type { Draw, Workload } from "./workloads/workload.ts";

/** Who hears what clients do; sim/checker's Observer has these calls, the world may listen in between. */
export interface ClientObserver {
  operationInvoked(operation: Operation): void;
  operationCompleted(operation: Operation): void;
  repliesAmiss(nowUs: number, node: string, sentence: string): void;
  redirected(nowUs: number, operation: Operation, target: NodeId): void;
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
  /** What its attempts may draw on. */
  readonly draw: Draw;
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
  private readonly valueBytes: number;
  private readonly loopsTimes: number;
  readonly history: Operation[];
  readonly encoder: RequestEncoder = new RequestEncoder();
  /** Several requests sent at once were answered, in order. */
  sawPipeline = false;
  private readonly counters: Counters;

  // oxlint-disable-next-line max-params -- built in one place
  constructor(
    shard: number,
    nodes: readonly DatabaseNodeAddress[],
    host: ClientHost,
    observer: ClientObserver,
    {
      clientTimeoutMs,
      valueBytes,
      loopsTimes = 1,
    }: {
      readonly clientTimeoutMs: number;
      readonly valueBytes: number;
      readonly loopsTimes?: number;
    },
    history: Operation[],
    counters: Counters,
  ) {
    this.shard = shard;
    this.nodes = nodes;
    this.host = host;
    this.observer = observer;
    this.timeoutUs = clientTimeoutMs * 1000;
    this.valueBytes = valueBytes;
    this.loopsTimes = loopsTimes;
    this.history = history;
    this.counters = counters;
  }

  /** Bytes of these requests, to be sent in one piece. */
  encoded(requests: readonly (readonly string[])[]): Uint8Array {
    const { encoder, loopsTimes } = this;
    if (loopsTimes === 1) return encoder.encode(requests);
    return encoder.encode(requests.map((request) => withLoopsTimes(request, loopsTimes)));
  }

  nextProcess(): number {
    return this.counters.processes++;
  }

  /** @param random for what its attempts may choose */
  // oxlint-disable-next-line max-params -- the fields of one operation
  offer(
    workload: Workload,
    access: Access,
    key: string,
    random: Random,
    isScan: boolean,
  ): OfferedRecord {
    const { counters, host } = this;
    return {
      id: counters.offered++,
      shard: this.shard,
      access,
      key,
      dueUs: host.nowUs(),
      endUs: -1,
      earlierRoundsUs: 0,
      outcome: "waiting",
      isScan,
      workload,
      draw: {
        random,
        uniqueValue: () =>
          `v${(counters.values++).toString(36).padStart(4, "0")}`.padEnd(this.valueBytes, "."),
        unixMs: () => host.unixMs(),
      },
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
