/**
 * One client process of one shard: keeps connections, runs one offered operation at a time, follows redirects, backs off,
 * gives up an attempt at its time-out, and tries again as a real client library does. Now and then it sends more operations
 * behind the one, cuts what it sends anywhere, thinks between WATCH and EXEC, or connects anew.
 */
import type { NodeId, Random } from "../../engine/contract.ts";
import type { OperationInput } from "../checker/history.ts";
import {
  type Answer,
  answerOf,
  failAnswer,
  mayRetryUnknown,
  redirectOf,
  requestsOf,
  unknownAnswer,
} from "./commands.ts";
import { ClientConnection } from "./connection.ts";
import { wasTurnedAway } from "./logins.ts";
import { Pipeline, type PipelineItem } from "./pipeline.ts";
import { isError, type Reply, type ReplyReader } from "./resp.ts";
import { Routing } from "./routing.ts";
import { withBody } from "./scripts.ts";
import type { OfferedRecord, OperationRecord, ShardLoad } from "./shardLoad.ts";

const CONNECT_TIMEOUT_US = 250_000;
/** An attempt that surely ran nowhere is repeated until the operation has been tried for so long. */
const PATIENCE_US = 10_000_000;
const UNKNOWN_ATTEMPTS = 3;
const REDIRECTS_IN_A_ROW = 5;
/** A read of a replica tries so many of them before it asks the primary. */
const REPLICA_ATTEMPTS = 3;
/**
 * A read that times out is given up and the next one asks the same node; so many in a row make the client leave it. A
 * write makes it ask another node at once.
 */
const READ_TIMEOUTS_IN_A_ROW = 3;
const BACKOFF_US = 20_000;
/** One in so many plain attempts carries an ECHO behind its request, to see that replies keep their order. */
const ECHO_EVERY = 16;
/** One in so many is a pipeline: some more operations on the same key, sent without waiting for answers. */
const PIPELINE_EVERY = 10;
const MOST_BEHIND = 3;
/** One in so many pieces is cut, at up to two places, into pieces that travel apart. */
const CUT_EVERY = 10;
/** One in so many compare-and-sets thinks between WATCH and MULTI, long enough for a leader to change meanwhile. */
const THINK_EVERY = 6;
/** The same between a login and what follows. */
const THINK_AS_USER_EVERY = 2;
const LONGEST_THOUGHT_US = 600_000;
/** After one in so many operations the client leaves its connection and opens another for the next one. */
const RECONNECT_EVERY = 40;

const TIMED_OUT = "timed out";

/** What the requests in flight are: all of an operation, WATCH and a read, or MULTI, writes and EXEC behind them. */
type Round = "plain" | "watch" | "exec";
/** thinking: between WATCH and MULTI. */
type Phase = "idle" | "sent" | "thinking" | "backoff";

export class ClientProcess {
  private readonly load: ShardLoad;
  private readonly routing: Routing;
  private readonly random: Random;
  private readonly timerToken: number;
  private readonly onFree: (process: ClientProcess) => void;
  private readonly register: (connection: number, process: ClientProcess) => void;

  private process: number;
  private phase: Phase = "idle";
  private offered: OfferedRecord | undefined = undefined;
  /** The attempt of what was offered; a pipeline holds others behind it. */
  private operation: OperationRecord | undefined = undefined;
  private pipeline: Pipeline = new Pipeline([], "");
  private round: Round = "plain";
  /** The keys under WATCH in a round of that kind and in the one that follows. */
  private watch: readonly string[] = [];
  private connection: ClientConnection | undefined = undefined;
  private readonly connections: Map<number, ClientConnection> = new Map();
  private startedUs = 0;
  private attempts = 0;
  private unknowns = 0;
  private redirects = 0;
  private backoffs = 0;
  private readTimeouts = 0;
  /** A node did not know a script by its digest: it is given the text. */
  private sendsBodies = false;
  /** The node that answered last as primary. */
  private lastPrimary: NodeId | undefined = undefined;
  /** An unknown attempt of a write makes the whole operation unknown, whatever follows, unless one is answered. */
  private sawUnknown = false;
  private deadlineUs = Infinity;
  private alarmUs = Infinity;

