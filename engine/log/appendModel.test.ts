/**
 * The append API against a sequential model. Clients name any predecessor they like (the tail, an old point, a point that never
 * was, one another client has yet to write), send the same request again, to any node, while nodes crash, are cut off and hand
 * over. What may be answered follows from the list of committed entries alone.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { openFrame } from "../bytes/frame.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { encodeEntry, genesisId, type LogPoint } from "./entry.ts";
import { type AppendReply, decodeAppendReply, encodeAppend } from "./messages.ts";
import { logNames, type Message, TestCluster } from "./testCluster.ts";

const writer = new ByteWriter(256);

type Action =
  | {
      readonly kind: "append";
      readonly behind: number;
      readonly count: number;
      readonly to: number;
    }
  | { readonly kind: "appendAtTail" | "appendAtHole"; readonly count: number; readonly to: number }
  | { readonly kind: "again"; readonly which: number; readonly to: number }
  | { readonly kind: "crash" | "start" | "isolate" | "transfer"; readonly at: number }
  | { readonly kind: "network"; readonly loss: number; readonly spread: number }
  | { readonly kind: "heal" }
  | { readonly kind: "run"; readonly ms: number };

const node = fc.nat(2);
/** Mostly to the leader. */
const to = fc.constantFrom(-1, -1, -1, 0, 1, 2);
const count = fc.integer({ min: 1, max: 3 });
const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: kind("append"), behind: fc.nat(8), count, to }),
  },
  { weight: 5, arbitrary: fc.record({ kind: kind("appendAtTail"), count, to }) },
  { weight: 1, arbitrary: fc.record({ kind: kind("appendAtHole"), count, to }) },
  { weight: 4, arbitrary: fc.record({ kind: kind("again"), which: fc.nat(8), to }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("crash", "start", "start", "isolate", "transfer"),
      at: node,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind("network"),
      loss: fc.constantFrom(0, 0.1),
      spread: fc.constantFrom(1000, 20_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind("heal") }) },
  { weight: 6, arbitrary: fc.record({ kind: kind("run"), ms: fc.integer({ min: 1, max: 400 }) }) },
);

function same(got: unknown, wanted: unknown): void {
  expect(got).toEqual(wanted);
}

/** One append that somebody asked for, and what it was told for good. */
interface Request {
  readonly from: string;
  readonly before: LogPoint;
  readonly ids: readonly string[];
  readonly frame: Uint8Array;
}

class Lab {
  readonly cluster: TestCluster;
  readonly requests: Request[] = [];
  readonly heard: Map<string, AppendReply> = new Map();
  /** Points that somebody has written or will: predecessors to choose from, the newest last. */
  private readonly points: LogPoint[] = [{ position: 0, id: genesisId }];

  constructor(seed: number) {
    this.cluster = new TestCluster(seed);
    this.cluster.startAll();
    this.cluster.onStray = (message) => this.hear(message);
    this.cluster.run(1500);
  }

  perform(action: Action): void {
    const { cluster, points, requests } = this;
    switch (action.kind) {
      case "append":
        return this.append(must(points.at(-1 - (action.behind % points.length)), "point"), action);
      case "appendAtTail":
        return this.append(this.tail, action);
      case "appendAtHole":
        return this.append({ ...this.tail, position: this.tail.position + 2 }, action);
      case "again": {
        const request = requests.at(-1 - action.which);
        if (request !== undefined) this.send(request, action.to);
        return;
      }
      case "crash":
      case "start":
      case "isolate":
      case "transfer":
        return cluster[action.kind](must(logNames[action.at], "name"));
      case "network":
        cluster.faults.lossRatio = action.loss;
        cluster.faults.maxDelayUs = action.spread;
        return;
      case "heal":
        return cluster.heal();
      case "run":
        return cluster.run(action.ms);
    }
  }

  private get tail(): LogPoint {
    const { committed } = this.cluster;
    const last = committed.at(-1);
    if (last === undefined) return { position: 0, id: genesisId };
    const [incarnation = 0, sequence = 0] = last.id.split("/").map(Number);
    return { position: committed.length, id: { incarnation, sequence } };
  }

