/**
 * The network between machines: one directed link a pair of places, made at its first use. Frames on a link arrive in order, each
 * after a delay drawn for its link class, unless a fault's rule says otherwise. Rules act when a frame leaves and again
 * when it arrives, so that a fault also meets what is in flight at its beginning.
 */
import { assert, must } from "../engine/assert.ts";
import type { NodeId } from "../engine/contract.ts";
import { wireByteNs } from "./costs.ts";
import type { Decisions, DecisionSource } from "./decisions.ts";
import { delayProfiles, messageDelayAt, type DelayName, type QuantileTable } from "./delays.ts";
import { FRAME_ARRIVES, PEER_LOST } from "./events.ts";
import type { MessageFate } from "./film/camera.ts";
import { concerns, isTotal, type LinkRule } from "./linkRules.ts";
import type { FaultCounter, Place } from "./place.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Recorder } from "./trace/recorder.ts";

/** What the network needs of a machine at the end of a link. */
export interface Endpoint extends Place {
  /** Counts the starts of its process; 0 before the first. */
  readonly process: number;
  readonly isRunning: boolean;
  /** No power or no hardware: it does not even refuse. */
  readonly isDark: boolean;
  /** The fault that took the machine down, if one did. */
  readonly downBy: FaultCounter | undefined;
  receiveFrame(from: NodeId, frame: Uint8Array): void;
  receivePeerLost(peer: NodeId): void;
}

export class Link {
  readonly index: number;
  readonly from: Place;
  readonly to: Place;
  private readonly delays: QuantileTable;
  private readonly rareRatio: number;
  readonly delayDecisions: DecisionSource;
  private readonly decisions: Decisions;
  private ownFaultDecisions: DecisionSource | undefined = undefined;
  lastArrivalUs = 0;
  /** Frames of an older generation were cut when the connection broke. */
  generation = 0;
  brokenBy: FaultCounter | undefined = undefined;
  /** The sender believes in a connection that the receiver has lost: what it sends is refused until it has been told. */
  staleBy: FaultCounter | undefined = undefined;
  /** The receiver's process that the connection was made with; -1: none is open. */
  remoteProcess = -1;
  /** Frames that wait for the end of a clog, in order. */
  clogged: { readonly generation: number; readonly frame: Uint8Array }[] = [];
  /** The rules in force that cover this link. */
  rules: readonly LinkRule[] = [];

  // oxlint-disable-next-line max-params -- built in one place, by the network
  constructor(index: number, from: Place, to: Place, decisions: Decisions, delays: DelayName) {
    const name = `${from.name}→${to.name}`;
    this.index = index;
    this.from = from;
    this.to = to;
    const profile = delayProfiles[delays];
    const isClients = from.kind === "clients" || to.kind === "clients";
    if (isClients) this.delays = profile.client;
    else this.delays = from.zone === to.zone ? profile.sameZone : profile.crossZone;
    this.rareRatio = profile.rareRatio;
    this.delayDecisions = decisions.source("network", name);
    this.decisions = decisions;
  }

  /** Made at its first use: most links never meet a fault, and seeding a generator is dear where links are many. */
  get faultDecisions(): DecisionSource {
    this.ownFaultDecisions ??= this.decisions.source(
      "network-faults",
      `${this.from.name}→${this.to.name}`,
    );
    return this.ownFaultDecisions;
  }

  /**
   * One delay, as the slowest of the rules of effect "slow" makes it. Their factors do not multiply: two faults would keep a link
   * busy for minutes after both have ended.
   */
  drawDelayUs(lengthBytes: number): number {
    const delayUs = messageDelayAt(this.delays, this.rareRatio, this.delayDecisions.next());
    let factor = 1;
    for (let index = 0; index < this.rules.length; index++) {
      const rule = this.rules[index] as LinkRule;
      if (rule.effect === "slow") {
        factor = Math.max(factor, rule.factor);
        if (isHeard(this.to)) rule.counter.messagesDelayed += 1;
      }
    }
    return Math.floor(delayUs * factor) + Math.floor((lengthBytes * wireByteNs) / 1000);
  }

