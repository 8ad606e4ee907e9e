/**
 * Messages: what a listener hears of a write was on the disks of a majority of zones when it left the node, so that nobody
 * hears of a write that is lost; and no listener hears it twice. That it hears everything is promised by nobody.
 *
 * Where nobody can see disks (real processes) what is heard of a write is taken for its acknowledgement (`asHeard`): if the write is lost
 * after all, linearizability finds it.
 */
import { isTold, isToldAtOnce } from "../clients/keys.ts";
import type { CheckResult } from "../run.ts";
import { sayTime } from "./describe.ts";
import type { Operation } from "./history.ts";
import { entryOf, type LogDisks } from "./log/logDisks.ts";
import { type ValueIndex, wasDurableBy } from "./log/valueIndex.ts";
import { quote } from "./models/model.ts";
import type { HeardMessage } from "./observer.ts";
import { Tally } from "./tally.ts";

/** A connection or a node may be away while one is told; hardly while so many are. */
const MANY_TOLD = 10;

interface Logs {
  readonly disks: LogDisks;
  readonly values: ValueIndex;
}

interface Heard {
  readonly node: string;
  readonly message: HeardMessage;
}

export class HeardMessagesCheck {
  readonly tally: Tally = new Tally("messages", "messages that were heard");
  private readonly logs: Logs | undefined;
  /** Without logs: when each message was first heard. */
  private readonly heardUs: Map<string, number> = new Map();
  /** By connection: what came on it. */
  private readonly heardOn: Map<number, Set<string>> = new Map();
  /** What was told behind a write that was not durable then: nothing is wrong if the write was refused. */
  private readonly early: Map<string, Heard> = new Map();

  private toldCount = 0;

  /** `logs`: undefined where nobody can see them. */
  constructor(logs: Logs | undefined) {
    this.logs = logs;
  }

  /** The channel is the key that was written, the text its value. */
  heard(nowUs: number, node: string, message: HeardMessage): void {
    const { channel, text, sentUs } = message;
    const name = nameOf(channel, text);
    this.tally.examined++;
    if (this.logs === undefined) {
      if (!this.heardUs.has(name)) this.heardUs.set(name, nowUs);
    } else if (wasDurableBy(this.logs.values.find(channel, text), sentUs) === undefined) {
      if (isToldAtOnce(text)) this.violate(nowUs, { node, message });
      else this.early.set(name, { node, message });
    }
    this.hearOnce(nowUs, node, message, name);
  }

  /**
   * What an operation of unknown outcome came to by what was heard of it: a write that is told in one transaction with it is done
   * when somebody has heard of it, though its own client has not.
   */
  asHeard(operation: Operation): Operation {
    const { input, outcome } = operation;
    if (outcome !== "unknown" || input.f !== "set") return operation;
    const heardUs = this.heardUs.get(nameOf(input.key, input.value));
    if (heardUs === undefined || !isToldAtOnce(input.value)) return operation;
    return { ...operation, outcome: "ok", repliedUs: heardUs };
  }

  /** A write was answered: whether it was refused is known by now. */
  operationCompleted({ input, outcome, completedUs }: Operation): void {
    if (input.f !== "set") return;
    if (outcome === "ok" && isTold(input.key)) this.toldCount++;
    if (this.early.size === 0) return;
    const name = nameOf(input.key, input.value);
    const heard = this.early.get(name);
    if (heard === undefined) return;
    this.early.delete(name);
    if (outcome === "ok") this.violate(completedUs, heard);
  }

  /** So much was told that somebody must have heard: a small load may tell next to nothing. */
  get isExpected(): boolean {
    return this.toldCount >= MANY_TOLD;
  }

  private violate(nowUs: number, { node, message }: Heard): void {
    const { channel, text, sentUs } = message;
    const candidates = this.logs?.values.find(channel, text) ?? [];
    const newest = candidates[candidates.length - 1];
    const where =
      newest === undefined
        ? "no log entry on any disk holds it"
        : `its log entry lies on ${this.logs?.disks.sayCopies(newest)}`;
    this.tally.violate(
      nowUs,
      `${node} told of ${quote(text)} in ${channel} at ${sayTime(sentUs)} before a majority of zones held it: ${where}`,
      [],
      "message of a write before it was durable",
      entryOf(newest),
    );
  }

  private hearOnce(nowUs: number, node: string, message: HeardMessage, name: string): void {
    const { channel, connection, sentUs, text } = message;
    let heard = this.heardOn.get(connection);
    if (heard === undefined) {
      heard = new Set();
      this.heardOn.set(connection, heard);
    }
    if (heard.has(name)) {
      this.tally.violate(
        nowUs,
        `${node} told a listener twice of ${quote(text)} in ${channel}, the second time at ${sayTime(sentUs)}`,
        [],
        "message heard twice",
      );
    }
    heard.add(name);
  }

  finish(): CheckResult {
    return this.tally.result(
      "nobody heard of a write that a majority of zones did not hold, nor twice of one",
      "no message was heard",
    );
  }
}

function nameOf(key: string, value: string): string {
  return `${key} ${value}`;
}
