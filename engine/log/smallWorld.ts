/**
 * For tests only: a world small enough to visit every interleaving of it. Three real log nodes, two writers who race for
 * the same position, and an adversary who decides what happens next: deliver any message, deliver it and keep it
 * (duplication), let an election clock run out, complete a sync, crash and restart a node with or without its unsynced
 * writes, send a writer's append to any node.
 *
 * Losing a message is never delivering it, so every path contains all losses. Time stands still between the running out
 * of clocks, each of which moves it by more than any interval of the protocol: a moment is "now", "before" or "later",
 * and that is all that a state keeps of its times.
 *
 * States are values: an action copies the node that it touches and leaves the others to be shared. Two states are the
 * same if their nodes, disks, messages, budgets and what was promised to the writers are; they are told apart by 64 bits
 * of hash, and nothing else is left out but the numbers of disk tickets and counters that no behaviour depends on.
 */
import { assert, must } from "../assert.ts";
import { type MessageKind, openFrame } from "../bytes/frame.ts";
import { crc32c } from "../bytes/crc32c.ts";
import { ByteWriter } from "../bytes/writer.ts";
import {
  type ClusterLayout,
  diskRead,
  diskSynced,
  type Effects,
  type Input,
  peerMessage,
  startInput,
  wakeInput,
} from "../contract.ts";
import { defaultTiming } from "../timing.ts";
import { formatLogDisk } from "./diskFormat.ts";
import { encodeEntry, logStart } from "./entry.ts";
import { createLogNode, type LogNode, stepLogNode } from "./logNode.ts";
import { decodeAppendReply, encodeAppend } from "./messages.ts";
import { copyNode, hashBytes } from "./smallStates.ts";
import { commitPosition } from "./state.ts";

const names = ["log-a", "log-b", "log-c"] as const;
const layout: ClusterLayout = {
  clusterId: "small",
  shardCount: 1,
  databaseNodes: [],
  logNodes: names.map((nodeId) => ({ nodeId, zone: nodeId.slice(-1) })),
};

interface Flight {
  readonly from: number;
  readonly to: number;
  readonly frame: Uint8Array;
  readonly high: number;
  readonly low: number;
}

interface Disk {
  readonly synced: ReadonlyMap<string, Uint8Array>;
  readonly unsynced: readonly { file: string; offset: number; bytes: Uint8Array | undefined }[];
  /** Ticket of the sync under way, 0 if none. */
  readonly ticket: number;
}

export interface Budget {
  readonly sends: number;
  readonly timeouts: number;
  readonly crashes: number;
  readonly duplicates: number;
}

export interface SmallState {
  readonly nowUs: number;
  readonly nodes: readonly LogNode[];
  readonly disks: readonly Disk[];
  readonly flights: readonly Flight[];
  /** Ids by position that any node ever called committed, and ids refused by a conflict. */
  readonly committed: readonly string[];
  readonly refused: readonly string[];
  readonly budget: Budget;
}

export type SmallAction =
  | { readonly kind: "deliver" | "duplicate"; readonly flight: number }
  | { readonly kind: "timeout" | "sync" | "crashKeeping" | "crashLosing"; readonly node: number }
  | { readonly kind: "send"; readonly writer: number; readonly node: number };

export interface SmallOptions {
  /** Syncs complete at once; else completing one is an action of the adversary's. */
  readonly instantSync: boolean;
  readonly budget: Budget;
}

/** Two chained entries of writer 0, one of writer 1; all begin at position 1. */
const writerFrames: readonly Uint8Array[] = [writerFrame(1, 2), writerFrame(2, 1)];

function writerFrame(incarnation: number, count: number): Uint8Array {
  const writer = new ByteWriter(256);
  const entries: Uint8Array[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const header = {
      position: sequence,
      id: { incarnation, sequence },
      epoch: 1,
      engineVersion: 1,
      kind: "effects" as const,
      isFirstChunk: true,
      isLastChunk: true,
      unixMs: 0,
    };
    entries.push(encodeEntry(writer, header, new Uint8Array([incarnation, sequence])));
  }
  return encodeAppend(writer, 0, logStart, entries);
}

/** Log-a leads and everybody knows; nothing is in flight. */
export function smallStart(options: SmallOptions): SmallState {
  const disks = names.map((nodeId) => {
    const files = formatLogDisk({
      clusterId: layout.clusterId,
      nodeId,
      diskIncarnation: 1,
      shardCount: 1,
      fresh: true,
    });
    return { synced: new Map(files.map((one) => [one.file, one.bytes])), unsynced: [], ticket: 0 };
  });
  const mutable = new Mutable(
    {
      nowUs: 1_000_000,
      nodes: [],
      disks,
      flights: [],
      committed: [],
      refused: [],
      budget: options.budget,
    },
    true,
  );
  for (let node = 0; node < 3; node++) mutable.boot(node);
  let state = perform(
    mutable.freeze(),
    { kind: "timeout", node: 0 },
    { ...options, instantSync: true },
  );
  state = settleAll(state, { ...options, instantSync: true });
  return { ...state, budget: options.budget };
}