  /** The rule that does not let a frame through now, or with no frame nothing at all. A cut goes before a clog. */
  blockade(frame?: Uint8Array): LinkRule | undefined {
    let clog: LinkRule | undefined = undefined;
    for (let index = 0; index < this.rules.length; index++) {
      const rule = this.rules[index] as LinkRule;
      const isConcerned = frame === undefined ? isTotal(rule) : concerns(rule, frame);
      if (rule.effect === "cut" && isConcerned) return rule;
      if (rule.effect === "clog" && isConcerned) clog = rule;
    }
    return clog;
  }
}

/** Whether what goes there reaches anybody: a fault that keeps a message from a dead process changes nothing. */
function isHeard(to: Place): boolean {
  return to.kind === "clients" || (to as Endpoint).isRunning;
}

export class Network {
  /** Frames that machines gave to `send`, and those that a fault or an unknown name swallowed. */
  framesSent = 0;
  framesCut = 0;
  private readonly scheduler: Scheduler;
  private readonly decisions: Decisions;
  private readonly recorder: Recorder;
  private readonly delays: DelayName;
  private readonly endpoints: readonly Endpoint[];
  private readonly indexByName: Map<NodeId, number> = new Map();
  private readonly links: Link[] = [];
  private readonly linksFrom: (Link | undefined)[][] = [];
  private rules: readonly LinkRule[] = [];

  /** `endpoints`: every machine, at its index; the list may still grow before the first frame, by `addEndpoint`. */
  constructor(
    scheduler: Scheduler,
    decisions: Decisions,
    recorder: Recorder,
    delays: DelayName = "normal",
  ) {
    this.delays = delays;
    this.scheduler = scheduler;
    this.decisions = decisions;
    this.recorder = recorder;
    this.endpoints = [];
  }

  addEndpoint(endpoint: Endpoint): void {
    assert(endpoint.index === this.endpoints.length, "endpoints are added in the order of index");
    (this.endpoints as Endpoint[]).push(endpoint);
    this.indexByName.set(endpoint.name, endpoint.index);
    this.linksFrom.push([]);
  }

  /** Sends a frame that leaves at `departUs`. The receiver gets these bytes themselves, nobody else keeps them. */
  send(from: Endpoint, to: NodeId, frame: Uint8Array, departUs: number): void {
    this.framesSent += 1;
    const toIndex = this.indexByName.get(to);
    if (toIndex === undefined) {
      this.framesCut += 1;
      return;
    }
    const link = this.linkBetween(from, this.endpoints[toIndex] as Endpoint);
    if (link.remoteProcess < 0) link.remoteProcess = (link.to as Endpoint).process;
    if (this.recorder.isFull) this.traceSent(link, frame);
    this.recorder.camera?.frameSent?.(frame, departUs);
    if (link.rules.length > 0) {
      this.sendUnderRules(link, frame, departUs);
      return;
    }
    const arrivesUs = Math.max(departUs + link.drawDelayUs(frame.length), link.lastArrivalUs);
    link.lastArrivalUs = arrivesUs;
    this.scheduler.schedule(arrivesUs, FRAME_ARRIVES, link.index, link.generation, frame);
  }

  private sendUnderRules(link: Link, frame: Uint8Array, departUs: number): void {
    let lateByUs = -1;
    let copies = 1;
    for (const rule of link.rules) {
      if (!concerns(rule, frame) || rule.effect === "slow" || rule.effect === "clog") continue;
      if (rule.effect !== "cut" && !link.faultDecisions.chance(rule.ratio)) continue;
      if (rule.effect === "cut" || rule.effect === "lose") {
        this.cut(link, rule, frame);
        return;
      }
      if (rule.effect === "duplicate") copies += 1;
      else if (rule.effect === "hold") lateByUs = rule.byUs;
      else lateByUs = Math.floor(rule.byUs * link.faultDecisions.next());
      if (!isHeard(link.to)) continue;
      if (rule.effect === "duplicate") rule.counter.messagesDoubled += 1;
      else rule.counter.messagesDelayed += 1;
    }
    this.scheduleUnderRules(link, frame, departUs, lateByUs);
    // A duplicate travels by itself and keeps no order.
    for (let copy = 1; copy < copies; copy++) {
      const double = frame.slice();
      this.recorder.camera?.frameSent?.(double, departUs);
      this.scheduleUnderRules(link, double, departUs, Math.max(0, lateByUs));
    }
  }

