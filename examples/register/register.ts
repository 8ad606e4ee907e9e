/**
 * A replicated register for each key, after Attiya, Bar-Noy and Dolev: no leader and no log. Whoever is asked coordinates. It asks
 * all replicas what they hold, takes the newest, stores that (a read) or something newer (a write) on a majority, and answers.
 *
 * It knows nothing of a simulator: it takes inputs and calls effects, and could stand behind real sockets and files.
 */
import type { Effects, Input, Now } from "azimuth/kernel";

/** Bugs to try the harness on. "": the right version. */
export type RegisterBug =
  | "" //
  | "smallQuorum" // half of the replicas pass for a majority
  | "noWriteBack" // a read answers without making sure that a majority holds what it saw
  | "earlyAck"; // a replica says "stored" before its disk does

export interface RegisterOptions {
  readonly name: string;
  readonly peers: readonly string[];
  /** Never the same twice: makes the ids of this process its own. */
  readonly incarnation: number;
  readonly bug: RegisterBug;
}

/** What a replica holds of a key. The writer breaks ties, and is unique for each write. */
interface Version {
  readonly stamp: number;
  readonly writer: string;
  readonly value: string | null;
}

type Message =
  | { readonly t: "ask"; readonly id: string; readonly key: string }
  | { readonly t: "tell"; readonly id: string; readonly version: Version }
  | { readonly t: "store"; readonly id: string; readonly key: string; readonly version: Version }
  | { readonly t: "stored"; readonly id: string };

interface Task {
  readonly id: string;
  readonly clientId: number;
  readonly key: string;
  /** What to write; undefined for a read. */
  readonly value: string | undefined;
  readonly beganUs: number;
  phase: "asking" | "storing";
  /** Who has answered in this phase. */
  readonly heard: Set<string>;
  newest: Version;
}

const nothing: Version = { stamp: 0, writer: "", value: null };
const JOURNAL = "journal";
const READ_TICKET = 1;
const JOURNAL_LIMIT = 1 << 24;
const RESEND_US = 50_000;
const GIVE_UP_US = 2_000_000;