  private append(before: LogPoint, action: { readonly count: number; readonly to: number }): void {
    const incarnation = 1000 + this.requests.length;
    const entries: Uint8Array[] = [];
    const ids: string[] = [];
    for (let sequence = 1; sequence <= action.count; sequence++) {
      const position = before.position + sequence;
      const id = { incarnation, sequence };
      const flags = { isFirstChunk: true, isLastChunk: true, unixMs: 0 };
      const header = { position, id, epoch: 1, engineVersion: 1, kind: "effects" as const };
      entries.push(encodeEntry(writer, { ...header, ...flags }, Uint8Array.of(sequence)));
      ids.push(`${incarnation}/${sequence}`);
      this.points.push({ position, id });
    }
    const frame = encodeAppend(writer, 0, before, entries);
    const request = { from: `client-${incarnation}`, before, ids, frame };
    this.requests.push(request);
    this.send(request, action.to);
  }

  send(request: Request, at: number): void {
    const target = at < 0 ? (this.cluster.leader() ?? "log-a") : must(logNames[at], "name");
    this.cluster.send(request.from, target, request.frame.slice());
  }

  /** Every answer is true by what is committed at this moment, and final where it says so. */
  private hear(message: Message): void {
    const { kind: frameKind, body } = openFrame(message.frame);
    if (frameKind !== "logAppendReply") return;
    const reply = must(decodeAppendReply(body), "reply");
    const request = must(
      this.requests.find(({ from }) => from === message.to),
      message.to,
    );
    const { committed } = this.cluster;
    const id = `${reply.id.incarnation}/${reply.id.sequence}`;
    if (reply.outcome === "committed") {
      same(committed[reply.position - 1]?.id, id);
      this.cluster.noteAcknowledged(id, reply.position);
    } else if (reply.outcome === "conflict") {
      const here = committed[reply.position - 1]?.id;
      const before = committed[reply.position - 2]?.id ?? "0/0";
      const own = request.ids.indexOf(id);
      const named = own > 0 ? must(request.ids[own - 1], "id") : idOf(request.before);
      same((here ?? id) !== id || before !== named, true);
      for (const lost of request.ids.slice(own)) this.cluster.noteRefused(lost);
    }
    this.heard.set(message.to, reply);
  }

  /** With everything well again, each request is told what a list of entries would tell it. */
  settle(): number {
    const { cluster } = this;
    cluster.heal();
    for (const name of logNames) cluster.start(name);
    cluster.run(4000);
    for (const request of this.requests) {
      const expected = this.modelled(request);
      this.heard.delete(request.from);
      this.send(request, -1);
      cluster.run(250);
      const told = this.heard.get(request.from);
      same([request.from, told?.outcome], [request.from, expected]);
    }
    return cluster.committed.length;
  }

  private modelled({ before, ids }: Request): "committed" | "conflict" | "behind" {
    const list = this.cluster.committed.map(({ id }) => id);
    if (before.position > list.length) return "behind";
    const at = before.position === 0 ? "0/0" : list[before.position - 1];
    if (at !== idOf(before)) return "conflict";
    const standing = list.slice(before.position, before.position + ids.length);
    return standing.every((id, index) => id === ids[index]) ? "committed" : "conflict";
  }

  /** No entry stands behind another than the one that its writer named. */
  checkChain(): void {
    const { committed } = this.cluster;
    const named = new Map<string, string>();
    for (const { before, ids } of this.requests)
      ids.forEach((id, index) => named.set(id, ids[index - 1] ?? idOf(before)));
    committed.forEach(({ id }, index) => {
      same(named.get(id), committed[index - 1]?.id ?? "0/0");
    });
  }
}

function idOf({ id }: LogPoint): string {
  return `${id.incarnation}/${id.sequence}`;
}

describe("the append API", () => {
  it("answers what a list of entries would, whatever predecessors are named and whatever breaks", () => {
    const sum = { committed: 0, requests: 0, outcomes: new Set<string>() };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1 << 30 }),
        fc.array(anyAction, { minLength: 5, maxLength: 50, size: "max" }),
        (seed, schedule) => {
          const lab = new Lab(seed);
          for (const each of schedule) lab.perform(each);
          sum.committed += lab.settle();
          lab.checkChain();
          sum.requests += lab.requests.length;
          for (const { outcome } of lab.heard.values()) sum.outcomes.add(outcome);
        },
      ),
      { seed: 1, numRuns: 40 },
    );
    expect(sum.committed).toBeGreaterThan(150);
    expect(sum.requests).toBeGreaterThan(300);
    expect([...sum.outcomes].toSorted()).toEqual(["behind", "committed", "conflict"]);
  });
});