  /** `lateByUs` below 0: in the order of the link; else that much later, out of order. */
  private scheduleUnderRules(
    link: Link,
    frame: Uint8Array,
    departUs: number,
    lateByUs: number,
  ): void {
    let arrivesUs = departUs + link.drawDelayUs(frame.length);
    if (lateByUs < 0) {
      arrivesUs = Math.max(arrivesUs, link.lastArrivalUs);
      link.lastArrivalUs = arrivesUs;
    } else {
      arrivesUs += lateByUs;
    }
    this.scheduler.schedule(arrivesUs, FRAME_ARRIVES, link.index, link.generation, frame);
  }

  /** FRAME_ARRIVES. */
  arrive(linkIndex: number, generation: number, frame: Uint8Array): void {
    const link = this.links[linkIndex] as Link;
    if (generation !== link.generation) {
      this.framesCut += 1;
      this.film(link, frame, "cut");
      if (link.brokenBy !== undefined && isHeard(link.to)) link.brokenBy.messagesCut += 1;
      return;
    }
    if (link.rules.length > 0) {
      const blockade = link.blockade(frame);
      if (blockade !== undefined && isHeard(link.to)) blockade.counter.metInFlight += 1;
      if (blockade?.effect === "cut") {
        this.cut(link, blockade, frame);
        return;
      }
      if (blockade !== undefined) {
        if (isHeard(link.to)) blockade.counter.messagesDelayed += 1;
        link.clogged.push({ generation, frame });
        return;
      }
    }
    const to = link.to as Endpoint;
    if (link.staleBy !== undefined && to.isRunning) {
      this.refuseStale(link, link.staleBy);
      this.film(link, frame, "refused");
      return;
    }
    if (!to.isRunning || link.remoteProcess !== to.process) {
      this.refuse(link, to);
      this.film(link, frame, "refused");
      return;
    }
    for (const rule of link.rules)
      assert(rule.effect !== "cut" || !concerns(rule, frame), "a frame passed a path that is cut");
    if (this.recorder.isFull) {
      const { nowUs } = this.scheduler;
      this.recorder.trace(
        nowUs,
        to.name,
        "message.delivered",
        -1,
        -1,
        frame.length,
        link.from.name,
      );
    }
    this.film(link, frame, "delivered");
    to.receiveFrame(link.from.name, frame);
  }

  private film(link: Link, frame: Uint8Array, fate: MessageFate): void {
    const { camera } = this.recorder;
    camera?.frameEnded?.(this.scheduler.nowUs, frame, link.from.index, link.to.index, fate);
  }

  /** A frame met no process, or another than the one its connection was made with. A machine with power answers with a reset. */
  private refuse(link: Link, to: Endpoint): void {
    this.framesCut += 1;
    if (to.downBy !== undefined) to.downBy.messagesCut += 1;
    if (to.isDark || link.remoteProcess < 0) return;
    link.remoteProcess = -1;
    this.tellLost(link.from as Endpoint, to);
  }

  private refuseStale(link: Link, counter: FaultCounter): void {
    this.framesCut += 1;
    counter.messagesCut += 1;
    link.staleBy = undefined;
    link.remoteProcess = -1;
    this.tellLost(link.from as Endpoint, link.to as Endpoint);
  }

  /** The process of a machine that keeps its power ended: its kernel resets every connection. */
  resetConnectionsOf(machine: Endpoint): void {
    for (const peer of this.endpoints) {
      if (peer === machine) continue;
      const outgoing = this.linksFrom[machine.index]?.[peer.index];
      const incoming = this.linksFrom[peer.index]?.[machine.index];
      const wasOpen =
        (outgoing !== undefined && outgoing.remoteProcess >= 0) ||
        (incoming !== undefined && incoming.remoteProcess >= 0);
      if (incoming !== undefined) incoming.remoteProcess = -1;
      if (wasOpen) this.tellLost(peer, machine);
    }
    this.forgetConnectionsFrom(machine);
  }