  // oxlint-disable-next-line max-params -- built in one place
  constructor(
    load: ShardLoad,
    random: Random,
    timerToken: number,
    onFree: (process: ClientProcess) => void,
    register: (connection: number, process: ClientProcess) => void,
  ) {
    this.load = load;
    this.random = random;
    this.routing = new Routing(load.nodes, random);
    this.timerToken = timerToken;
    this.onFree = onFree;
    this.register = register;
    this.process = load.nextProcess();
  }

  get isFree(): boolean {
    return this.phase === "idle";
  }

  /** Runs an offered operation. Caller: isFree. */
  begin(offered: OfferedRecord): void {
    this.offered = offered;
    this.startedUs = this.load.host.nowUs();
    this.attempts = 0;
    this.unknowns = 0;
    this.redirects = 0;
    this.backoffs = 0;
    this.sawUnknown = false;
    this.sendsBodies = false;
    this.attempt();
  }

  onTimer(): void {
    const nowUs = this.load.host.nowUs();
    if (nowUs >= this.alarmUs) this.alarmUs = Infinity;
    if (nowUs < this.deadlineUs) {
      this.arm(this.deadlineUs);
      return;
    }
    this.deadlineUs = Infinity;
    if (this.phase === "backoff") this.attempt();
    else if (this.phase === "sent") this.timeOut(nowUs);
    else if (this.phase === "thinking") this.sendConditional();
  }

  onConnected(connection: number): void {
    const found = this.connections.get(connection);
    if (found === undefined) return;
    found.isOpen = true;
    if (found === this.connection && this.phase === "sent") {
      this.deadlineUs = (this.operation as OperationRecord).invokedUs + this.load.timeoutUs;
    }
  }

  onBytes(connection: number, bytes: Uint8Array, sentUs: number): void {
    const found = this.connections.get(connection);
    if (found === undefined) return;
    found.reader.push(bytes);
    for (let reply = found.reader.next(); reply !== undefined; reply = found.reader.next()) {
      if (found.setupReplies > 0) found.setupReplies--;
      else if (found === this.connection) this.onReply(reply, sentUs, found.reader);
      if (!this.connections.has(connection)) return;
    }
  }

  onClosed(connection: number): void {
    const found = this.connections.get(connection);
    if (found === undefined) return;
    this.connections.delete(connection);
    if (found !== this.connection) return;
    this.connection = undefined;
    // What was watched is forgotten with the connection: the whole of it once more.
    if (this.phase === "thinking") this.backOff();
    else if (this.phase === "sent") {
      if (!found.isOpen) this.routing.suspect(found.node, this.load.host.nowUs());
      this.breakOff(
        found.isOpen ? unknownAnswer("connection closed") : failAnswer("connection refused"),
      );
    }
  }

  private attempt(): void {
    const offered = this.offered as OfferedRecord;
    const nowUs = this.load.host.nowUs();
    const fromReplica = offered.access === "replica read" && this.attempts < REPLICA_ATTEMPTS;
    const node = fromReplica ? this.routing.replicaNode(nowUs) : this.routing.primaryNode(nowUs);
    this.attempts++;
    this.connection = this.connectionTo(node, fromReplica);
    const { workload, key, draw } = offered;
    const makeRead = fromReplica
      ? (workload.makeReplicaRead ?? workload.makeRead)
      : workload.makeRead;
    if (offered.access !== "write") {
      this.sendRound("plain", offered.isScan ? workload.makeScan(key) : makeRead(key, draw));
      return;
    }
    const first = workload.makeWatchedRead?.(key, draw);
    if (first === undefined) {
      this.sendRound("plain", workload.makeWrite(key, draw, undefined));
      return;
    }
    this.watch = first.watch;
    this.sendRound("watch", first.input);
  }

