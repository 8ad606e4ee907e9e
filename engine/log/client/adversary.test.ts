/**
 * The log's clients against nodes that lie about anything but what is committed: answers late, doubled, in any order, from any node, to
 * requests of long ago.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../../assert.ts";
import { openFrame } from "../../bytes/frame.ts";
import { latin1Of } from "../../bytes/latin1.ts";
import { ByteWriter } from "../../bytes/writer.ts";
import type { Effects, NodeId, Now } from "../../contract.ts";
import { defaultTiming } from "../../timing.ts";
import { decodeEntry, encodeEntry, type EntryId, type LogPoint, logStart } from "../entry.ts";
import {
  type AppendOutcome,
  decodeAppend,
  decodeFollow,
  encodeAppendReply,
  encodeEntries,
} from "../messages.ts";
import { seededRandom } from "../testCluster.ts";
import { LogAppender } from "./appender.ts";
import { LogFollower } from "./follower.ts";
import type { LogClientConfig } from "./leaderSearch.ts";

const names = ["log-a", "log-b", "log-c"];
const writer = new ByteWriter(256);
const config: LogClientConfig = {
  shard: 0,
  zone: "b",
  logNodes: names.map((nodeId) => ({ nodeId, zone: nodeId.slice(-1) })),
  timing: { ...defaultTiming, entryBytes: 64 },
  random: seededRandom(1),
};

class Wire {
  readonly now: Now = { monotonicUs: 0, unixUs: 0 };
  readonly effects: Effects;

  constructor(onSend: (to: NodeId, frame: Uint8Array) => void) {
    const ignore = (): void => {};
    this.effects = { send: onSend, trace: ignore, mark: ignore } as unknown as Effects;
  }
}

type AppenderAction =
  | { readonly kind: "append"; readonly bytes: number }
  | { readonly kind: "flush" }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "lost"; readonly node: number }
  /** Fenced: it begins anew behind an entry of somebody else. */
  | { readonly kind: "fence"; readonly about: number; readonly others: number }
  /** An answer to what it had sent before it was fenced. */
  | { readonly kind: "stale"; readonly which: number }
  | {
      readonly kind: "answer";
      readonly outcome: AppendOutcome;
      /** Which of the entries ever sent it is about, counted back from the newest. */
      readonly about: number;
      readonly node: number;
      readonly hint: number;
    };

const appenderAction: fc.Arbitrary<AppenderAction> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("append" as const), bytes: fc.nat(60) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(300) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lost" as const), node: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fence" as const),
      about: fc.nat(6),
      others: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("stale" as const), which: fc.nat(8) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      outcome: fc.constantFrom<AppendOutcome[]>(
        "committed",
        "committed",
        "behind",
        "notLeader",
        "unknown",
        "overloaded",
      ),
      about: fc.nat(6),
      node: fc.nat(2),
      hint: fc.nat(3),
    }),
  },
);

function same(got: unknown, wanted: unknown): void {
  expect(got).toEqual(wanted);
}

/** What the appender has ever sent: the bytes of each position, and in which company. */
class AppenderLab {
  readonly appender: LogAppender = new LogAppender(config, 9, 1);
  readonly sent: Map<number, Uint8Array> = new Map();
  resent = 0;
  fenced = 0;
  /** What was sent before it was fenced, and never committed through it. */
  private stale: { readonly position: number; readonly id: EntryId }[] = [];
  private base: LogPoint = logStart;
  private readonly wire: Wire;
  private appended = 0;

  constructor() {
    this.wire = new Wire((_, frame) => this.noteAppend(frame));
  }

  /** Rule 4: at one position always the same bytes behind the same predecessor. */
  private noteAppend(frame: Uint8Array): void {
    const request = must(decodeAppend(openFrame(frame).body), "append");
    const { position: before, id } = request.precededBy;
    const previous = this.sent.get(before);
    if (previous === undefined) same({ position: before, id }, this.base);
    else same(id, decodeEntry(previous)?.id);
    request.entries.forEach((bytes, index) => {
      const position = before + 1 + index;
      const known = this.sent.get(position);
      same(decodeEntry(bytes)?.position, position);
      if (known === undefined) this.sent.set(position, bytes.slice());
      else {
        // A matcher walks arrays of bytes slowly; strings it compares at once.
        same(latin1Of(bytes) === latin1Of(known), true);
        this.resent += 1;
      }
    });
  }