  /** A machine without power forgets its own ends; its peers notice only by silence. */
  forgetConnectionsFrom(machine: Endpoint): void {
    for (const link of this.linksFrom[machine.index] ?? [])
      if (link !== undefined) link.remoteProcess = -1;
  }

  /** Breaks the connections between two machines: what is in flight is gone, and both ends are told, or all but one that goes on believing. */
  breakBetween(
    one: Endpoint,
    other: Endpoint,
    counter: FaultCounter,
    believer?: Endpoint,
  ): boolean {
    const forth = this.linksFrom[one.index]?.[other.index];
    const back = this.linksFrom[other.index]?.[one.index];
    if (forth === undefined && back === undefined) return false;
    for (const link of [forth, back]) {
      if (link === undefined) continue;
      link.generation += 1;
      link.brokenBy = counter;
      link.staleBy = link.from === believer && link.remoteProcess >= 0 ? counter : undefined;
      if (link.staleBy === undefined) link.remoteProcess = -1;
    }
    const { nowUs } = this.scheduler;
    this.recorder.trace(nowUs, "", "link.broken", -1, -1, -1, `${one.name} ↔ ${other.name}`);
    if (one !== believer) this.tellLost(one, other);
    if (other !== believer) this.tellLost(other, one);
    return true;
  }

  /** Tells a machine after one delay of the way from the peer that its connection is gone. */
  private tellLost(machine: Endpoint, peer: Endpoint): void {
    if (!machine.isRunning) return;
    const back = this.linkBetween(peer, machine);
    const blockade = back.blockade();
    if (blockade !== undefined) return;
    const atUs = Math.max(this.scheduler.nowUs + back.drawDelayUs(0), back.lastArrivalUs);
    this.scheduler.schedule(atUs, PEER_LOST, machine.index, machine.process, peer.name);
  }

  addRule(rule: LinkRule): void {
    this.rules = [...this.rules, rule];
    for (const link of this.links)
      if (rule.covers(link.from, link.to)) link.rules = [...link.rules, rule];
  }

  removeRule(rule: LinkRule): void {
    this.rules = this.rules.filter((other) => other !== rule);
    for (const link of this.links) {
      link.rules = link.rules.filter((other) => other !== rule);
      if (rule.effect === "clog" && link.clogged.length > 0) this.releaseClogged(link);
    }
  }

  /** Other rules that cover the link decide about them anew. */
  private releaseClogged(link: Link): void {
    const { clogged } = link;
    link.clogged = [];
    const { scheduler } = this;
    for (const { generation, frame } of clogged)
      scheduler.schedule(scheduler.nowUs, FRAME_ARRIVES, link.index, generation, frame);
  }

  endpoint(name: NodeId): Endpoint {
    return this.endpoints[must(this.indexByName.get(name), name)] as Endpoint;
  }

  /** The link of that direction; made now if it is the first use. */
  linkBetween(from: Place, to: Place): Link {
    const row = this.linksFrom[from.index] as (Link | undefined)[];
    const found = row[to.index];
    if (found !== undefined) return found;
    const link = new Link(this.links.length, from, to, this.decisions, this.delays);
    link.rules = this.rules.filter((rule) => rule.covers(from, to));
    this.links.push(link);
    while (row.length <= to.index) row.push(undefined);
    row[to.index] = link;
    return link;
  }

  /** What a digest or an event log calls a link. */
  linkName(index: number): string {
    const link = this.links[index] as Link;
    return `${link.from.name}→${link.to.name}`;
  }

  private cut(link: Link, rule: LinkRule, frame: Uint8Array): void {
    this.framesCut += 1;
    if (isHeard(link.to)) rule.counter.messagesCut += 1;
    this.film(link, frame, "cut");
    if (!this.recorder.isFull) return;
    const { nowUs } = this.scheduler;
    this.recorder.trace(nowUs, link.from.name, "message.cut", -1, -1, frame.length, link.to.name);
  }

  private traceSent(link: Link, frame: Uint8Array): void {
    const { nowUs } = this.scheduler;
    const text = `kind ${frame[2] ?? 0} → ${link.to.name}`;
    this.recorder.trace(nowUs, link.from.name, "message.sent", -1, -1, frame.length, text);
  }
}
