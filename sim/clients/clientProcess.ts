/**
 * One client process of one shard: keeps connections, runs one offered operation at a time, follows redirects, backs off,
 * gives up an attempt at its time-out, and tries again as a real client library does.
 */
import type { NodeId, Random } from "../../engine/contract.ts";
import type { OperationInput } from "../checker/history.ts";
import { type Answer, answerOf, mayRetryUnknown, redirectOf, requestsOf } from "./commands.ts";
import { ClientConnection } from "./connection.ts";
import { isError, type Reply } from "./resp.ts";
import { Routing } from "./routing.ts";
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

const TIMED_OUT = "timed out";

/** What the requests in flight are: one request, WATCH and GET, or MULTI, SET and EXEC. */
type Round = "plain" | "watch" | "exec";
/** trailing: the operation is answered, its ECHO is not. */
type Phase = "idle" | "sent" | "trailing" | "backoff";

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
  private operation: OperationRecord | undefined = undefined;
  private round: Round = "plain";
  private connection: ClientConnection | undefined = undefined;
  private readonly connections: Map<number, ClientConnection> = new Map();
  private readonly replies: Reply[] = [];
  /** How many of them the requests in flight have, an ECHO's not counted. */
  private expectedReplies = 1;
  private echoTag = "";
  private startedUs = 0;
  private attempts = 0;
  private unknowns = 0;
  private redirects = 0;
  private backoffs = 0;
  private readTimeouts = 0;
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
    else if (this.phase === "trailing") this.dropConnection();
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
      else if (found === this.connection) this.onReply(reply, sentUs);
      if (!this.connections.has(connection)) return;
    }
  }

  onClosed(connection: number): void {
    const found = this.connections.get(connection);
    if (found === undefined) return;
    this.connections.delete(connection);
    if (found !== this.connection) return;
    this.connection = undefined;
    if (this.phase === "trailing") this.free();
    else if (this.phase === "sent") {
      if (found.isOpen) this.finishAttempt(unknownAnswer("connection closed"), -1);
      else {
        this.routing.suspect(found.node, this.load.host.nowUs());
        this.finishAttempt(failAnswer("connection refused"), -1);
      }
    }
  }

  private attempt(): void {
    const offered = this.offered as OfferedRecord;
    const nowUs = this.load.host.nowUs();
    const fromReplica = offered.access === "replica read" && this.attempts < REPLICA_ATTEMPTS;
    const node = fromReplica ? this.routing.replicaNode(nowUs) : this.routing.primaryNode(nowUs);
    this.attempts++;
    this.connection = this.connectionTo(node, fromReplica);
    if (offered.access !== "write") {
      this.sendRound("plain", { f: "get", key: offered.key });
    } else if (offered.workload.write === "cas") {
      this.sendRound("watch", { f: "get", key: offered.key });
    } else {
      this.sendRound("plain", offered.workload.makeWrite(offered.key, this.load.draw));
    }
  }

  private sendRound(round: Round, input: OperationInput): void {
    const connection = this.connection as ClientConnection;
    let requests = requestsOf(input);
    if (round === "watch") requests = [["WATCH", input.key], ...requests];
    this.round = round;
    this.expectedReplies = requests.length;
    this.replies.length = 0;
    this.echoTag = "";
    this.operation = this.load.invoke(
      this.offered as OfferedRecord,
      this.process,
      input,
      connection.node,
      connection.isReadonly,
    );
    if (round === "plain" && this.random() * ECHO_EVERY < 1) {
      this.echoTag = `echo:${this.operation.id}`;
      requests = [...requests, ["ECHO", this.echoTag]];
    }
    this.phase = "sent";
    this.load.host.send(connection.id, this.load.encoder.encode(requests));
    const waitUs = connection.isOpen
      ? this.load.timeoutUs
      : Math.min(CONNECT_TIMEOUT_US, this.load.timeoutUs);
    this.setDeadline(this.load.host.nowUs() + waitUs);
  }

  private onReply(reply: Reply, sentUs: number): void {
    if (this.phase === "trailing") {
      this.onEcho(reply);
      return;
    }
    if (this.phase !== "sent") return;
    if (this.echoTag !== "" && reply === this.echoTag) {
      this.tellDisorder(`ECHO ${this.echoTag} was answered before the request sent ahead of it`);
      return;
    }
    this.replies.push(reply);
    if (this.replies.length < this.expectedReplies) return;
    if (this.round !== "plain") this.load.observer.pipelineAnswered();
    const input = (this.operation as OperationRecord).input;
    if (this.round === "watch" && this.replies[0] !== "OK") {
      const first = this.replies[0] as Reply;
      const isOrdered = isError(first);
      if (!isOrdered) this.tellDisorder(`WATCH was answered ${JSON.stringify(first)}`);
      this.finishAttempt(failAnswer(isOrdered ? first.error : "WATCH failed"), sentUs);
      return;
    }
    this.finishAttempt(answerOf(input, this.replies), sentUs);
  }

  private onEcho(reply: Reply): void {
    if (reply === this.echoTag) this.load.observer.pipelineAnswered();
    else if (!isError(reply)) {
      this.tellDisorder(`${JSON.stringify(reply)} came where ECHO ${this.echoTag} was due`);
    }
    this.free();
  }

  private tellDisorder(sentence: string): void {
    const operation = this.operation as OperationRecord;
    this.load.observer.repliesDisordered(this.load.host.nowUs(), operation.node, sentence);
  }

  private timeOut(nowUs: number): void {
    const connection = this.connection as ClientConnection;
    const wasOpen = connection.isOpen;
    const isRead = (this.offered as OfferedRecord).access !== "write";
    if (wasOpen && isRead) this.readTimeouts++;
    if (!wasOpen || !isRead || this.readTimeouts >= READ_TIMEOUTS_IN_A_ROW) {
      this.readTimeouts = 0;
      this.routing.suspect(connection.node, nowUs);
    }
    this.dropConnectionQuietly();
    this.finishAttempt(wasOpen ? unknownAnswer(TIMED_OUT) : failAnswer("connect timed out"), -1);
  }

  /** Enters the answer into the history and decides what comes next. */
  private finishAttempt(answer: Answer, repliedUs: number): void {
    const operation = this.operation as OperationRecord;
    operation.outcome = answer.outcome;
    operation.output = answer.output;
    operation.error = answer.error;
    operation.completedUs = this.load.host.nowUs();
    operation.repliedUs = repliedUs;
    operation.completedOrder = this.load.host.nextOrder();
    this.load.observer.operationCompleted(operation);
    if (answer.outcome === "ok") this.afterOk(operation);
    else if (answer.outcome === "fail") this.afterFail(operation, answer.error);
    else this.afterUnknown(operation);
  }

  private afterOk(operation: OperationRecord): void {
    this.readTimeouts = 0;
    this.routing.trust(operation.node);
    if (!operation.readonlyReplica) this.learnPrimary(operation);
    if (this.round === "watch") {
      const made = (this.offered as OfferedRecord).workload.makeWrite(
        operation.input.key,
        this.load.draw,
      );
      if (made.f !== "cas") throw new Error(`a cas workload made a ${made.f}`);
      (this.offered as OfferedRecord).earlierRoundsUs = operation.completedUs - operation.invokedUs;
      this.sendRound("exec", { ...made, expected: operation.output as string | null });
      return;
    }
    this.endOffered("ok");
  }

  private learnPrimary({ node, completedUs }: OperationRecord): void {
    if (this.lastPrimary === node) return;
    const isFirst = this.lastPrimary === undefined;
    this.lastPrimary = node;
    this.routing.learn(node);
    if (!isFirst) this.load.observer.primaryLearnt(completedUs, this.load.shard, node);
  }

  private afterFail(operation: OperationRecord, error: string): void {
    // The answer to an ECHO behind the refused request still comes: it belongs to no later operation.
    if (this.echoTag !== "" && this.connection !== undefined) this.connection.setupReplies++;
    // WATCH may have left its mark on the connection, or MULTI may be open: a fresh connection has neither.
    if (this.round !== "plain") this.dropConnectionQuietly();
    if (operation.readonlyReplica) this.routing.leaveReplica();
    if (operation.completedUs - this.startedUs >= PATIENCE_US) {
      this.endOffered(this.sawUnknown ? "unknown" : "failed");
      return;
    }
    const address = redirectOf(error);
    const target = address === undefined ? undefined : this.routing.redirect(address);
    if (target === operation.node) {
      const { host, observer } = this.load;
      observer.redirectedToItself(
        host.nowUs(),
        target,
        `${operation.input.f} ${operation.input.key}`,
      );
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
    this.process = this.load.nextProcess();
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
    offered.endUs = this.load.host.nowUs();
    if (this.echoTag !== "" && outcome === "ok") this.phase = "trailing";
    else this.free();
  }

  private free(): void {
    this.phase = "idle";
    this.deadlineUs = Infinity;
    this.onFree(this);
  }

  private dropConnection(): void {
    this.dropConnectionQuietly();
    this.free();
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

function failAnswer(error: string): Answer {
  return { outcome: "fail", output: null, error };
}

function unknownAnswer(error: string): Answer {
  return { outcome: "unknown", output: null, error };
}
