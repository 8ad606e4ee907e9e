import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { must } from "../assert.ts";
import { Piece } from "../bytes/piece.ts";
import { latin1Bytes } from "../bytes/latin1.ts";
import { Session } from "../commands/session.ts";
import type { Effects } from "../contract.ts";
import { ReadyKeys } from "../keyspace/readyKeys.ts";
import { noFigures } from "../commands/monitoring/noFigures.ts";
import { Settings } from "../settings/settings.ts";
import { BlockedClients } from "./blockedClients.ts";
import { ClientBuffers } from "./clientBuffers.ts";
import { Connections } from "./connections.ts";

const clients = [1, 2, 3];

type Action =
  | { readonly kind: "answer" | "push"; readonly client: number; readonly ahead: number }
  | { readonly kind: "commit"; readonly by: number }
  | { readonly kind: "close" | "leave"; readonly client: number }
  | { readonly kind: "flush" | "abandon" };

const client = fc.constantFrom(...clients);
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom("answer" as const, "answer" as const, "push" as const),
      client,
      ahead: fc.nat(6),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      by: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("close" as const, "leave" as const), client }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "flush" as const,
        "flush" as const,
        "flush" as const,
        "abandon" as const,
      ),
    }),
  },
);

/** A client as a list says it: every reply it is owed, in order, with what that waits for. */
interface Owed {
  replies: { readonly text: string; readonly position: number; readonly isPush: boolean }[];
  isClosing: boolean;
  isGone: boolean;
}

/** The world of one property: the real connections beside the lists, and what left. */
class Lab {
  readonly connections: Connections = new Connections(
    (session) => session.dispose(),
    new BlockedClients(new ReadyKeys()),
    new ClientBuffers(noFigures, new Settings()),
  );
  readonly sent: string[] = [];
  readonly expected: string[] = [];
  private readonly owed: Map<number, Owed> = new Map();
  private committed = 0;
  private answers = 0;
  private readonly effects: Effects;

  constructor() {
    const sink = {
      reply: (id: number, bytes: Uint8Array) =>
        this.sent.push(`${id}: ${String.fromCharCode(...bytes)}`),
      closeClient: (id: number) => this.sent.push(`${id}: closed`),
    };
    this.effects = sink as unknown as Effects;
    for (const id of clients) {
      this.connections.open(new Session(id, "", 0), id);
      this.owed.set(id, { replies: [], isClosing: false, isGone: false });
    }
  }

  perform(action: Action): void {
    switch (action.kind) {
      case "answer":
        return this.answer(action.client, this.committed + action.ahead, false);
      case "push":
        return this.answer(action.client, this.committed + action.ahead, true);
      case "commit":
        this.committed += action.by;
        return this.connections.committed(this.committed);
      case "flush":
        return this.flush();
      case "abandon":
        return this.abandon();
      case "close":
      case "leave":
        return this.end(action.client, action.kind);
    }
  }

  private answer(id: number, position: number, isPush: boolean): void {
    const connection = this.connections.get(id);
    const owed = this.owed.get(id);
    if (connection === undefined || owed === undefined || owed.isClosing) return;
    this.answers += 1;
    const text = `<${this.answers}>`;
    owed.replies.push({ text, position, isPush });
    if (isPush) this.connections.push(connection, latin1Bytes(text), position);
    else this.connections.answer(connection, new Piece(latin1Bytes(text)), position);
  }

  private end(id: number, how: "close" | "leave"): void {
    const connection = this.connections.get(id);
    const owed = this.owed.get(id);
    if (connection === undefined || owed === undefined) return;
    if (how === "close") {
      owed.isClosing = true;
      this.connections.close(connection);
    } else {
      owed.isGone = true;
      this.connections.drop(connection);
    }
  }

  /** Nobody knows whether what is parked will commit: no answer would be true, and messages may be lost. */
  private abandon(): void {
    this.connections.abandonParked();
    for (const owed of this.owed.values()) {
      owed.replies = owed.replies.filter(
        ({ isPush, position }) => !isPush || position <= this.committed,
      );
      const parked = owed.replies.findIndex(({ position }) => position > this.committed);
      if (owed.isGone || parked < 0) continue;
      owed.replies.length = parked;
      owed.isClosing = true;
    }
  }

  flush(): void {
    this.connections.flush(this.effects);
    for (const [id, owed] of this.owed) {
      if (owed.isGone) continue;
      const parked = owed.replies.findIndex(({ position }) => position > this.committed);
      const leaving = owed.replies.splice(0, parked < 0 ? owed.replies.length : parked);
      if (leaving.length > 0)
        this.expected.push(`${id}: ${leaving.map(({ text }) => text).join("")}`);
      if (!owed.isClosing || owed.replies.length > 0) continue;
      owed.isGone = true;
      this.expected.push(`${id}: closed`);
    }
  }

  get parkedCount(): number {
    let count = 0;
    for (const { replies, isGone } of this.owed.values()) {
      const parked = replies.findIndex(({ position }) => position > this.committed);
      if (!isGone && parked >= 0) count += replies.length - parked;
    }
    return count;
  }
}

/** Of several clients that are told something in one step, the order does not matter. */
function byClient(lines: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of lines) {
    const id = line.slice(0, line.indexOf(":"));
    found.set(id, [...(found.get(id) ?? []), line]);
  }
  return found;
}

describe("the connections of a node", () => {
  it("rules 18 and 20: say what lists of owed replies say: in order, once committed, all of a step in one piece", () => {
    const seen = { lines: 0, closed: 0 };
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 80, size: "max" }), (actions) => {
        const lab = new Lab();
        for (const each of actions) {
          lab.perform(each);
          expect(lab.connections.parkedReplies).toBe(lab.parkedCount);
        }
        lab.flush();
        expect(byClient(lab.sent)).toEqual(byClient(lab.expected));
        seen.lines += lab.sent.length;
        seen.closed += lab.sent.filter((line) => line.endsWith("closed")).length;
      }),
      { seed: 1, numRuns: 250 },
    );
    expect(seen.lines).toBeGreaterThan(700);
    expect(seen.closed).toBeGreaterThan(100);
  });

  it("cut off a client whose parked pushes grow beyond 32 MiB, and drop what it was owed", () => {
    const lab = new Lab();
    const connection = must(lab.connections.get(1), "client 1");
    const message = new Uint8Array(1 << 20);
    for (let pushed = 0; pushed < 32; pushed++) lab.connections.push(connection, message, 1);
    expect(lab.connections.parkedReplies).toBe(32);
    lab.connections.push(connection, latin1Bytes("x"), 1);
    expect(lab.connections.parkedReplies).toBe(0);
    lab.flush();
    expect(lab.sent).toEqual(["1: closed"]);
  });

  it("say what a message must wait for: the newest reply that its client is owed, pushes not counted", () => {
    const { connections } = new Lab();
    const connection = must(connections.get(1), "client 1");
    connections.push(connection, latin1Bytes("push"), 9);
    expect(connections.positionBehind(connection)).toBe(0);
    connections.answer(connection, new Piece(latin1Bytes("a")), 7);
    connections.answer(connection, new Piece(latin1Bytes("b")), 0);
    expect(connections.positionBehind(connection)).toBe(7);
    connections.committed(9);
    expect(connections.positionBehind(connection)).toBe(0);
    connections.answer(connection, new Piece(latin1Bytes("c")), 10);
    expect(connections.positionBehind(connection)).toBe(10);
  });
});