/** Delivers everything, oldest first, until nothing is in flight. */
function settleAll(from: SmallState, options: SmallOptions): SmallState {
  let state = from;
  while (state.flights.length > 0) state = perform(state, { kind: "deliver", flight: 0 }, options);
  return state;
}

/** Everything that the adversary can do in a state. Equal messages in flight are one choice. */
export function actionsOf(state: SmallState, options: SmallOptions): SmallAction[] {
  const { budget } = state;
  const actions: SmallAction[] = [];
  for (let flight = 0; flight < state.flights.length; flight++) {
    if (isRepeated(state.flights, flight)) continue;
    actions.push({ kind: "deliver", flight });
    if (budget.duplicates > 0) actions.push({ kind: "duplicate", flight });
  }
  for (let node = 0; node < names.length; node++) {
    const disk = must(state.disks[node], "disk");
    if (!options.instantSync && disk.ticket !== 0) actions.push({ kind: "sync", node });
    if (budget.timeouts > 0) actions.push({ kind: "timeout", node });
    if (budget.crashes > 0) {
      actions.push({ kind: "crashLosing", node });
      if (disk.unsynced.length > 0) actions.push({ kind: "crashKeeping", node });
    }
    if (budget.sends > 0) {
      for (let writer = 0; writer < writerFrames.length; writer++) {
        actions.push({ kind: "send", writer, node });
      }
    }
  }
  return actions;
}

function isRepeated(flights: readonly Flight[], at: number): boolean {
  const one = must(flights[at], "message");
  for (let earlier = 0; earlier < at; earlier++) {
    const other = must(flights[earlier], "message");
    if (other.high === one.high && other.low === one.low) return true;
  }
  return false;
}

/** The state after an action; throws AssertionError if a promise was broken. */
export function perform(state: SmallState, action: SmallAction, options: SmallOptions): SmallState {
  const next = new Mutable(state, options.instantSync);
  switch (action.kind) {
    case "deliver":
    case "duplicate": {
      const flight = must(state.flights[action.flight], "message");
      if (action.kind === "deliver") next.flights.splice(action.flight, 1);
      else next.spend("duplicates");
      next.step(flight.to, peerMessage(must(names[flight.from], "name"), flight.frame));
      break;
    }
    case "timeout":
      next.spend("timeouts");
      next.nowUs += 10_000_000;
      next.step(action.node, wakeInput);
      break;
    case "sync":
      next.completeSync(action.node);
      break;
    case "crashKeeping":
    case "crashLosing":
      next.spend("crashes");
      next.crash(action.node, action.kind === "crashKeeping");
      break;
    case "send":
      next.spend("sends");
      next.step(
        action.node,
        peerMessage(`writer-${action.writer}`, must(writerFrames[action.writer], "writer")),
      );
  }
  return next.freeze();
}

/** A state under construction. */
class Mutable {
  nowUs: number;
  nodes: LogNode[];
  disks: Disk[];
  flights: Flight[];
  committed: string[];
  refused: string[];
  budget: Budget;
  private readonly instantSync: boolean;
  private readonly fresh: Set<LogNode> = new Set();

  constructor(state: SmallState, instantSync: boolean) {
    this.nowUs = state.nowUs;
    this.nodes = [...state.nodes];
    this.disks = [...state.disks];
    this.flights = [...state.flights];
    this.committed = [...state.committed];
    this.refused = [...state.refused];
    this.budget = state.budget;
    this.instantSync = instantSync;
  }

  freeze(): SmallState {
    const { nowUs, nodes, disks, flights, committed, refused, budget } = this;
    return { nowUs, nodes, disks, flights, committed, refused, budget };
  }

  spend(what: keyof Budget): void {
    this.budget = { ...this.budget, [what]: this.budget[what] - 1 };
  }

  boot(at: number): void {
    const nodeId = must(names[at], "name");
    const config = { nodeId, zone: nodeId.slice(-1), layout, timing: defaultTiming };
    const node = createLogNode(config, half);
    this.nodes[at] = node;
    this.fresh.add(node);
    this.step(at, startInput);
    while (node.phase !== "running") this.completeSync(at);
  }

  crash(at: number, keeps: boolean): void {
    const disk = must(this.disks[at], "disk");
    const synced = keeps ? applied(disk.synced, disk.unsynced) : disk.synced;
    this.disks[at] = { synced, unsynced: [], ticket: 0 };
    this.boot(at);
  }

  completeSync(at: number): void {
    const disk = must(this.disks[at], "disk");
    this.disks[at] = { synced: applied(disk.synced, disk.unsynced), unsynced: [], ticket: 0 };
    this.step(at, diskSynced(disk.ticket, true));
  }

  step(at: number, input: Input): void {
    let node = must(this.nodes[at], "node");
    if (!this.fresh.has(node)) {
      node = copyNode(node);
      this.nodes[at] = node;
      this.fresh.add(node);
    }
    const reads: Input[] = [];
    const now = { monotonicUs: this.nowUs, unixUs: 0 };
    stepLogNode(node, now, input, this.effectsOf(at, reads));
    this.examine(node);
    for (const read of reads) this.step(at, read);
    if (this.instantSync && must(this.disks[at], "disk").ticket !== 0) this.completeSync(at);
  }

