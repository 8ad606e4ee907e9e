import { describe, expect, it } from "vitest";
import type { Membership } from "../folder/zoneFolder.ts";
import { decide, type Decision } from "./formation.ts";
import type { Hello } from "./note.ts";

const shape = { shards: 1, replicas: 2, logCopies: 3, clusterEnabled: true };
const cluster = (clusterId: string): Membership => ({ clusterId, ...shape });

function hello(zone: string, state: Hello["state"], id?: string, generations = {}): Hello {
  const membership = id === undefined ? undefined : cluster(id);
  return { kind: "hello", zone, state, membership, wanted: shape, generations, addresses: {} };
}

const blank = (zone: string): Hello => hello(zone, "blank");
const prepared = (zone: string, id: string): Hello => hello(zone, "formatting", id);
const ready = (zone: string, id: string, generations = {}): Hello =>
  hello(zone, "ready", id, generations);

const decided = (own: Hello, ...heard: Hello[]): Decision => decide(own, heard, () => "new");

describe("a new cluster", () => {
  it("is proposed by the first zone once it has heard both others, and by nobody else", () => {
    const propose = { kind: "propose", membership: cluster("new") };
    expect(decided(blank("a"), blank("b"), blank("c"))).toEqual(propose);
    expect(decided(blank("a"), blank("b"))).toEqual({ kind: "wait" });
    expect(decided(blank("b"), blank("a"), blank("c"))).toEqual({ kind: "wait" });
  });

  it("begins in the first zone when all three have written it down, then in the others", () => {
    const x = [prepared("a", "x"), prepared("b", "x"), prepared("c", "x")] as const;
    expect(decided(x[0], x[1], x[2])).toEqual({ kind: "format" });
    expect(decided(x[1], x[0], x[2])).toEqual({ kind: "wait" });
    expect(decided(x[1], ready("a", "x"))).toEqual({ kind: "format" });
  });

  it("is proposed again, under the same name, to those who have not written it down", () => {
    const again = { kind: "propose", membership: cluster("x") };
    expect(decided(prepared("a", "x"), prepared("b", "x"), blank("c"))).toEqual(again);
    expect(decided(prepared("a", "x"), prepared("b", "y"), prepared("c", "x"))).toEqual(again);
  });
});

describe("a zone that was lost", () => {
  it("joins, blank, under a generation that nobody has seen", () => {
    expect(decided(blank("c"), ready("a", "x", { c: 3 }), ready("b", "x", { c: 2 }))).toEqual({
      kind: "join",
      membership: cluster("x"),
      generation: 4,
    });
    expect(decided(blank("c"), ready("b", "x"))).toMatchObject({ kind: "join", generation: 2 });
  });

  it("never gets a fresh log in a cluster that has begun, whatever it had written down before", () => {
    expect(decided(prepared("c", "y"), ready("a", "x"))).toMatchObject({ kind: "join" });
    expect(decided(blank("a"), ready("b", "x"), blank("c"))).toMatchObject({ kind: "join" });
  });

  it("does not choose between two clusters", () => {
    expect(decided(blank("c"), ready("a", "x"), ready("b", "y"))).toEqual({
      kind: "refuse",
      why: "the zones that were named belong to different clusters",
    });
  });
});

describe("a zone that belongs to a cluster", () => {
  it("has nothing to decide", () => {
    expect(decided(ready("a", "x"), blank("b"), blank("c"))).toEqual({ kind: "wait" });
  });
});