  perform(action: AppenderAction): void {
    const { appender, wire } = this;
    const { now, effects } = wire;
    switch (action.kind) {
      case "append":
        this.appended = appender.append("effects", 1, 0, new Uint8Array(action.bytes));
        break;
      case "flush":
        appender.flush(now, effects);
        break;
      case "wait":
        now.monotonicUs += action.ms * 1000;
        appender.onWake(now, effects);
        break;
      case "lost":
        appender.onPeerLost(now, must(names[action.node], "name"), effects);
        break;
      case "answer":
        this.answer(action);
        break;
      case "fence":
        this.fence(action);
        break;
      case "stale":
        this.answerStale(action.which);
    }
    same(appender.lastPosition, this.appended);
    same(appender.pendingCount, this.appended - appender.committedPosition);
    same(appender.deadlineUs === Infinity || appender.pendingCount > 0, true);
  }

  private fence(action: Extract<AppenderAction, { kind: "fence" }>): void {
    const { appender, sent, base } = this;
    const position = base.position + sent.size - (action.about % Math.max(1, sent.size));
    if (position <= appender.committedPosition) return;
    same(this.reply("conflict", position, this.idAt(position), "log-a"), "conflict");
    this.fenced += 1;
    for (let at = appender.committedPosition + 1; at <= base.position + sent.size; at++)
      this.stale.push({ position: at, id: this.idAt(at) });
    sent.clear();
    this.appended = appender.committedPosition + 1 + action.others;
    this.base = { position: this.appended, id: { incarnation: 4, sequence: this.fenced } };
    appender.reset(this.base);
  }

  /** Whatever it says, it is about entries that are pending no more. */
  private answerStale(which: number): void {
    const old = this.stale.at(-1 - which);
    if (old === undefined) return;
    const before = this.appender.committedPosition;
    for (const outcome of ["committed", "conflict", "trimmed"] as const)
      same(this.reply(outcome, old.position, old.id, "log-a"), "none");
    same(this.appender.committedPosition, before);
  }

  private idAt(position: number): EntryId {
    return must(decodeEntry(must(this.sent.get(position), "entry")), "entry").id;
  }

  private reply(
    outcome: AppendOutcome,
    position: number,
    id: EntryId,
    from: NodeId,
    hint = "",
  ): ReturnType<LogAppender["onReply"]> {
    const frame = encodeAppendReply(writer, {
      shard: 0,
      outcome,
      position,
      id,
      hint,
      isLow: false,
    });
    return this.appender.onReply(this.wire.now, from, openFrame(frame).body, this.wire.effects);
  }

  private answer(action: Extract<AppenderAction, { kind: "answer" }>): void {
    const { appender, sent, base } = this;
    if (sent.size === 0) return;
    const position = base.position + sent.size - (action.about % sent.size);
    const before = appender.committedPosition;
    const { outcome } = action;
    const hint = outcome === "notLeader" ? (names[action.hint] ?? "") : "";
    const from = must(names[action.node], "name");
    const progress = this.reply(outcome, position, this.idAt(position), from, hint);
    const isNews = outcome === "committed" && position > before;
    same(progress, isNews ? "committed" : "none");
    same(appender.committedPosition, isNews ? position : before);
  }

  /** An honest leader is there from now on: everything pending arrives and is acknowledged. */
  finish(): void {
    const { appender, wire } = this;
    appender.flush(wire.now, wire.effects);
    for (let round = 0; round < 20 && appender.pendingCount > 0; round++) {
      wire.now.monotonicUs = Math.max(wire.now.monotonicUs, appender.deadlineUs);
      appender.onWake(wire.now, wire.effects);
      this.answer({ kind: "answer", outcome: "committed", about: 0, node: 0, hint: 0 });
    }
    same(appender.pendingCount, 0);
    same(appender.inFlightBytes, 0);
    const { position } = this.base;
    same(
      [...this.sent.keys()],
      Array.from(this.sent, (_, index) => position + index + 1),
    );
    same(this.sent.size, this.appended - position);
  }
}