  private sendRound(round: Round, meant: OperationInput): void {
    const { draw, isScan } = this.offered as OfferedRecord;
    const input = this.sendsBodies ? withBodies(meant) : meant;
    this.round = round;
    this.operation = this.invoke(input);
    const first = requestsOf(input);
    const watches = round === "watch" && this.watch.length > 0;
    const requests = watches ? [["WATCH", ...this.watch], ...first] : first;
    const items: PipelineItem[] = [{ operation: this.operation, requests }];
    let echoTag = "";
    if (round === "plain" && !isScan) {
      if (draw.random() * PIPELINE_EVERY < 1) items.push(...this.moreOperations());
      // The first operations of a shard tell in any case.
      if (!this.load.sawPipeline || draw.random() * ECHO_EVERY < 1) {
        echoTag = `echo:${this.operation.id}`;
        items.push({ operation: undefined, requests: [["ECHO", echoTag]] });
      }
    }
    this.pipeline = new Pipeline(items, echoTag);
    this.phase = "sent";
    this.send(this.load.encoded(this.pipeline.requests));
    const waitUs = (this.connection as ClientConnection).isOpen
      ? this.load.timeoutUs
      : Math.min(CONNECT_TIMEOUT_US, this.load.timeoutUs);
    this.setDeadline(this.load.host.nowUs() + waitUs);
  }

  private invoke(input: OperationInput): OperationRecord {
    const { node, isReadonly } = this.connection as ClientConnection;
    return this.load.invoke(this.offered as OfferedRecord, this.process, input, node, isReadonly);
  }

  /** Operations on the same key that follow without waiting; reads behind a read, anything behind a write. */
  private moreOperations(): readonly PipelineItem[] {
    const { workload, key, draw, access } = this.offered as OfferedRecord;
    const { isReadonly } = this.connection as ClientConnection;
    const read = isReadonly ? (workload.makeReplicaRead ?? workload.makeRead) : workload.makeRead;
    const items: PipelineItem[] = [];
    for (let count = 1 + Math.floor(draw.random() * MOST_BEHIND); count > 0; count--) {
      const isWrite = access === "write" && draw.random() < 0.5;
      const input = isWrite ? workload.makeWrite(key, draw, undefined) : read(key, draw);
      items.push({ operation: this.invoke(input), requests: requestsOf(input) });
    }
    return items;
  }

  /** A stream may be cut anywhere: its pieces stay in order, and that is all. */
  private send(bytes: Uint8Array): void {
    const { host } = this.load;
    const { id } = this.connection as ClientConnection;
    const { draw } = this.offered as OfferedRecord;
    let from = 0;
    // What is queued behind a login must not run by itself because rights change between two pieces.
    const isLogin = this.round === "watch" && this.watch.length === 0;
    if (draw.random() * CUT_EVERY < 1 && !isLogin) {
      for (let cuts = 1 + Math.floor(draw.random() * 2); cuts > 0; cuts--) {
        const to = from + Math.floor(draw.random() * (bytes.length - from));
        if (to > from) host.send(id, bytes.subarray(from, to));
        from = Math.max(from, to);
      }
    }
    host.send(id, bytes.subarray(from));
  }

  private onReply(reply: Reply, sentUs: number, reader: ReplyReader): void {
    const { pipeline } = this;
    const { next, echoTag } = pipeline;
    if (this.phase !== "sent" || next === undefined) return;
    if (echoTag !== "" && reply === echoTag && next.operation !== undefined) {
      this.tellAmiss(`ECHO ${echoTag} was answered before the request sent ahead of it`);
      return;
    }
    const replies = pipeline.take(reply, reader.lastText);
    if (replies === undefined) return;
    const { operation } = next;
    if (operation !== undefined) {
      const answer = this.judge(operation, replies);
      if (answer.isAmiss) this.tellAmiss(`${operation.input.f}: ${answer.error}`);
      this.enter(operation, answer, sentUs);
    } else if (reply !== echoTag && !isError(reply)) {
      this.tellAmiss(`${JSON.stringify(reply)} came where ECHO ${echoTag} was due`);
    }
    if (!pipeline.isAnswered) return;
    if (pipeline.requests.length > 1) {
      this.load.sawPipeline = true;
      this.load.observer.pipelineAnswered();
    }
    this.decide();
  }

