/** What faults do to the messages between machines and to clients: rules that cover some directed links while they are in force. */
import type { NodeId } from "../../engine/contract.ts";
import { messageKinds } from "../../engine/bytes/frame.ts";
import { random } from "../host/random.ts";

/** Stands for every client among the names of machines. */
export const CLIENTS = "clients";

export type LinkEffect =
  | "cut" // nothing arrives
  | "clog" // everything waits until the rule ends, then arrives in its order
  | "loss" // a message is lost, with the rule's probability
  | "duplicate" // it arrives a second time
  | "reorder" // it is held back by up to `byMs`, and overtaken
  | "delay"; // it arrives `byMs` later

/** Between two sets of names; a machine's own messages to itself are no link. */
export interface LinkRule {
  readonly effect: LinkEffect;
  readonly machines: readonly NodeId[];
  readonly others: readonly string[];
  /** Only from `machines` to `others`. */
  readonly oneWay: boolean;
  readonly percent: number;
  readonly byMs: number;
  readonly messages: "all" | "hints";
}

/** Where the kind of a message stands in its frame (engine/bytes/frame.ts). */
const KIND_OFFSET = 2;

class ActiveRule {
  readonly rule: LinkRule;
  private readonly machines: ReadonlySet<string>;
  private readonly others: ReadonlySet<string>;
  /** Messages that it has met. */
  met = 0;
  /** What waits for the end of a clog. */
  readonly waiting: (() => void)[] = [];

  constructor(rule: LinkRule) {
    this.rule = rule;
    this.machines = new Set(rule.machines);
    this.others = new Set(rule.others);
  }

  covers(from: string, to: string): boolean {
    if (from === to) return false;
    const isThere = this.machines.has(from) && this.others.has(to);
    return isThere || (!this.rule.oneWay && this.machines.has(to) && this.others.has(from));
  }

  concerns(frame: Uint8Array): boolean {
    const { messages } = this.rule;
    return messages === "all" || frame[KIND_OFFSET] === messageKinds.handoverHint;
  }
}

export class Links {
  private readonly active: Map<number, ActiveRule> = new Map();

  begin(id: number, rule: LinkRule): void {
    this.active.set(id, new ActiveRule(rule));
  }

  /** Returns how many messages it has met. */
  end(id: number): number {
    const ended = this.active.get(id);
    this.active.delete(id);
    for (const deliver of ended?.waiting ?? []) deliver();
    return ended?.met ?? 0;
  }

  get isClear(): boolean {
    return this.active.size === 0;
  }

  /** Calls `deliver` when the message arrives: now, later, twice or never. */
  carry(from: NodeId, to: NodeId, frame: Uint8Array, deliver: (frame: Uint8Array) => void): void {
    let lateMs = 0;
    let copies = 1;
    for (const active of this.active.values()) {
      if (!active.covers(from, to) || !active.concerns(frame)) continue;
      const { effect, percent, byMs } = active.rule;
      if (effect === "cut") {
        active.met += 1;
        return;
      }
      if (effect === "clog") {
        active.met += 1;
        active.waiting.push(() => this.carry(from, to, frame, deliver));
        return;
      }
      if (random() * 100 >= percent) continue;
      active.met += 1;
      if (effect === "loss") return;
      if (effect === "duplicate") copies += 1;
      else lateMs += effect === "delay" ? byMs : random() * byMs;
    }
    for (let copy = 0; copy < copies; copy++) {
      const bytes = copy === 0 ? frame : frame.slice();
      if (lateMs === 0) deliver(bytes);
      else setTimeout(() => deliver(bytes), lateMs);
    }
  }

  /** Whether a machine and its clients hear each other; a connection whose one direction is dead is dead. */
  reachesClients(name: NodeId): boolean {
    for (const active of this.active.values()) {
      const { effect } = active.rule;
      if (effect !== "cut" && effect !== "clog") continue;
      if (active.covers(name, CLIENTS) || active.covers(CLIENTS, name)) return false;
    }
    return true;
  }
}