  private effectsOf(at: number, reads: Input[]): Effects {
    const change = (changes: Partial<Disk>): void => {
      this.disks[at] = { ...must(this.disks[at], "disk"), ...changes };
    };
    const write = (file: string, offset: number, bytes: Uint8Array | undefined): void => {
      const { unsynced } = must(this.disks[at], "disk");
      change({ unsynced: [...unsynced, { file, offset, bytes }] });
    };
    return {
      send: (to, frame) => this.onSend(at, to, frame),
      read: (ticket, file, offset, lengthBytes) => {
        const disk = must(this.disks[at], "disk");
        const bytes = disk.synced.get(file) ?? new Uint8Array(0);
        reads.push(diskRead(ticket, true, bytes.slice(offset, offset + lengthBytes)));
      },
      write,
      remove: (file) => write(file, 0, undefined),
      sync: (ticket) => change({ ticket }),
      wakeAt: ignored,
      trace: ignored,
      mark: ignored,
      reply: ignored,
      closeClient: ignored,
      provision: ignored,
      configure: ignored,
      rewriteConfiguration: ignored,
      shutdown: ignored,
      exit: (reason) => assert(false, reason),
    };
  }

  private onSend(from: number, to: string, frame: Uint8Array): void {
    const slot = names.findIndex((name) => name === to);
    if (slot < 0) return this.onReply(frame);
    const high = crc32c(frame) ^ (from * 31 + slot);
    const low = hashBytes(frame, 0x2545f491 + from * 17 + slot);
    this.flights.push({ from, to: slot, frame, high, low });
  }

  /** Replies to writers are judged as they leave: what they claim must hold then, and ever after. */
  private onReply(frame: Uint8Array): void {
    const reply = decodeAppendReply(openFrame(frame).body);
    if (reply === undefined) return;
    const id = `${reply.id.incarnation}/${reply.id.sequence}`;
    if (reply.outcome === "conflict") {
      assert(!this.committed.includes(id), `${id} refused but committed`);
      if (!this.refused.includes(id)) this.refused.push(id);
    } else if (reply.outcome === "committed") {
      for (const node of this.nodes) this.examine(node);
      assert(this.committed[reply.position - 1] === id, `${id} acknowledged but not committed`);
    }
  }

  private examine(node: LogNode): void {
    const { log } = must(node.replicas[0], "replica");
    const last = commitPosition(must(node.replicas[0], "replica"));
    for (let position = 1; position <= last; position++) {
      const { incarnation, sequence } = log.idAt(position);
      const id = `${incarnation}/${sequence}`;
      const known = this.committed[position - 1];
      if (known === undefined) {
        assert(!this.committed.includes(id), `${id} committed twice`);
        assert(!this.refused.includes(id), `${id} committed after a conflict`);
        this.committed[position - 1] = id;
      } else {
        assert(known === id, `${id} committed where ${known} is`);
      }
    }
  }
}

function applied(
  files: ReadonlyMap<string, Uint8Array>,
  writes: Disk["unsynced"],
): ReadonlyMap<string, Uint8Array> {
  const result = new Map(files);
  for (const { file, offset, bytes } of writes) {
    if (bytes === undefined) {
      result.delete(file);
      continue;
    }
    const old = result.get(file) ?? new Uint8Array(0);
    const grown = new Uint8Array(Math.max(old.length, offset + bytes.length));
    grown.set(old);
    grown.set(bytes, offset);
    result.set(file, grown);
  }
  return result;
}

function ignored(): void {}

function half(): number {
  return 0.5;
}

// oxlint-disable-next-line max-params -- names one message: the oldest of a kind between two nodes
function deliverOne(
  state: SmallState,
  from: number,
  to: number,
  kind: MessageKind,
  options: SmallOptions,
): SmallState {
  const flight = state.flights.findIndex(
    (one) => one.from === from && one.to === to && openFrame(one.frame).kind === kind,
  );
  assert(flight >= 0, `no ${kind} in flight`);
  return perform(state, { kind: "deliver", flight }, options);
}

/**
 * Two leaders: log-a took writer 0's entries in term 1 and has told nobody yet; log-c has elected log-b for term 2, which
 * log-a does not know. All that they sent is in flight.
 */
export function smallRivals(options: SmallOptions): SmallState {
  const instant = { ...options, instantSync: true };
  let state = smallStart({
    ...instant,
    budget: { sends: 1, timeouts: 1, crashes: 0, duplicates: 0 },
  });
  state = perform(state, { kind: "send", writer: 0, node: 0 }, instant);
  state = perform(state, { kind: "timeout", node: 1 }, instant);
  for (const kind of ["raftVote", "raftVoteReply", "raftVote", "raftVoteReply"] as const) {
    const [from, to] = kind === "raftVote" ? [1, 2] : [2, 1];
    state = deliverOne(state, from, to, kind, instant);
  }
  return { ...state, budget: options.budget };
}