  private judge({ input }: OperationRecord, replies: readonly Reply[]): Answer {
    const { texts } = this.pipeline;
    if (this.round !== "watch" || this.watch.length === 0) return answerOf(input, replies, texts);
    const [first, ...others] = replies;
    if (first === "OK") return answerOf(input, others, texts.slice(1));
    const isOrdered = first !== undefined && isError(first);
    if (!isOrdered) this.tellAmiss(`WATCH was answered ${JSON.stringify(first)}`);
    return failAnswer(isOrdered ? first.error : "WATCH failed");
  }

  private tellAmiss(sentence: string): void {
    const operation = this.operation as OperationRecord;
    this.load.observer.repliesAmiss(this.load.host.nowUs(), operation.node, sentence);
  }

  private timeOut(nowUs: number): void {
    const connection = this.connection as ClientConnection;
    const wasOpen = connection.isOpen;
    const isRead = (this.offered as OfferedRecord).access !== "write";
    if (this.operation?.outcome === "open") {
      if (wasOpen && isRead) this.readTimeouts++;
      if (!wasOpen || !isRead || this.readTimeouts >= READ_TIMEOUTS_IN_A_ROW) {
        this.readTimeouts = 0;
        this.routing.suspect(connection.node, nowUs);
      }
    }
    this.dropConnectionQuietly();
    this.breakOff(wasOpen ? unknownAnswer(TIMED_OUT) : failAnswer("connect timed out"));
  }

  /** No further answer comes: what has none yet ends with this one. */
  private breakOff(answer: Answer): void {
    const left = this.pipeline.unanswered();
    for (const operation of left) this.enter(operation, answer, -1);
    if (left.length > 0 && answer.outcome === "unknown") this.process = this.load.nextProcess();
    this.decide();
  }

  /** Enters an answer into the history. */
  private enter(operation: OperationRecord, answer: Answer, repliedUs: number): void {
    operation.outcome = answer.outcome;
    operation.output = answer.output;
    operation.error = answer.error;
    operation.completedUs = this.load.host.nowUs();
    operation.repliedUs = repliedUs;
    operation.completedOrder = this.load.host.nextOrder();
    this.load.observer.operationCompleted(operation);
  }

  /** What comes after the attempt of what was offered. */
  private decide(): void {
    const operation = this.operation as OperationRecord;
    if (operation.outcome === "ok") this.afterOk(operation);
    else if (operation.outcome === "fail") this.afterFail(operation, operation.error);
    else this.afterUnknown(operation);
  }

  private afterOk(operation: OperationRecord): void {
    this.readTimeouts = 0;
    this.routing.trust(operation.node);
    if (!operation.readonlyReplica) this.learnPrimary(operation);
    if (this.round !== "watch" || this.isTurnedAway(operation)) {
      this.endOffered("ok");
      return;
    }
    const { draw } = this.offered as OfferedRecord;
    const isLogin = this.watch.length === 0;
    if (draw.random() * (isLogin ? THINK_AS_USER_EVERY : THINK_EVERY) >= 1) this.sendConditional();
    else {
      this.phase = "thinking";
      const thought = draw.random() * draw.random() * LONGEST_THOUGHT_US;
      this.setDeadline(this.load.host.nowUs() + Math.ceil(thought));
    }
  }

  /** What was queued behind a login that failed is still open there. */
  private isTurnedAway({ input, output }: OperationRecord): boolean {
    if (input.f !== "commands" || !wasTurnedAway(input, output)) return false;
    this.dropConnectionQuietly();
    return true;
  }

  /** The write behind a watched read, on the same connection. */
  private sendConditional(): void {
    const offered = this.offered as OfferedRecord;
    const { input, output, invokedUs } = this.operation as OperationRecord;
    const seen = { watch: this.watch, input, output };
    offered.earlierRoundsUs = this.load.host.nowUs() - invokedUs;
    this.sendRound("exec", offered.workload.makeWrite(offered.key, offered.draw, seen));
  }

  private learnPrimary({ node, completedUs }: OperationRecord): void {
    if (this.lastPrimary === node) return;
    const isFirst = this.lastPrimary === undefined;
    this.lastPrimary = node;
    this.routing.learn(node);
    if (!isFirst) this.load.observer.primaryLearnt(completedUs, this.load.shard, node);
  }

