/**
 * The clients of a system: each has one question open at a time and one connection, and writes down what it was told. A question
 * without an answer in time is given up with its connection: its outcome is unknown, and the next one comes from a new process.
 */
import { must } from "../../engine/assert.ts";
import type { NodeId, Random } from "../../engine/contract.ts";
import type { Call } from "../checker/specification.ts";
import type { ClientEvents, ClientHost } from "../clients/clientHost.ts";
import type { Settings } from "../settings.ts";
import type { Answer, SystemClients } from "./system.ts";

/** A call and what the harness knows of it besides. */
export interface SystemCall<I, A> extends Call<I, A> {
  readonly node: NodeId;
  /** Why there is no answer; "" if there is one, or none yet. */
  readonly error: string;
}

/** The token of arrivals; others are the number of a question that may be given up, plus one. */
const ARRIVAL = 0;

interface Requester {
  readonly index: number;
  process: number;
  connection: number;
  isConnected: boolean;
  node: NodeId;
  /** The number of its open question; -1 while it has none. */
  asking: number;
  heard: Uint8Array;
}

export class Requesters<I, A> implements ClientEvents {
  /** By number, in the order of asking. */
  readonly history: SystemCall<I, A>[] = [];
  acknowledged = 0;
  private readonly protocol: SystemClients<I, A>;
  private readonly settings: Settings;
  private readonly host: ClientHost;
  private readonly arrivals: Random;
  private readonly questions: Random;
  private readonly requesters: readonly Requester[];
  private readonly byConnection: Map<number, Requester> = new Map();
  private isOffering = false;

  constructor(
    protocol: SystemClients<I, A>,
    settings: Settings,
    host: ClientHost,
    stream: (name: string) => Random,
  ) {
    this.protocol = protocol;
    this.settings = settings;
    this.host = host;
    this.arrivals = stream("system/arrivals");
    this.questions = stream("system/questions");
    this.requesters = Array.from({ length: settings.clients }, (_, index) => ({
      index,
      process: index,
      connection: -1,
      isConnected: false,
      node: "",
      asking: -1,
      heard: new Uint8Array(0),
    }));
  }

  get isIdle(): boolean {
    return this.requesters.every((requester) => requester.asking < 0);
  }

  start(): void {
    this.isOffering = true;
    this.scheduleArrival();
  }

  stop(): void {
    this.isOffering = false;
  }

  private scheduleArrival(): void {
    const meanUs = 1_000_000 / this.settings.opsPerSecond;
    const afterUs = 1 + Math.floor(this.arrivals() * 2 * meanUs);
    this.host.schedule(this.host.nowUs() + afterUs, ARRIVAL);
  }

  onTimer(token: number): void {
    if (token !== ARRIVAL) {
      this.giveUp(token - 1);
      return;
    }
    if (!this.isOffering) return;
    this.scheduleArrival();
    const { requesters } = this;
    const first = Math.floor(this.arrivals() * requesters.length);
    for (let offset = 0; offset < requesters.length; offset++) {
      const requester = requesters[(first + offset) % requesters.length] as Requester;
      if (requester.asking >= 0) continue;
      this.ask(requester);
      return;
    }
  }

  private ask(requester: Requester): void {
    const { host, settings, history } = this;
    const question = this.protocol.ask(requester.index, this.questions, settings.parameters);
    const { node, input, bytes } = question;
    if (requester.connection >= 0 && requester.node !== node) this.hangUp(requester);
    if (requester.connection < 0) {
      requester.connection = host.connect(node);
      requester.isConnected = false;
      requester.node = node;
      this.byConnection.set(requester.connection, requester);
    }
    const nowUs = host.nowUs();
    requester.asking = history.length;
    requester.heard = new Uint8Array(0);
    history.push({
      process: requester.process,
      input,
      output: undefined,
      outcome: "unknown",
      invoked: nowUs,
      completed: Infinity,
      node,
      error: "",
    });
    host.send(requester.connection, bytes);
    host.schedule(nowUs + settings.clientTimeoutMs * 1000, history.length);
  }

  onConnected(connection: number): void {
    const requester = this.byConnection.get(connection);
    if (requester !== undefined) requester.isConnected = true;
  }

  onBytes(connection: number, bytes: Uint8Array): void {
    const requester = this.byConnection.get(connection);
    if (requester === undefined || requester.asking < 0) return;
    const heard = new Uint8Array(requester.heard.length + bytes.length);
    heard.set(requester.heard);
    heard.set(bytes, requester.heard.length);
    requester.heard = heard;
    const { input } = this.call(requester.asking);
    const answer = this.protocol.hear(input, heard);
    if (answer !== undefined) this.complete(requester, answer, "");
  }

  /** A connection that never opened carried nothing: what was asked on it is surely not done. */
  onClosed(connection: number): void {
    const requester = this.byConnection.get(connection);
    if (requester === undefined) return;
    this.byConnection.delete(connection);
    requester.connection = -1;
    if (requester.asking < 0) return;
    const outcome = requester.isConnected ? "unknown" : "fail";
    this.complete(requester, { outcome }, "connection closed");
  }

  private giveUp(number: number): void {
    const requester = this.requesters.find(({ asking }) => asking === number);
    if (requester === undefined) return;
    this.hangUp(requester);
    this.complete(requester, { outcome: "unknown" }, "no answer in time");
  }

  private hangUp(requester: Requester): void {
    this.host.close(requester.connection);
    this.byConnection.delete(requester.connection);
    requester.connection = -1;
  }

  private complete(requester: Requester, answer: Answer<A>, error: string): void {
    const { host, history } = this;
    const number = requester.asking;
    requester.asking = -1;
    if (answer.outcome === "unknown") requester.process += this.requesters.length;
    if (answer.outcome === "ok") this.acknowledged += 1;
    history[number] = {
      ...this.call(number),
      ...answer,
      completed: host.nowUs(),
      error,
    };
  }

  private call(number: number): SystemCall<I, A> {
    return must(this.history[number], "a call that was made");
  }
}
