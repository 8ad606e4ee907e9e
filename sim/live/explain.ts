/** The way of one operation: the run is run again with a camera that follows its bytes, its log entry and its answer. */
import type { Input } from "../../engine/contract.ts";
import { inspectNode } from "../../engine/inspect.ts";
import { inspectLogEntry, inspectLogRole, type LogEntryView } from "../../engine/log/inspectLog.ts";
import { isReadInput, type Operation } from "../checker/history.ts";
import type { DatabaseHost, LogHost } from "../cluster.ts";
import type { Camera } from "../film/camera.ts";
import { answerText, commandText } from "../film/operationText.ts";
import type { EntryName } from "../run.ts";
import type { TraceEvent } from "../trace/vocabulary.ts";
import type { RunOptions, World } from "../world.ts";
import { sentencesOf } from "./explainWords.ts";

export type StepKind =
  | "invoked"
  | "arrived"
  | "waits"
  | "executed"
  | "parked"
  | "appended"
  | "durable"
  | "committed"
  | "known committed"
  | "released"
  | "lost"
  | "completed";

export interface ExplanationStep {
  readonly atUs: number;
  /** "clients" or a machine. */
  readonly place: string;
  readonly what: StepKind;
  readonly text: string;
}

export interface Explanation {
  readonly operation: number;
  /** The command, its answer and how long it took, in one sentence. */
  readonly headline: string;
  /** The entry that it wrote, or that its answer waited for; undefined if there is none, or no log node got it. */
  readonly entry: EntryName | undefined;
  /** In order of time. */
  readonly steps: readonly ExplanationStep[];
  /** Why it took as long as it took, or why it has no answer. */
  readonly sentences: readonly string[];
}

/** How long the entry is followed after the client was answered. */
const FOLLOWED_US = 1_000_000;
const SLICE_EVENTS = 20_000;

/** Throws RangeError if the run has no operation of that id. `untilUs`: the present of the run. */
export function explain(
  makeWorld: (options: Partial<RunOptions>) => World,
  places: readonly string[],
  operation: number,
  untilUs: number,
): Explanation {
  const detective = new Detective(places, operation);
  const world = makeWorld({ camera: detective });
  detective.world = world;
  while (!detective.isDone && world.phase !== "ended" && world.kernel.nowUs < untilUs)
    world.advance(untilUs, SLICE_EVENTS);
  const found = detective.found;
  if (found === undefined) throw new RangeError(`the run has no operation ${operation} so far`);
  const { steps, entry } = detective;
  const isRead = isReadInput(found.input);
  return {
    operation,
    headline: headlineOf(found),
    entry,
    steps,
    sentences: sentencesOf({ operation: found, steps, isRead, endUs: world.kernel.nowUs }),
  };
}

function headlineOf(operation: Operation): string {
  const { completedUs, invokedUs, outcome, node } = operation;
  const command = `${commandText(operation.input)} on ${node}`;
  if (outcome === "open") return `${command}: no answer yet`;
  const tookMs = ((completedUs - invokedUs) / 1000).toFixed(3);
  return `${command}: ${outcome}, ${answerText(operation)}, after ${tookMs} ms`;
}

class Detective implements Camera {
  world: World | undefined = undefined;
  found: Operation | undefined = undefined;
  entry: EntryName | undefined = undefined;
  private readonly told: ExplanationStep[] = [];
  private readonly places: readonly string[];
  private readonly id: number;
  private connection = 0;
  /** Writes that were sent ahead of it in one piece. */
  private writesAhead = 0;
  private lastInvoked: Operation | undefined = undefined;
  private hasArrived = false;
  private isTaken = false;
  private hasExecuted = false;
  /** Something was answered on its connection, if not yet to it. */
  private isAnswered = false;
  private appliedBefore = 0;
  private position = 0;
  private readonly seen: Set<string> = new Set();

  constructor(places: readonly string[], id: number) {
    this.places = places;
    this.id = id;
  }

  /** In order of time: that an answer left its node is known only when it has arrived. */
  get steps(): readonly ExplanationStep[] {
    return this.told.toSorted((left, right) => left.atUs - right.atUs);
  }

  get isDone(): boolean {
    const { found, world } = this;
    if (found === undefined || found.completedUs < 0 || world === undefined) return false;
    return world.kernel.nowUs > found.completedUs + FOLLOWED_US;
  }

  operationInvoked(operation: Operation): void {
    if (operation.id === this.id) {
      this.found = operation;
      this.tell(operation.invokedUs, "clients", "invoked", commandText(operation.input));
    } else if (this.found === undefined) this.countAhead(operation);
  }

  private countAhead(operation: Operation): void {
    const { lastInvoked } = this;
    const isSamePiece =
      lastInvoked?.process === operation.process && lastInvoked.invokedUs === operation.invokedUs;
    if (!isSamePiece) this.writesAhead = 0;
    if (!isReadInput(operation.input)) this.writesAhead += 1;
    this.lastInvoked = operation;
  }

  clientSent(_nowUs: number, connection: number): void {
    if (this.found === undefined || this.connection !== 0) return;
    this.connection = connection;
    const { process, invokedUs } = this.found;
    const { lastInvoked } = this;
    if (lastInvoked?.process !== process || lastInvoked.invokedUs !== invokedUs)
      this.writesAhead = 0;
  }

  requestArrived(nowUs: number, place: number, connection: number): void {
    if (this.connection === 0 || connection !== this.connection || this.hasArrived) return;
    this.hasArrived = true;
    this.isAnswered = false;
    const name = this.nameOf(place);
    this.tell(nowUs, name, "arrived", `the request reaches ${name}`);
    this.appliedBefore = this.hostOf(name)?.view.appliedPosition ?? 0;
  }

