/**
 * Sessions: one replica never goes back in time for one client connection, replies on a connection come in the order
 * of the requests, and no node redirects to itself. A replica's answers must fit a row of prefixes of the committed log that only grows.
 */
import type { CheckResult } from "../run.ts";
import { sayOperation, sayRequest, sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import type { CommittedLog, Version } from "./log/committedLog.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { quote } from "./models/model.ts";
import { Tally } from "./tally.ts";

interface SessionState {
  /** The replica had applied at least so much when it last answered. */
  position: number;
  evidence: Operation | undefined;
}

export class SessionsCheck {
  readonly tally: Tally = new Tally("sessions", "replica reads and pipelines");
  private readonly committed: CommittedLog;
  private readonly values: ValueIndex;
  private readonly sessions: Map<string, SessionState> = new Map();

  constructor(committed: CommittedLog, values: ValueIndex) {
    this.committed = committed;
    this.values = values;
  }

  pipelineAnswered(): void {
    this.tally.examined++;
  }

  repliesDisordered(nowUs: number, node: string, sentence: string): void {
    this.tally.violate(nowUs, `${node} answered out of order at ${sayTime(nowUs)}: ${sentence}`);
  }

  redirectedToItself(nowUs: number, node: string, request: string): void {
    this.tally.violate(
      nowUs,
      `${node} answered ${request} at ${sayTime(nowUs)} with MOVED to itself`,
    );
  }

  operationCompleted(operation: Operation): void {
    if (!operation.readonlyReplica || operation.outcome !== "ok") return;
    if (operation.input.f !== "get") return;
    this.tally.examined++;
    const name = `${operation.process}/${operation.node}`;
    let session = this.sessions.get(name);
    if (session === undefined) {
      session = { position: 0, evidence: undefined };
      this.sessions.set(name, session);
    }
    const { key } = operation.input;
    const { output } = operation;
    if (typeof output === "string") {
      const stored = wasDurableBy(this.values.find(key, output), operation.completedUs);
      if (stored !== undefined) {
        this.committed.claim(operation.completedUs, operation.node, stored.shard, stored.position);
      }
    }
    const versions = this.committed.versionsOf(operation.shard, key);
    const shown = earliest(versions, output as string | null, session.position);
    if (shown === undefined) this.report(operation, session, versions);
    else if (shown.position > session.position) {
      session.position = shown.position;
      session.evidence = operation;
    }
  }

  finish(): CheckResult {
    return this.tally.result(
      "no replica went back in time for a connection, and replies kept the order of their requests",
      "no replica answered a read, and no pipeline was sent",
    );
  }

  private report(operation: Operation, session: SessionState, versions: readonly Version[]): void {
    const newest = versions.findLast((version) => version.position <= session.position);
    const details = [sayOperation(operation)];
    if (session.evidence !== undefined) details.unshift(sayOperation(session.evidence));
    this.tally.violate(
      operation.completedUs,
      `${operation.node} went back in time for process ${operation.process}: it had shown position ${session.position}, where the key holds ${quote(newest?.value ?? null)}, and then answered ${sayRequest(operation)} with ${quote(operation.output)}`,
      details,
    );
  }
}

/** The earliest version with this value that holds at some position from `from` on. */
function earliest(
  versions: readonly Version[],
  value: string | null,
  from: number,
): Version | undefined {
  for (let index = versions.length - 1, best: Version | undefined; index >= 0; index--) {
    const version = versions[index] as Version;
    const next = versions[index + 1];
    if (next !== undefined && next.position <= from) return best;
    if (version.value === value) best = version;
    if (index === 0) return best;
  }
  return undefined;
}