  private afterFail(operation: OperationRecord, error: string): void {
    // WATCH may have left its mark on the connection, or MULTI may be open: a fresh connection has neither.
    if (this.round !== "plain") this.dropConnectionQuietly();
    if (operation.readonlyReplica) this.routing.leaveReplica();
    if (operation.completedUs - this.startedUs >= PATIENCE_US) {
      this.endOffered(this.sawUnknown ? "unknown" : "failed");
      return;
    }
    if (error.startsWith("NOSCRIPT") && !this.sendsBodies) {
      this.sendsBodies = true;
      this.phase = "idle";
      this.attempt();
      return;
    }
    const address = redirectOf(error);
    const target = address === undefined ? undefined : this.routing.redirect(address);
    if (target !== undefined) {
      const { host, observer } = this.load;
      observer.redirected(host.nowUs(), operation, target);
    }
    if (target !== undefined && target !== operation.node && this.redirects < REDIRECTS_IN_A_ROW) {
      this.redirects++;
      if (!this.routing.isSuspect(target, operation.completedUs)) {
        this.phase = "idle";
        this.attempt();
        return;
      }
    } else if (target === undefined && !operation.readonlyReplica) this.routing.rotate();
    this.backOff();
  }

  private afterUnknown(operation: OperationRecord): void {
    this.unknowns++;
    if (this.round !== "watch") this.sawUnknown = true;
    if (operation.readonlyReplica) this.routing.leaveReplica();
    this.dropConnectionQuietly();
    const isGivenUp =
      (this.offered as OfferedRecord).access !== "write" && operation.error === TIMED_OUT;
    const mayRetry = !isGivenUp && (this.round === "watch" || mayRetryUnknown(operation.input));
    if (!mayRetry || this.unknowns >= UNKNOWN_ATTEMPTS) this.endOffered("unknown");
    else this.backOff();
  }

  private backOff(): void {
    this.redirects = 0;
    const factor = Math.min(4, 1 << Math.min(2, this.backoffs++));
    const waitUs = Math.round(BACKOFF_US * factor * (1 + this.random()));
    this.phase = "backoff";
    this.setDeadline(this.load.host.nowUs() + waitUs);
  }

  private endOffered(outcome: "ok" | "unknown" | "failed"): void {
    const offered = this.offered as OfferedRecord;
    offered.outcome = outcome;
    // Whatever was pipelined behind it, this one was answered when it was.
    offered.endUs = (this.operation as OperationRecord).completedUs;
    if (offered.draw.random() * RECONNECT_EVERY < 1) this.dropConnectionQuietly();
    this.free();
  }

  private free(): void {
    this.phase = "idle";
    this.deadlineUs = Infinity;
    this.onFree(this);
  }

  private dropConnectionQuietly(): void {
    const connection = this.connection;
    if (connection === undefined) return;
    this.connection = undefined;
    this.connections.delete(connection.id);
    this.load.host.close(connection.id);
  }

  private connectionTo(node: NodeId, isReadonly: boolean): ClientConnection {
    for (const connection of this.connections.values()) {
      if (connection.node === node && connection.isReadonly === isReadonly) return connection;
    }
    const connection = new ClientConnection(this.load.host.connect(node), node, isReadonly);
    this.connections.set(connection.id, connection);
    this.register(connection.id, this);
    if (isReadonly) {
      connection.setupReplies = 1;
      this.load.host.send(connection.id, this.load.encoder.encode([["READONLY"]]));
    }
    return connection;
  }

  private setDeadline(atUs: number): void {
    this.deadlineUs = atUs;
    this.arm(atUs);
  }

  /** Keeps at most one useful timer: time-outs mostly never fire, so the next is set when the last one rings. */
  private arm(atUs: number): void {
    if (atUs >= this.alarmUs || atUs === Infinity) return;
    this.alarmUs = atUs;
    this.load.host.schedule(atUs, this.timerToken);
  }
}

function withBodies(input: OperationInput): OperationInput {
  return input.f === "commands" ? { ...input, requests: input.requests.map(withBody) } : input;
}