  replySent(_departUs: number, _place: number, connection: number): void {
    if (connection === this.connection) this.isAnswered = true;
  }

  operationCompleted(operation: Operation): void {
    if (operation.id !== this.id) return;
    const { outcome, completedUs, repliedUs, node } = operation;
    if (repliedUs >= 0) this.tell(repliedUs, node, "released", "the answer leaves the node");
    const text =
      outcome === "open" ? "no answer by the end" : `${outcome}: ${answerText(operation)}`;
    if (completedUs >= 0) this.tell(completedUs, "clients", "completed", text);
  }

  traced({ timeUs, node, kind, text }: TraceEvent): void {
    const { found } = this;
    if (found === undefined || node !== found.node || found.completedUs >= 0) return;
    if (kind === "machine.crashed")
      this.tell(
        timeUs,
        node,
        "lost",
        `its process ends: ${text}; what it had not answered is lost`,
      );
    else if (kind === "node.recovering")
      this.tell(
        timeUs,
        node,
        "lost",
        `it discards its memory (${text}); no answer can come any more`,
      );
  }

  stepped(nowUs: number, place: number, input: Input): void {
    const { found } = this;
    if (found === undefined || !this.hasArrived) return;
    if (input.kind === "clientBytes" && input.clientId === this.connection) this.isTaken = true;
    const name = this.nameOf(place);
    if (name === found.node) this.lookAtNode(nowUs, name);
    else if (this.position > 0) this.lookAtLog(nowUs, name, found.shard);
  }

  private hostOf(name: string): DatabaseHost | undefined {
    return this.world?.cluster.databases.find(({ machine }) => machine.name === name);
  }

  private lookAtNode(nowUs: number, name: string): void {
    const host = this.hostOf(name);
    if (host?.node === undefined) return;
    inspectNode(host.node, host.view);
    if (this.isTaken && !this.hasExecuted) this.lookForExecution(nowUs, host);
    if (this.position > 0 && host.view.committedPosition >= this.position && this.hasExecuted) {
      const text = `${name} learns that position ${this.position} is committed`;
      this.tellOnce(nowUs, name, "known committed", text);
    }
    this.appliedBefore = host.view.appliedPosition;
  }

  private lookForExecution(nowUs: number, { machine, node, view }: DatabaseHost): void {
    const { name } = machine;
    const connection = node?.connections.get(this.connection);
    if (connection?.isWaiting === true) {
      const why = view.role === "primary" ? "it may not write now" : `it is ${view.role}`;
      this.tellOnce(nowUs, name, "waits", `the request waits unexecuted: ${why}`);
      return;
    }
    const parked = connection?.parkedPositions[connection.head] ?? 0;
    // Its bytes may come in pieces: the first of them do nothing.
    if (parked === 0 && !this.isAnswered && connection !== undefined) return;
    this.hasExecuted = true;
    const isWrite = this.found !== undefined && !isReadInput(this.found.input);
    const first = this.appliedBefore + 1 + this.writesAhead;
    this.position = isWrite && view.appliedPosition >= first ? first : parked;
    this.tell(nowUs, name, "executed", this.executionText(isWrite));
    if (parked > 0)
      this.tell(nowUs, name, "parked", `the answer waits for position ${this.position}`);
  }

  private executionText(isWrite: boolean): string {
    if (isWrite && this.position > 0)
      return `executed in memory; its entry is position ${this.position}`;
    if (this.position > 0) return `executed; it saw a change that is not durable yet`;
    return "executed; the node knows of nothing in it that waits for the log";
  }

  private lookAtLog(nowUs: number, name: string, shard: number): void {
    const host = this.world?.cluster.logs.find(({ machine }) => machine.name === name);
    if (host?.node === undefined || host.node.phase !== "running") return;
    const view = inspectLogEntry(host.node, shard, this.position);
    if (view === undefined || !this.isOurs(view, shard)) return;
    this.tellOnce(nowUs, name, "appended", `${name} holds position ${this.position} in memory`);
    this.lookAtReplica(nowUs, host, shard, view);
  }

  private lookAtReplica(
    nowUs: number,
    { machine, node }: LogHost,
    shard: number,
    view: LogEntryView,
  ): void {
    const replica = node?.replicas[shard];
    if (node === undefined || replica === undefined) return;
    const { name } = machine;
    if (replica.durableIndex >= view.index)
      this.tellOnce(nowUs, name, "durable", `on the disk of ${name}`);
    if (inspectLogRole(node, shard) === "leader" && replica.commitIndex >= view.index)
      this.tellOnce(
        nowUs,
        name,
        "committed",
        `${name}, the log's leader, counts a majority: committed`,
      );
  }

  /** The first that shows up at the position, if the node that executed wrote it. */
  private isOurs({ incarnation, sequence, position }: LogEntryView, shard: number): boolean {
    const { entry } = this;
    if (entry !== undefined)
      return entry.incarnation === incarnation && entry.sequence === sequence;
    const writer = this.hostOf(this.found?.node ?? "")?.node?.config.incarnation;
    if (writer !== incarnation) return false;
    this.entry = { shard, position, incarnation, sequence };
    return true;
  }

  private nameOf(place: number): string {
    return this.places[place] ?? "";
  }

  private tellOnce(atUs: number, place: string, what: StepKind, text: string): void {
    const key = `${what} ${place}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.tell(atUs, place, what, text);
  }

  private tell(atUs: number, place: string, what: StepKind, text: string): void {
    this.told.push({ atUs, place, what, text });
  }
}