describe("the appender", () => {
  it("rule 4: never sends other bytes at a position until it is fenced, whatever it is answered, and gets everything through in the end", () => {
    const sum = { sent: 0, resent: 0, fenced: 0 };
    fc.assert(
      fc.property(fc.array(appenderAction, { maxLength: 60, size: "max" }), (actions) => {
        const lab = new AppenderLab();
        for (const action of actions) lab.perform(action);
        lab.finish();
        sum.sent += lab.sent.size;
        sum.resent += lab.resent;
        sum.fenced += lab.fenced;
      }),
      { seed: 1, numRuns: 150 },
    );
    expect(sum.sent).toBeGreaterThan(300);
    expect(sum.resent).toBeGreaterThan(300);
    expect(sum.fenced).toBeGreaterThan(50);
  });
});

/** One message of entries as some node might send it. */
interface Piece {
  readonly from: number;
  readonly count: number;
  readonly node: number;
  /** Of this many subscriptions ago. */
  readonly age: number;
  readonly waitMs: number;
}

const piece: fc.Arbitrary<Piece> = fc.record({
  from: fc.integer({ min: 1, max: 12 }),
  count: fc.integer({ min: 0, max: 4 }),
  node: fc.constantFrom(1, 1, 1, 0, 2),
  age: fc.constantFrom(0, 0, 0, 1),
  waitMs: fc.constantFrom(0, 0, 1, 10, 700),
});

const logEnd = 15;

function encodedEntry(position: number): Uint8Array {
  const id: EntryId = { incarnation: 1, sequence: position };
  const flags = { isFirstChunk: true, isLastChunk: true, unixMs: 0 };
  const header = { position, id, epoch: 1, engineVersion: 1, kind: "effects" as const, ...flags };
  return encodeEntry(writer, header, Uint8Array.of(position));
}

describe("the follower", () => {
  it("delivers every position once and in order, whatever pieces arrive from whomever, and asks for what is missing", () => {
    let delivered = 0;
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60, size: "max" }), (pieces) => {
        const subscriptions: { to: NodeId; subscription: number; fromPosition: number }[] = [];
        const wire = new Wire((to, frame) => {
          const { kind, body } = openFrame(frame);
          if (kind === "logFollow")
            subscriptions.push({ to, ...must(decodeFollow(body), "follow") });
        });
        const follower = new LogFollower(config);
        follower.start(wire.now, 1, wire.effects);
        const got: number[] = [];
        const receive = (from: number, count: number, to: NodeId, subscription: number): void => {
          const entries: Uint8Array[] = [];
          for (let at = from; at < Math.min(from + count, logEnd + 1); at++)
            entries.push(encodedEntry(at));
          const content = { shard: 0, subscription, state: "entries" as const };
          const range = { commitPosition: logEnd, fromPosition: from, entries };
          const { body } = openFrame(encodeEntries(writer, { ...content, ...range }));
          const found = follower.onEntries(wire.now, to, body, wire.effects);
          if (found !== "trimmed") got.push(...found.map(({ position }) => position));
        };
        for (const { from, count, node, age, waitMs } of pieces) {
          wire.now.monotonicUs += waitMs * 1000;
          if (wire.now.monotonicUs >= follower.deadlineUs) follower.onWake(wire.now, wire.effects);
          const asked = subscriptions.at(-1 - age) ?? must(subscriptions.at(-1), "subscription");
          receive(from, count, must(names[node], "name"), asked.subscription);
          expect(got).toEqual(Array.from(got, (_, index) => index + 1));
          expect(follower.nextPosition).toBe(got.length + 1);
        }
        // An honest node is there from now on: it sends what was asked for.
        for (let round = 0; round < 10 && got.length < logEnd; round++) {
          wire.now.monotonicUs = follower.deadlineUs;
          follower.onWake(wire.now, wire.effects);
          const asked = must(subscriptions.at(-1), "subscription");
          expect(asked.fromPosition).toBe(got.length + 1);
          receive(asked.fromPosition, logEnd, asked.to, asked.subscription);
        }
        expect(got).toEqual(Array.from({ length: logEnd }, (_, index) => index + 1));
        delivered += got.length;
      }),
      { seed: 1, numRuns: 150 },
    );
    expect(delivered).toBe(150 * logEnd);
  });
});