const encode = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value)}\n`);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const isNewer = (a: Version, b: Version): boolean =>
  a.stamp > b.stamp || (a.stamp === b.stamp && a.writer > b.writer);

export class Register {
  private readonly options: RegisterOptions;
  private readonly held: Map<string, Version> = new Map();
  private readonly tasks: Map<string, Task> = new Map();
  private readonly requests: Map<number, string> = new Map();
  private isReady = false;
  private journalEnd = 0;
  private taskCount = 0;
  /** Answers that wait for a sync: those that the running one covers, and those behind it. */
  private syncing: (() => void)[] | undefined = undefined;
  private unsynced: (() => void)[] = [];

  constructor(options: RegisterOptions) {
    this.options = options;
  }

  /** Whether it coordinates a write now: a good moment to break something. */
  get isWriting(): boolean {
    return [...this.tasks.values()].some((task) => task.value !== undefined);
  }

  step(now: Now, input: Input, effects: Effects): void {
    switch (input.kind) {
      case "start":
        effects.read(READ_TICKET, JOURNAL, 0, JOURNAL_LIMIT);
        return;
      case "diskRead":
        this.recover(decode(input.bytes));
        return;
      case "diskSynced":
        this.onSynced(input.ok, effects);
        return;
      case "clientBytes":
        this.onRequest(now, input.clientId, decode(input.bytes), effects);
        return;
      case "peerMessage":
        if (this.isReady) this.onMessage(now, input.from, JSON.parse(decode(input.bytes)), effects);
        return;
      case "wake":
        this.resend(now, effects);
        return;
      case "clientClosed":
        this.requests.delete(input.clientId);
        return;
      case "clientOpened":
      case "clientEnded": // it is answered all the same
      case "clientOutput": // its answers are short
      case "parameters": // it has none
      case "users": // it knows none
      case "retire": // every node is as good as another
      case "diskSpace": // its journal does not grow
      case "peerLost": // what was lost is sent again by the clock
    }
  }

  /** Lines of the journal, up to the first that a crash tore. */
  private recover(journal: string): void {
    for (const line of journal.split("\n").slice(0, -1)) {
      try {
        const [key, version] = JSON.parse(line) as [string, Version];
        this.held.set(key, version);
      } catch {
        break;
      }
      this.journalEnd += line.length + 1;
    }
    this.isReady = true;
  }

  /** A line: `GET key` or `SET key value`. */
  private onRequest(now: Now, clientId: number, bytes: string, effects: Effects): void {
    const text = (this.requests.get(clientId) ?? "") + bytes;
    const end = text.indexOf("\n");
    this.requests.set(clientId, text.slice(end + 1));
    if (end < 0) return;
    if (!this.isReady) {
      effects.reply(clientId, encode({ error: "starting" }));
      return;
    }
    const [, key = "", value] = text.slice(0, end).split(" ");
    this.taskCount += 1;
    const id = `${this.options.incarnation}.${this.taskCount}`;
    const base = { id, clientId, key, value, beganUs: now.monotonicUs, heard: new Set<string>() };
    const task: Task = { ...base, phase: "asking", newest: nothing };
    this.tasks.set(id, task);
    this.sendTask(now, task, effects);
    effects.wakeAt(now.monotonicUs + RESEND_US);
  }

  /** To everybody who has not answered yet, oneself included. */
  private sendTask(now: Now, task: Task, effects: Effects): void {
    const { id, key, newest } = task;
    const message: Message =
      task.phase === "asking" ? { t: "ask", id, key } : { t: "store", id, key, version: newest };
    for (const peer of this.options.peers) {
      if (task.heard.has(peer)) continue;
      if (peer === this.options.name) this.onMessage(now, peer, message, effects);
      else effects.send(peer, encode(message));
    }
  }

  private resend(now: Now, effects: Effects): void {
    for (const task of this.tasks.values()) {
      if (now.monotonicUs - task.beganUs > GIVE_UP_US) this.tasks.delete(task.id);
      else this.sendTask(now, task, effects);
    }
    if (this.tasks.size > 0) effects.wakeAt(now.monotonicUs + RESEND_US);
  }

  private onMessage(now: Now, from: string, message: Message, effects: Effects): void {
    switch (message.t) {
      case "ask": {
        const version = this.held.get(message.key) ?? nothing;
        this.answer(now, from, { t: "tell", id: message.id, version }, effects);
        return;
      }
      case "store":
        this.store(message.key, message.version, effects);
        this.whenSynced(effects, () =>
          this.answer(now, from, { t: "stored", id: message.id }, effects),
        );
        return;
      case "tell":
      case "stored":
        this.onAnswer(now, from, message, effects);
    }
  }

  private answer(now: Now, to: string, message: Message, effects: Effects): void {
    if (to === this.options.name) this.onMessage(now, to, message, effects);
    else effects.send(to, encode(message));
  }

  private store(key: string, version: Version, effects: Effects): void {
    if (!isNewer(version, this.held.get(key) ?? nothing)) return;
    this.held.set(key, version);
    const line = encode([key, version]);
    effects.write(JOURNAL, this.journalEnd, line);
    this.journalEnd += line.length;
  }

  /** Even what was stored before may still wait for its sync: only the next one to begin covers it for sure. */
  private whenSynced(effects: Effects, act: () => void): void {
    if (this.options.bug === "earlyAck") {
      act();
      return;
    }
    this.unsynced.push(act);
    if (this.syncing === undefined) this.sync(effects);
  }

  private sync(effects: Effects): void {
    this.syncing = this.unsynced;
    this.unsynced = [];
    effects.sync(READ_TICKET + 1);
  }

  private onSynced(isOk: boolean, effects: Effects): void {
    if (!isOk) {
      effects.exit("the disk failed");
      return;
    }
    for (const act of this.syncing ?? []) act();
    this.syncing = undefined;
    if (this.unsynced.length > 0) this.sync(effects);
  }

  private onAnswer(now: Now, from: string, message: Message, effects: Effects): void {
    const task = this.tasks.get(message.id);
    if (task === undefined || (message.t === "tell") !== (task.phase === "asking")) return;
    task.heard.add(from);
    if (message.t === "tell" && isNewer(message.version, task.newest))
      task.newest = message.version;
    const { peers, bug } = this.options;
    const majority =
      bug === "smallQuorum" ? Math.floor(peers.length / 2) : Math.floor(peers.length / 2) + 1;
    if (task.heard.size < majority) return;
    if (task.phase === "storing" || (bug === "noWriteBack" && task.value === undefined)) {
      this.tasks.delete(task.id);
      effects.reply(task.clientId, encode({ value: task.newest.value }));
      return;
    }
    task.phase = "storing";
    task.heard.clear();
    if (task.value !== undefined) {
      const stamp = task.newest.stamp + 1;
      task.newest = { stamp, writer: `${this.options.name}/${task.id}`, value: task.value };
    }
    this.sendTask(now, task, effects);
  }
}
